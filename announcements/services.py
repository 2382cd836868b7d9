"""Sending an announcement once, and counting who has seen it."""

from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from announcements.models import Announcement, Receipt
from tenants.errors import DomainError
from workers.models import Worker
from workers.services import broadcast_queue

KIND = "announcement"
SUMMARY_LENGTH = 100


class AnnouncementRefused(DomainError):
    """codes: already_sent, nobody_to_send_to."""

    code = "announcement_refused"


def announcement_audience(announcement: Announcement) -> QuerySet[Worker]:
    """Whom it would go to now: all who have not left, or those of one department and of everything below it."""
    people = Worker.objects.employed()
    return people.in_department(announcement.department) if announcement.department else people


@transaction.atomic
def announcement_send(*, announcement: Announcement, by: User) -> Announcement:
    """Freeze the audience as receipts and queue a message to each. Once: a second time is refused.

    Raises AnnouncementRefused, and then nothing has been written.
    """
    announcement = (
        Announcement.objects.select_for_update(of=("self",)).select_related("department").get(pk=announcement.pk)
    )
    if announcement.is_sent:
        raise AnnouncementRefused(
            _("This announcement has been sent already. Nothing was sent again."), code="already_sent"
        )
    announcement.recipient_count = _receipts_make(announcement)
    if not announcement.recipient_count:
        raise AnnouncementRefused(
            _("There is nobody to send it to. Choose another department."), code="nobody_to_send_to"
        )
    announcement.broadcast = broadcast_queue(
        audience=Worker.objects.filter(pk__in=announcement.receipts.values("worker_id")),
        kind=KIND,
        values={
            "title": announcement.title,
            "path": reverse("announcements:detail", args=[announcement.uuid]),
            "summary": summary(announcement.body),
        },
        dedupe_key=f"{KIND}:{announcement.uuid}",
    )
    announcement.state, announcement.sent_at, announcement.sent_by = Announcement.State.SENT, timezone.now(), by
    announcement.save(
        update_fields=["state", "sent_at", "sent_by", "recipient_count", "broadcast", "updated_at"],
    )
    return announcement


def announcement_open(*, uuid: UUID, worker_id: int | None) -> bool:
    """A look at it by one it was sent to: the first sets the time, each is counted. False: it was not sent to them."""
    receipts = Receipt.objects.filter(announcement__uuid=uuid, worker_id=worker_id)
    return bool(receipts.update(opened_at=Coalesce(F("opened_at"), timezone.now()), open_count=F("open_count") + 1))


def announcement_confirm(*, uuid: UUID, worker_id: int | None) -> bool:
    """Say "I know about it", once; again changes nothing. False: it was not sent to them, or asks for no confirmation."""
    receipts = Receipt.objects.filter(announcement__uuid=uuid, worker_id=worker_id)
    now = timezone.now()
    return bool(
        receipts.filter(announcement__requires_confirmation=True).update(
            confirmed_at=Coalesce(F("confirmed_at"), now), opened_at=Coalesce(F("opened_at"), now)
        )
    )


def summary(html: str) -> str:
    """The first words of the text, for a chat message."""
    text = " ".join(strip_tags(html.replace("<", " <")).split())
    return text if len(text) <= SUMMARY_LENGTH else text[: SUMMARY_LENGTH - 1] + "…"


def _receipts_make(announcement: Announcement) -> int:
    """One receipt for each of the audience, in one statement; returns how many."""
    people_sql, params = announcement_audience(announcement).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO announcements_receipt (announcement_id, worker_id, open_count)
            SELECT %s, people.id, 0 FROM ({people_sql}) people (id)
            """,
            [announcement.pk, *params],
        )
        return cursor.rowcount
