"""Roles that a factory does without at first."""

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.roles import ROLES, role_on, role_title
from tenants.staff.models import Invitation


class RoleInUse(DomainError):
    """Somebody holds it, or is invited to; or it is one of those that always are."""

    code = "role_in_use"


@transaction.atomic
def role_switch_on(*, key: str, by: User) -> Group:
    """KeyError for one that this site does not have."""
    group = role_on(key)
    audit_record(by=by, action="role_switched_on", about=group, role=key)
    return group


@transaction.atomic
def role_switch_off(*, key: str, by: User) -> None:
    """Raises RoleInUse; nothing is changed then."""
    group = Group.objects.select_for_update().filter(name=key).first()
    if group is None:
        return
    role = ROLES.get(key)
    if role is not None and role.starts_on:
        raise RoleInUse(_("%(role)s is always there.") % {"role": role_title(key)})
    if group.user_set.exists() or Invitation.objects.open().filter(roles=group).exists():
        text = _("Somebody holds %(role)s or is invited to it. Take it from them first, then switch it off.")
        raise RoleInUse(text % {"role": role_title(key)})
    audit_record(by=by, action="role_switched_off", about=group, role=key)
    group.delete()
