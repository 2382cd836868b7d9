"""What waits for whoever is signed in: counts of the cases whose keys they hold, and who serves beside them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from grievances.models import Case, Lane, Message, Officer
from grievances.services.calendar import today
from grievances.services.sealed import own_lane


@dataclass(frozen=True, slots=True)
class Waiting:
    """officers: of this place, with keys that are let in or wait for it; of each whose they are, the name and the state.
    is_enrolled: the user is one of them. open, overdue: cases that the user holds and this place handles."""

    officers: list[Officer]
    is_enrolled: bool
    open: int
    overdue: int

    @property
    def is_channel_open(self) -> bool:
        return self._count(Officer.State.ACTIVE) >= settings.VAULT_LEAST_OFFICERS

    @property
    def waits(self) -> int:
        """How many officers wait to be let in."""
        return self._count(Officer.State.WAITING)

    def _count(self, state: Any) -> int:
        return sum(officer.state == state for officer in self.officers)


def handled_here() -> Q:
    """Cases that this place handles; in public also those of factories on which no ombudsman has written yet."""
    here = Q(lead=own_lane())
    if own_lane() == Lane.OMBUDSMAN:
        here |= ~Q(pk__in=Message.objects.filter(lane=Lane.OMBUDSMAN).values("case"))
    return here


def waiting_for(user: User) -> Waiting:
    """In one statement; nought for who is no officer."""
    cases = Case.objects.open().shown().filter(handled_here())
    counts = {"open": _held(cases, user), "overdue": _held(cases.overdue(today()), user)}
    present = Officer.objects.own().present().only("user", "name", "state")
    officers = list(present.annotate(**counts).order_by("enrolled_on", "name"))
    own = next((officer for officer in officers if officer.user_id == user.pk), None)
    return Waiting(officers, own is not None, getattr(own, "open", 0), getattr(own, "overdue", 0))


def _held(cases: QuerySet[Case], user: User) -> Count:
    """How many of them this user's keys open, counted from the officers."""
    held = Q(user=user.pk, state=Officer.State.ACTIVE, wraps__is_held=False, wraps__key__case__in=cases)
    return Count("wraps__key__case", filter=held, distinct=True)
