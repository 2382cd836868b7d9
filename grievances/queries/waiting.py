"""What waits for whoever is signed in: counts of the cases whose keys they hold."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q

from grievances.models import Case, CaseWrap, Officer, State
from grievances.services.calendar import today
from grievances.services.sealed import own_lane


@dataclass(frozen=True, slots=True)
class WaitingCases:
    open: int
    overdue: int


def waiting_for(user: User) -> WaitingCases:
    """In one statement; nought for who is no officer."""
    day = today()
    officer = {"officer__user": user.pk, "officer__place": "", "officer__state": Officer.State.ACTIVE}
    held = CaseWrap.objects.filter(key__case=OuterRef("pk"), is_held=False, **officer)
    late = Q(state=State.RECEIVED, acknowledge_by__lt=day) | Q(answer_by__lt=day)
    cases = Case.objects.open().filter(Exists(held), lead=own_lane())
    return WaitingCases(**cases.aggregate(open=Count("pk"), overdue=Count("pk", filter=late)))
