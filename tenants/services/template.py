"""The template schema as SQL text, and a new schema made from it.

Replaying the dump of a migrated template takes a third of the time of cloning it function by function, and stays as fast
with a thousand factories present. It is plain DDL in the caller's transaction: a failed creation leaves nothing.
"""

import os
import subprocess

from django.conf import settings
from django.db import connection

from tenants.errors import DomainError
from tenants.models import TEMPLATE_SCHEMA, SchemaTemplate


class TemplateMissing(DomainError):
    code = "template_missing"


def template_is_current(migrations_checksum: str) -> bool:
    return SchemaTemplate.objects.filter(migrations_checksum=migrations_checksum).exists()


def template_build(*, migrations_checksum: str) -> SchemaTemplate:
    """Dump the template schema and keep the dump. Raises TemplateMissing when pg_dump cannot be run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [TEMPLATE_SCHEMA])
        tables = [name for (name,) in cursor.fetchall()]
        filled = []
        for table in tables:
            cursor.execute(f'SELECT EXISTS (SELECT FROM {TEMPLATE_SCHEMA}."{table}")')
            if cursor.fetchone()[0]:
                filled.append(table)
    template, _ = SchemaTemplate.objects.update_or_create(
        pk=1,
        defaults={
            "migrations_checksum": migrations_checksum,
            "pre_sql": _dump("pre-data"),
            "post_sql": _dump("post-data"),
            "filled_tables": filled,
        },
    )
    return template


def schema_replay(*, schema: str, migrations_checksum: str) -> None:
    """Make `schema` from the template. Raises TemplateMissing unless the template is at `migrations_checksum`."""
    template = SchemaTemplate.objects.filter(migrations_checksum=migrations_checksum).first()
    if template is None:
        raise TemplateMissing("The template is not at the newest migrations. Run: manage.py migrate_factories")
    with connection.cursor() as cursor:
        cursor.execute(template.pre_sql.replace(TEMPLATE_SCHEMA, schema))
        for table in template.filled_tables:
            cursor.execute(
                f'INSERT INTO "{schema}"."{table}" OVERRIDING SYSTEM VALUE SELECT * FROM {TEMPLATE_SCHEMA}."{table}"'
            )
        cursor.execute(
            "SELECT format('SELECT setval(%%L, %%s)', %s || '.' || quote_ident(sequencename), last_value)"
            " FROM pg_sequences WHERE schemaname = %s AND last_value IS NOT NULL",
            [schema, TEMPLATE_SCHEMA],
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        cursor.execute(template.post_sql.replace(TEMPLATE_SCHEMA, schema))


def _dump(section: str) -> str:
    """One section of pg_dump's text, without its settings, psql commands and comments."""
    database = connection.settings_dict
    program = os.path.join(settings.PG_BIN, "pg_dump") if settings.PG_BIN else "pg_dump"
    command = [program, "--schema-only", f"--section={section}", "--schema", TEMPLATE_SCHEMA]
    command += ["--no-owner", "--no-privileges", "--no-comments", "--dbname", database["NAME"]]
    command += ["--host", database["HOST"], "--port", str(database["PORT"]), "--username", database["USER"]]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PGPASSWORD": database["PASSWORD"]},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    except FileNotFoundError as error:
        raise TemplateMissing(f"pg_dump was not found ({program}). Set PG_BIN to its folder.") from error
    except subprocess.CalledProcessError as error:
        raise TemplateMissing(f"pg_dump failed: {error.stderr.strip()}") from error
    skipped = ("SET ", "SELECT pg_catalog.set_config", "--", "\\")
    return "\n".join(line for line in done.stdout.splitlines() if line.strip() and not line.startswith(skipped))
