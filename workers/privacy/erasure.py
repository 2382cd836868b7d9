"""Erasing a worker: the row stays as a number that points at nobody, so that counts stay true; what was personal is gone.

What stays and why: docs/privacy.md. Cases of the voice channel have no link to a worker, so there is nothing to find here.
"""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from workers.models import Colleague, Contact, PrivacyRequest, Worker
from workers.privacy.register import Scope, rooms
from workers.services.messages import DATA_ERASED, message_queue


class ErasureRefused(DomainError):
    """codes: still_employed (confirm that the rest goes), signs_in (their WeChat is a colleague's second step), erased."""

    code = "erasure_refused"


@dataclass(frozen=True)
class Erased:
    """scope: what went. counts: rows by kind; empty when there was nothing left to erase."""

    scope: Scope
    counts: dict[str, int]


@transaction.atomic
def worker_erase(
    *, worker: Worker, by: User | str, forget_phone: bool = False, keeps_employment: bool = False
) -> Erased:
    """Erase everything of somebody who has left; whole or nothing. Again, it changes nothing.

    Of somebody who still works here only what the work does not need goes, and only when `keeps_employment` says that HR
    knows it: else ErasureRefused. Where anybody may join nobody works, and all goes. forget_phone: the follower too, as if
    they had never come. An open request for erasure is answered by it.
    """
    worker = Worker.objects.select_for_update().get(pk=worker.pk)
    works_here = worker.left_on is None and not connection.tenant.is_open
    if works_here and not keeps_employment:
        text = _(
            "This employee still works here. Enter the leave date first, or erase only what the work does not need."
        )
        raise ErasureRefused(text, code="still_employed")
    if forget_phone and Colleague.objects.filter(contact__worker=worker, user__is_active=True).exists():
        text = _(
            "A WeChat of this employee is the second step with which somebody signs in here. Do not forget the WeChat, or ask"
            " the owner first to take it off the account under “Colleagues”. Nothing was erased."
        )
        raise ErasureRefused(text, code="signs_in")
    scope = Scope.UNNEEDED if works_here else Scope.ALL
    phones = list(worker.contacts.values_list("pk", flat=True))
    counts: dict[str, int] = {}
    if forget_phone:
        for room in reversed(rooms()):
            counts |= room.forget(worker) if room.forget else {}
    for room in reversed(rooms()):  # what points at the worker before the worker
        counts |= room.erase(worker, scope) if room.erase else {}
    counts = {kind: count for kind, count in counts.items() if count}
    is_answer = _requests_answer(worker, by)
    if is_answer:
        _tell(worker, Contact.objects.filter(pk__in=phones))
    if is_answer or counts:
        audit_record(by=by, action="worker_erased", about=worker, subjects=[worker.pk], scope=str(scope), counts=counts)
    return Erased(scope, counts)


def _tell(worker: Worker, phones: QuerySet[Contact]) -> None:
    """That it is done, where they asked; the phones are nobody's by now. The words are those of every answer, for a phone lies
    on a table; the page behind them says it."""
    with override(connection.tenant.language):
        values = {"title": _("There is an answer to what you asked about your data"), "path": "/me/data/erased/"}
    for phone in phones:
        key = f"{DATA_ERASED}:{phone.pk}:{int(timezone.now().timestamp())}"
        message_queue(worker=worker, contact=phone, kind=DATA_ERASED, values=values, dedupe_key=key)


def _requests_answer(worker: Worker, by: User | str) -> int:
    waiting = worker.privacy_requests.filter(kind=PrivacyRequest.Kind.ERASE, state=PrivacyRequest.State.OPEN)
    user_id = by.pk if isinstance(by, User) else None
    return waiting.update(state=PrivacyRequest.State.DONE, done_at=timezone.now(), done_by=user_id)
