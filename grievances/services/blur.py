"""Taking away what PostgreSQL itself keeps of the order in which cases came.

Every row carries the number of the transaction that wrote it (xmin), lies behind the rows written before it, and keeps a large
value under a number that was given out in order. Beside the visits of the same minute, which have times and names, that
would tell who was on the site when a case came. So each night every row of the vault is written anew in one transaction
and the files are written anew in the order of random ids; nothing older remains in them.
"""

from django.apps import apps
from django.db import connection, models, transaction


def vault_tables() -> list[type[models.Model]]:
    """The models whose rows come from workers or speak of cases."""
    names = ["Case", "CaseKey", "CaseWrap", "Message", "Attachment", "Note", "CaseEvent"]
    return [apps.get_model("grievances", name) for name in names]


def vault_blur() -> None:
    """Rewrite the vault of the present schema. Running it again does the same; readers wait for less than a second each."""
    tables = vault_tables()
    for model in tables:
        _cluster(model)  # ordered by random ids first, so that large values get their new numbers in that order
    with transaction.atomic():
        for model in tables:
            _rewrite(model)
        connection.check_constraints()  # a table with checks still waiting cannot be clustered
    for model in tables:
        _cluster(model)


def _rewrite(model: type[models.Model]) -> None:
    """Set every column that can be large to an equal value of its own: only a new value gets a new place."""
    large = {models.BinaryField: "%s || ''::bytea", models.JSONField: "%s || '{}'::jsonb"}
    parts = [
        f"{quoted} = {expression % quoted}"
        for field in model._meta.local_concrete_fields
        if (expression := large.get(type(field))) and (quoted := connection.ops.quote_name(field.column))
    ]
    key = connection.ops.quote_name(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {_table(model)} SET {', '.join(parts) or f'{key} = {key}'}")


def _cluster(model: type[models.Model]) -> None:
    """The table's file anew, in the order of its key, without what was deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'", [_table(model)]
        )
        cursor.execute(f"CLUSTER {_table(model)} USING {connection.ops.quote_name(cursor.fetchone()[0])}")


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
