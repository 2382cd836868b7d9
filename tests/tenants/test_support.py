"""CCR CSR's support comes into a factory when its owner lets it, as one person, in one role, for hours; then it is out."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants import middleware
from tenants.audit.models import AuditEntry
from tenants.audit.verifying import trail_verify
from tenants.models import Factory, SupportGrant
from tenants.roles import role_on
from tenants.support.services import SupportRefused, support_end, support_grant
from tenants.support.tasks import factory_support_close_task, support_close_task
from tests.conftest import ADMIN_PASSWORD
from workers.models import Worker

BACKEND = "django.contrib.auth.backends.ModelBackend"
GRANTS, ACCESS = "/admin/tenants/supportgrant/", "/admin/support/"


@pytest.fixture(autouse=True)
def _heard_anew():
    """What this process remembers of factories ends with each test."""
    yield
    middleware.domains_forget()


@pytest.fixture
def owner(sunrise, site_client):
    client = site_client(sunrise)
    client.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    return client


@pytest.fixture
def staff(db, site_client):
    """`staff(username, role)` is somebody of CCR CSR at the public site."""

    def sign_in(username="wang", role="factory_manager"):
        with schema_context("public"):
            user = User.objects.create_user(username, password=ADMIN_PASSWORD, is_staff=True, first_name="王芳")
            user.groups.add(role_on(role))
            client = site_client(None)
            client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def let_in(sunrise):
    def make(role="people", hours=4, factory=sunrise):
        with tenant_context(factory):
            hr = User.objects.get(username="hr")
            return support_grant(factory=factory, by=hr, role=role, hours=hours, reason="花名册导入不了")

    return make


def path_of(response) -> str:
    assert response.status_code == 302, response.content.decode()[:500]
    parts = urlsplit(response["Location"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def pass_for(client, grant, browser) -> str:
    """The address inside that the public site gives to the browser that knocked at the factory."""
    back = browser.get(path_of(client.post(f"{GRANTS}{grant.uuid}/enter/")))
    return path_of(client.get(path_of(back)))


@pytest.fixture
def inside(staff, let_in, sunrise, site_client):
    """Wang Fang of CCR CSR in Sunrise, as People for four hours: her browser there, and the grant."""

    def come(role="people"):
        grant, browser = let_in(role), site_client(sunrise)
        assert path_of(browser.get(pass_for(staff(), grant, browser))) == "/admin/"
        grant.refresh_from_db()
        return browser, grant

    return come


def trail(schema: str, action: str = "") -> list[AuditEntry]:
    with schema_context(schema):
        entries = AuditEntry.objects.order_by("number")
        return list(entries.filter(action=action) if action else entries)


# --- the way in and out ----------------------------------------------------------------------------------------------


def test_an_owner_lets_support_in_from_the_page(owner, sunrise):
    form = {"role": "people", "hours": "4", "reason": " 花名册 导入不了 "}
    assert path_of(owner.post(ACCESS, form)) == ACCESS
    grant = SupportGrant.objects.get()
    assert (grant.factory, grant.role, grant.granted_by, grant.reason) == (sunrise, "people", "hr", "花名册 导入不了")
    assert timedelta(hours=3, minutes=59) < grant.expires_at - timezone.now() <= timedelta(hours=4)
    page = owner.get(ACCESS)
    assert page.status_code == 200
    assert [shown.pk for shown in page.context["open"]] == [grant.pk]
    (here,), (there,) = trail(sunrise.schema_name, "support_granted"), trail("public", "support_granted")
    assert (here.actor, there.actor, here.support) == ("hr", "sunrise:hr", str(grant.uuid))


def test_staff_come_in_by_a_pass_and_are_a_temporary_account_with_that_role(inside, sunrise):
    browser, grant = inside()
    with tenant_context(sunrise):
        user = User.objects.get(username=f"support-wang-{str(grant.uuid)[:8]}")
        assert [group.name for group in user.groups.all()] == ["people"]
        assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
        session = Session.objects.get(session_key=browser.cookies["admin_session"].value)
        assert session.expire_date <= grant.expires_at
    assert (grant.used_by, grant.pass_hash) == ("wang", "")
    assert browser.get("/admin/workers/worker/").status_code == 200
    assert "晨光电子厂" in browser.get("/admin/").content.decode()
    (here,), (there,) = trail(sunrise.schema_name, "support_entered"), trail("public", "support_entered")
    assert (here.actor, there.actor) == (user.username, "wang")


def test_both_sides_see_a_banner(inside, owner):
    assert "support_agent" not in owner.get("/admin/").content.decode().split("<main")[0].split('id="nav')[0]
    browser, _grant = inside()
    for client, sign in [(browser, "request.support"), (owner, "request.guests")]:
        page = client.get("/admin/")
        assert 'class="ws-support"' in page.content.decode(), sign
    assert "王芳 (wang)" in owner.get("/admin/").content.decode()
    browser.post(f"{ACCESS}leave/")
    assert 'class="ws-support"' not in owner.get("/admin/").content.decode()


def test_what_support_does_carries_its_grant_and_what_others_do_does_not(inside, owner, sunrise):
    with tenant_context(sunrise):
        worker = Worker.objects.create(employee_number="A1", name="李娜", name_pinyin="li na")
    browser, grant = inside()
    browser.get("/admin/workers/worker/")
    owner.get("/admin/workers/worker/")
    by_support, by_owner = trail(sunrise.schema_name, "people_listed")
    assert (by_support.actor, by_support.support) == (f"support-wang-{str(grant.uuid)[:8]}", str(grant.uuid))
    assert (by_owner.actor, by_owner.support) == ("hr", "")
    assert by_support.subject_ids == [worker.pk]
    with tenant_context(sunrise):
        assert trail_verify().fault == ""


def test_whoever_leaves_may_come_again_with_a_new_pass_and_nobody_else(inside, staff, sunrise, site_client):
    browser, grant = inside()
    assert path_of(browser.post(f"{ACCESS}leave/")) == GRANTS
    assert browser.get("/admin/").status_code == 302
    with tenant_context(sunrise):
        assert not User.objects.get(username__startswith="support-").is_active
    other = staff("liu")
    assert path_of(other.get(path_of(browser.get(path_of(other.post(f"{GRANTS}{grant.uuid}/enter/")))))) == GRANTS
    again = site_client(None)
    with schema_context("public"):
        again.force_login(User.objects.get(username="wang"), backend=BACKEND)
    assert path_of(browser.get(pass_for(again, grant, browser))) == "/admin/"
    assert browser.get("/admin/").status_code == 200
    assert [entry.action for entry in trail("public")] == [
        "support_granted",
        "support_entered",
        "support_left",
        "support_entered",
    ]


def test_signing_out_is_leaving(inside, sunrise):
    browser, grant = inside()
    browser.post("/admin/logout/")
    grant.refresh_from_db()
    assert grant.left_at
    assert trail(sunrise.schema_name, "support_left")


# --- attacks on the pass ---------------------------------------------------------------------------------------------


def test_a_pass_opens_once(staff, let_in, sunrise, site_client):
    grant, browser = let_in(), site_client(sunrise)
    address = pass_for(staff(), grant, browser)
    browser.get(address)
    assert browser.get(address).status_code == 403


def test_a_pass_opens_in_the_browser_that_knocked_and_in_no_other(staff, let_in, sunrise, site_client):
    """Another member of staff who gets hold of the address gets nowhere, not even with a mark of their own."""
    grant, browser, other = let_in(), site_client(sunrise), site_client(sunrise)
    address = pass_for(staff(), grant, browser)
    other.get(f"{ACCESS}knock/{grant.uuid}/")
    assert other.get(address).status_code == 403
    assert other.get("/admin/").status_code == 302
    assert browser.get(address).status_code == 302


def test_a_pass_is_good_for_a_minute(staff, let_in, sunrise, site_client):
    grant, browser = let_in(), site_client(sunrise)
    address = pass_for(staff(), grant, browser)
    SupportGrant.objects.update(pass_expires_at=timezone.now())
    assert browser.get(address).status_code == 403


def test_a_pass_of_one_factory_opens_no_other(staff, let_in, sunrise, lakeside, site_client):
    grant, browser, elsewhere = let_in(), site_client(sunrise), site_client(lakeside)
    let_in(factory=lakeside)
    address = pass_for(staff(), grant, browser)
    elsewhere.cookies = browser.cookies
    assert elsewhere.get(address).status_code == 403


@pytest.mark.parametrize("change", ["expired", "ended", "suspended"])
def test_a_pass_of_a_grant_that_is_over_opens_nothing(staff, let_in, sunrise, site_client, change):
    grant, browser, wang = let_in(), site_client(sunrise), staff()
    address = pass_for(wang, grant, browser)
    now = timezone.now()
    if change == "suspended":
        Factory.objects.filter(pk=sunrise.pk).update(status="suspended")
        middleware.domains_forget()
    else:
        SupportGrant.objects.update(**{"expires_at" if change == "expired" else "ended_at": now})
    assert browser.get(address).status_code in (403, 404)
    assert wang.post(f"{GRANTS}{grant.uuid}/enter/").status_code == 404


def test_staff_who_lost_their_account_or_role_since_do_not_come_in(staff, let_in, sunrise, site_client):
    grant, browser, wang = let_in(), site_client(sunrise), staff()
    address = pass_for(wang, grant, browser)
    User.objects.get(username="wang").groups.clear()
    assert browser.get(address).status_code == 403


@pytest.mark.parametrize("role", ["librarian", "researcher", "ombudsman"])
def test_staff_whose_role_does_not_enter_get_no_pass(staff, let_in, role):
    grant, client = let_in(), staff("chen", role)
    assert client.post(f"{GRANTS}{grant.uuid}/enter/").status_code == 403
    assert client.get(GRANTS).status_code == 403
    assert path_of(client.get(f"{GRANTS}{grant.uuid}/pass/?browser={'0' * 64}")) == GRANTS


def test_a_link_from_elsewhere_makes_no_pass(staff, let_in):
    grant, wang = let_in(), staff()
    assert path_of(wang.get(f"{GRANTS}{grant.uuid}/pass/?browser={'0' * 64}")) == GRANTS
    assert wang.get(f"{GRANTS}{grant.uuid}/enter/").status_code == 405
    grant.refresh_from_db()
    assert grant.pass_hash == ""


@pytest.mark.parametrize("secret", ["", "x", "0" * 5000, "%00", "'; DROP TABLE tenants_supportgrant; --"])
def test_an_invented_pass_opens_nothing(let_in, sunrise, site_client, secret):
    grant, browser = let_in(), site_client(sunrise)
    browser.get(f"{ACCESS}knock/{grant.uuid}/")
    assert browser.get(f"{ACCESS}enter/", {"pass": secret}).status_code == 403
    assert browser.get(f"{ACCESS}enter/").status_code == 403


def test_an_invented_cookie_opens_nothing(inside, sunrise, site_client):
    _browser, grant = inside()
    forger = site_client(sunrise)
    forger.cookies["support_inside"] = str(grant.uuid)
    forger.cookies["support"] = str(grant.uuid)
    page = forger.get("/admin/workers/worker/")
    assert page.status_code == 403
    assert not page.cookies["support_inside"].value
    assert forger.get("/admin/").status_code == 302


# --- the end ---------------------------------------------------------------------------------------------------------


def test_the_owner_ends_it_while_support_is_inside(inside, owner, sunrise):
    browser, grant = inside()
    assert path_of(owner.post(f"{ACCESS}{grant.uuid}/end/")) == ACCESS
    page = browser.get("/admin/workers/worker/")
    assert page.status_code == 403
    assert "晨光电子厂" in page.content.decode()
    assert browser.get("/admin/").status_code == 302
    with tenant_context(sunrise):
        user = User.objects.get(username__startswith="support-")
        assert not user.is_active
        assert not user.sign_ins.exists()
    owner.post(f"{ACCESS}{grant.uuid}/end/")
    assert len(trail(sunrise.schema_name, "support_ended")) == len(trail("public", "support_ended")) == 1


def test_when_the_hour_strikes_support_is_out_at_the_next_click(inside):
    browser, _grant = inside()
    assert browser.get("/admin/").status_code == 200
    SupportGrant.objects.update(expires_at=timezone.now())
    middleware.domains_forget()
    assert browser.get("/admin/workers/worker/").status_code == 403
    assert browser.get("/admin/workers/worker/").status_code == 302


def test_support_whose_account_at_ccr_csr_is_closed_is_out(inside):
    browser, _grant = inside()
    User.objects.filter(username="wang").update(is_active=False)
    middleware.domains_forget()
    assert browser.get("/admin/").status_code == 403


def test_a_task_tidies_up_what_is_over_and_runs_twice(inside, sunrise, lakeside, let_in, eager):
    _browser, grant = inside()
    let_in(factory=lakeside)
    SupportGrant.objects.filter(pk=grant.pk).update(expires_at=timezone.now())
    for _twice in range(2):
        support_close_task()
        factory_support_close_task(schema_name=sunrise.schema_name)
    grant.refresh_from_db()
    assert grant.ended_at == grant.expires_at
    with tenant_context(sunrise):
        assert not User.objects.get(username__startswith="support-").is_active
    (ended,) = trail(sunrise.schema_name, "support_ended")
    assert ended.actor == "system"
    assert SupportGrant.objects.open().get().factory == lakeside


# --- what support may not do -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        "/admin/auth/group/",
        "/admin/audit/auditentry/",
        "/admin/support/",
        "/admin/workers/apitoken/",
        "/admin/workers/privacyrequest/",
        "/admin/workers/worker/sheet/",
        "/admin/progress/lessonprogress/sheet/",
        "/admin/password_change/",
        "/admin/account/",
    ],
)
def test_support_neither_hands_out_rights_nor_takes_data_along(inside, path, sunrise):
    browser, _grant = inside()
    assert browser.get(path).status_code in (403, 404)


def test_support_changes_no_account_not_even_its_own(inside, sunrise):
    browser, _grant = inside()
    with tenant_context(sunrise):
        user = User.objects.get(username__startswith="support-")
        owner_group = Group.objects.get(name="owner")
        # Even where a role were to hold it: the backend refuses before anybody else is asked.
        user.groups.add(owner_group)
    body = {"username": user.username, "groups": [owner_group.pk], "is_active": "on"}
    assert browser.post(f"/admin/auth/user/{user.pk}/change/", body).status_code == 403
    assert browser.post(ACCESS, {"role": "people", "hours": "24", "reason": "x"}).status_code == 403
    assert browser.post(f"{ACCESS}{SupportGrant.objects.get().uuid}/end/").status_code == 403
    assert SupportGrant.objects.count() == 1


def test_an_owner_neither_sees_nor_changes_the_account_of_support(inside, owner, sunrise):
    inside()
    with tenant_context(sunrise):
        user, hr = User.objects.get(username__startswith="support-"), User.objects.get(username="hr")
        group = Group.objects.get(name="owner")
    assert user.username not in owner.get("/admin/auth/user/").content.decode()
    page = f"/admin/auth/user/{user.pk}/change/"
    owner.post(page, {"username": user.username, "groups": [group.pk], "is_active": "on"})
    with tenant_context(sunrise):
        assert [role.name for role in user.groups.all()] == ["people"]
    for taken in (user.username, "support-li", "System", "worker"):
        owner.post(f"/admin/auth/user/{hr.pk}/change/", {"username": taken, "first_name": "", "email": ""})
        with tenant_context(sunrise):
            assert User.objects.get(pk=hr.pk).username == "hr"  # names never change; new ones: test_signin_names.py


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"role": "owner"}, "bad_role"),
        ({"role": "grievance_officer"}, "bad_role"),
        ({"role": "line_leader"}, "bad_role"),
        ({"role": "viewer"}, "bad_role"),  # not switched on here
        ({"hours": 48}, "bad_hours"),
        ({"hours": 0}, "bad_hours"),
        ({"reason": "  "}, "no_reason"),
    ],
)
def test_a_factory_cannot_let_in_too_much(in_sunrise, values, code):
    given = {"role": "people", "hours": 4, "reason": "x", **values}
    with pytest.raises(SupportRefused) as refusal:
        support_grant(factory=in_sunrise, by=User.objects.get(username="hr"), **given)
    assert refusal.value.code == code
    with schema_context("public"):
        assert not SupportGrant.objects.exists()


def test_the_database_holds_the_twenty_four_hours(sunrise):
    late = timezone.now() + timedelta(hours=25)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportGrant.objects.create(factory=sunrise, role="people", reason="x", granted_by="hr", expires_at=late)


def test_a_page_shows_what_is_wrong_beside_its_field(owner):
    page = owner.post(ACCESS, {"role": "owner", "hours": "48", "reason": ""})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"role", "hours", "reason"}


def test_there_is_a_most_of_open_ones(let_in):
    for _each in range(5):
        let_in()
    with pytest.raises(SupportRefused) as refusal:
        let_in()
    assert refusal.value.code == "too_many"


@pytest.mark.parametrize("role", ["people", "content_editor", "viewer"])
def test_only_the_owner_lets_support_in(in_sunrise, site_client, role):
    user = User.objects.create_user("zhou", password=ADMIN_PASSWORD, is_staff=True)
    user.groups.add(role_on(role))
    client = site_client(in_sunrise)
    client.force_login(user, backend=BACKEND)
    assert client.get(ACCESS).status_code == 403
    assert client.post(ACCESS, {"role": "people", "hours": "4", "reason": "x"}).status_code == 403


def test_the_outsider_neither_sees_nor_ends_anothers_grant(let_in, lakeside, site_client):
    grant = let_in()
    client = site_client(lakeside)
    client.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    page = client.get(ACCESS)
    assert (page.context["open"], page.context["past"]) == ([], [])
    assert client.post(f"{ACCESS}{grant.uuid}/end/").status_code == 404
    with tenant_context(lakeside), pytest.raises(SupportRefused):
        support_end(factory=lakeside, uuid=grant.uuid)
    grant.refresh_from_db()
    assert grant.ended_at is None


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_pages_pay_no_statement_for_it(inside, owner, sunrise, site_client):
    """A worker's page and an admin's page take as many with a guest inside as without, and the guest's as many as others'."""
    worker = site_client(sunrise)

    def statements(client, path):
        from django.db import connection

        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    before = statements(worker, "/lessons/"), statements(owner, "/admin/workers/department/")
    browser, _grant = inside()
    assert (statements(worker, "/lessons/"), statements(owner, "/admin/workers/department/")) == before
    assert statements(browser, "/admin/workers/department/") <= before[1] + 2


def test_the_lists_take_as_many_statements_for_many_grants(owner, staff, let_in, django_assert_max_num_queries):
    wang = staff()
    for _each in range(4):
        let_in()
    owner.get(ACCESS)
    with django_assert_max_num_queries(14):
        owner.get(ACCESS)
    wang.get(GRANTS)
    with django_assert_max_num_queries(12):
        assert wang.get(GRANTS).content.decode().count("formaction=") == 4
