"""DESIGN: an app installed twice refers only to apps installed twice; a factory's own apps let PostgreSQL refuse."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import DO_NOTHING
from django_tenants.utils import schema_context

TWICE = {app.rpartition(".")[2] for app in set(settings.SHARED_APPS) & set(settings.TENANT_APPS)}
FACTORY_ONLY = {app.rpartition(".")[2] for app in set(settings.TENANT_APPS) - set(settings.SHARED_APPS)}
SHARED_ONLY = {app.rpartition(".")[2] for app in set(settings.SHARED_APPS) - set(settings.TENANT_APPS)}


def keys_of(labels: set[str]) -> list[models.ForeignObject]:
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in labels
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]


def test_an_app_installed_twice_refers_only_to_apps_installed_twice():
    assert "lessons" in TWICE
    assert [str(key) for key in keys_of(TWICE) if key.related_model._meta.app_label not in TWICE] == []


def test_a_key_of_a_factorys_own_app_to_a_model_installed_twice_does_nothing_on_delete():
    wrong = [
        str(key)
        for key in keys_of(FACTORY_ONLY)
        if key.related_model._meta.app_label in TWICE and key.remote_field.on_delete is not DO_NOTHING
    ]
    assert wrong == []


def test_no_key_crosses_between_public_and_factories():
    assert [str(key) for key in keys_of(FACTORY_ONLY) if key.related_model._meta.app_label in SHARED_ONLY] == []
    assert [str(key) for key in keys_of(SHARED_ONLY) if key.related_model._meta.app_label in FACTORY_ONLY] == []


@pytest.mark.parametrize("schema", ["public", "f_sunrise", "f_lakeside", "template_factory"])
def test_in_the_database_no_foreign_key_leaves_its_schema(db, schema):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conname FROM pg_constraint c JOIN pg_class target ON target.oid = c.confrelid"
            " WHERE c.connamespace = %s::regnamespace AND target.relnamespace <> c.connamespace",
            [schema],
        )
        assert cursor.fetchall() == []


def test_every_factory_has_the_trigger_and_its_function_in_its_own_schema(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, pn.nspname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid"
            " JOIN pg_namespace pn ON pn.oid = p.pronamespace WHERE t.tgname = 'lesson_version_is_frozen'"
        )
        found = dict(cursor.fetchall())
    assert {"public", "template_factory", "f_sunrise", "f_lakeside"} <= set(found)
    assert all(table == function for table, function in found.items())


def test_deleting_in_public_never_looks_for_a_factorys_tables(db):
    from lessons.models import Lesson, Series

    with schema_context("public"):
        series = Series.objects.create(slug="x", title="x")
        Lesson.objects.create(series=series, title="x", audiences=["parent"]).delete()
        series.delete()
        assert not Series.objects.exists()
