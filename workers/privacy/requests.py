"""What workers ask of their data, and that HR has answered."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from workers.models import PrivacyRequest, Worker


class RequestGone(DomainError):
    """It is answered or taken back already."""

    code = "request_gone"


def open_requests() -> QuerySet[PrivacyRequest]:
    """What waits for HR, the most urgent first."""
    return PrivacyRequest.objects.filter(state=PrivacyRequest.State.OPEN).order_by("due_on", "pk")


@transaction.atomic
def request_open(*, worker: Worker, kind: str) -> PrivacyRequest:
    """The worker asks; asked again while it waits, the same request. The law on personal information (PIPL, art. 45 and 47)
    says "in good time"; we say days, counted from tomorrow: settings.PRIVACY_ANSWER_DAYS."""
    Worker.objects.select_for_update().get(pk=worker.pk)
    due_on = timezone.localdate() + timedelta(days=settings.PRIVACY_ANSWER_DAYS)
    request, _is_new = PrivacyRequest.objects.get_or_create(
        worker=worker, kind=kind, state=PrivacyRequest.State.OPEN, defaults={"due_on": due_on}
    )
    return request


@transaction.atomic
def request_withdraw(*, request: PrivacyRequest) -> PrivacyRequest:
    """The worker takes it back; again, nothing changes. Raises RequestGone when HR has answered meanwhile."""
    request = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
    if request.state == PrivacyRequest.State.DONE:
        raise RequestGone(_("HR has answered this already. It cannot be taken back any more."))
    request.state = PrivacyRequest.State.WITHDRAWN
    request.save(update_fields=["state", "updated_at"])
    return request


@transaction.atomic
def request_answer(*, request: PrivacyRequest, by: User) -> PrivacyRequest:
    """HR has handed the copy over. Erasure is answered by erasing. Raises RequestGone when it was taken back."""
    request = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
    if request.state == PrivacyRequest.State.WITHDRAWN:
        raise RequestGone(_("The employee has taken this back. There is nothing to do."))
    if request.state == PrivacyRequest.State.OPEN:
        request.state, request.done_at, request.done_by = PrivacyRequest.State.DONE, timezone.now(), by
        request.save(update_fields=["state", "done_at", "done_by", "updated_at"])
        audit_record(
            by=by, action="privacy_request_answered", about=request, subjects=[request.worker_id], kind=request.kind
        )
    return request
