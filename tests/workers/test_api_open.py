"""Where anybody may join there is no roster for a program: no token is made, and no address reads or changes anybody."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone
from django_tenants.utils import tenant_context

from tenants.middleware import domains_forget
from tests.config.rows import row_make
from tests.workers.programs import BULK, DEPARTMENTS, LI_NA, WORKERS, Program, refused, token_of
from workers.models import ApiToken, Department, PrivacyRequest, Shift, Worker
from workers.services import department_ensure


@pytest.fixture
def opened(sunrise):
    """With a token from before. The test is inside it."""
    _token, secret = token_of(sunrise)
    sunrise.enrolment = "open"
    sunrise.save()
    domains_forget()
    cache.clear()
    with tenant_context(sunrise):
        yield sunrise, secret
    domains_forget()


def test_an_old_token_neither_reads_nor_changes_anybody(opened, site_client):
    factory, secret = opened
    learner, place = row_make(Worker, employee_number="WS000001"), department_ensure(department="生产部")
    program = Program(site_client(factory), secret)
    answers = [
        program.get(WORKERS),
        program.get(DEPARTMENTS),
        program.send(BULK, {"workers": [LI_NA]}),
        program.send(f"{WORKERS}WS000001/deactivate/", {"left_on": "2026-01-05"}),
        program.send(DEPARTMENTS, {"name": "包装部"}),
        program.send(f"{DEPARTMENTS}{place.pk}/", {"name": "仓库"}, method="patch"),
    ]
    for answer in answers:
        assert "人人都可以加入" in refused(answer, 403, "enrolment_open")["title"]
    learner.refresh_from_db()
    assert learner.left_on is None
    assert list(Worker.objects.all()) == [learner]
    assert [department.name for department in Department.objects.all()] == ["生产部"]


@pytest.mark.parametrize("secret", ["", "wst_guess"])
def test_it_says_so_to_every_program(opened, site_client, secret):
    refused(Program(site_client(opened[0]), secret).get(WORKERS), 403, "enrolment_open")


@pytest.mark.parametrize("page", ["", "add/", "guide/", "{}/change/", "{}/revoke/", "{}/take-over/"])
def test_nobody_makes_a_token_there(opened, site_client, page):
    staff, token = site_client(opened[0]), ApiToken.objects.get()
    staff.force_login(User.objects.get(username="hr"))
    address = f"/admin/workers/apitoken/{page.format(token.pk)}"
    for answer in (
        staff.get(address),
        staff.post(address, {"name": "payroll", "scopes": ["workers:read"], "days": 90}),
    ):
        assert answer.status_code == 403
    assert ApiToken.objects.filter(revoked_at=None).count() == 1


def test_the_first_page_leads_to_no_roster(opened, site_client):
    ApiToken.objects.update(created_by=None)
    row_make(Shift), row_make(Worker), row_make(Department, kind="line")
    row_make(PrivacyRequest, worker=row_make(Worker), due_on=timezone.localdate())
    staff = site_client(opened[0])
    staff.force_login(User.objects.get(username="hr"))
    tasks = staff.get("/admin/").context["tasks"]
    assert {staff.get(task.href).status_code for task in tasks} == {200}
