"""What happened with an employee's binding lately, for HR: facts and moments, and no guess whose doing it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.audit.models import AuditEntry
from workers.models import BindAttempt, BindCode, Worker
from workers.services.binding import WORKER_ACTOR

SHOWN = timedelta(days=30)  # as long as tries are kept


@dataclass(frozen=True)
class Sign:
    at: datetime
    text: str


def workers_slip_due() -> QuerySet[Worker]:
    """Who can bind with nothing but a slip, and none has been printed since."""
    return Worker.objects.employed().filter(bind_code__slip_only=True, bind_code__code_hash=BindCode.NONE_YET)


def bind_signs(worker: Worker) -> list[Sign]:
    """What was bound, undone and refused, the latest first. Of tries only how many, from how many phones, and the last."""
    since = timezone.now() - SHOWN
    entries = AuditEntry.objects.filter(
        subject_ids__contains=[worker.pk], action__in=("phone_bound", "phone_unbound"), at__gt=since
    )
    signs = [Sign(entry.at, _told(entry)) for entry in entries]
    refused = BindAttempt.objects.filter(
        employee_number=worker.employee_number, succeeded=False, attempted_at__gt=since
    ).aggregate(count=Count("pk"), phones=Count("contact", distinct=True), last=Max("attempted_at"))
    if refused["count"]:
        tries = ngettext("%(count)d try was refused", "%(count)d tries were refused", refused["count"])
        phones = ngettext("from %(count)d WeChat", "from %(count)d WeChats", refused["phones"])
        words = _("%(tries)s with this number, %(phones)s; this was the last.")
        text = words % {"tries": tries % {"count": refused["count"]}, "phones": phones % {"count": refused["phones"]}}
        signs.append(Sign(refused["last"], text))
    return sorted(signs, key=lambda sign: sign.at, reverse=True)


def _told(entry: AuditEntry) -> str:
    if entry.action == "phone_bound":
        if entry.detail.get("phones", 1) > 1:
            return _("A further WeChat was bound; the one before was told.")
        return _("A WeChat was bound.")
    if entry.actor == WORKER_ACTOR:
        return _("A binding was undone on a phone: “That was not me”.")
    return _("%(name)s undid a binding.") % {"name": entry.actor}
