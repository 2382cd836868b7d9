"""Sign-in names that look alike are one person's, and guesses at one are never forgiven by another."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django_tenants.utils import schema_context

from tenants.audit.models import AuditEntry
from tenants.roles import role_on
from tenants.staff.lockout import FREE_GUESSES
from tenants.staff.names import account_named, sign_in_name_check
from tenants.staff.services.invitations import colleague_invite, invitation_accept

PASSWORD = "correct-horse-battery"
LOGIN = "/admin/login/"


@pytest.fixture
def client(in_sunrise, site_client):
    return site_client(in_sunrise)


def sign_in(client, username="hr", password=PASSWORD, address="127.0.0.1"):
    return client.post(LOGIN, {"username": username, "password": password}, headers={"x-forwarded-for": address})


def of_before(name: str) -> None:
    """An account from before there were rules."""
    user = get_user_model()(username=name, is_staff=True)
    user.set_password("another-horse-battery")
    get_user_model().objects.bulk_create([user])


@pytest.mark.parametrize("name", ["wang.fang", "Wang_2", "王芳", "王芳2", "wang@factory.example", "a"])
def test_names_that_people_choose_are_taken(in_sunrise, name):
    assert sign_in_name_check(name) == name


LOOKALIKES = [
    "HR",
    "hR",
    "ｈｒ",
    "нr",
    "hг",
    "ｈr",
    "ʜr",
    "h​r",
    "hr.",
    "王h",
    "丨hr",
    "Support-1",
    "ſupport-1",
    "support-li",
    "System",
    "worker",
    "һr",
]


@pytest.mark.parametrize("name", [*LOOKALIKES, "", "-", "with space", "x" * 151, "a\0", "Hr\n", "system", "unknown"])
def test_lookalikes_reserved_names_and_nonsense_are_refused(in_sunrise, hr, name):
    with pytest.raises(ValidationError):
        sign_in_name_check(name)


@pytest.mark.parametrize("name", LOOKALIKES)
def test_nobody_joins_under_a_lookalike_by_page_or_by_service(in_sunrise, hr, client, name):
    _invitation, secret = colleague_invite(by=hr, name="王芳", roles=[role_on("viewer")])
    page = client.post(f"/admin/join/{secret}/", {"username": name, "password": PASSWORD, "again": PASSWORD})
    assert "username" in page.context["form"].errors
    with pytest.raises(ValidationError):
        invitation_accept(secret=secret, username=name, password="green-river-seven")
    assert not get_user_model().objects.filter(first_name="王芳").exists()


def test_a_full_width_name_is_kept_as_it_is_typed_on_any_keyboard(in_sunrise, hr):
    _invitation, secret = colleague_invite(by=hr, name="王芳", roles=[role_on("viewer")])
    assert invitation_accept(secret=secret, username="ｗａｎｇ", password="green-river-seven").username == "wang"


@pytest.mark.parametrize("typed", ["HR", "Hr", "ｈｒ"])
def test_the_case_of_a_name_does_not_matter_at_the_door(hr, client, typed):
    assert sign_in(client, typed)["Location"] == "/admin/"


def test_of_two_old_accounts_that_differ_by_case_each_opens_with_its_own_spelling(hr, client):
    of_before("HR")
    assert sign_in(client, "hR").status_code == 200
    assert account_named("hR") is None
    assert account_named("HR") != account_named("hr") == hr


def test_guesses_at_one_account_are_counted_whatever_lookalike_signs_in_meanwhile(hr, client):
    of_before("HR")
    answers = []
    for _round in range(FREE_GUESSES):
        answers.append(sign_in(client, "hr", "wrong").status_code)
        sign_in(client, "HR", "another-horse-battery")
        client.post("/admin/logout/")
    assert answers == [200] * (FREE_GUESSES - 1) + [429]


def test_guesses_under_several_spellings_are_guesses_at_one_account(hr, client):
    answers = [sign_in(client, typed, "wrong").status_code for typed in ["hr", "HR", "hR", "Hr", "ｈｒ"]]
    assert answers == [200] * (FREE_GUESSES - 1) + [429]


def test_a_browser_that_a_lookalike_knows_is_not_known_for_another(hr, client, in_sunrise, site_client):
    of_before("HR")
    sign_in(client, "HR", "another-horse-battery")
    client.post("/admin/logout/")
    for _guess in range(FREE_GUESSES):
        answer = sign_in(site_client(in_sunrise), "hr", "wrong")
    assert answer.status_code == 429
    assert sign_in(client, "hr").status_code == 429  # counted at its address, like any stranger's


def test_a_sign_in_name_stays_what_it_is(hr, client):
    wang = get_user_model().objects.create_user("wang", is_staff=True)
    sign_in(client)
    values = {"username": "HR", "first_name": "王芳", "is_active": "on"}
    values |= {"employee-TOTAL_FORMS": "0", "employee-INITIAL_FORMS": "0"}
    assert client.post(f"/admin/auth/user/{wang.pk}/change/", values).status_code == 302
    wang.refresh_from_db()
    assert (wang.username, wang.first_name) == ("wang", "王芳")


def test_a_sign_in_name_is_shown_as_it_is_typed(hr, client):
    sign_in(client)
    page = client.get(f"/admin/auth/user/{hr.pk}/change/").content.decode()
    assert ">hr<" in "".join(page.split())
    assert ">Hr<" not in "".join(page.split())


@pytest.mark.parametrize("name", [*LOOKALIKES, "HR", "api:x", "with space"])
def test_no_program_makes_an_account_under_a_lookalike(in_sunrise, hr, monkeypatch, name):
    """Neither a command, django-tenants' own among them, nor a line of code."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    options = {"username": name, "email": "a@b.example", "interactive": False, "verbosity": 0}
    with pytest.raises(CommandError):
        call_command("createsuperuser", **options)
    with schema_context("public"), pytest.raises(CommandError):
        call_command("create_tenant_superuser", schema_name=in_sunrise.schema_name, **options)
    with pytest.raises(ValidationError):
        get_user_model().objects.create_user(name, password=PASSWORD)
    assert get_user_model().objects.count() == 1


def test_an_operator_makes_the_first_account_and_the_trail_says_so(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="ｒｏｏｔ２", email="", interactive=False, verbosity=0)
    root = get_user_model().objects.get()
    assert (root.username, root.is_superuser) == ("root2", True)
    entry = AuditEntry.objects.get(action="superuser_made")
    assert (entry.actor, entry.object_id) == ("system", str(root.pk))


def test_a_saved_account_keeps_its_name_whatever_it_is(in_sunrise):
    of_before("HR")
    old = get_user_model().objects.get(username="HR")
    old.first_name = "王芳"
    old.save()
    assert old.username == "HR"
