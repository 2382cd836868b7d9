"""Bring every factory's schema to the newest migrations, in one pass.

`migrate_schemas` looks at all of pg_class once per factory (quadratic). Here one statement per few hundred schemas tells
which ones lag; only those are touched, each migration in a transaction of its own, recorded as Django records it, so that
an interrupted run goes on where it stopped and one failing factory does not hold up the others.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django_tenants.utils import schema_context

from tenants.models import TEMPLATE_SCHEMA, Factory
from tenants.roles import roles_ensure
from tenants.services.template import template_build, template_is_current

SCHEMAS_PER_STATEMENT = 200
MIGRATION_LOCK = 7_301_001  # one migration run at a time, whoever starts it


@dataclass
class MigrationReport:
    checked: int = 0
    migrated: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # schema name -> what went wrong


def migrations_checksum(applied: Iterable[tuple[str, str]]) -> str:
    """A name for a set of migrations, given as (app label, migration name)."""
    names = sorted(f"{app}.{name}" for app, name in applied)
    return hashlib.md5(",".join(names).encode(), usedforsecurity=False).hexdigest()


def newest_checksum() -> str:
    return migrations_checksum(MigrationLoader(None).disk_migrations)


def lagging_schemas(schemas: list[str]) -> list[str]:
    """Those of `schemas` whose recorded migrations differ from the ones on disk; a schema without records is among them."""
    newest = newest_checksum()
    recorded: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relname = 'django_migrations' AND c.relkind = 'r'"
        )
        present = {name for (name,) in cursor.fetchall()}
        known = [schema for schema in schemas if schema in present]
        for start in range(0, len(known), SCHEMAS_PER_STATEMENT):
            parts = [
                f"SELECT '{schema}', md5(string_agg(app || '.' || name, ',' ORDER BY (app || '.' || name) COLLATE \"C\"))"
                f" FROM {connection.ops.quote_name(schema)}.django_migrations"
                for schema in known[start : start + SCHEMAS_PER_STATEMENT]
            ]
            cursor.execute(" UNION ALL ".join(parts))
            recorded.update(cursor.fetchall())
    return [schema for schema in schemas if recorded.get(schema) != newest]


def factories_migrate(*, say: Callable[[str], None] = lambda line: None) -> MigrationReport:
    """Migrate the template, then every lagging factory. Public is migrated before, by `migrate_schemas --shared`.

    A factory that fails is named in the report, stays at the migration it reached, and does not stop the others.
    """
    with schema_context("public"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            template_lags = not template_is_current(newest_checksum())
            schemas = list(Factory.objects.order_by("schema_name").values_list("schema_name", flat=True))
            lagging = lagging_schemas(schemas)
            report = MigrationReport(checked=len(schemas))
            if template_lags or lagging:
                roles_ensure()  # public's own
                migrator = _template_migrate(say)
                _lagging_migrate(migrator, lagging, report, say)
            return report
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def _template_migrate(say: Callable[[str], None]) -> "SchemaMigrator":
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE_SCHEMA}")
    with schema_context(TEMPLATE_SCHEMA):
        migrator = SchemaMigrator(connection)
        if migrator.schema_migrate():
            say("built the template that new factories are made from")
    template_build(migrations_checksum=newest_checksum())
    return migrator


def _lagging_migrate(
    migrator: "SchemaMigrator", lagging: list[str], report: MigrationReport, say: Callable[[str], None]
) -> None:
    for schema in lagging:
        try:
            with schema_context(schema):
                migrator.schema_migrate()
        except Exception as error:  # named in the report; the command exits non-zero
            report.failed[schema] = f"{type(error).__name__}: {error}".strip()
            say(f"{schema}: {report.failed[schema]}")
        else:
            report.migrated.append(schema)
            say(f"{schema}: migrated ({len(report.migrated)} of {len(lagging)})")


class SchemaMigrator(MigrationExecutor):
    """Django's executor, kept for many schemas: migrations are read from disk once, and plans and model states are made
    once per starting point, not once per factory."""

    def __init__(self, connection):
        super().__init__(connection)
        self.recorder.ensure_schema()  # looks once, in the template; asking in each schema reads all of pg_class
        self._starts: dict[frozenset, tuple[list, ProjectState]] = {}

    def schema_migrate(self) -> int:
        """Apply what is missing in the connection's schema; the number of migrations applied.

        Each migration is one transaction: what is applied stays applied when a later one fails.
        """
        plan, start = self._start_from(frozenset(self.recorder.migration_qs.values_list("app", "name")))
        state = start.clone()
        for migration, _backwards in plan:
            state = self.apply_migration(state, migration)
        if plan:  # content types and permissions of new models
            emit_post_migrate_signal(
                verbosity=0, interactive=False, db=self.connection.alias, apps=state.apps, plan=plan
            )
            roles_ensure()  # the default roles hold the new permissions, too
        return len(plan)

    def _start_from(self, applied: frozenset) -> tuple[list, ProjectState]:
        if applied not in self._starts:
            self.loader.applied_migrations = dict.fromkeys(applied)
            plan = self.migration_plan(self.loader.graph.leaf_nodes())
            state = self._create_project_state(with_applied_migrations=True)
            state.apps  # noqa: B018  rendered here, so that every clone starts rendered
            self._starts[applied] = (plan, state)
        return self._starts[applied]
