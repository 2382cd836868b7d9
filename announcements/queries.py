"""What became of an announcement."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from announcements.models import Announcement
from workers.models import Contact, WorkerMessage
from workers.services.audiences import Aim

State = WorkerMessage.State
UNBOUND = "unbound"  # WorkerMessage.refusal_code of whom the channel found without a phone


@dataclass(frozen=True)
class Refused:
    """Of `count` people the message was refused for this reason; `bound` of them have a phone now."""

    code: str
    count: int
    bound: int

    @property
    def text(self) -> str:
        return WorkerMessage(refusal_code=self.code).refusal_text

    @property
    def bound_since(self) -> int:
        return self.bound if self.code == UNBOUND else 0


@dataclass(frozen=True)
class AnnouncementResult:
    """People: to `recipients` it went that day; what became of their messages, who looked, not yet, confirmed.

    Why a message was refused is as it was then. waiting_unbound: their turn has not come, and now there is no phone.
    """

    recipients: int
    delivered: int
    waiting: int
    waiting_unbound: int
    undelivered: int
    unknown: int
    opened: int
    unopened: int
    confirmed: int
    refused: tuple[Refused, ...]

    @property
    def forgotten(self) -> int:
        """Of whom no message is left: erased with what was known of them, or a year old."""
        return max(0, self.recipients - self.delivered - self.waiting - self.undelivered - self.unknown)

    @property
    def unbound(self) -> int:
        """Who had no phone when it was their turn, or has none yet."""
        return self.waiting_unbound + sum(each.count for each in self.refused if each.code == UNBOUND)


def announcement_result(announcement: Announcement) -> AnnouncementResult:
    """Two statements, whatever the number of recipients."""
    seen = announcement.receipts.aggregate(
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        unopened=Count("pk", filter=Q(opened_at__isnull=True)),
        confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
    )
    return AnnouncementResult(recipients=announcement.recipient_count, **seen, **_messages_counted(announcement))


def _messages_counted(announcement: Announcement) -> dict[str, Any]:
    phones = Contact.objects.filter(worker=OuterRef("worker"))
    counts = {"count": Count("pk"), "bound": Count("pk", filter=Exists(phones))}
    sent = WorkerMessage.objects.filter(broadcast=announcement.broadcast_id).values("state", "refusal_code")
    rows = list(sent.annotate(**counts).order_by("-count", "refusal_code"))
    waiting = [row for row in rows if row["state"] in (State.QUEUED, State.SENDING)]
    refused = [row for row in rows if row["state"] == State.REFUSED]
    return {
        "delivered": sum(row["count"] for row in rows if row["state"] == State.SENT),
        "waiting": sum(row["count"] for row in waiting),
        "waiting_unbound": sum(row["count"] - row["bound"] for row in waiting),
        "undelivered": sum(row["count"] for row in refused),
        "unknown": sum(row["count"] for row in rows if row["state"] == State.UNKNOWN),
        "refused": tuple(Refused(row["refusal_code"], row["count"], row["bound"]) for row in refused),
    }


def out_of_reach_count(aim: Aim, today: date) -> int:
    """How many of those it is for have bound no phone. Only of an aim whose exact size may be told."""
    return aim.workers(today).exclude(Exists(Contact.objects.filter(worker=OuterRef("pk")))).count()
