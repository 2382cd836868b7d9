"""The clock's tasks reach every factory and public, and may run twice."""

from django.db import connection
from django_tenants.utils import schema_context

from grievances import tasks
from grievances.models import Case, Lane


def test_carrying_by_the_clock_twice_is_carrying_once(make_case, ombudsmen_keys, eager):
    written = make_case(to={Lane.OMBUDSMAN})
    for _time in range(2):
        with schema_context("public"):
            tasks.carry_task()
    with schema_context("public"):
        assert list(Case.objects.values_list("pk", flat=True)) == [written.row.pk]


def test_blurring_by_the_clock_twice_changes_no_case(make_case, eager):
    make_case(files=(b"\xff\xd8picture",))
    before = list(Case.objects.values())
    connection.check_constraints()
    for _time in range(2):
        with schema_context("public"):
            tasks.blur_task()
    assert list(Case.objects.values()) == before
