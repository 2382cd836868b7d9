"""Visits are counted without making a page wait: gathered for half a second, pushed to Valkey, moved into rows by beat.

A visit may be lost when Valkey or the process is; a page never is. Moving a batch twice, or in two processes at once, counts
it once: each visit carries its own key, and only what has been stored is taken off the list.
"""

import secrets
import time
import uuid
from collections.abc import Iterable
from functools import cache
from threading import Lock, Timer

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from lessons.models import Lesson, Series
from progress.models import Visit
from workers.models import Worker

logger = structlog.get_logger(__name__)

BATCH = 1000
MOST_WAITING = 200_000  # a list; older visits are dropped when nobody moves them
PAUSE_SECONDS = 30  # after a failure, so that an unreachable Valkey does not slow every page
SOURCE_LENGTH = 64
GATHER_SECONDS = 0.5


class Valkey:
    """The server at one address, and the visits of this process that are on their way to it.

    silent_until: it was away just now; what happens before then is not counted (monotonic seconds).
    """

    def __init__(self, url: str):
        self.client = redis.Redis.from_url(url, decode_responses=True, socket_timeout=0.2, socket_connect_timeout=0.2)
        self.silent_until = 0.0
        self._gathered: list[tuple[str, str]] = []  # (list, row)
        self._lock = Lock()

    def gather(self, key: str, row: str) -> None:
        """Send the row with those of the next moment, in a thread of its own. Never waits."""
        with self._lock:
            self._gathered.append((key, row))
            is_first = len(self._gathered) == 1
        if is_first:
            timer = Timer(GATHER_SECONDS, self.push)
            timer.daemon = True
            timer.start()

    def push(self) -> None:
        """Send what was gathered, in one round trip. Never raises; a failure is logged once and then rested from."""
        with self._lock:
            gathered, self._gathered = self._gathered, []
        pipe = self.client.pipeline(transaction=False)
        for key, row in gathered:
            pipe.lpush(key, row)
        for key in {key for key, _row in gathered}:
            pipe.ltrim(key, 0, MOST_WAITING - 1)
        try:
            pipe.execute()
        except redis.RedisError as error:
            self.silent_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("visits_not_counted", error=type(error).__name__, pause_seconds=PAUSE_SECONDS)


_valkey_at = cache(Valkey)


def valkey() -> Valkey:
    """The server that the settings name now."""
    return _valkey_at(settings.CACHE_URL)


def visit_note(*, lesson_id: int, worker_id: int | None, is_private: bool, source: str = "") -> None:
    """Count one visit of the present factory's lesson. Never raises and never waits."""
    server = valkey()
    if server.silent_until > time.monotonic():
        return
    worker = "" if is_private or worker_id is None else worker_id
    row = f"{secrets.token_hex(16)} {lesson_id} {worker} {timezone.localdate()} {source[:SOURCE_LENGTH]}"
    server.gather(_key(connection.schema_name), row)


def visits_waiting(schema_names: Iterable[str]) -> list[str]:
    """Those of the schemas for which visits are waiting, asked in one round trip."""
    names = list(schema_names)
    valkey().push()
    pipe = valkey().client.pipeline(transaction=False)
    for name in names:
        pipe.llen(_key(name))
    return [name for name, length in zip(names, pipe.execute(), strict=True) if length]


def visits_flush(*, batch: int = BATCH) -> int:
    """Move the waiting visits of the present factory into rows; how many were taken off the list."""
    key = _key(connection.schema_name)
    valkey().push()
    moved = 0
    while rows := valkey().client.lrange(key, -batch, -1):
        _store([_parsed(str(row)) for row in rows])
        pipe = valkey().client.pipeline(transaction=False)
        for row in reversed(rows):
            pipe.lrem(key, -1, str(row))
        moved += sum(pipe.execute())
        if len(rows) < batch:
            break
    return moved


def _parsed(row: str) -> tuple[uuid.UUID, int, int | None, str, str]:
    key, lesson, worker, on, source = row.split(" ", 4)
    return uuid.UUID(hex=key), int(lesson), int(worker) if worker else None, on, source


def _store(rows: list[tuple]) -> None:
    """Lessons and workers that are gone by now are left out, and so is who visited what has become private."""
    privacy = dict(Lesson.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "series__privacy"))
    workers = set(Worker.objects.filter(pk__in={row[2] for row in rows} - {None}).values_list("pk", flat=True))
    visits = [
        Visit(
            id=key,
            lesson_id=lesson,
            worker_id=worker if worker in workers and privacy[lesson] == Series.Privacy.TRACKED else None,
            on=on,
            source=source,
        )
        for key, lesson, worker, on, source in rows
        if lesson in privacy
    ]
    Visit.objects.bulk_create(visits, ignore_conflicts=True)


def _key(schema_name: str) -> str:
    return f"visits:{schema_name}"
