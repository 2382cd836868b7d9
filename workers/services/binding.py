"""Which employee a contact belongs to. Guessing is limited, and a wrong guess tells nothing."""

import math
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.errors import DomainError
from tenants.models import Factory
from workers.models import BindAttempt, Contact, Worker
from workers.services.people import employee_number_clean, name_key, name_pinyin, name_written

# (failed tries, within): by one contact, for one employee number
CONTACT_LIMIT = (5, timedelta(hours=1))
NUMBER_LIMIT = (10, timedelta(days=1))
ATTEMPTS_KEPT = timedelta(days=30)


class BindRefused(DomainError):
    """codes: bind_mismatch, bind_too_often, bind_left, contact_bound, number_bound, enrolment_closed, name_missing."""

    code = "bind_refused"


def worker_bind(*, contact: Contact, employee_number: str, name: str) -> Worker:
    """Bind a contact to the employee with this number and name; the same again changes nothing.

    Raises BindRefused. An unknown number and a wrong name are the same refusal, so that nobody learns who works here. A
    refused try is counted, so this opens its own transaction and may not run inside another.
    """
    number = employee_number_clean(employee_number)[:30]
    with transaction.atomic(durable=True):
        contact = _locked(contact)
        _lock_number(number)
        _check_limits(contact, number)
        found = _match(contact, number, name)
        is_refused = isinstance(found, BindRefused)
        BindAttempt.objects.create(contact=contact, employee_number=number, succeeded=not is_refused)
        if not is_refused:
            return _bound(contact, found)
    raise found


@transaction.atomic
def enrol_open(*, contact: Contact, name: str) -> Worker:
    """Where anybody may join: a new employee row for this contact, with a made number; asked again, the same row.

    Raises BindRefused in a factory with a roster, or without a name.
    """
    if getattr(connection.tenant, "enrolment", None) != Factory.Enrolment.OPEN:
        raise BindRefused(
            _("Only people on the roster can join here. Bind your employee number."), code="enrolment_closed"
        )
    contact = _locked(contact)
    if contact.worker is not None:
        return contact.worker
    name = name_written(name)[:40]
    if not name:
        raise BindRefused(_("Write what we may call you."), code="name_missing")
    worker = Worker.objects.create(employee_number=f"WS{contact.pk:06d}", name=name, name_pinyin=name_pinyin(name))
    return _bound(contact, worker)


@transaction.atomic
def worker_unbind(*, contact: Contact) -> None:
    """HR's undo: the contact belongs to nobody again, and may bind anew. What the employee has learned stays theirs."""
    contact = _locked(contact)
    contact.worker = contact.bound_at = None
    contact.save(update_fields=["worker", "bound_at", "updated_at"])


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


def _bound(contact: Contact, worker: Worker) -> Worker:
    if contact.worker_id != worker.pk:
        contact.worker, contact.bound_at = worker, timezone.now()
        contact.save(update_fields=["worker", "bound_at", "updated_at"])
    return worker


def _match(contact: Contact, number: str, name: str) -> Any:
    """The employee, or the BindRefused to raise once the try has been written."""
    worker = Worker.objects.filter(employee_number=number).first()
    is_match = worker is not None and name_key(worker.name) == name_key(name)
    if contact.worker_id is not None and not (is_match and worker.pk == contact.worker_id):
        text = _("This WeChat is already bound to another employee number. Ask HR to change it.")
        return BindRefused(text, code="contact_bound")
    if not is_match:
        text = _("No employee has this number and name. Look at your work card, or ask HR.")
        return BindRefused(text, code="bind_mismatch")
    if worker.left_on is not None:
        return BindRefused(_("This employee has left the factory. If that is wrong, ask HR."), code="bind_left")
    if worker.contacts.exclude(pk=contact.pk).exists():  # number and name stand on every roster; a phone is one's own
        text = _("This employee number is bound to another WeChat. If you have a new one, ask HR to undo the old one.")
        return BindRefused(text, code="number_bound")
    return worker


def _check_limits(contact: Contact, number: str) -> None:
    failed = BindAttempt.objects.filter(succeeded=False)
    now = timezone.now()
    waits = [
        _wait(failed.filter(contact=contact), *CONTACT_LIMIT, now),
        _wait(failed.filter(employee_number=number), *NUMBER_LIMIT, now),
    ]
    longest = max(waits)
    if not longest:
        return
    text = _("Too many tries. Try again in %(wait)s, or ask HR for your employee number.")
    raise BindRefused(text % {"wait": _in_words(longest)}, code="bind_too_often")


def _wait(failed: QuerySet[BindAttempt], limit: int, within: timedelta, now) -> timedelta:
    """How long until fewer than `limit` failures lie within the time before."""
    recent = failed.filter(attempted_at__gt=now - within).order_by("-attempted_at")
    times = list(recent.values_list("attempted_at", flat=True)[:limit])
    return times[-1] + within - now if len(times) == limit else timedelta(0)


def _in_words(wait: timedelta) -> str:
    minutes = math.ceil(wait / timedelta(minutes=1))
    if minutes <= 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
