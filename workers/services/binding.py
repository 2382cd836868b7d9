"""Which employee a contact belongs to. Guessing is limited, and a wrong guess tells nothing."""

import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.models import Factory
from workers.models import BindAttempt, BindCode, BindingPolicy, Contact, Urgency, Worker, WorkerSession
from workers.services.descriptions import description_delete
from workers.services.messages import PHONE_UNBOUND, message_queue
from workers.services.slips import code_clean, code_hash, is_code
from workers.services.spelling import employee_number_clean, name_key, name_pinyin, name_written

Factor = BindingPolicy.SecondFactor

# (failed tries, within): by one contact, for one employee number. Four digits are guessed once in ten thousand, so a month of
# tries for one number comes to one chance in 500.
CONTACT_LIMITS = ((5, timedelta(hours=1)), (10, timedelta(days=1)))
NUMBER_LIMITS = ((10, timedelta(days=1)), (20, timedelta(days=30)))
ATTEMPTS_KEPT = timedelta(days=30)
# So many failed tries in a day, or one for each twentieth employee, are no longer slips of the thumb: HR is told.
ALARM_LEAST, ALARM_SHARE = 40, 20
WORKER_ACTOR = "worker"  # in the audit trail: the person on the phone


class BindRefused(DomainError):
    """codes: bind_mismatch, bind_too_often, bind_left, contact_bound, number_bound, enrolment_closed, name_missing."""

    code = "bind_refused"


def binding_policy() -> BindingPolicy:
    """The factory's rules, made with the defaults when they are first asked for."""
    return BindingPolicy.objects.get_or_create(pk=1)[0]


def worker_bind(*, contact: Contact, employee_number: str, name: str, proof: str) -> Worker:
    """Bind a contact to the employee whom number, name and proof fit; the same again changes nothing.

    proof: what the policy asks for, or the one-time code of a slip, which always will do. Raises BindRefused. Whatever is
    wrong, and whether such an employee exists at all, is one and the same refusal after the same work, so that nobody learns
    who works here. A refused try is counted, so this opens its own transaction and may not run inside another.
    """
    number = employee_number_clean(employee_number)[:30]
    proof = unicodedata.normalize("NFKC", proof)[:40]
    with transaction.atomic(durable=True):
        contact = _locked(contact)
        _lock_number(number)
        _check_limits(contact, number, with_code=is_code(proof))
        found = _match(contact, number, name, proof)
        is_refused = isinstance(found, BindRefused)
        BindAttempt.objects.create(contact=contact, employee_number=number, succeeded=not is_refused)
        if not is_refused:
            return _bound(contact, found)
    raise found


@transaction.atomic
def enrol_open(*, contact: Contact, name: str) -> Worker:
    """Where anybody may join: a new employee row for this contact, with a made number; asked again, the same row,
    and after that was ended a new one.

    Raises BindRefused in a factory with a roster, or without a name.
    """
    if getattr(connection.tenant, "enrolment", None) != Factory.Enrolment.OPEN:
        raise BindRefused(
            _("Only people on the roster can join here. Bind your employee number."), code="enrolment_closed"
        )
    contact = _locked(contact)
    if contact.worker is not None and contact.worker.left_on is None:
        return contact.worker
    name = name_written(name)[:40]
    if not name:
        raise BindRefused(_("Write what we may call you."), code="name_missing")
    worker = Worker.objects.create(employee_number=_made_number(contact), name=name, name_pinyin=name_pinyin(name))
    contact.worker, contact.bound_at = worker, timezone.now()
    contact.save(update_fields=["worker", "bound_at", "updated_at"])
    return worker


def _made_number(contact: Contact) -> str:
    """Another one each time that this contact joins: an earlier record keeps its own."""
    number = f"WS{contact.pk:06d}"
    taken = set(Worker.objects.filter(employee_number__startswith=number).values_list("employee_number", flat=True))
    return next(
        made for made in (number, *(f"{number}-{nth}" for nth in range(2, len(taken) + 3))) if made not in taken
    )


@transaction.atomic
def worker_unbind(*, contact: Contact, by: User | str, slip_only: bool = False) -> Worker | None:
    """The contact belongs to nobody again, is signed out everywhere and is told; whose it was, None if nobody's.

    What the employee has learned stays theirs. What was private stays with nobody: another phone of theirs begins anew, and
    what they have said of themselves is deleted.
    slip_only: whoever had the phone knew number, name and proof, so from now on only a new slip binds another one.
    """
    contact = _locked(contact)
    worker = contact.worker
    if worker is None:
        return None
    audit_record(by=by, action="phone_unbound", about=contact, subjects=[worker.pk])
    _taken(contact)
    _say_goodbye(contact, worker, by)
    if slip_only:
        now = timezone.now()
        lock = {
            "slip_only": True,
            "code_hash": BindCode.NONE_YET,
            "printed_at": now,
            "expires_at": now,
            "used_at": None,
        }
        BindCode.objects.update_or_create(worker=worker, defaults=lock)
    return worker


@transaction.atomic
def phone_disown(*, own: Contact, other: Contact) -> bool:
    """Somebody says on their phone that one bound after it is not theirs: it is undone. False: it is none of the newer ones.

    Whose employee it is, nobody has proven by being first. So the other phone is told too, and HR sees that a slip is due.
    """
    own = _locked(own)
    if own.worker_id is None or not newer_phones(own).filter(pk=other.pk).exists():
        return False
    worker_unbind(contact=other, by=WORKER_ACTOR, slip_only=True)
    return True


def newer_phones(own: Contact) -> QuerySet[Contact]:
    """Those of the same employee that were bound after this one."""
    return Contact.objects.filter(worker_id=own.worker_id, bound_at__gt=own.bound_at).exclude(pk=own.pk)


def failed_today() -> int:
    """How many tries have failed in the last 24 hours."""
    return BindAttempt.objects.filter(succeeded=False, attempted_at__gt=timezone.now() - timedelta(days=1)).count()


def binding_alarm() -> int:
    """So many failed tries of a day that somebody may be guessing; 0: nothing unusual."""
    failed = failed_today()
    if failed < ALARM_LEAST:
        return 0
    return failed if failed >= Worker.objects.employed().count() / ALARM_SHARE else 0


@dataclass(frozen=True)
class Lacks:
    """How many employees there are, and how many of them could not answer each question."""

    employees: int
    phone: int
    id_card: int


def binding_lacks() -> Lacks:
    people = Worker.objects.employed()
    return Lacks(
        people.count(), people.exclude(phone__regex=r"(\d\D*){4}").count(), people.filter(id_last_four="").count()
    )


def attempts_clean() -> int:
    """Delete tries that no limit counts any more and return how many rows there were."""
    return BindAttempt.objects.filter(attempted_at__lt=timezone.now() - ATTEMPTS_KEPT).delete()[0]


def _locked(contact: Contact) -> Contact:
    return Contact.objects.select_for_update().get(pk=contact.pk)


def _lock_number(number: str) -> None:
    """Tries for one number wait for each other, also when no employee has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [connection.schema_name, f"bind {number}"]
        )


def _taken(contact: Contact) -> None:
    """Take the contact from whom it belongs to. What was said on it, or before it came, no phone may show any more."""
    description_delete(worker=contact.worker)
    others = Contact.objects.filter(worker_id=contact.worker_id).exclude(pk=contact.pk)
    others.update(private_since=timezone.now())
    contact.worker = contact.bound_at = contact.private_since = None
    contact.save(update_fields=["worker", "bound_at", "private_since", "updated_at"])
    WorkerSession.objects.filter(contact=contact).delete()


def _bound(contact: Contact, worker: Worker) -> Worker:
    if contact.worker_id == worker.pk:
        return worker
    if contact.worker_id is not None:  # of somebody who left: their own new number, or the next owner of the phone
        audit_record(by=WORKER_ACTOR, action="phone_unbound", about=contact, subjects=[contact.worker_id])
        _taken(contact)
    earlier = list(worker.contacts.order_by("bound_at"))
    contact.worker, contact.bound_at = worker, timezone.now()
    contact.save(update_fields=["worker", "bound_at", "updated_at"])
    BindCode.objects.filter(worker=worker).exclude(code_hash=BindCode.NONE_YET).update(used_at=contact.bound_at)
    audit_record(by=WORKER_ACTOR, action="phone_bound", about=contact, subjects=[worker.pk], phones=len(earlier) + 1)
    for phone in earlier:
        _tell(phone, worker, about=contact)
    return worker


def _tell(phone: Contact, worker: Worker, *, about: Contact) -> None:
    message_queue(
        worker=worker,
        contact=phone,
        kind="phone_bound",
        urgency=Urgency.URGENT,
        values={
            "title": _("Another WeChat was bound to you"),
            "summary": _("Was it not you? Open this and undo it, or tell HR."),
            "path": "/bind/",
        },
        dedupe_key=f"phone_bound:{about.pk}:{int(about.bound_at.timestamp())}:{phone.pk}",
    )


def _say_goodbye(phone: Contact, worker: Worker, by: User | str) -> None:
    """To a phone that has just been taken from the employee. It names nobody: the phone may be a stranger's."""
    if worker.left_on is not None:
        return
    with override(connection.tenant.language):
        title, summary = _("This WeChat is no longer bound"), _("HR undid it. Not right? Take your work card to HR.")
        if by == WORKER_ACTOR:
            summary = _("Another WeChat undid it. Not right? Take your work card to HR.")
        if connection.tenant.is_open:
            title, summary = _("This WeChat no longer opens your record"), _("You can join again at any time.")
        values = {"title": title, "summary": summary, "path": "/bind/"}
    message_queue(
        worker=worker,
        contact=phone,
        kind=PHONE_UNBOUND,
        urgency=Urgency.URGENT,
        values=values,
        dedupe_key=f"{PHONE_UNBOUND}:{phone.pk}:{int(timezone.now().timestamp())}",
    )


def _match(contact: Contact, number: str, name: str, proof: str) -> Any:
    """The employee, or the BindRefused to raise once the try has been written."""
    policy = binding_policy()
    worker = Worker.objects.select_related("bind_code").filter(employee_number=number).first()
    is_match = _is_proven(worker, policy, proof) & (worker is not None and name_key(worker.name) == name_key(name))
    owner = contact.worker
    if owner is not None and owner.left_on is None and not (worker and worker.pk == owner.pk and is_match):
        text = _("This WeChat is already bound to another employee number. Ask HR to change it.")
        return BindRefused(text, code="contact_bound")
    if worker is None or not is_match:
        text = _("This does not fit together. Look at your work card, or ask HR: they can print a slip with a code.")
        return BindRefused(text, code="bind_mismatch")
    if worker.left_on is not None:
        return BindRefused(_("This employee has left the factory. If that is wrong, ask HR."), code="bind_left")
    if worker.contacts.exclude(pk=contact.pk).count() >= policy.phones_allowed:
        text = ngettext(
            "%(count)d WeChat is bound to this employee number, more are not possible. Ask HR to undo the old one.",
            "%(count)d WeChats are bound to this employee number, more are not possible. Ask HR to undo an old one.",
            policy.phones_allowed,
        )
        return BindRefused(text % {"count": policy.phones_allowed}, code="number_bound")
    return worker


def _is_proven(worker: Worker | None, policy: BindingPolicy, proof: str) -> bool:
    """Both ways are tried, also for a number that nobody has: the answer takes as long whatever is wrong."""
    code = getattr(worker, "bind_code", None)
    known = {Factor.PHONE: _last_four, Factor.ID_CARD: _id_last_four, Factor.CODE: _nothing}[policy.second_factor](
        worker
    )
    is_locked = code is not None and code.slip_only
    by_factor = constant_time_compare(known, proof.strip().upper()) & bool(known) & (not is_locked)
    hashed = code_hash(worker_id=worker.pk if worker else 0, code=code_clean(proof))
    is_open = code is not None and code.used_at is None and code.expires_at > timezone.now()
    return by_factor | (constant_time_compare(code.code_hash if code else "", hashed) & is_open)


def _last_four(worker: Worker | None) -> str:
    digits = "".join(filter(str.isdecimal, worker.phone)) if worker else ""
    return digits[-4:] if len(digits) >= 4 else ""


def _id_last_four(worker: Worker | None) -> str:
    return worker.id_last_four.upper() if worker else ""


def _nothing(worker: Worker | None) -> str:
    return ""


def _check_limits(contact: Contact, number: str, *, with_code: bool) -> None:
    """A slip's code cannot be guessed, so whoever has one is not stopped by others' tries for the number."""
    failed, now = BindAttempt.objects.filter(succeeded=False), timezone.now()
    own = max(_wait(failed.filter(contact=contact), *limit, now) for limit in CONTACT_LIMITS)
    if own:
        text = _("Too many tries. Try again in %(wait)s, or ask HR for a slip with a code.")
        raise BindRefused(text % {"wait": _in_words(own)}, code="bind_too_often")
    if with_code:
        return
    of_number = max(_wait(failed.filter(employee_number=number), *limit, now) for limit in NUMBER_LIMITS)
    if of_number:
        text = _(
            "This number was tried too often, and it need not have been you. Try again in %(wait)s, or ask HR for a slip with a "
            "code."
        )
        raise BindRefused(text % {"wait": _in_words(of_number)}, code="bind_too_often")


def _wait(failed: QuerySet[BindAttempt], most: int, within: timedelta, now: datetime) -> timedelta:
    """How long until fewer than `most` failures lie within the time before."""
    recent = failed.filter(attempted_at__gt=now - within).order_by("-attempted_at")
    times = list(recent.values_list("attempted_at", flat=True)[:most])
    return times[-1] + within - now if len(times) == most else timedelta(0)


def _in_words(wait: timedelta) -> str:
    minutes = math.ceil(wait / timedelta(minutes=1))
    if minutes <= 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = math.ceil(minutes / 60)
    if hours <= 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = math.ceil(hours / 24)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
