"""Reads of the vault: what the channel says of itself, one case for its worker, many for an officer."""

from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from grievances.models import Attachment, Case, CaseEvent, CaseKey, CaseWrap, Message, Note, Officer, ReceiptSalt
from grievances.services.channel import channel_get, channel_is_open, ombudsman_is_open

INBOX_PAGE = 500


def channel_facts() -> dict[str, Any]:
    """What a voice page starts from. Officers and ombudsmen who receive cases now; salts, newest first."""
    channel = channel_get()
    return {
        "place": connection.tenant.slug,
        "place_name": connection.tenant.name,
        "is_open": channel_is_open(),
        "ombudsman_is_open": ombudsman_is_open(),
        "acknowledge_days": channel.acknowledge_days,
        "answer_days": channel.answer_days,
        "counts_working_days": channel.counts_working_days,
        "salts": list(ReceiptSalt.objects.all()),
        "officers": list(Officer.objects.active()),
    }


def messages_with_files() -> QuerySet[Message]:
    files = Attachment.objects.only("id", "size", "message_id")  # not their content
    return Message.objects.prefetch_related(Prefetch("attachments", files))


def case_for_worker(case: Case) -> tuple[Case, list[Officer]]:
    """The case with everything its worker reads, and the officers who may have written or may be written to."""
    messages = Prefetch("messages", messages_with_files())
    whole = Case.objects.prefetch_related(Prefetch("keys", CaseKey.objects.prefetch_related("wraps")), messages).get(
        pk=case.pk
    )
    return whole, list(Officer.objects.exclude(state=Officer.State.WAITING))


def cases_for_officer(*, officer: Officer, after: str = "", case_id: str = "") -> list[Case]:
    """A page of the cases an officer holds, quarantine included, by id (which tells no order); one of them with case_id."""
    cases = Case.objects.held_by(officer).filter(erased_on=None, id__gt=after).order_by("id")
    if case_id:
        cases = cases.filter(pk=case_id)
    wraps = CaseWrap.objects.only("key_id", "officer_id", "sealed", "is_held")
    found = list(
        cases.prefetch_related(
            Prefetch("keys", CaseKey.objects.prefetch_related(Prefetch("wraps", wraps))),
            Prefetch("messages", messages_with_files()),
            Prefetch("notes", Note.objects.all()),
            Prefetch(
                "events", CaseEvent.objects.filter(kind="conflict").select_related("officer"), to_attr="conflicts"
            ),
        )[:INBOX_PAGE]
    )
    _conflicted_set(found)
    return found


def _conflicted_set(cases: list[Case]) -> None:
    """On each case: the ids of all enrolments of the people who have said that it is about them."""
    enrolments: dict[int | None, set[str]] = {}
    if any(case.conflicts for case in cases):
        for pk, user_id in Officer.objects.exclude(user=None).values_list("pk", "user_id"):
            enrolments.setdefault(user_id, set()).add(str(pk))
    for case in cases:
        theirs = [enrolments.get(event.officer.user_id, {str(event.officer_id)}) for event in case.conflicts]
        case.conflicted = sorted(set().union(*theirs))
