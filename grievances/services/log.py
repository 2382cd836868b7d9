"""The case log: appended, each entry bound to the one before by its hash."""

from collections.abc import Iterable
from typing import Any

from grievances.models import Case, CaseEvent, Officer
from grievances.services.calendar import today
from tenants.audit.chain import chain_hash


def event_add(case: Case, kind: str, *, officer: Officer | None = None, **detail: Any) -> CaseEvent:
    """Append to the log of a case, which the caller has locked. detail: plain facts, never words of anybody."""
    last = case.events.order_by("-number").first()
    event = CaseEvent(
        case=case,
        officer=officer,
        number=last.number + 1 if last else 0,
        kind=kind,
        detail=detail,
        on=today(),
        previous_hash=last.hash if last else case.id,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return event


def event_hash(event: CaseEvent) -> str:
    """SHA-256 over what the entry says and the hash before it, hex."""
    said = {
        "case": event.case_id,
        "number": event.number,
        "kind": event.kind,
        "officer": str(event.officer_id) if event.officer_id else None,
        "detail": event.detail,
        "on": event.on.isoformat(),
        "previous": event.previous_hash,
    }
    return chain_hash(said)


def log_faults(events: Iterable[CaseEvent]) -> list[str]:
    """What is wrong with the whole log of one case, in order of number: empty when it holds."""
    faults: list[str] = []
    previous = None
    for expected, event in enumerate(events):
        if event.number != expected:
            return [*faults, f"{event.case_id}: entry {expected} is missing"]
        if event.previous_hash != (previous.hash if previous else event.case_id):
            faults.append(f"{event.case_id}: entry {event.number} does not follow the one before")
        if event.hash != event_hash(event):
            faults.append(f"{event.case_id}: entry {event.number} was changed")
        previous = event
    return faults
