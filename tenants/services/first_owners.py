"""The first owner's link, made anew: all that CCR CSR ever reads or does inside a factory without a grant of its own.

Only while nobody has an account there, and so nobody has put anything in. Accounts are never deleted: once somebody has taken
the link, no further one can be made from outside.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context, tenant_context

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.models import Factory
from tenants.roles import OWNER
from tenants.staff.models import Invitation
from tenants.staff.services.invitations import colleague_invite


class FirstOwnerRefused(DomainError):
    code = "first_owner_refused"


@dataclass(frozen=True)
class FirstOwner:
    """taken_at: when somebody made the first account. invitation: until then the last one made, if it has not been cleaned
    away since."""

    taken_at: datetime | None
    invitation: Invitation | None

    @property
    def is_open(self) -> bool:
        return self.invitation is not None and self.invitation.expires_at > timezone.now()


def first_owner_of(factory: Factory) -> FirstOwner:
    with tenant_context(factory):
        taken_at = User.objects.aggregate(at=Min("date_joined"))["at"]
        return FirstOwner(taken_at, None if taken_at else Invitation.objects.first())


@transaction.atomic
def first_owner_link_renew(*, factory: Factory, by: User, name: str, email: str = "") -> tuple[Invitation, str]:
    """A new link and its secret; earlier ones are void. Raises FirstOwnerRefused; nothing is changed then."""
    with schema_context("public"):
        factory = Factory.objects.select_for_update(no_key=True).get(pk=factory.pk)
    if not factory.is_living:
        raise FirstOwnerRefused(
            _("%(factory)s is suspended: its pages open for nobody. Set its status to active first.")
            % {"factory": factory.name},
            code="suspended",
        )
    with tenant_context(factory):
        earlier = Invitation.objects.select_for_update(of=["self"])
        len(earlier)  # whoever is taking one at this moment goes first, and is seen in the next line
        if User.objects.exists():
            text = _(
                "Somebody at %(factory)s has an account already and can invite others. From here no more links are made."
            )
            raise FirstOwnerRefused(text % {"factory": factory.name}, code="taken")
        Invitation.objects.all().delete()
        made = colleague_invite(by=None, name=name, roles=[Group.objects.get(name=OWNER)], email=email)
        audit_record(by="system", action="first_owner_link_made", about=made[0], staff=by.get_username())
    with schema_context("public"):
        audit_record(by=by, action="first_owner_link_made", about=factory, staff=by.get_username())
    return made
