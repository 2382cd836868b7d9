"""migrate_factories against real schemas that lag behind."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django_tenants.utils import schema_context, tenant_context

from tenants.services import factories_migrate, lagging_schemas


def make_lag(factory):
    """Take the newest migration of lessons out of a factory's records; its table keeps a harmless index to lose."""
    with tenant_context(factory), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        cursor.execute("DROP TABLE django_session")


def test_nothing_to_do_costs_the_same_few_statements_for_any_number_of_factories(
    sunrise, lakeside, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        report = factories_migrate()
    assert (report.checked, report.migrated, report.failed) == (2, [], {})


def test_only_the_lagging_factory_is_migrated(sunrise, lakeside):
    make_lag(sunrise)
    assert lagging_schemas(["f_lakeside", "f_sunrise", "f_nobody"]) == ["f_sunrise", "f_nobody"]
    report = factories_migrate()
    assert report.migrated == ["f_sunrise"]
    assert lagging_schemas(["f_lakeside", "f_sunrise"]) == []
    with tenant_context(sunrise), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")


@pytest.mark.django_db(transaction=False)
def test_one_failing_factory_is_named_and_does_not_stop_the_others(sunrise, lakeside):
    for factory in (lakeside, sunrise):
        make_lag(factory)
    with tenant_context(lakeside), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE django_session (in_the_way int)")
    with pytest.raises(CommandError, match="f_lakeside"):
        call_command("migrate_factories", verbosity=0)
    assert lagging_schemas(["f_lakeside", "f_sunrise"]) == ["f_lakeside"]
    with tenant_context(lakeside), connection.cursor() as cursor:
        cursor.execute("DROP TABLE django_session")
    assert factories_migrate().migrated == ["f_lakeside"]
    with schema_context("f_lakeside"), connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM django_session")
