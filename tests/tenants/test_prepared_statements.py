"""Statements of every tap: planned once, for one factory, and of no use to another."""

from contextlib import closing
from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django_tenants.utils import tenant_context

from tenants.postgresql.prepared import PreparedStatements, prepared_execute

BY_NUMBER = "SELECT name FROM workers_worker WHERE employee_number = %(number)s AND name NOT LIKE '%%x' LIMIT %(limit)s"


def ask(sql=BY_NUMBER, **values):
    with connection.cursor() as cursor:
        prepared_execute(cursor, sql, values or {"number": "S001", "limit": 5})
        return cursor.fetchall()


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time, name")
        return [statement for (statement,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def nothing_prepared(sunrise):
    connection.ensure_connection()
    connection.prepared.forget()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")


def test_a_statement_met_twice_is_prepared_on_the_way(sunrise, li_na, django_assert_num_queries):
    with tenant_context(sunrise):
        number = li_na.employee_number
        assert ask(number=number, limit=5) == [(li_na.name,)]
        assert prepared() == []
        with django_assert_num_queries(2):
            assert ask(number=number, limit=5) == ask(number=number, limit=5) == [(li_na.name,)]
        assert len(prepared()) == 1
        assert ask(number="nobody", limit=5) == []


def test_the_same_statement_in_another_factory_reads_that_factory(sunrise, lakeside, li_na):
    number = li_na.employee_number
    for _turn in range(9):  # beyond the five after which PostgreSQL keeps one plan for all values
        with tenant_context(sunrise):
            assert ask(number=number, limit=5) == [(li_na.name,)]
        with tenant_context(lakeside):
            assert (li_na.name,) not in ask(number=number, limit=5)
    assert len(prepared()) == 2


def test_a_column_that_grows_meanwhile_stops_no_page(sunrise):
    words: list[list[tuple[str]]] = []

    def live():  # in a thread the connection is another one, in no test's transaction, and ends with it
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE growing (word varchar(5)); INSERT INTO growing VALUES ('short')")
            for length in (9, 12):
                words.extend(ask("SELECT word FROM growing WHERE word = %(word)s", word="short") for _turn in range(3))
                cursor.execute(f"ALTER TABLE growing ALTER COLUMN word TYPE varchar({length})")
            words.append(ask("SELECT word FROM growing WHERE word = %(word)s", word="short"))

    thread = Thread(target=live)
    thread.start()
    thread.join()
    assert words == [[("short",)]] * 7


def test_after_an_error_it_is_prepared_anew(sunrise):
    with tenant_context(sunrise):
        for _turn in range(3):
            with pytest.raises(DatabaseError), transaction.atomic():
                ask("SELECT 1 / %(by)s::int", by=0)
            assert ask("SELECT 1 / %(by)s::int", by=1) == [(1,)]


def test_no_more_than_a_few_are_kept(sunrise):
    with tenant_context(sunrise):
        for number in range(PreparedStatements.MOST + 20):
            for _turn in range(2):
                ask(f"SELECT %(value)s::int + {number}", value=1)
        assert len(prepared()) <= PreparedStatements.MOST + 1


def test_whoever_is_met_once_in_a_long_round_is_not_prepared(sunrise):
    with tenant_context(sunrise):
        for _round in range(3):
            for number in range(PreparedStatements.MOST + 1):
                ask(f"SELECT %(value)s::int + {number}", value=1)
        assert prepared() == []
