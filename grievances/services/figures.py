"""What a factory tells CCR CSR about its channel, daily: the scorecard, two coarse numbers, and whether it has gone silent."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q
from django_tenants.utils import get_public_schema_name, schema_context

from grievances.models import Case, FactoryFigures, Lane, State
from grievances.queries.scorecard import scorecard
from grievances.queries.statistics import cases_of_here
from grievances.services.calendar import today
from grievances.services.channel import channel_is_open
from tenants.privacy import SMALL_GROUP, is_small

WINDOW_DAYS = 90
LEAST_BEFORE = 3  # cases in the window before, from which their staying away says something
UNANSWERED, CLOSED = "unanswered", "closed"


@dataclass(frozen=True, slots=True)
class Flow:
    """Exact counts; they do not leave the factory. Only cases it handles itself, or did until they escalated.

    recent, before: came in the last 90 days, and in the 90 before. due: of these, and of older ones still open, those whose
    time to be acknowledged has passed. unanswered: of the due, overdue now, or escalated for being so in the last 90 days.
    waiting: open now.
    """

    recent: int
    before: int
    due: int
    unanswered: int
    waiting: int


def silence_of(flow: Flow, *, is_open: bool) -> str:
    """Why the alarm rings, or empty.

    "closed": the channel takes nothing while cases wait. "unanswered": at least half of what was due is unanswered, one case
    at the least, and half as many cases come as before, or fewer, where three or more had come: people have given up.
    """
    if flow.waiting and not is_open:
        return CLOSED
    has_fallen = flow.before >= LEAST_BEFORE and 2 * flow.recent <= flow.before
    is_neglected = flow.unanswered >= 1 and 2 * flow.unanswered >= flow.due
    return UNANSWERED if has_fallen and is_neglected else ""


def flow_of(day: date) -> Flow:
    recent = Q(came_on__gt=day - timedelta(days=WINDOW_DAYS))
    both = Q(came_on__gt=day - timedelta(days=2 * WINDOW_DAYS))
    waiting = ~Q(state__in=[State.ANSWERED, State.CLOSED]) & Q(is_quarantined=False, lead=Lane.FACTORY)
    late = waiting & (Q(state=State.RECEIVED, acknowledge_by__lt=day) | Q(answer_by__lt=day))
    escalated = Q(escalated_on__gt=day - timedelta(days=WINDOW_DAYS))
    counts = cases_of_here().aggregate(
        recent=Count("pk", filter=recent),
        before=Count("pk", filter=both & ~recent),
        due=Count("pk", filter=Q(acknowledge_by__lt=day) & (both | waiting | escalated)),
        unanswered=Count("pk", filter=late | escalated),
        waiting=Count("pk", filter=waiting),
    )
    return Flow(**counts)


def coarse(count: int) -> int | None:
    """Ten for "ten or more", None for fewer. Nothing finer: set beside the statistics, it would tell a hidden month."""
    return None if is_small(count) else SMALL_GROUP


def figures_push() -> FactoryFigures:
    """Put the present factory's figures where CCR CSR's ombudsmen see them. Running it again changes nothing but the day."""
    factory, day = connection.tenant, today()
    flow, is_open, values = flow_of(day), channel_is_open(), scorecard(on=day)
    overdue = Case.objects.overdue(day).filter(lead=Lane.FACTORY).count()
    kept = {
        "name": factory.name,
        "on": day,
        "is_open": is_open,
        "silence": silence_of(flow, is_open=is_open),
        "figures": {
            "officers": values["officers"],
            "open": coarse(flow.waiting),
            "overdue": coarse(overdue),
        },
        "scorecard": values,
    }
    with schema_context(get_public_schema_name()):
        return _keep(factory.slug, day, kept)


@transaction.atomic
def _keep(place: str, day: date, kept: dict[str, Any]) -> FactoryFigures:
    before = FactoryFigures.objects.select_for_update().filter(place=place).first()
    is_same = before is not None and before.silence == kept["silence"]
    kept["silence_since"] = (before.silence_since if is_same else day) if kept["silence"] else None
    figures, _is_new = FactoryFigures.objects.update_or_create(place=place, defaults=kept)
    return figures
