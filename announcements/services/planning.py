"""Sending a notice at a time chosen before: to whom it is for by then, or not at all and saying why."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from announcements.models import Announcement
from announcements.services.sending import AnnouncementRefused, aim_admitted, announcement_send, announcement_unsent
from tenants.audit.services import audit_record
from tenants.errors import DomainError

MOST_DAYS_AHEAD = 60
MOST_LATE = timedelta(days=1)
MAY_SEND = "announcements.change_announcement"
PLAN = ("state", "send_at", "sent_by", "unsent_because", "updated_at")

State = Announcement.State
Unsent = Announcement.Unsent


@transaction.atomic
def announcement_schedule(*, announcement: Announcement, at: datetime, by: User) -> Announcement:
    """Have a draft sent at that minute, or a planned one at another. `by` answers for it: it is sent only while they may send.

    Raises AnnouncementRefused, or what `aim_admitted` raises. An audience in which nobody is yet may fill until then.
    """
    announcement = announcement_unsent(announcement.pk)
    moment_check(at)
    aim_admitted(announcement, timezone.localdate(), by)
    announcement.state, announcement.send_at, announcement.sent_by = State.SCHEDULED, at, by
    announcement.unsent_because = ""
    announcement.save(update_fields=PLAN)
    moment = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    audit_record(by=by, action="announcement_planned", about=announcement, moment=moment)
    return announcement


@transaction.atomic
def announcement_unschedule(*, announcement: Announcement, by: User) -> Announcement:
    """Back to a draft, to be edited, sent or planned anew; one that is a draft already stays as it is. Raises
    AnnouncementRefused when it has gone out."""
    announcement = announcement_unsent(announcement.pk)
    if announcement.is_scheduled:
        announcement.state, announcement.send_at, announcement.sent_by = State.DRAFT, None, None
        announcement.save(update_fields=PLAN)
        audit_record(by=by, action="announcement_taken_back", about=announcement)
    return announcement


@transaction.atomic
def announcement_send_due(*, announcement_id: int) -> None:
    """Send a planned one whose time has come. What cannot be sent is a draft again, with the reason; nothing of it went out.

    Whoever comes second, after another run, after “send now” or taking back, finds nothing to do.
    """
    now = timezone.now()
    rows = Announcement.objects.due(now).select_for_update(of=("self",)).select_related("sent_by")
    announcement = rows.filter(pk=announcement_id).first()
    if announcement is None:
        return
    because = _obstacle(announcement, now)
    if not because:
        try:
            announcement_send(announcement=announcement, by=announcement.sent_by)
            return
        except DomainError as refusal:
            because = refusal.code if refusal.code in Unsent.values else Unsent.UNREADABLE
    announcement.state, announcement.unsent_because = State.DRAFT, because
    announcement.save(update_fields=PLAN)


def moment_check(at: datetime) -> None:
    """Raises AnnouncementRefused for a time that is over, or too far away for anybody to remember what was planned."""
    now = timezone.now()
    if at <= now:
        raise AnnouncementRefused(
            _("This time is over. Choose a later one, or send the notice now."), code="in_the_past"
        )
    if at > now + timedelta(days=MOST_DAYS_AHEAD):
        text = _("At most %(days)d days ahead. Keep it as a draft until then.")
        raise AnnouncementRefused(text % {"days": MOST_DAYS_AHEAD}, code="too_far_ahead")


def _obstacle(announcement: Announcement, now: datetime) -> Any:
    """Why it may not be sent though its time has come; rights are those of now, not of the day it was planned on."""
    sender = announcement.sent_by
    if not (sender.is_active and sender.is_staff):
        return Unsent.SENDER_LEFT
    if not sender.has_perm(MAY_SEND):
        return Unsent.SENDER_MAY_NOT
    return Unsent.MISSED if now - announcement.send_at > MOST_LATE else ""
