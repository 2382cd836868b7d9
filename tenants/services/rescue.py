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
from tenants.staff.services.factors import guarded_users
from tenants.staff.services.invitations import colleague_invite
from tenants.staff.services.sign_ins import sign_ins_end

LATELY = timedelta(days=30)
LONGEST_WORDS = 300


class RescueRefused(DomainError):
    code = "rescue_refused"


@transaction.atomic
def owner_rescue(
    *, factory: Factory, by: User, name: str, reason: str, server_user: str, forced: str = ""
) -> tuple[Invitation, str]:
    """A link for `name`, who becomes a further owner, and its secret. Nobody's account is touched: what was there stays, and
    the new owner resets it or closes it in the admin.

    by: whoever of CCR CSR says to have checked who asks; server_user: who ran it, by the operating system. forced: why it is
    done though an owner has signed in lately. Both trails say all of it, and whoever sees personal data there is signed out
    and reads it on signing in again. Raises RescueRefused; nothing is changed then.
    """
    reason, forced = " ".join(reason.split()), " ".join(forced.split())
    if not reason:
        raise RescueRefused(_("Say who asked and how you know them."), code="no_reason")
    if max(len(reason), len(forced)) > LONGEST_WORDS:
        text = _("Say it in %(count)d characters at most.")
        raise RescueRefused(text % {"count": LONGEST_WORDS}, code="too_long")
    if not factory.is_living:
        raise RescueRefused(_("This factory is suspended."), code="suspended")
    facts = {"staff": by.get_username(), "server_user": server_user, "reason": reason}
    facts |= {"forced": forced} if forced else {}
    with tenant_context(factory):
        owners = User.objects.filter(groups__name=OWNER)
        if not owners:
            raise RescueRefused(_("Nobody has been owner there. Use the factory's page in the admin."), code="no_owner")
        if not forced and owners.filter(is_active=True, last_login__gt=timezone.now() - LATELY).exists():
            text = _("An owner has signed in there within thirty days. Ask them, or say why not (--force).")
            raise RescueRefused(text, code="in_use")
        made = colleague_invite(by=None, name=name, roles=[Group.objects.get(name=OWNER)])
        audit_record(by="system", action="owner_rescued", about=made[0], **facts)
        for user in guarded_users():
            sign_ins_end(user=user)
    with schema_context("public"):
        audit_record(by=by, action="owner_rescued", about=factory, **facts)
    return made
