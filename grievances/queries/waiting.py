"""What waits for whoever is signed in: counts of the cases whose keys they hold."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, F, Q

from grievances.models import Lane, Message, Officer, State
from grievances.services.calendar import today
from grievances.services.sealed import own_lane


@dataclass(frozen=True, slots=True)
class Waiting:
    """officers: of this place, with keys. open, overdue: cases that one person holds and this place handles."""

    officers: int
    open: int
    overdue: int

    @property
    def is_channel_open(self) -> bool:
        return self.officers >= settings.VAULT_LEAST_OFFICERS


def handled_here(case: str = "") -> Q:
    """Cases that this place handles; in public also those of factories on which no ombudsman has written yet."""
    prefix = f"{case}__" if case else ""
    here = Q(**{f"{prefix}lead": own_lane()})
    if own_lane() == Lane.OMBUDSMAN:
        written = Message.objects.filter(lane=Lane.OMBUDSMAN).values("case")
        here |= ~Q(**{f"{prefix}pk__in": written})
    day = Q(**{f"{prefix}visible_on": None}) | Q(**{f"{prefix}visible_on__lte": today()})
    return here & day


def waiting_for(user: User) -> Waiting:
    """In one statement; nought for who is no officer."""
    day, case = today(), "wraps__key__case"
    held = Q(user=user.pk, wraps__is_held=False) & handled_here(case)
    is_open = held & ~Q(**{f"{case}__state__in": [State.ANSWERED, State.CLOSED]})
    is_late = Q(**{f"{case}__state": State.RECEIVED, f"{case}__acknowledge_by__lt": day}) | Q(
        **{f"{case}__answer_by__lt": day}
    )
    counts = (
        Officer.objects.active()
        .own()
        .annotate(case=F(case))
        .aggregate(
            officers=Count("pk", distinct=True),
            open=Count("case", filter=is_open, distinct=True),
            overdue=Count("case", filter=is_open & is_late, distinct=True),
        )
    )
    return Waiting(**counts)
