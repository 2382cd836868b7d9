"""The first owner's link made anew: CCR CSR helps a factory begin, and never walks into one that lives."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants.audit.models import AuditEntry
from tenants.models import Factory
from tenants.roles import role_on
from tenants.services import FirstOwnerRefused, factory_create, factory_erase, first_owner_link_renew
from tenants.staff.models import Invitation
from tenants.staff.services.invitations import invitation_accept

FACTORIES = "/admin/tenants/factory/"
PASSWORD = "green-river-seven"
USERS = get_user_model().objects


@pytest.fixture
def riverside(db):
    """A factory that has just been opened; nobody has taken its first owner's link."""
    return factory_create(
        slug="riverside", name="江边玩具厂", admin_name="张主任", admin_email="zhang@riverside.example"
    )


@pytest.fixture
def manager(db):
    user = USERS.create_user("guan", first_name="管小姐", email="guan@ccrcsr.example", is_staff=True)
    user.groups.add(role_on("factory_manager"))
    return user


@pytest.fixture
def client(manager, site_client):
    client = site_client(None)
    client.force_login(manager)
    return client


def page_of(factory: Factory) -> str:
    return f"{FACTORIES}{factory.pk}/owner-link/"


def join(site_client, factory, secret, name="zhang"):
    values = {"username": name, "password": PASSWORD, "again": PASSWORD}
    return site_client(factory).post(f"/admin/join/{secret}/", values)


def expire(factory) -> None:
    with tenant_context(factory):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_a_lost_link_is_made_anew_and_the_old_one_is_void(riverside, client, site_client):
    shown = client.get(f"{FACTORIES}{riverside.pk}/change/").content.decode()
    assert f"{riverside.pk}/owner-link/" in shown
    form = client.get(page_of(riverside)).context["form"]
    assert form.initial == {"admin_name": "张主任", "admin_email": "zhang@riverside.example"}
    answer = client.post(page_of(riverside), {"admin_name": "张主任", "admin_email": ""})
    address = answer.context["address"]
    assert "riverside." in address
    assert "no-store" in answer["Cache-Control"]
    assert join(site_client, riverside, riverside.invitation_secret).status_code == 410
    assert join(site_client, riverside, address.split("/")[-2])["Location"] == "/admin/"
    with tenant_context(riverside):
        assert list(USERS.values_list("username", "groups__name")) == [("zhang", "owner")]


def test_an_expired_link_and_one_that_was_cleaned_away_are_made_anew(riverside, client):
    expire(riverside)
    client.get(page_of(riverside))
    with tenant_context(riverside):
        Invitation.objects.all().delete()
    assert client.get(page_of(riverside)).status_code == 200
    assert client.post(page_of(riverside), {"admin_name": "李主任"}).context["address"]
    with tenant_context(riverside):
        assert Invitation.objects.get().name == "李主任"


def test_the_page_of_the_factory_says_how_the_link_stands_and_not_who_took_it(riverside, client, site_client):
    where = f"{FACTORIES}{riverside.pk}/change/"
    until = timezone.localtime(riverside.invitation.expires_at).strftime("%Y-%m-%d %H:%M")
    assert until in client.get(where).content.decode()
    expire(riverside)
    assert until not in client.get(where).content.decode()
    with tenant_context(riverside):
        Invitation.objects.update(expires_at=riverside.invitation.expires_at)
    join(site_client, riverside, riverside.invitation_secret, name="geheim77")
    shown = client.get(where).content.decode()
    assert f"{timezone.localdate():%Y-%m-%d}" in shown
    assert "geheim77" not in shown
    assert "张主任" not in shown


def test_once_somebody_has_an_account_there_the_button_is_gone_and_the_post_is_refused(riverside, client, site_client):
    join(site_client, riverside, riverside.invitation_secret)
    assert "owner-link/" not in client.get(f"{FACTORIES}{riverside.pk}/change/").content.decode()
    assert client.get(page_of(riverside)).status_code == 403
    assert client.post(page_of(riverside), {"admin_name": "内鬼"}).status_code == 403
    with tenant_context(riverside):
        assert not Invitation.objects.filter(used_at=None).exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_an_account_that_is_closed_or_has_lost_its_role_still_counts(riverside, manager, site_client, change):
    """Not even a factory whose only owner has left is entered this way."""
    join(site_client, riverside, riverside.invitation_secret)
    with tenant_context(riverside):
        USERS.update(**change)
        Group.objects.get(name="owner").user_set.clear()
    with pytest.raises(FirstOwnerRefused) as refusal:
        first_owner_link_renew(factory=riverside, by=manager, name="内鬼")
    assert refusal.value.code == "taken"


def test_a_factory_that_was_opened_with_a_password_has_no_such_link(sunrise, client, manager):
    assert client.post(page_of(sunrise), {"admin_name": "内鬼"}).status_code == 403
    with pytest.raises(FirstOwnerRefused):
        first_owner_link_renew(factory=sunrise, by=manager, name="内鬼")


def test_a_suspended_factory_is_refused_with_the_reason(riverside, client):
    Factory.objects.filter(pk=riverside.pk).update(status=Factory.Status.SUSPENDED)
    answer = client.post(page_of(riverside), {"admin_name": "张主任"})
    assert "address" not in answer.context
    assert "江边玩具厂" in str(answer.context["form"].non_field_errors())
    with tenant_context(riverside):
        assert Invitation.objects.get().secret_hash == riverside.invitation.secret_hash


@pytest.mark.parametrize(
    "values",
    [{"admin_name": ""}, {"admin_name": "x" * 151}, {"admin_name": "张", "admin_email": "a@b\nBcc: c@d.example"}],
)
def test_bad_input_stands_beside_its_field_and_leaves_the_old_link(riverside, client, values):
    answer = client.post(page_of(riverside), values)
    assert answer.context["form"].errors
    with tenant_context(riverside):
        assert Invitation.objects.get().secret_hash == riverside.invitation.secret_hash


@pytest.mark.parametrize("role", ["librarian", "researcher", "ombudsman"])
def test_whoever_may_not_open_factories_makes_no_link(riverside, site_client, role):
    user = USERS.create_user("other", is_staff=True)
    user.groups.add(role_on(role))
    client = site_client(None)
    client.force_login(user)
    assert client.post(page_of(riverside), {"admin_name": "内鬼"}).status_code == 403


def test_no_factory_has_such_a_page_for_its_own_people(riverside, sunrise, site_client):
    with tenant_context(sunrise):
        client = site_client(sunrise)
        client.force_login(USERS.get(username="hr"))
    assert client.post(page_of(riverside), {"admin_name": "内鬼"}).status_code == 404


def test_both_trails_say_who_made_it_and_neither_holds_the_link(riverside, client):
    address = client.post(page_of(riverside), {"admin_name": "张主任"}).context["address"]
    here = AuditEntry.objects.get(action="first_owner_link_made")
    assert (here.actor, here.object_kind, here.object_id) == ("guan", "tenants.factory", str(riverside.pk))
    with tenant_context(riverside):
        there = AuditEntry.objects.get(action="first_owner_link_made")
        assert (there.actor, there.detail) == ("system", {"staff": "guan"})
    secret = address.split("/")[-2]
    for schema in ("public", riverside.schema_name):
        with schema_context(schema):
            assert secret not in str(list(AuditEntry.objects.values()))
            assert "张主任" not in str(list(AuditEntry.objects.values()))


def test_a_new_factorys_link_and_one_made_anew_are_mailed_where_an_address_is_given(riverside, client):
    answer = client.post(page_of(riverside), {"admin_name": "张主任", "admin_email": "zhang@riverside.example"})
    [letter] = mail.outbox
    assert answer.context["mailed"] == "sent"
    assert answer.context["address"] in letter.body
    assert "江边玩具厂" in letter.subject
    assert letter.reply_to == ["guan@ccrcsr.example"]


def test_the_page_of_a_factory_asks_a_fixed_number_of_statements(riverside, client, django_assert_max_num_queries):
    client.get(f"{FACTORIES}{riverside.pk}/change/")
    with django_assert_max_num_queries(32):
        client.get(f"{FACTORIES}{riverside.pk}/change/")


def elsewhere(work):
    """`work` in a connection of its own, which commits. This one must not read there: its locks would outlive the test."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_closing(work)).result(timeout=60)


def _closing(work):
    def run():
        try:
            return work()
        finally:
            connection.close()

    return run


@pytest.fixture
def committed(db):
    """A new factory that other connections see."""
    factory = elsewhere(lambda: factory_create(slug="racetrack", name="赛道厂", admin_name="张主任"))
    yield factory
    elsewhere(lambda: factory_erase(factory=factory))


def take(factory) -> None:
    with tenant_context(factory):
        invitation_accept(secret=factory.invitation_secret, username="zhang", password=PASSWORD)


def test_an_owner_who_takes_the_old_link_in_the_same_second_is_the_only_one(committed):
    taken, go = threading.Event(), threading.Event()

    @transaction.atomic
    def owner():
        take(committed)
        taken.set()
        assert go.wait(20)

    def manager():
        assert taken.wait(20)
        first_owner_link_renew(factory=committed, by=get_user_model()(username="guan"), name="内鬼")

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.submit(_closing(owner)), threads.submit(_closing(manager))
        assert taken.wait(20)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.5)  # waits for the owner
        go.set()
        first.result(timeout=20)
        with pytest.raises(FirstOwnerRefused) as refusal:
            second.result(timeout=20)
    assert refusal.value.code == "taken"
    assert elsewhere(lambda: _names(committed)) == ["zhang"]


def _names(factory) -> list[str]:
    with tenant_context(factory):
        assert not Invitation.objects.filter(used_at=None).exists()
        return list(USERS.values_list("username", flat=True))


def test_an_owner_who_comes_a_moment_after_a_new_link_was_made_is_held_up(committed):
    def late():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
            take(committed)

    @transaction.atomic
    def manager():
        first_owner_link_renew(factory=committed, by=get_user_model()(username="guan"), name="李主任")
        with pytest.raises(OperationalError, match="lock timeout"):
            elsewhere(late)
        transaction.set_rollback(True)

    elsewhere(manager)
