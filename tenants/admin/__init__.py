from tenants.admin.colleagues import ColleagueAdmin, RoleAdmin
from tenants.admin.factories import FactoryAdmin

__all__ = ["ColleagueAdmin", "FactoryAdmin", "RoleAdmin"]
