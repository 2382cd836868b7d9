"""What waits for whoever is signed in: counts of the cases whose keys they hold."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from grievances.models import Case, Lane, Message, Officer
from grievances.services.calendar import today
from grievances.services.sealed import own_lane


@dataclass(frozen=True, slots=True)
class Waiting:
    """officers: of this place, with keys. enrolments: of one person, with keys that are let in or wait for it. waits: of this
    place, to be let in. open, overdue: cases that one person holds and this place handles."""

    officers: int
    enrolments: int
    waits: int
    open: int
    overdue: int

    @property
    def is_channel_open(self) -> bool:
        return self.officers >= settings.VAULT_LEAST_OFFICERS


def handled_here() -> Q:
    """Cases that this place handles; in public also those of factories on which no ombudsman has written yet."""
    here = Q(lead=own_lane())
    if own_lane() == Lane.OMBUDSMAN:
        here |= ~Q(pk__in=Message.objects.filter(lane=Lane.OMBUDSMAN).values("case"))
    return here


def waiting_for(user: User) -> Waiting:
    """In one statement; nought for who is no officer."""
    cases = Case.objects.open().shown().filter(handled_here())
    counts = (
        Officer.objects.own()
        .present()
        .aggregate(
            officers=Count("pk", filter=Q(state=Officer.State.ACTIVE), distinct=True),
            enrolments=Count("pk", filter=Q(user=user.pk), distinct=True),
            waits=Count("pk", filter=Q(state=Officer.State.WAITING), distinct=True),
            open=_held(cases, user),
            overdue=_held(cases.overdue(today()), user),
        )
    )
    return Waiting(**counts)


def _held(cases: QuerySet[Case], user: User) -> Count:
    """How many of them this user's keys open, counted from the officers."""
    held = Q(user=user.pk, state=Officer.State.ACTIVE, wraps__is_held=False, wraps__key__case__in=cases)
    return Count("wraps__key__case", filter=held, distinct=True)
