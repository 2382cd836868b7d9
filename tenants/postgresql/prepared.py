"""Statements of every tap, planned once for a connection and factory: PostgreSQL takes ten times longer to plan a join of three
tables than to run it. psycopg 2 has no call for this, so it is said in SQL.
"""

from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from itertools import count
from typing import Any

from django.db import DatabaseError, NotSupportedError


class PreparedStatements:
    """What one connection has prepared: the statements that were met twice among the `MOST` last ones.

    Each is of one factory, for a plan holds the tables of one schema, and takes some 100 KB of the database's memory.
    Whoever serves many factories in turn meets none twice, and prepares nothing in vain.
    """

    MOST = 64

    def __init__(self):
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()  # (schema, sql) -> name, "" when it was met once
        self._numbers = count(1)
        self._first: list[str] = []  # what to say before the next one is prepared

    def command(self, schema_name: str, sql: str, values: Mapping[str, Any]) -> tuple[str, Any]:
        """What to send, with its parameters. Preparing goes along with the first use: it is no round trip of its own."""
        key = (schema_name, sql)
        name = self._names.pop(key, None)
        if name:
            first = ""
        elif name is None:
            name = ""
        else:
            name = f"often_{next(self._numbers)}"
            first = ";".join([*self._first, f"PREPARE {name} AS {_numbered(sql)[0]}", ""]).replace("%", "%%")
            self._first.clear()
        self._names[key] = name
        if len(self._names) > self.MOST and (stale := self._names.popitem(last=False)[1]):
            self._first.append(f"DEALLOCATE {stale}")
        if not name:
            return sql, values
        order = _numbered(sql)[1]
        slots = f"({', '.join(['%s'] * len(order))})" if order else ""
        return f"{first}EXECUTE {name}{slots}", [values[each] for each in order]

    def forget(self) -> None:
        """After an error nobody knows what the server has kept."""
        self._names.clear()
        self._first = ["DEALLOCATE ALL"]


def prepared_execute(cursor, sql: str, values: Mapping[str, Any]) -> None:
    """`cursor.execute` for a statement that runs often, with named parameters whose types its columns tell.

    A migration may have changed the type of a column since it was prepared: then it runs as it stands.
    """
    wrapper = cursor.db
    try:
        cursor.execute(*wrapper.prepared.command(wrapper.schema_name, sql, values))
    except DatabaseError as error:
        wrapper.prepared.forget()
        if wrapper.in_atomic_block or not isinstance(error, NotSupportedError):
            raise
        cursor.execute(sql, values)


@lru_cache(maxsize=512)
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with $1, $2 … for its named parameters, and their names in that order."""
    numbers = _Numbers()
    return sql % numbers, tuple(numbers)


class _Numbers(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return self.setdefault(name, f"${len(self) + 1}")
