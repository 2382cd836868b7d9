"""Statements that the ORM writes but once: on a page of many small questions, writing them takes longer than asking."""

from collections.abc import Callable, Iterable
from functools import cache

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, QuerySet

Written = tuple[str, tuple]


def sql_of(rows: QuerySet, *columns: str | Expression) -> Written | None:
    """The statement that reads these columns, and its values. None where the ORM knows without asking that there are none."""
    try:
        return rows.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return None


@cache
def sql_once(rows: Callable[[], QuerySet], *columns: str | Expression) -> Written | None:
    """`sql_of`, written the first time this process is asked.

    rows: of a module, so that there are few. It says the same in every factory and at every moment: it asks the database what
    time it is (`Now`), as a moment of ours would be kept as well.
    """
    return sql_of(rows(), *columns)


def read_all(statements: Iterable[Written]) -> list[tuple]:
    """The rows of all of them, asked for at once."""
    written = list(statements)
    if not written:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"({sql})" for sql, _ in written), [value for _, values in written for value in values]
        )
        return cursor.fetchall()
