"""HR's large things: a new factory, a roster, a message to everybody, the first page, the report and its Excel."""

import io
import threading
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from django.db import connection, transaction
from django_tenants.utils import schema_context, tenant_context

from config.bench import floors
from config.bench.cast import Cast, admin_cookie, factory_make, library_grow, progress_fill
from config.bench.load import request_bytes
from config.bench.results import Results
from config.bench.server import Server
from lessons.models import Lesson
from tenants.models import Factory
from workers.formats import sheet_bytes
from workers.management.commands.roster_sample import HEADINGS, sample_rows
from workers.models import Department, Worker, WorkerMessage
from workers.services import broadcast_queue, roster_import

CHANGES = 500
POSITION = HEADINGS.index("职位")
COPIED = (
    "department_id, employee_number, name, name_pinyin, gender, birth_date, position, phone, hired_on, is_line_manager"
)
COPIED += ", education, home_region, id_last_four"


def creation(results: Results, *, lessons: int, times: int) -> Factory:
    """With the library as it is, then grown to `lessons`; the last factory made is returned."""
    for name, size in [("fresh", 0), ("large", lessons)]:
        library_grow(size)
        seconds = [_seconds(partial(factory_make, f"{name}-{number}")) for number in range(times)]
        with schema_context("public"):
            factory = Factory.objects.get(slug=f"{name}-{times - 1}")
        with tenant_context(factory):
            count = Lesson.objects.count()
        results.at_most(f"new factory with {count} lessons", median(seconds), "s", 2)
    return factory


def roster(results: Results, factory: Factory, *, count: int) -> None:
    """A roster's .xlsx, checked and committed; again with some changes; beside a bare COPY of the same rows."""
    people, step = sample_rows(rows=count), max(1, count // CHANGES)
    with tenant_context(factory):
        first = _import(people, created=count)
        for person in people[::step]:
            person[POSITION] = "组长" if person[POSITION] != "组长" else "操作工"
        again = _import(people, created=0)
        least = _copy_seconds()
    results.note(f"floor COPY of {count} workers", least, "s")
    results.at_most(f"roster of {count}, new", first, "s", 3)
    results.at_most(f"roster of {count}, {len(people[::step])} changed", again, "s", 2)
    results.at_most("roster, new, beside COPY", first / least, "x", 50, f"COPY {1000 * least:.0f} ms")


def broadcast(results: Results, factory: Factory) -> None:
    with tenant_context(factory):
        values = {"title": "防火演习", "path": "/announcements/"}
        seconds = _seconds(
            lambda: broadcast_queue(
                audience=Worker.objects.all(), kind="announcement", values=values, dedupe_key="bench"
            )
        )
        count = WorkerMessage.objects.count()
    results.at_most(f"broadcast to {count} workers, queued", seconds, "s", 1)


def dashboard(results: Results, server: Server, cast: Cast) -> None:
    with tenant_context(cast.factory):
        progress_fill(completed_share=0.6)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE progress_lessonprogress")  # as autovacuum does within a minute
    milliseconds = _page_ms(server, cast.host, cast.admin, "/admin/", times=15)
    name = f"dashboard of {len(cast.cookies)} workers x {len(cast.lessons)} lessons"
    results.at_most(name, milliseconds, "ms", 60)


def report(results: Results, server: Server, factory: Factory) -> None:
    """The report on everybody and everything, and the largest Excel that one line's rows make."""
    host = factory.get_primary_domain().domain
    with tenant_context(factory):
        progress_fill(completed_share=0.6)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does within a minute
            cursor.execute(
                "SELECT count(*), count(DISTINCT worker_id), count(*) FILTER (WHERE NOT was_private) "
                "FROM progress_lessonprogress"
            )
            rows, people, tracked = cursor.fetchone()
        cookie = admin_cookie(host)
        line = _line_for_export()
    size = f"{people} workers x {rows // people} lessons"
    path = "/admin/progress/lessonprogress/"
    results.at_most(f"report of {size}, on screen", _page_ms(server, host, cookie, path, times=5) / 1000, "s", 1)
    seconds, grown, kilobytes = _export(server, host, cookie, f"{path}sheet/?department={line}")
    beside = f"{tracked} rows of tracked series in all; file {kilobytes:.0f} KB, web process +{grown:.0f} MB meanwhile"
    results.at_most("its Excel, one department", seconds, "s", 10, beside)


def _import(people: list[list[str]], *, created: int) -> float:
    content = sheet_bytes(headings=HEADINGS, rows=people)
    started = time.perf_counter()
    outcome = roster_import(content=content)
    seconds = time.perf_counter() - started
    if not outcome.is_clean or outcome.created != created:
        raise AssertionError(f"{outcome.created} instead of {created} workers: {outcome.problems[:3]}")
    return seconds


def _copy_seconds() -> float:
    """The same rows into a table with the same indexes."""
    table, text = f"{floors.SCHEMA}.roster", io.StringIO()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (LIKE workers_worker INCLUDING ALL)")
        cursor.copy_expert(f"COPY (SELECT now(), now(), {COPIED} FROM workers_worker) TO STDOUT", text)
        text.seek(0)
        with transaction.atomic():
            started = time.perf_counter()
            cursor.copy_expert(f"COPY {table} (created_at, updated_at, {COPIED}) FROM STDIN", text)
        return time.perf_counter() - started


def _line_for_export() -> int:
    return Department.objects.filter(workers__isnull=False).order_by("pk").values_list("pk", flat=True)[0]


def _page_ms(server: Server, host: str, cookie: str, path: str, *, times: int) -> float:
    request = request_bytes(path, host=host, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    for _warm in range(4):
        server.ask(request)
    return 1000 * median(_seconds(lambda: server.ask(request)) for _time in range(times))


def _export(server: Server, host: str, cookie: str, path: str) -> tuple[float, float, float]:
    """Seconds, MB by which the largest web process grew at most meanwhile, KB of the file."""
    done, peak = threading.Event(), [server.largest_mb()]
    before = peak[0]

    def watch():
        while not done.wait(0.2):
            peak.append(server.largest_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        started = time.perf_counter()
        answer = server.ask(request_bytes(path, host=host, headers={"Cookie": cookie}))
        seconds = time.perf_counter() - started
    finally:
        done.set()
        watcher.join()
    return seconds, max(peak) - before, len(answer.body) / 1024


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
