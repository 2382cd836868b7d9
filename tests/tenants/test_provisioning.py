import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django_tenants.utils import schema_context, schema_exists, tenant_context

from tenants.models import Domain, Factory
from tenants.services import factory_create, lagging_schemas
from tenants.services.factories import FactoryRefused

PASSWORD = "correct-horse-battery"


def create(slug, **fields):
    return factory_create(slug=slug, name="新厂", admin_username="hr", admin_password=PASSWORD, **fields)


def test_a_new_factory_is_usable_at_once(db):
    factory = create("riverside")
    assert factory.get_primary_domain().domain == "riverside.wesupport.test"
    assert lagging_schemas([factory.schema_name]) == []
    with tenant_context(factory):
        hr = get_user_model().objects.get()
        assert hr.check_password(PASSWORD)
        assert hr.has_perm("lessons.change_lesson")
        assert not hr.is_superuser
        assert set(Group.objects.values_list("name", flat=True)) == {"owner", "people"}


def test_a_new_factory_shares_no_sequence_or_key_with_the_template(db):
    factory = create("riverside")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace"
            " JOIN pg_class target ON target.oid = c.confrelid"
            " WHERE n.nspname = %s AND target.relnamespace <> c.connamespace",
            [factory.schema_name],
        )
        assert cursor.fetchone() == (0,)
    with tenant_context(factory):
        newest = Permission.objects.latest("pk").pk
        group = Group.objects.create(name="another")
        assert group.pk > 2
        assert Permission.objects.create(name="x", codename="x", content_type_id=1).pk > newest


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("sunrise", "taken_slug"),
        ("admin", "reserved_slug"),
        ("voice-x", "reserved_slug"),
        ("Big", "bad_slug"),
        ("a--b", "bad_slug"),
        ("x" * 31, "bad_slug"),
        ('a"; drop', "bad_slug"),
    ],
)
def test_a_bad_or_taken_short_name_is_refused_and_changes_nothing(sunrise, slug, code):
    before = Factory.objects.count(), Domain.objects.count()
    with pytest.raises(FactoryRefused) as refusal:
        create(slug)
    assert refusal.value.code == code
    assert (Factory.objects.count(), Domain.objects.count()) == before


def test_a_creation_that_fails_at_the_end_leaves_nothing(sunrise):
    with pytest.raises(TypeError):
        create("riverside", no_such_field=1)
    with pytest.raises(FactoryRefused):
        create("riverside", domain="sunrise.wesupport.test")
    with pytest.raises(FactoryRefused):
        factory_create(slug="riverside", name="新厂", admin_username="hr", admin_password="12345")
    assert not Factory.objects.filter(slug="riverside").exists()
    assert not schema_exists("f_riverside")


def test_a_missing_table_raises_instead_of_reading_public(in_sunrise):
    with pytest.raises(Exception, match="does not exist"):
        Factory.objects.count()


def test_a_missing_schema_raises_instead_of_reading_public(db):
    with schema_context("f_nobody"), pytest.raises(Exception, match="does not exist"):
        get_user_model().objects.count()
