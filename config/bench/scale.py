"""`make bench-scale FACTORIES=200`: what grows with the number of factories, and what must not."""

import time
from collections.abc import Callable
from statistics import median

from django.db import connection, models
from django_tenants.utils import tenant_context

from config.bench.cast import Cast, cast_make, factory_make
from config.bench.paths import Callbacks, Course
from config.bench.results import Results
from config.bench.server import Server, backends, memory_mb
from tenants.models import Factory
from tenants.services import factories_migrate
from tenants.services.migrations import SchemaMigrator

ADDED = "bench_added_column"
WORKERS = 3
ROUNDS, SECONDS = 5, 1.5
TOUCHES = 24  # requests a factory before it counts: each of eight back ends learns each factory's tables first
STEADY_PER_SECOND, STEADY_SECONDS = 100, 3


def creation(results: Results, count: int) -> list[Cast]:
    """`count` factories, the library in each; the first and the last are medians of five."""
    casts, seconds = [], []
    for number in range(1, count + 1):
        started = time.perf_counter()
        factory = factory_make(f"bench-{number}")
        seconds.append(time.perf_counter() - started)
        casts.append(cast_make(factory, workers=WORKERS))
        if number % 100 == 0:
            print(f"{number} factories …", flush=True)
    first, last = median(seconds[:5]), median(seconds[-5:])
    results.at_most(f"new factory, library included (the {count}th)", last, "s", 2)
    results.at_most(f"new factory: the {count}th beside the first", last / first, "x", 1.2, f"first {first:.2f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return casts


def traffic(results: Results, server: Server, casts: list[Cast]) -> None:
    """Pages and callbacks of one factory, and of all in turn, on the same server in the same rounds."""
    few, all_of_them = casts[:1], casts
    for name, maker in [("lesson page", _pages), ("webhook", _callbacks)]:
        one, many = Course(f"{name}, one", maker(few)), Course(f"{name}, {len(casts)}", maker(all_of_them))
        one.run(server, seconds=SECONDS)
        before = server.memory_mb()
        while many.sent < len(casts) * TOUCHES:
            many.run(server, seconds=SECONDS)
        one.rates.clear()
        many.rates.clear()
        tails: dict[str, list[float]] = {one.name: [], many.name: []}
        for _round in range(ROUNDS):
            for course in (one, many):
                course.run(server, seconds=SECONDS)
                figures = course.run_steady(server, per_second=STEADY_PER_SECOND, seconds=STEADY_SECONDS)
                tails[course.name].append(figures.percentile_ms(99))
        results.at_least(f"{name}: {len(casts)} factories beside one", many.beside(one), "x", 0.9, one.told())
        slow, least = median(tails[many.name]), median(tails[one.name])
        results.at_most(f"{name}: its 99th percentile", slow / least, "x", 1.3, f"{slow:.1f} ms beside {least:.1f} ms")
        after = server.memory_mb()
        results.at_most(f"{name}: memory of the web processes", after / before, "x", 1.1, f"{after:.0f} MB")
    sizes = [memory_mb(process) for process in backends()]
    if sizes:
        results.note(f"largest PostgreSQL back end after {len(casts)} factories", max(sizes), "MB")


def migration(results: Results) -> None:
    factories = list(Factory.objects.order_by("pk"))
    count = len(factories)
    started = time.perf_counter()
    if migrated := factories_migrate().migrated:
        raise AssertionError(f"{migrated} were not up to date")
    results.at_most(f"migration over {count} factories, nothing to do", time.perf_counter() - started, "s", 15)
    half = [_column_add(factories[: count // 2]), _column_add(factories[count // 2 : count // 2 * 2])]
    each = sum(half) / (count // 2 * 2)
    results.at_most("migration, one added column, a factory", each, "s", 0.2)
    results.at_most("migration: the second half of the factories beside the first", half[1] / half[0], "x", 1.2)


def _pages(casts: list[Cast]) -> Callable[[int], bytes]:
    def make(number: int) -> bytes:
        cast = casts[number % len(casts)]
        turn = number // len(casts)
        return cast.get(f"/lessons/{cast.lessons[turn % len(cast.lessons)]}/", worker=turn)

    return make


def _callbacks(casts: list[Cast]) -> Callable[[int], bytes]:
    makers = [Callbacks(cast) for cast in casts]
    return lambda number: makers[number % len(makers)](number)


def _column_add(factories: list[Factory]) -> float:
    """Apply a migration of one added column as migrate_factories does; the seconds it took."""
    from django.db.migrations import AddField, Migration

    step = Migration("0999_bench", "workers")
    step.operations = [AddField("worker", ADDED, models.CharField(max_length=10, null=True))]
    with tenant_context(factories[0]):
        migrator = SchemaMigrator(connection)
    leaf = next(key for key in migrator.loader.graph.leaf_nodes() if key[0] == "workers")
    migrator.loader.graph.add_node(("workers", "0999_bench"), step)
    migrator.loader.graph.add_dependency(step, ("workers", "0999_bench"), leaf)
    migrator.loader.disk_migrations["workers", "0999_bench"] = step
    started = time.perf_counter()
    for factory in factories:
        with tenant_context(factory):
            applied = migrator.schema_migrate()
        if applied != 1:
            raise AssertionError(f"{factory.schema_name}: {applied} migrations")
    return time.perf_counter() - started
