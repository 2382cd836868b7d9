"""What a worker takes along to another factory of the group: completed lessons of the shared library, which is the same there."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.models import LessonVersion, Origin, Series
from progress.models import LessonProgress
from workers.models import Worker, one_phone_since
from workers.privacy.register import Item, Unpacked
from workers.services.transfers import TransferRefused


def own_rows(rows: QuerySet, worker: Worker, moment: str) -> QuerySet:
    """A worker's own, as on their pages (queries.PRIVATE_SINCE): private ones only since one phone alone is bound."""
    return rows.filter(Q(was_private=False) | Q(**{f"{moment}__gte": one_phone_since("worker")}), worker=worker)


def luggage_offered(worker: Worker) -> list[Item]:
    """Completed library lessons, work lessons first, in the order of the catalogue."""
    rows = (
        own_rows(LessonProgress.objects.completed(), worker, "opened_at")
        .filter(lesson__origin=Origin.LIBRARY)
        .select_related("lesson__series", "version")
        .order_by("lesson__series__privacy", "lesson__series__position", "lesson__position")
    )
    items = [_item(row) for row in rows]
    return sorted(items, key=lambda item: item.is_private)


def luggage_unpack(worker: Worker, facts: list[dict[str, Any]], factory_name: str) -> Unpacked:
    """Each lesson whose version is here too becomes part of the record, or completes what was begun; private stays private.

    Taken in twice, it changes nothing. What is not here is named. Raises TransferRefused for what is private while two phones
    are bound: neither would show it.
    """
    versions = LessonVersion.objects.filter(
        lesson__uuid__in=[fact["lesson"] for fact in facts], lesson__origin=Origin.LIBRARY
    ).select_related("lesson__series")
    here = {(str(version.lesson.uuid), version.number): version for version in versions}
    is_private = any(_is_private(here.get((fact["lesson"], fact["version"])), fact) for fact in facts)
    if is_private and worker.contacts.count() > 1:
        text = _(
            "Two WeChats are bound to you here, and lessons with a lock show only where one alone is bound. Nothing is lost:"
            " ask HR to undo the other one, then type the code again."
        )
        raise TransferRefused(text, code="transfer_two_phones")
    taken, left_behind = 0, []
    for fact in facts:
        version = here.get((fact["lesson"], fact["version"]))
        if version is None:
            left_behind.append(fact["title"])
        elif _take(worker, version, fact, factory_name):
            taken += 1
    return Unpacked(taken, tuple(left_behind))


def _item(row: LessonProgress) -> Item:
    is_private = row.was_private or row.lesson.series.privacy == Series.Privacy.PRIVATE
    return Item(
        key=str(row.lesson.uuid),
        title=row.version.title,
        is_private=is_private,
        facts={
            "lesson": str(row.lesson.uuid),
            "version": row.version.number,
            "title": row.version.title,
            "opened_at": row.opened_at.isoformat(),
            "read_at": row.read_at.isoformat(),
            "completed_at": row.completed_at.isoformat(),
            "score": row.best_score_percent,
            "is_private": is_private,
        },
    )


def _take(worker: Worker, version: LessonVersion, fact: dict[str, Any], factory_name: str) -> bool:
    """Whether it changed the record. What was learned in private goes into no row that HR may see by name."""
    moments = {name: _moment(fact[name]) for name in ("opened_at", "read_at", "completed_at")}
    if _is_private(version, fact):  # opened on the phone that brought it: another one bound later does not show it
        moments["opened_at"] = timezone.now()
    rows = LessonProgress.objects.filter(worker=worker, lesson=version.lesson)
    # As in reading._OPEN: what this phone does not show is not its reader's. Neither score nor answer may tell of it.
    rows.exclude(pk__in=own_rows(rows, worker, "opened_at").values("pk")).delete()
    row, is_new = LessonProgress.objects.get_or_create(
        worker=worker,
        lesson=version.lesson,
        defaults={
            **moments,
            "version": version,
            "best_score_percent": fact["score"],
            "was_private": fact["is_private"],
            "brought_from": factory_name,
        },
    )
    if is_new:
        return True
    if row.completed_at is not None or (fact["is_private"] and not row.was_private):
        return False
    row.version, row.brought_from = version, factory_name
    row.read_at, row.completed_at = moments["read_at"], moments["completed_at"]
    scores = [score for score in (row.best_score_percent, fact["score"]) if score is not None]
    row.best_score_percent = max(scores, default=None)
    row.save(update_fields=["version", "brought_from", "read_at", "completed_at", "best_score_percent"])
    return True


def _is_private(version: LessonVersion | None, fact: dict[str, Any]) -> bool:
    """There or here."""
    return fact["is_private"] or (version is not None and version.lesson.series.privacy == Series.Privacy.PRIVATE)


def _moment(text: str) -> datetime:
    """Never later than now."""
    return min(datetime.fromisoformat(text), timezone.now())
