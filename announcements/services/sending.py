"""Whom an announcement is for, sending it once, and counting who has seen it."""

from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from announcements.models import Announcement, Receipt
from lessons.services.named_links import named_link
from tenants.audit.services import audit_record
from tenants.errors import DomainError
from workers.models import Broadcast, Worker
from workers.scope import sees_personal
from workers.services import broadcast_queue
from workers.services.audience_rules import Level
from workers.services.audience_words import RuleWords
from workers.services.audiences import Aim, private_rule_check

KIND = "announcement"
SUMMARY_LENGTH = 100
LINK_SHOWN = 120


class AnnouncementRefused(DomainError):
    """codes: already_sent, nobody_to_send_to, audience_gone, link_tells; of a plan: in_the_past, too_far_ahead."""

    code = "announcement_refused"


def announcement_aim(announcement: Announcement) -> Aim:
    """Whom it is for. Raises AnnouncementRefused when that was an audience which is no longer there."""
    if announcement.aim_kind != Announcement.AimKind.AUDIENCE:
        return Aim(department=announcement.department)
    if announcement.audience is None:
        text = _("The audience of this announcement has been deleted. Choose again whom it is for.")
        raise AnnouncementRefused(text, code="audience_gone")
    return Aim(audience=announcement.audience)


def announcement_aim_set(announcement: Announcement, aim: Aim) -> None:
    kinds = Announcement.AimKind
    announcement.department, announcement.audience = aim.department, aim.audience
    announcement.aim_kind = kinds.AUDIENCE if aim.audience else kinds.DEPARTMENT if aim.department else kinds.EVERYBODY


def aim_words(aim: Aim) -> str:
    """As a reader understands it next year: "新员工：入职不到 30 天"; once, where an audience is called as its rule."""
    if aim.rule is None:
        return str(aim)
    name, rule = str(aim), RuleWords()(aim.rule)
    return name if name == rule else pgettext("audience", "%(name)s: %(rule)s") % {"name": name, "rule": rule}


def announcement_unsent(pk: int) -> Announcement:
    """The row, locked until the transaction ends. Raises AnnouncementRefused when it has been sent."""
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("department", "audience")
    announcement = rows.get(pk=pk)
    if announcement.is_sent:
        raise AnnouncementRefused(
            _("This announcement has been sent already. Nothing was sent again."), code="already_sent"
        )
    return announcement


def aim_admitted(announcement: Announcement, today: date, by: User) -> Aim:
    """Whom it is for. Raises what `announcement_aim` does, or what an audience raises that rests on what `by` may not see of
    people, and has become too narrow; AnnouncementRefused, too, when a link in it would tell who is in such an audience."""
    aim = announcement_aim(announcement)
    if aim.rule:
        private_rule_check(aim.rule, today, sees_personal=sees_personal(by))
        if aim.rule.level is not Level.WORK:
            _links_check(announcement)
    return aim


def _links_check(announcement: Announcement) -> None:
    """Who opens a page of this factory is mostly noted by name: a link there would tell who got the notice."""
    if address := named_link(f"<p>{escape(announcement.title)}</p>{announcement.body}"):
        text = _(
            "The link %(address)s leads to a page where it is seen by name who opens it, and so who is in this audience. Take"
            " it out, or link to a lesson of a private series."
        )
        raise AnnouncementRefused(text % {"address": address[:LINK_SHOWN]}, code="link_tells")


@transaction.atomic
def announcement_send(*, announcement: Announcement, by: User) -> Announcement:
    """Freeze the audience as receipts and queue a message to each. Once: a second time is refused. A planned one is sent at
    once, and no more at its time.

    Raises AnnouncementRefused, or what `aim_admitted` raises; then nothing has been written.
    What rests on facts that `by` may not see goes out whoever it finds, nobody too: a refusal would tell. So does what was
    planned by personal facts: why it stayed is there for all to read, and others may have changed the audience since.
    """
    announcement = announcement_unsent(announcement.pk)
    today = timezone.localdate()
    aim = aim_admitted(announcement, today, by)
    level = aim.rule.level if aim.rule else Level.WORK
    announcement.is_private, announcement.is_personal = level is Level.SAID, level is Level.PERSONAL
    count = _receipts_make(announcement, aim.workers(today))
    sees_why = sees_personal(by) and not announcement.is_scheduled
    is_telling = announcement.is_private or announcement.is_personal and not sees_why
    if not count and not is_telling:
        raise AnnouncementRefused(
            _("There is nobody to send it to. Choose somebody else whom it is for."), code="nobody_to_send_to"
        )
    about = aim.size(today, sees_personal=False).about if announcement.is_blurred else None
    announcement.recipient_count = count if about is None else about
    announcement.aimed_at = aim_words(aim)
    announcement.broadcast = _broadcast(announcement)
    announcement.state, announcement.sent_at, announcement.sent_by = Announcement.State.SENT, timezone.now(), by
    announcement.unsent_because = ""
    announcement.save()
    audit_record(by=by, action="announcement_sent", about=announcement, rests_on=level.name)
    return announcement


def _broadcast(announcement: Announcement) -> Broadcast:
    return broadcast_queue(
        audience=Worker.objects.filter(pk__in=announcement.receipts.values("worker_id")),
        kind=KIND,
        values={
            "title": announcement.title,
            "path": reverse("announcements:detail", args=[announcement.uuid]),
            "summary": summary(announcement.body),
        },
        dedupe_key=f"{KIND}:{announcement.uuid}",
        is_private=announcement.is_private,
    )


def announcement_open(*, uuid: UUID, worker_id: int | None) -> bool:
    """A look at it by one it was sent to: the first sets the time, each is counted. False: it was not sent to them."""
    receipts = Receipt.objects.of(worker_id).filter(announcement__uuid=uuid)
    return bool(receipts.update(opened_at=Coalesce(F("opened_at"), timezone.now()), open_count=F("open_count") + 1))


def announcement_confirm(*, uuid: UUID, worker_id: int | None) -> bool:
    """Say "I know about it", once; again changes nothing. False: it was not sent to them, or asks for no confirmation."""
    receipts = Receipt.objects.of(worker_id).filter(announcement__uuid=uuid)
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


def _receipts_make(announcement: Announcement, people: QuerySet[Worker]) -> int:
    """One receipt for each of the audience, in one statement; returns how many."""
    people_sql, params = people.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO announcements_receipt (announcement_id, worker_id, open_count)
            SELECT %s, people.id, 0 FROM ({people_sql}) people (id)
            """,
            [announcement.pk, *params],
        )
        return cursor.rowcount
