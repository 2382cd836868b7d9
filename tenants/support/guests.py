"""Who of CCR CSR's support is inside a factory right now. Told together with the factory's address: no statement of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django_tenants.utils import schema_context

from tenants.models import Factory, SupportGrant
from tenants.roles import role_title


@dataclass(frozen=True, slots=True)
class Guest:
    """username, name: of CCR CSR's staff. until: the end of the grant."""

    uuid: str
    role: str
    username: str
    name: str
    until: datetime

    @property
    def is_here(self) -> bool:
        return self.until > timezone.now()

    @property
    def shown(self) -> str:
        return f"{self.name} ({self.username})" if self.name else self.username

    @property
    def role_shown(self) -> str:
        return role_title(self.role)


def _inside() -> QuerySet[SupportGrant]:
    """Grants that somebody has entered and not left, who may still sign in at CCR CSR."""
    staff = User.objects.filter(username=OuterRef("used_by"), is_active=True, is_staff=True)
    inside = SupportGrant.objects.open().filter(entered_at__isnull=False, left_at=None)
    return inside.annotate(name=Subquery(staff.values("first_name")[:1])).exclude(name=None)


_FACTS = JSONObject(uuid="uuid", role="role", username="used_by", name="name", until="expires_at")


def guests_subquery() -> ArraySubquery:
    """Of the factory of a Domain, as `guests_read` takes it. In public."""
    return ArraySubquery(_inside().filter(factory=OuterRef("tenant")).values_list(_FACTS))


def guests_read(rows: list[dict]) -> tuple[Guest, ...]:
    return tuple(Guest(**{**row, "until": datetime.fromisoformat(row["until"])}) for row in rows)


def guest_inside(factory: Factory, uuid: str) -> Guest | None:
    """The guest of a grant. One whom this process has not heard of yet is looked up."""
    known = next((guest for guest in factory.guests if guest.uuid == uuid), None)
    if known is None:
        with schema_context("public"):
            rows = _inside().filter(factory=factory, uuid=UUID(uuid)).values_list(_FACTS, flat=True)
            known = next(iter(guests_read(list(rows))), None)
    return known if known and known.is_here else None
