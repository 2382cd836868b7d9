from tenants.staff.admin.colleagues import ColleagueAdmin
from tenants.staff.admin.invitations import InvitationAdmin
from tenants.staff.admin.roles import RoleAdmin

__all__ = ["ColleagueAdmin", "InvitationAdmin", "RoleAdmin"]
