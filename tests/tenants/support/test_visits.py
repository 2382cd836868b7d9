"""CCR CSR's support comes into a factory when its owner lets it, as one person, in one role, for hours; then it is out."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants import middleware
from tenants.audit.verifying import trail_verify
from tenants.models import SupportGrant
from tenants.support.tasks import factory_support_close_task, support_close_task
from tests.tenants.support.visits import ACCESS, GRANTS, pass_for, path_of, trail
from workers.models import Worker


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
        session = Session.objects.get(session_key=browser.session.row_key)
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
        again.force_login(User.objects.get(username="wang"))
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
