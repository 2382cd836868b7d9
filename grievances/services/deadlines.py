"""What the clock does: cases that wait too long escalate where that was agreed, and officers are reminded by counts alone."""

from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from grievances.models import OMBUDSMAN_PLACE, Case, CaseWrap, FactoryFigures, Lane, Officer, State
from grievances.queries.addresses import desk_address
from grievances.queries.waiting import handled_here
from grievances.services.calendar import due_on, today
from grievances.services.channel import channel_get
from grievances.services.log import event_add
from grievances.services.sealed import own_lane
from tenants.errors import DomainError

SOON_DAYS = 2
REMEMBERED_SECONDS = 36 * 3600  # longer than the day a reminder is for


class ReminderNotSent(DomainError):
    """The mail server did not take a reminder. Those it took are not sent again today."""

    code = "reminder_not_sent"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one officer. received: nobody has acknowledged it yet; due: within two days, or overdue."""

    received: int
    due: int


def deadlines_keep() -> int:
    """Hand cases past their deadline to the ombudsmen where the worker agreed to it beforehand; how many. Each one once.

    Nothing escalates without that agreement and the wraps that were made with it. In public there is nobody to hand on to.
    """
    if own_lane() != Lane.FACTORY:
        return 0
    day = today()
    return sum(_escalate(pk, day) for pk in list(_to_escalate(day).values_list("pk", flat=True)))


def _to_escalate(day: date) -> QuerySet[Case]:
    held = CaseWrap.objects.filter(key__case=OuterRef("pk"), is_held=True, officer__place=OMBUDSMAN_PLACE)
    agreed = Case.objects.overdue(day).filter(agreed_escalation=True, lead=Lane.FACTORY)
    return agreed.filter(Exists(held), escalated_on=None, erased_on=None).order_by("pk")


@transaction.atomic
def _escalate(pk: str, day: date) -> int:
    case = _to_escalate(day).select_for_update().filter(pk=pk).first()
    if case is None:
        return 0
    CaseWrap.objects.filter(key__case=case, is_held=True).update(is_held=False)
    channel = channel_get()
    case.lead, case.escalated_on, case.assigned_to = Lane.OMBUDSMAN, day, None
    case.acknowledge_by = due_on(day, days=channel.acknowledge_days, channel=channel)  # the ombudsmen begin now
    case.answer_by = due_on(day, days=channel.answer_days, channel=channel)
    case.revision += 1
    case.save(
        update_fields=["lead", "escalated_on", "assigned_to", "acknowledge_by", "answer_by", "revision"],
    )
    event_add(case, "escalated", by="clock")
    return 1


def reminders_send() -> int:
    """Write to this place's officers for whom something is due, at most once a day each; how many were written to.

    Counts only, and where to sign in. Raises ReminderNotSent after everybody has had a try: again, only those are left.
    """
    day, sent, failed = today(), 0, 0
    silent = _silent_factories()
    officers = Officer.objects.active().own().filter(user__is_active=True).exclude(user__email="")
    for officer in officers.select_related("user"):
        waiting = waiting_of(officer, day)
        if not (waiting.due or silent):
            continue
        claim = f"voice:reminded:{officer.pk}:{day}"
        if not cache.add(claim, 1, REMEMBERED_SECONDS):
            continue
        try:
            _write(officer.user.email, waiting, silent=silent)
        except (SMTPException, OSError):
            cache.delete(claim)
            failed += 1
        else:
            sent += 1
    if failed:
        raise ReminderNotSent(f"{failed} reminders were not taken by the mail server. They are tried again.")
    return sent


def waiting_of(officer: Officer, day: date) -> Waiting:
    """Of the cases an officer holds and this place handles."""
    cases = Case.objects.open().held_by(officer).filter(handled_here())
    soon = day + timedelta(days=SOON_DAYS)
    due = Q(state=State.RECEIVED, acknowledge_by__lte=soon) | Q(answer_by__lte=soon)
    return Waiting(received=cases.filter(state=State.RECEIVED).count(), due=cases.filter(due).count())


def _silent_factories() -> int:
    """In public: at how many factories the silence alarm rings."""
    return FactoryFigures.objects.exclude(silence="").count() if own_lane() == Lane.OMBUDSMAN else 0


def _write(address: str, waiting: Waiting, *, silent: int) -> None:
    with translation.override(getattr(connection.tenant, "language", settings.LANGUAGE_CODE)):
        facts = [
            (waiting.received, ngettext("%(count)d to acknowledge", "%(count)d to acknowledge", waiting.received)),
            (waiting.due, ngettext("%(count)d due soon", "%(count)d due soon", waiting.due)),
            (silent, ngettext("%(count)d factory has gone silent", "%(count)d factories have gone silent", silent)),
        ]
        said = [text % {"count": count} for count, text in facts if count]
        body = _("%(facts)s. Please sign in and have a look:\n%(address)s") % {
            "facts": pgettext("between facts", ", ").join(said),
            "address": desk_address(),
        }
        send_mail(_("Employee voice: something waits for you"), body, None, [address])
