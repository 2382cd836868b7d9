"""The figures of the scorecard (grievances.queries.criteria), from what the system has of the last twelve finished months.

A share stands for ten cases or more and is rounded down to full 5 %: from one day to the next it does not tell what became
of a single case, nor how many there are.
"""

from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from grievances.models import BoardEntry, Case, CaseEvent, Lane, Message, MonthlyScorecard, Officer, State
from grievances.queries.statistics import cases_of_here, finished_months
from grievances.services.channel import channel_get, channel_is_open, ombudsman_is_open
from grievances.services.sealed import own_lane
from tenants.privacy import is_small

# Of these nobody expects an answer here.
GONE = (Case.Closing.WITHDRAWN, Case.Closing.MERGED, Case.Closing.EMPTIED)
STEP_PERCENT = 5


@dataclass(frozen=True, slots=True)
class Window:
    """The last twelve finished months; `until` is the first day after them."""

    since: date
    until: date

    def has(self, day: date | None) -> bool:
        return day is not None and self.since <= day < self.until

    def within(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.since, f"{field}__lt": self.until})


def scorecard(*, on: date) -> dict[str, Any]:
    """key of a measure -> number, or None where fewer than ten cases stand behind it. Made for JSON, without words.

    How the channel is set up is told as it is; what became of cases, as it was at the first look in this month.
    """
    month = on.replace(day=1)
    kept = MonthlyScorecard.objects.filter(month=month).first()
    if kept is None:
        kept, _is_new = MonthlyScorecard.objects.get_or_create(month=month, defaults={"values": of_cases(on=on)})
    return {**_channel(), **kept.values}


def of_cases(*, on: date) -> dict[str, Any]:
    """The measures that rest on cases, of the twelve months finished before a day."""
    window = Window(since=finished_months(on)[0], until=on.replace(day=1))
    days = ["acknowledge_by", "answer_by", "answered_on", "appealed_on", "came_on"]
    touched = Q()
    for field in days:
        touched |= window.within(field)
    cases = list(cases_of_here().filter(touched))
    came = [case for case in cases if window.has(case.came_on)]
    return {
        **_in_time(cases, window),
        **_conversation(came),
        **_outcome(cases, window),
        "withdrawn": share(sum(case.closing == Case.Closing.WITHDRAWN for case in came), len(came)),
        "agreed": share(sum(case.agreed_publication for case in came), len(came)),
        **(_of_factory(came, cases, window) if own_lane() == Lane.FACTORY else {}),
    }


def share(part: int, whole: int) -> int | None:
    """In full steps of 5 %, rounded down; None over fewer than ten."""
    if is_small(whole):
        return None
    return 100 * part // whole // STEP_PERCENT * STEP_PERCENT


def _mean(numbers: list[int]) -> float | None:
    return None if is_small(len(numbers)) else round(sum(numbers) / len(numbers), 1)


def _channel() -> dict[str, Any]:
    return {
        "officers": Officer.objects.active().own().count(),
        "ombudsman": ombudsman_is_open(),
        "open": channel_is_open(),
        "languages": len(settings.LANGUAGES),
        **({"weekly": channel_get().tells_weekly} if own_lane() == Lane.FACTORY else {}),
    }


def _in_time(cases: list[Case], window: Window) -> dict[str, Any]:
    """Of the deadlines that fell into the window; and how long the answers given in it took."""
    expected = [case for case in cases if case.closing not in GONE]
    to_acknowledge = [case for case in expected if window.has(case.acknowledge_by)]
    to_answer = [case for case in expected if window.has(case.answer_by)]
    took = [(case.answered_on - case.arrived_on).days for case in cases if window.has(case.answered_on)]
    return {
        "acknowledged_in_time": share(
            sum(_is_in_time(case, case.acknowledged_on, case.acknowledge_by) for case in to_acknowledge),
            len(to_acknowledge),
        ),
        "answered_in_time": share(
            sum(
                _is_settled(case) and _is_in_time(case, case.answered_on or case.closed_on, case.answer_by)
                for case in to_answer
            ),
            len(to_answer),
        ),
        "days_to_answer": None if is_small(len(took)) else round(median(took)),
    }


def _is_in_time(case: Case, day: date | None, deadline: date) -> bool:
    """A case that escalated was late, whatever new deadline it got then."""
    return case.escalated_on is None and day is not None and day <= deadline


def _is_settled(case: Case) -> bool:
    return case.state in (State.ANSWERED, State.CLOSED)


def _conversation(came: list[Case]) -> dict[str, Any]:
    """Who wrote how often, in cases that are not erased."""
    counted = Message.objects.filter(case__in=came, kind=Message.Kind.MESSAGE).order_by().values_list("case")
    written = list(counted.annotate(worker=Count("pk", filter=Q(author=None)), officer=Count("author")))
    from_workers = [worker for _case, worker, _officer in written]
    from_officers = [officer for _case, _worker, officer in written]
    asked = [worker for _case, worker, officer in written if officer]
    return {
        "worker_messages": _mean(from_workers),
        "officer_messages": _mean(from_officers),
        "informed": share(len(asked), len(written)),
        "answered_back": share(sum(worker > 1 for worker in asked), len(asked)),
    }


def _outcome(cases: list[Case], window: Window) -> dict[str, Any]:
    answered = [case for case in cases if window.has(case.answered_on)]
    appealed = [case for case in cases if window.has(case.appealed_on)]
    ratings = [case.rating for case in answered if case.rating]
    settled = sum(_is_settled(case) and (case.answered_on or date.min) >= case.appealed_on for case in appealed)
    return {
        "appealed": share(sum(case.appealed_on is not None for case in answered), len(answered)),
        "appeals_answered": share(settled, len(appealed)),
        "rated": share(len(ratings), len(answered)),
        "rating": _mean(ratings),
    }


def _of_factory(came: list[Case], cases: list[Case], window: Window) -> dict[str, Any]:
    """What only a factory's log and board know."""
    sent = CaseEvent.objects.filter(case__in=came, number=0, detail__to__contains=[Lane.OMBUDSMAN]).count()
    answered = {case.pk for case in cases if window.has(case.answered_on)}
    return {
        "to_ombudsman": share(sent, len(came)),
        "reopened": share(len(_came_back(answered)), len(answered)),
        "board": BoardEntry.objects.filter(state=BoardEntry.State.PUBLISHED, published_on__gte=window.since).count(),
    }


def _came_back(answered: set[str]) -> set[str]:
    """Those whose workers wrote or appealed after the first answer."""
    kinds = ["moved", "worker_wrote", "appealed"]
    log = CaseEvent.objects.filter(case__in=answered, kind__in=kinds).order_by("case", "number")
    seen, back = set(), set()
    for case_id, kind, detail in log.values_list("case", "kind", "detail"):
        if kind == "moved":
            if detail.get("to") == State.ANSWERED:
                seen.add(case_id)
        elif case_id in seen:
            back.add(case_id)
    return back
