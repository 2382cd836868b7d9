"""What became of an announcement."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from announcements.models import Announcement
from workers.models import Contact, WorkerMessage
from workers.services.audiences import Aim

State = WorkerMessage.State


@dataclass(frozen=True)
class AnnouncementResult:
    """People, not messages: of `recipients`, how many it reached in the chat, who looked, who confirmed."""

    recipients: int
    delivered: int
    waiting: int
    undelivered: int
    opened: int
    confirmed: int

    @property
    def unopened(self) -> int:
        return self.recipients - self.opened


def announcement_result(announcement: Announcement) -> AnnouncementResult:
    """Two aggregates, whatever the number of recipients."""
    seen = announcement.receipts.aggregate(
        recipients=Count("pk"),
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
    )
    sent = WorkerMessage.objects.filter(broadcast=announcement.broadcast_id).aggregate(
        delivered=Count("pk", filter=Q(state=State.SENT)),
        waiting=Count("pk", filter=Q(state__in=[State.QUEUED, State.SENDING])),
        undelivered=Count("pk", filter=Q(state__in=[State.REFUSED, State.UNKNOWN])),
    )
    return AnnouncementResult(**seen, **sent)


def unbound_count(announcement: Announcement) -> int:
    """How many of those it was sent to cannot read it now: no phone of theirs is bound. Only where figures may be told."""
    return announcement.receipts.exclude(Exists(Contact.objects.filter(worker=OuterRef("worker")))).count()


def out_of_reach_count(aim: Aim, today: date) -> int:
    """How many of those it is for have bound no phone. Only of an aim whose exact size may be told."""
    return aim.workers(today).exclude(Exists(Contact.objects.filter(worker=OuterRef("pk")))).count()
