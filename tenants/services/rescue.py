"""A living factory whose owners can no longer get in: a link for a further owner, made on the server (docs/audit.md)."""

from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context, tenant_context

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.models import Factory
from tenants.roles import OWNER
from tenants.staff.models import Invitation
from tenants.staff.services.invitations import colleague_invite

LATELY = timedelta(days=30)
JUST_NOW = timedelta(days=3)


class RescueRefused(DomainError):
    code = "rescue_refused"


@transaction.atomic
def owner_rescue(*, factory: Factory, by: User, name: str, reason: str) -> tuple[Invitation, str]:
    """A link for `name`, who becomes a further owner, and its secret. Nobody's account is touched: what was there stays, and
    the new owner resets it or closes it in the admin.

    by: whoever of CCR CSR has checked who asks. Both trails say so, and all who see personal data there are told when they
    sign in next. Raises RescueRefused; nothing is changed then.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise RescueRefused(_("Say who asked and how you know them."), code="no_reason")
    if not factory.is_living:
        raise RescueRefused(_("This factory is suspended."), code="suspended")
    with tenant_context(factory):
        owners = User.objects.filter(groups__name=OWNER)
        if not owners:
            raise RescueRefused(_("Nobody has been owner there. Use the factory's page in the admin."), code="no_owner")
        in_use = owners.filter(is_active=True)
        if in_use.filter(last_login__gt=timezone.now() - JUST_NOW).exists():
            raise RescueRefused(
                _("An owner has signed in there in the last three days. Ask them; or wait until nobody has."),
                code="in_use",
            )
        if in_use.filter(last_login__gt=timezone.now() - LATELY).count() > 1:
            raise RescueRefused(
                _("Several owners have signed in there lately. One can help another."), code="not_alone"
            )
        made = colleague_invite(by=None, name=name, roles=[Group.objects.get(name=OWNER)])
        audit_record(by="system", action="owner_rescued", about=made[0], staff=by.get_username(), reason=reason)
    with schema_context("public"):
        audit_record(by=by, action="owner_rescued", about=factory, staff=by.get_username(), reason=reason)
    return made
