"""One-time links: accounts that people make for themselves, and new passwords."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.db import connection
from django.utils import timezone

from tenants.audit.models import AuditEntry
from tenants.roles import role_on
from tenants.staff.models import AppKey, Invitation
from tenants.staff.services.invitations import (
    BeyondReach,
    InvitationOver,
    colleague_invite,
    invitation_accept,
    password_reset_invite,
)

PASSWORD = "green-river-seven"
USERS = get_user_model().objects
ADD = "/admin/staff/invitation/add/"


@pytest.fixture
def owner(in_sunrise):
    return get_user_model().objects.get(username="hr")


@pytest.fixture
def client(in_sunrise, site_client, owner):
    client = site_client(in_sunrise)
    client.force_login(owner)
    return client


def invite(owner, *, role="people", **fields):
    return colleague_invite(by=owner, name="王芳", roles=[role_on(role)], **fields)


def join(client, secret, **changes):
    return client.post(
        f"/admin/join/{secret}/", {"username": "wang", "password": PASSWORD, "again": PASSWORD, **changes}
    )


def test_a_link_works_once(in_sunrise, owner, site_client):
    _invitation, secret = invite(owner)
    assert join(site_client(in_sunrise), secret)["Location"] == "/admin/"
    assert join(site_client(in_sunrise), secret, username="wang2").status_code == 410
    assert site_client(in_sunrise).get(f"/admin/join/{secret}/").status_code == 410
    assert list(Group.objects.filter(user__username="wang").values_list("name", flat=True)) == ["people"]


def test_only_the_hash_of_its_secret_is_kept_and_no_page_shows_it_again(in_sunrise, client):
    answer = client.post(ADD, {"name": "王芳", "email": "", "roles": [role_on("people").pk]})
    secret = urlsplit(answer.context["address"]).path.split("/")[-2]
    assert "no-store" in answer["Cache-Control"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(i)::text FROM staff_invitation i")
        assert all(secret not in row for (row,) in cursor.fetchall())
    invitation = Invitation.objects.get()
    for path in ["", f"{invitation.pk}/change/", f"{invitation.pk}/history/"]:
        assert secret not in client.get(f"/admin/staff/invitation/{path}").content.decode()
    assert secret not in str(list(AuditEntry.objects.values()))


def test_it_is_over_after_seven_days_or_when_withdrawn(in_sunrise, client, owner, site_client):
    invitation, secret = invite(owner)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert join(site_client(in_sunrise), secret).status_code == 410
    assert invitation.expires_at - timezone.now() < timedelta(days=7)
    invitation, secret = invite(owner)
    client.post(f"/admin/staff/invitation/{invitation.pk}/delete/", {"post": "yes"})
    assert join(site_client(in_sunrise), secret).status_code == 410
    assert AuditEntry.objects.filter(action="invitation_withdrawn").exists()


@pytest.mark.parametrize("secret", ["x", "%00", "a" * 500, "日本"])
def test_an_invented_link_leads_nowhere(in_sunrise, site_client, secret):
    assert site_client(in_sunrise).get(f"/admin/join/{secret}/").status_code in (404, 410)


def test_another_factorys_link_leads_nowhere_here(in_sunrise, owner, lakeside, site_client):
    _invitation, secret = invite(owner)
    assert join(site_client(lakeside), secret).status_code == 410
    assert join(site_client(None), secret).status_code == 410
    assert join(site_client(in_sunrise), secret)["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "hr"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"again": "something-else-7"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "1234567890123", "again": "1234567890123"}, "password"),
        ({"password": "password1234", "again": "password1234"}, "password"),
        ({"username": "wangfang77", "password": "wangfang77", "again": "wangfang77"}, "password"),
        ({"password": "x" * 129, "again": "x" * 129}, "password"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_uses_nothing_up(in_sunrise, owner, site_client, changes, field):
    _invitation, secret = invite(owner)
    answer = join(site_client(in_sunrise), secret, **changes)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not USERS.filter(first_name="王芳").exists()
    assert join(site_client(in_sunrise), secret)["Location"] == "/admin/"


def test_nobody_invites_to_more_than_they_hold(in_sunrise, owner):
    people = USERS.create_user("people", is_staff=True)
    people.groups.add(role_on("people"))
    with pytest.raises(BeyondReach):
        colleague_invite(by=people, name="x", roles=[Group.objects.get(name="owner")])
    with pytest.raises(BeyondReach):
        password_reset_invite(by=people, user=owner)
    assert not Invitation.objects.exists()


def test_what_the_inviter_has_lost_meanwhile_is_not_handed_on(in_sunrise, owner):
    boss = USERS.create_user("boss", is_staff=True)
    boss.groups.add(Group.objects.get(name="owner"))
    _invitation, secret = invite(boss, role="owner")
    boss.groups.set([role_on("people")])
    boss.user_permissions.add(Permission.objects.get(codename="add_invitation"))
    user = invitation_accept(secret=secret, username="wang", password=PASSWORD)
    assert not user.groups.exists()


def boss_and_target():
    boss, target = USERS.create_user("boss2", is_staff=True), USERS.create_user("wang", is_staff=True)
    boss.groups.add(Group.objects.get(name="owner"))
    target.groups.add(Group.objects.get(name="people"))
    return boss, target


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        ("account", "closed"),
        ("account", "without the role"),
        ("password", "closed"),
        ("password", "without the role"),
        ("password", "gone"),
    ],
)
def test_a_link_does_not_outlive_the_right_to_make_it(in_sunrise, site_client, kind, end):
    boss, target = boss_and_target()
    _made, secret = password_reset_invite(by=boss, user=target) if kind == "password" else invite(boss)
    if end == "closed":
        USERS.filter(pk=boss.pk).update(is_active=False)
    elif end == "without the role":
        boss.groups.set([Group.objects.get(name="people")])
    else:  # no page deletes anybody; who vouches would not be known then
        boss.delete()
    client = site_client(in_sunrise)
    assert client.get(f"/admin/join/{secret}/").status_code == 410
    assert join(client, secret, username="wang9").status_code == 410
    assert not USERS.filter(username="wang9").exists()
    target.refresh_from_db()
    assert not target.check_password(PASSWORD)


@pytest.mark.parametrize("change", [{"is_active": ""}, {"groups": []}])
def test_closing_a_colleague_or_taking_a_role_withdraws_their_open_links(in_sunrise, client, owner, change):
    boss, target = boss_and_target()
    password_reset_invite(by=boss, user=target)
    password_reset_invite(by=owner, user=boss)
    invite(boss)
    kept, _secret = invite(owner)
    values = {"is_active": "on", "groups": [Group.objects.get(name="owner").pk], **change}
    values |= {"employee-TOTAL_FORMS": "0", "employee-INITIAL_FORMS": "0"}
    values = {name: value for name, value in values.items() if value}
    assert client.post(f"/admin/auth/user/{boss.pk}/change/", values).status_code == 302
    assert [row.pk for row in Invitation.objects.all()] == [kept.pk]
    assert AuditEntry.objects.filter(actor="hr", action="invitation_withdrawn").count() == 3


def test_a_link_for_a_new_password_passes_no_second_factor(in_sunrise, owner, site_client):
    boss, target = boss_and_target()
    AppKey.objects.create(user=target, is_confirmed=True)
    _made, secret = password_reset_invite(by=boss, user=target)
    client = site_client(in_sunrise)
    assert join(client, secret)["Location"] == "/admin/sign-in/"
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/account/app/")["Location"] == "/admin/sign-in/"  # nor adds one of its own
    assert AppKey.objects.filter(user=target, is_confirmed=True).count() == 1


def test_posted_extras_give_nothing(in_sunrise, owner, site_client):
    _invitation, secret = invite(owner)
    join(site_client(in_sunrise), secret, is_superuser="on", roles="1", groups="1", is_staff="on")
    wang = USERS.get(username="wang")
    assert not wang.is_superuser
    assert [group.name for group in wang.groups.all()] == ["people"]


def test_a_new_account_with_personal_data_is_led_to_a_second_factor(in_sunrise, owner, site_client, settings):
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE_DAYS = True, 0
    _invitation, secret = invite(owner)
    client = site_client(in_sunrise)
    assert join(client, secret)["Location"] == "/admin/sign-in/"
    assert client.get("/admin/").status_code == 302


def test_the_link_is_mailed_where_an_address_is_given(in_sunrise, client):
    answer = client.post(ADD, {"name": "王芳", "email": "wang@factory.example", "roles": [role_on("people").pk]})
    assert answer.context["mailed"] == "sent"
    [letter] = mail.outbox
    assert letter.to == ["wang@factory.example"]
    assert answer.context["address"] in letter.body


def test_a_mail_that_cannot_go_out_is_said_so(in_sunrise, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    answer = client.post(ADD, {"name": "王芳", "email": "wang@factory.example", "roles": [role_on("people").pk]})
    assert answer.context["mailed"] == "no_server"
    assert answer.context["address"] in answer.content.decode()


def test_a_colleague_sets_a_new_password_at_a_link_and_is_signed_out_elsewhere(in_sunrise, client, site_client):
    wang = USERS.create_user("wang", password="old-horse-battery", is_staff=True)
    elsewhere = site_client(in_sunrise)
    elsewhere.post("/admin/login/", {"username": "wang", "password": "old-horse-battery"})
    answer = client.post(f"/admin/auth/user/{wang.pk}/password/")
    path = urlsplit(answer.context["address"]).path
    wang.refresh_from_db()
    assert wang.check_password("old-horse-battery")  # until the link is used
    here = site_client(in_sunrise)
    assert "wang" in here.get(path).content.decode()
    assert here.post(path, {"password": PASSWORD, "again": PASSWORD})["Location"] == "/admin/"
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD)
    assert elsewhere.get("/admin/").status_code == 302
    assert here.get(path).status_code == 410


def test_a_new_link_for_a_password_makes_the_earlier_one_void_and_a_closed_account_has_none(in_sunrise, owner):
    wang = USERS.create_user("wang", password="old-horse-battery", is_staff=True)
    _first, early = password_reset_invite(by=owner, user=wang)
    _second, late = password_reset_invite(by=owner, user=wang)
    with pytest.raises(InvitationOver):
        invitation_accept(secret=early, username="", password=PASSWORD)
    wang.is_active = False
    wang.save()
    with pytest.raises(InvitationOver):
        invitation_accept(secret=late, username="", password=PASSWORD)


def test_roles_are_switched_on_and_off_by_owners_only(in_sunrise, client, owner, site_client):
    roles = "/admin/auth/group/"
    client.post(roles, {"role": "viewer", "to": "on"})
    viewer = Group.objects.get(name="viewer")
    assert viewer.permissions.filter(codename="view_figures").exists()
    user = USERS.create_user("looker", is_staff=True)
    user.groups.add(viewer)
    client.post(roles, {"role": "viewer", "to": "off"})
    assert Group.objects.filter(name="viewer").exists()  # somebody holds it
    user.groups.clear()
    _invitation, _secret = invite(owner, role="viewer")
    client.post(roles, {"role": "viewer", "to": "off"})
    assert Group.objects.filter(name="viewer").exists()  # somebody is invited to it
    Invitation.objects.all().delete()
    client.post(roles, {"role": "viewer", "to": "off"})
    assert not Group.objects.filter(name="viewer").exists()
    client.post(roles, {"role": "people", "to": "off"})
    assert Group.objects.filter(name="people").exists()
    assert client.post(roles, {"role": "operator", "to": "on"}).status_code == 404
    people = USERS.create_user("people", is_staff=True)
    people.groups.add(Group.objects.get(name="people"))
    other = site_client(in_sunrise)
    other.force_login(people)
    assert other.post(roles, {"role": "viewer", "to": "on"}).status_code == 403
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"role_switched_on", "role_switched_off", "colleague_invited"} <= actions


def test_the_lists_of_colleagues_and_invitations_ask_as_often_for_many_as_for_few(
    in_sunrise, client, owner, django_assert_max_num_queries
):
    for number in range(12):
        USERS.create_user(f"c{number}", is_staff=True).groups.add(role_on("people"))
        invite(owner)
    for path, most in [("/admin/auth/user/", 16), ("/admin/staff/invitation/", 16), ("/admin/auth/group/", 14)]:
        client.get(path)
        with django_assert_max_num_queries(most):
            client.get(path)


def test_whoever_invites_a_line_leader_reads_that_the_account_needs_its_employee(in_sunrise, client):
    says = "对应的员工"
    assert says not in client.get(ADD).content.decode(), "there is no such role yet"
    leader = role_on("line_leader")
    assert says in client.get(ADD).content.decode()
    for role, is_said in ((leader, True), (role_on("people"), False)):
        page = client.post(ADD, {"name": "王芳", "email": "", "roles": [role.pk]}).content.decode()
        assert (says in page) == is_said
