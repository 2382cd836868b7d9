"""What this room hands out and erases of a worker, and what it deletes when its time is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from workers.models import (
    ApiReceipt,
    BindAttempt,
    BindCode,
    Colleague,
    Consent,
    Contact,
    Department,
    PrivacyRequest,
    SelfDescription,
    SentRecord,
    Worker,
    WorkerMessage,
    WorkerSession,
    number_erased,
    number_told,
    one_phone_since,
)
from workers.privacy.erasure import worker_erase
from workers.privacy.refusals import refusal_told
from workers.privacy.register import Part, Scope, hidden_note
from workers.privacy.texts import FAMILY_FACTS, text_of
from workers.services.binding import attempts_clean
from workers.services.consents import consent_withdraw, consents_shown
from workers.services.messages import DATA_ERASED
from workers.services.roster_jobs import rosters_clean
from workers.services.transfers import sent_records_recall
from workers.sessions import sessions_clean

ERASED_MOST = 500  # workers a day whose time is over
STRANGERS_KEPT = timedelta(days=365)
PROOFS_KEPT = timedelta(days=3 * 365)
MESSAGES_KEPT = timedelta(days=365)
GOODBYES_KEPT = timedelta(days=1)  # of erased people: gone once sent, and not waiting for long
AFTER_LEAVING = timedelta(days=30)
RECEIPTS_KEPT = timedelta(days=7)
CODES_KEPT = timedelta(days=30)
_FIELDS = [
    *("employee_number", "name", "gender", "birth_date", "department", "position", "is_line_manager", "shift"),
    *("education", "home_region", "phone", "id_last_four", "hired_on", "left_on"),
]


def parts(worker: Worker, is_own: bool) -> Iterable[Part]:
    what, value = (_("what"), _("kept")), _covered if is_own else _value
    covered = _(
        "Parts of phone, ID card and birth date are covered: others may hold this phone. HR gives you all of it."
    )
    yield Part(
        _("Name and number") if connection.tenant.is_open else _("On the roster"),
        what,
        tuple((_label(name), value(worker, name)) for name in _known([worker], _FIELDS)),
        covered if is_own and not connection.tenant.is_open else "",
    )
    yield Part(
        _("Phones"),
        (_("bound at"), _("reachable"), _("came by")),
        tuple(worker.contacts.order_by("pk").values_list("bound_at", "is_reachable", "source")),
    )
    yield _said(worker, is_own)
    yield _messages(worker, is_own)
    yield _consents(worker, is_own)
    yield _requests(worker)
    versions = worker.history.order_by("-history_date")
    names = _known(versions, [name for name in _FIELDS if name not in ("department", "shift")])
    yield Part(
        _("Earlier versions"),
        (_("changed at"), *map(_label, names)),
        tuple((row.history_date, *(value(row, name) for name in names)) for row in versions),
    )


def _messages(worker: Worker, is_own: bool) -> Part:
    theirs = ~Q(broadcast__is_private=True)
    if is_own:  # as on the phone: of private ones those since one phone alone is bound
        theirs |= Q(created_at__gte=one_phone_since("worker"))
    messages = worker.messages.filter(theirs).order_by("-created_at")
    return Part(
        _("Messages"),
        (_("written"), _("title"), _("sent at")),
        tuple((message.created_at, message.values.get("title", ""), message.sent_at) for message in messages),
        hidden_note(worker)
        if is_own
        else _("Without messages to audiences that rest on what employees say of themselves."),
    )


def _requests(worker: Worker) -> Part:
    return Part(
        _("Requests on own data"),
        (_("asked at"), _("what is asked"), _("state"), _("done at"), _("reason"), _("own words")),
        tuple(
            (
                request.created_at,
                request.get_kind_display(),
                request.get_state_display(),
                request.done_at,
                refusal_told(request),
                request.words,
            )
            for request in worker.privacy_requests.order_by("-created_at")
        ),
    )


def _known(rows: Iterable, names: list[str]) -> list[str]:
    """Which of these are shown. Who has joined by a name of their own has none of the others, unless somebody wrote it."""
    if not connection.tenant.is_open:
        return names
    return [name for name in names if any(getattr(row, name) for row in rows)]


def _label(name: str) -> str:
    if connection.tenant.is_open:
        match name:
            case "employee_number":
                return pgettext("in an open account", "number")
            case "name":
                return pgettext("in an open account", "name")
    return str(Worker._meta.get_field(name).verbose_name)


def _value(row, name: str):
    if name in ("gender", "education"):
        return getattr(row, f"get_{name}_display")()
    if name == "department":
        return row.department.label if row.department else None
    if name == "employee_number":
        return number_told(row.employee_number)
    return getattr(row, name)


def _covered(row, name: str):
    """As the employee's own phone shows it: enough to know it again, too little for whoever else holds the phone."""
    value = _value(row, name)
    if not value:
        return value
    match name:
        case "phone":
            return f"•••{value[-4:]}"
        case "id_last_four":
            return f"•••{value[-1]}"
        case "birth_date":
            return f"{value.year}-••-••"
    return value


def _said(worker: Worker, is_own: bool) -> Part:
    """For HR the same words whether something was said or not."""
    title = _("What I say about myself and my family")
    if not is_own:
        return Part(title, note=_("Only the employee sees this, on the phone: Me, My data, Show everything."))
    said = SelfDescription.objects.in_force().filter(worker=worker).prefetch_related("children").first()
    if said is None:
        return Part(title, note=hidden_note(worker) or _("Nothing has been said on this WeChat."))
    facts = ["is_parent", "is_young", "is_line_manager", "has_child_elsewhere"]
    rows = [(str(SelfDescription._meta.get_field(name).verbose_name), getattr(said, name)) for name in facts]
    rows += [(_("child, born in"), str(child)) for child in said.children.all()]
    return Part(title, (_("what"), _("said")), tuple(rows))


def _consents(worker: Worker, is_own: bool) -> Part:
    """HR does not learn who has agreed to say something of themselves."""
    given = consents_shown(worker) if is_own else worker.consents.exclude(purpose=FAMILY_FACTS)
    return Part(
        _("Consents"),
        (_("purpose"), _("version of the text"), _("agreed at"), _("taken back at")),
        tuple(
            (
                getattr(text_of(row.purpose, row.text_version), "title", row.purpose),
                row.text_version,
                row.given_at,
                row.withdrawn_at,
            )
            for row in given.order_by("-given_at")
        ),
        hidden_note(worker) if is_own else _("Without consents to what employees say of themselves."),
    )


def erase(worker: Worker, scope: Scope) -> dict[str, int]:
    contacts = Contact.objects.filter(worker=worker)
    codes = BindCode.objects.filter(worker=worker)
    if scope != Scope.ALL:
        codes = codes.exclude(slip_only=True)  # who knows their proofs goes on knowing them
    attempts = BindAttempt.objects.filter(Q(contact__in=contacts) | Q(employee_number=worker.employee_number))
    counts = {
        "self_descriptions": SelfDescription.objects.filter(worker=worker).delete()[0],
        "messages": worker.messages.exclude(kind=DATA_ERASED).delete()[0],
        "bind_attempts": attempts.delete()[0],
        "bind_codes": codes.delete()[0],
        "sent_records": sent_records_recall(worker=worker),
        "sessions": WorkerSession.objects.filter(contact__in=contacts).delete()[0],
    }
    counts["contacts_unbound"] = contacts.update(
        worker=None, bound_at=None, source="", tags=[], updated_at=timezone.now()
    )
    if scope == Scope.ALL and worker.erased_on is None:
        counts |= _employee_erase(worker)
    return counts


def _employee_erase(worker: Worker) -> dict[str, int]:
    number = worker.employee_number
    content_type = ContentType.objects.get_for_model(Worker)
    logged = LogEntry.objects.filter(content_type=content_type, object_id=str(worker.pk))
    counts = {
        "versions": worker.history.all().delete()[0],
        "led_departments": Department.objects.filter(leader=worker).update(leader=None),
        "led_departments_before": Department.history.filter(leader_id=worker.pk).update(leader_id=None),
        "refusals_wordless": PrivacyRequest.objects.filter(worker=worker).exclude(words="").update(words=""),
        "colleagues": Colleague.objects.filter(worker=worker).update(worker=None),
        "log_entries": logged.update(object_repr=_erased_name(), change_message=""),
        "api_receipts": ApiReceipt.objects.annotate(text=Cast("body", TextField()))
        .filter(Q(text__contains=f'"{number}"'))
        .delete()[0],
    }
    left_on = (worker.left_on or timezone.localdate()).replace(day=1)
    counts["employees"] = Worker.objects.filter(pk=worker.pk).update(
        employee_number=number_erased(worker.pk),
        name=_erased_name(),
        name_pinyin="",
        **dict.fromkeys(("gender", "position", "education", "home_region", "phone", "id_last_four"), ""),
        **dict.fromkeys(("birth_date", "department", "shift", "hired_on"), None),
        is_line_manager=False,
        left_on=left_on,
        erased_on=timezone.localdate(),
        updated_at=timezone.now(),
    )
    return counts


def _erased_name() -> str:
    """In the factory's language, whoever erases."""
    with override(connection.tenant.language):
        return _("deleted employee")


def forget(worker: Worker) -> dict[str, int]:
    """The phones themselves. Their channel's own rows go with them."""
    return {"contacts_forgotten": Contact.objects.filter(worker=worker).delete()[1].get("workers.Contact", 0)}


# --- what is past its time ---------------------------------------------------------------------------------------------


def employees_gone(now: datetime) -> int:
    """Those who left so many months ago (settings.PRIVACY_LEFT_MONTHS)."""
    before = timezone.localdate(now) - timedelta(days=settings.PRIVACY_LEFT_MONTHS * 365 // 12)
    gone = Worker.objects.filter(left_on__lt=before, erased_on__isnull=True).order_by("left_on", "pk")
    return sum(bool(worker_erase(worker=worker, by="system").counts) for worker in gone[:ERASED_MOST])


def self_descriptions_gone(now: datetime) -> int:
    """What somebody who has left said of themselves has no use any more; nor what was said before the phones changed, which
    none may show again: undoing a binding deletes it, and here goes what that has missed."""
    before = timezone.localdate(now) - AFTER_LEAVING
    said = SelfDescription.objects.annotate(phones=Count("worker__contacts"))
    asleep = Q(phones__lt=2) & ~Q(pk__in=SelfDescription.objects.in_force().values("pk"))
    gone = said.filter(asleep | Q(worker__left_on__lt=before)).select_related("worker")
    workers = [row.worker for row in gone]
    for worker in workers:
        consent_withdraw(worker=worker, purpose=FAMILY_FACTS)
    return len(workers)


def strangers_gone(now: datetime) -> int:
    """Followers bound to nobody who stopped following long ago."""
    gone = Contact.objects.filter(
        worker__isnull=True, is_reachable=False, updated_at__lt=now - STRANGERS_KEPT, colleague__isnull=True
    )
    return gone.delete()[1].get("workers.Contact", 0)


def messages_gone(now: datetime) -> int:
    waiting = [WorkerMessage.State.QUEUED, WorkerMessage.State.SENDING]
    old = Q(created_at__lt=now - MESSAGES_KEPT) & ~Q(state__in=waiting)
    unsaid = Q(kind=DATA_ERASED, created_at__lt=now - GOODBYES_KEPT)
    return WorkerMessage.objects.filter(old | unsaid).delete()[1].get("workers.WorkerMessage", 0)


def proofs_gone(now: datetime) -> int:
    before = now - PROOFS_KEPT
    consents = Consent.objects.filter(Q(withdrawn_at__lt=before) | Q(worker__erased_on__lt=before.date()))
    requests = PrivacyRequest.objects.exclude(state=PrivacyRequest.State.OPEN).filter(updated_at__lt=before)
    return consents.delete()[0] + requests.delete()[0]


def codes_gone(now: datetime) -> int:
    old = BindCode.objects.filter(expires_at__lt=now - CODES_KEPT).exclude(slip_only=True)
    return old.delete()[0]


SWEEPS = {
    "employees_gone": employees_gone,
    "self_descriptions_gone": self_descriptions_gone,
    "strangers_gone": strangers_gone,
    "messages_gone": messages_gone,
    "proofs_gone": proofs_gone,
    "imports_gone": lambda now: rosters_clean(),
    "codes_gone": codes_gone,
    "receipts_gone": lambda now: ApiReceipt.objects.filter(created_at__lt=now - RECEIPTS_KEPT).delete()[0],
    "sent_records_gone": lambda now: SentRecord.objects.filter(expires_on__lt=timezone.localdate(now)).delete()[0],
    "sessions_gone": lambda now: sessions_clean(),
    "attempts_gone": lambda now: attempts_clean(),
}
