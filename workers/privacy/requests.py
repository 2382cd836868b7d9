"""What workers ask of their data, and what HR has answered."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from workers.models import PrivacyRequest, Worker
from workers.privacy.refusals import SHORTEST_WORDS, needs_words, reasons_for, refusal_told
from workers.services.messages import DATA_ANSWERED, message_queue

ASKED_MOST, ASKED_WITHIN = 3, timedelta(days=30)  # of one kind, whatever became of it
ANSWERS_SHOWN = 5
State = PrivacyRequest.State


class RequestGone(DomainError):
    """It is answered or taken back already."""

    code = "request_gone"


class AskedTooOften(DomainError):
    code = "request_too_often"


class RefusalUnclear(DomainError):
    """No reason, or none that is explained."""

    code = "refusal_unclear"


def open_requests() -> QuerySet[PrivacyRequest]:
    """What waits for HR, the most urgent first."""
    return PrivacyRequest.objects.filter(state=State.OPEN).order_by("due_on", "pk")


def answers_told(worker: Worker) -> list[tuple[PrivacyRequest, str | Promise]]:
    """What became of the last ones that no longer wait, the latest first, and of a refusal its reason."""
    closed = worker.privacy_requests.exclude(state=State.OPEN).select_related("done_by").order_by("-updated_at")
    return [(request, refusal_told(request)) for request in closed[:ANSWERS_SHOWN]]


@transaction.atomic
def request_open(*, worker: Worker, kind: str) -> PrivacyRequest:
    """The worker asks; asked again while it waits, the same request. The law on personal information (PIPL, art. 45 and 47)
    says "in good time"; we say days, counted from tomorrow: settings.PRIVACY_ANSWER_DAYS.

    Asked anew after an answer or a withdrawal; raises AskedTooOften with the day from which it may be.
    """
    Worker.objects.select_for_update().get(pk=worker.pk)
    asked = worker.privacy_requests.filter(kind=kind)
    if waiting := asked.filter(state=State.OPEN).first():
        return waiting
    lately = asked.filter(created_at__gt=timezone.now() - ASKED_WITHIN).order_by("-created_at")
    if past := list(lately[ASKED_MOST - 1 : ASKED_MOST]):
        again = timezone.localdate(past[0].created_at + ASKED_WITHIN) + timedelta(days=1)
        text = _("You have asked this %(count)d times in a month. From %(day)s you can ask again.")
        raise AskedTooOften(text % {"count": ASKED_MOST, "day": again.isoformat()})
    due_on = timezone.localdate() + timedelta(days=settings.PRIVACY_ANSWER_DAYS)
    return PrivacyRequest.objects.create(worker=worker, kind=kind, due_on=due_on)


@transaction.atomic
def request_withdraw(*, request: PrivacyRequest) -> PrivacyRequest:
    """The worker takes it back; again, nothing changes. Raises RequestGone when HR has answered meanwhile."""
    request = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
    if request.state in (State.DONE, State.REFUSED):
        raise RequestGone(_("This is answered already. It cannot be taken back any more."))
    request.state = State.WITHDRAWN
    request.save(update_fields=["state", "updated_at"])
    return request


@transaction.atomic
def request_answer(*, request: PrivacyRequest, by: User) -> PrivacyRequest:
    """HR has handed the copy over. Erasure is answered by erasing. Raises RequestGone when it was taken back or refused."""
    request = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
    if request.state == State.DONE:
        return request
    return _close(_still_open(request), by, State.DONE, action="privacy_request_answered")


@transaction.atomic
def request_refuse(*, request: PrivacyRequest, by: User, reason: str, words: str = "") -> PrivacyRequest:
    """HR does not do it, and says why: the law (PIPL, art. 50) asks for reasons, and the worker may go to court.

    reason: one of `refusals.reasons_for` it. The same refusal again changes nothing. Raises RefusalUnclear, or RequestGone
    when it was answered otherwise or taken back; then nothing has been written.
    """
    words = words.strip()
    request = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
    if (request.state, request.reason, request.words) == (State.REFUSED, reason, words):
        return request
    _still_open(request)
    if reason not in dict(reasons_for(request)):
        raise RefusalUnclear(_("Choose a reason."))
    if needs_words(kind=request.kind, reason=reason) and len(words) < SHORTEST_WORDS:
        raise RefusalUnclear(_("Explain it to the employee in a sentence of your own: what you cannot do, and why."))
    request.reason, request.words = reason, words
    return _close(request, by, State.REFUSED, action="privacy_request_refused", reason=reason)


def _still_open(request: PrivacyRequest) -> PrivacyRequest:
    if request.state == State.WITHDRAWN:
        raise RequestGone(_("The employee has taken this back. There is nothing to do."))
    if request.state != State.OPEN:
        raise RequestGone(_("This is answered already. Nothing was changed."))
    return request


def _close(request: PrivacyRequest, by: User, state: Any, *, action: str, **facts: str) -> PrivacyRequest:
    """The message is the same whatever the answer, and says nothing of it: a phone lies on a table."""
    request.state, request.done_at, request.done_by = state, timezone.now(), by
    request.save(update_fields=["state", "done_at", "done_by", "reason", "words", "updated_at"])
    with override(connection.tenant.language):
        values = {"title": _("There is an answer to what you asked about your data"), "path": "/me/data/"}
    key = f"{DATA_ANSWERED}:{request.pk}"
    message_queue(worker=request.worker, kind=DATA_ANSWERED, values=values, dedupe_key=key)
    audit_record(by=by, action=action, about=request, subjects=[request.worker_id], kind=request.kind, **facts)
    return request
