"""`make bench-scale FACTORIES=200`: what grows with the number of factories, and what must not."""

import time
from contextlib import suppress
from pathlib import Path

from django.core.management import call_command
from django.db import connection, models
from django_tenants.utils import tenant_context

from config.bench.results import Results
from config.bench.server import pss_mb
from tenants.models import Factory
from tenants.services import factories_migrate, factory_create
from tenants.services.migrations import SchemaMigrator

PASSWORD = "correct-horse-battery"
ADDED = "bench_added_column"


def prepare_public() -> None:
    call_command("migrate_schemas", schema_name="public", interactive=False, verbosity=0)
    call_command("migrate_factories", verbosity=0)
    call_command("library_load", verbosity=0)


def factory_make(number: int) -> tuple[Factory, float]:
    """A factory with the library in it, and the seconds that took."""
    started = time.perf_counter()
    factory = factory_create(
        slug=f"bench-{number}", name=f"第{number}工厂", admin_username="hr", admin_password=PASSWORD
    )
    return factory, time.perf_counter() - started


def creation(results: Results, count: int) -> None:
    """The first and the last of `count` factories; a median of three each, the very first being warm-up."""
    seconds = [factory_make(number)[1] for number in range(1, count + 1)]
    first, last = sorted(seconds[1:4])[1], sorted(seconds[-3:])[1]
    results.at_most(f"new factory, library included (the {count}th)", last, "s", 2)
    results.at_most(f"new factory: the {count}th beside the first", last / first, "x", 1.2, f"first {first:.2f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE pg_catalog.pg_class")
        cursor.execute("VACUUM ANALYZE pg_catalog.pg_attribute")


def migration(results: Results, count: int) -> None:
    started = time.perf_counter()
    assert not factories_migrate().migrated
    results.at_most(f"migration over {count} factories, nothing to do", time.perf_counter() - started, "s", 15)
    factories = list(Factory.objects.order_by("pk"))
    half = [_column_add(factories[: count // 2]), _column_add(factories[count // 2 :])]
    each = sum(half) / count
    results.at_most("migration, one added column, a factory", each, "s", 0.2)
    results.at_most("migration: the second half of the factories beside the first", half[1] / half[0], "x", 1.2)


def _column_add(factories: list[Factory]) -> float:
    """Apply a migration of one added column as migrate_factories does; the seconds it took."""
    from django.db.migrations import AddField, Migration

    step = Migration("0999_bench", "workers")
    step.operations = [AddField("worker", ADDED, models.CharField(max_length=10, null=True))]
    with tenant_context(factories[0]):
        migrator = SchemaMigrator(connection)
    migrator.loader.graph.add_node(("workers", "0999_bench"), step)
    leaf = next(key for key in migrator.loader.graph.leaf_nodes() if key[0] == "workers" and key[1] != "0999_bench")
    migrator.loader.graph.add_dependency(step, ("workers", "0999_bench"), leaf)
    migrator.loader.disk_migrations["workers", "0999_bench"] = step
    started = time.perf_counter()
    for factory in factories:
        with tenant_context(factory):
            assert migrator.schema_migrate() == 1
    return time.perf_counter() - started


def backend_memory_mb() -> float:
    """The largest PostgreSQL back end of this database, in MB (proportional set size)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [pid for (pid,) in cursor.fetchall()]
    sizes = []
    for pid in pids:
        with suppress(OSError):
            sizes.append(pss_mb(pid) if Path(f"/proc/{pid}").exists() else 0)
    return max(sizes, default=0)
