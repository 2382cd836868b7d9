"""HR's pages of audiences: readable, few statements, and no way round the rules."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import tenant_context

from workers.models import Audience, Contact, SelfDescription, Worker
from workers.services.audience_rules import Rule
from workers.services.audiences import audience_save
from workers.services.departments import department_ensure


@pytest.fixture(autouse=True)
def _nothing_asked(in_sunrise):
    cache.clear()


def url(name: str, *args) -> str:
    return reverse(f"admin:workers_audience_{name}", args=args, urlconf="config.urls_tenant")


def signed_in(client, factory, *codenames: str):
    with tenant_context(factory):
        user = User.objects.create_user("somebody", password=None, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
    return client


AUDIENCES = ("view_audience", "add_audience", "change_audience", "delete_audience")
PEOPLE = ("view_worker", "see_all_departments", "see_personal_worker")


@pytest.fixture
def hr_client(sunrise, site_client):
    return signed_in(site_client(sunrise), sunrise, *AUDIENCES, *PEOPLE)


@pytest.fixture
def aiming_client(sunrise, site_client):
    """Communications: aims, and sees no employees."""
    return signed_in(site_client(sunrise), sunrise, *AUDIENCES)


@pytest.fixture
def workshop(in_sunrise):
    place = department_ensure(department="生产部", workshop="一车间")
    made = Worker.objects.bulk_create(
        Worker(
            employee_number=f"W{n:03d}", name=f"张三{n}", name_pinyin=f"{n:03d}", department=place, position="操作工"
        )
        for n in range(35)
    )
    Contact.objects.bulk_create(
        Contact(channel="wechat", address=f"o-{worker.pk}", worker=worker, bound_at=timezone.now())
        for worker in made[:15]
    )
    SelfDescription.objects.bulk_create(SelfDescription(worker=worker, is_parent=True) for worker in made[:15])
    return place


def test_the_empty_list_offers_three_to_begin_with(sunrise, hr_client):
    page = hr_client.get(url("changelist")).content.decode()
    assert page.count('formaction="') == 3
    hr_client.post(url("adopt", "new"))
    hr_client.post(url("adopt", "new"))
    hr_client.post(url("adopt", "nonsense"))
    with tenant_context(sunrise):
        audience = Audience.objects.get()
        assert audience.rule == {"version": 1, "hired_within_days": 30}


def test_what_was_suggested_and_not_taken_stays_on_offer(sunrise, hr_client):
    hr_client.post(url("adopt", "new"))
    page = hr_client.get(url("changelist")).content.decode()
    assert page.count('formaction="') == 2
    assert url("adopt", "new") not in page
    hr_client.post(url("adopt", "leaders"))
    with tenant_context(sunrise):
        Audience.objects.create(name="小孩", rule=Rule(child_age=(0, 5)).document(), is_private=True)
    assert "audience-suggestions" not in hr_client.get(url("changelist")).content.decode()


def test_a_suggestion_about_families_is_refused_where_there_are_few(sunrise, hr_client):
    response = hr_client.post(url("adopt", "small_children"), follow=True)
    assert [str(message.level_tag) for message in response.context["messages"]] == ["error"]
    with tenant_context(sunrise):
        assert not Audience.objects.exists()


def test_hr_saves_a_rule_and_finds_it_again_in_the_form(sunrise, workshop, hr_client):
    values = {
        "name": "一车间操作工",
        "departments": [str(workshop.pk)],
        "positions": ["操作工"],
        "child_age_from": "0",
        "child_age_to": "5",
        "_save": "1",
    }
    assert hr_client.post(url("add"), values).status_code == 302
    with tenant_context(sunrise):
        audience = Audience.objects.get()
        assert audience.is_private
        assert audience.rule == {
            "version": 1,
            "child_age": {"from": 0, "to": 5},
            "departments": [workshop.pk],
            "positions": ["操作工"],
        }
    form = hr_client.get(url("change", audience.pk)).context["adminform"].form
    assert (form["positions"].value(), form["child_age_to"].value()) == (("操作工",), 5)
    assert hr_client.post(url("change", audience.pk), {"name": "操作工", "positions": ["操作工"]}).status_code == 302
    with tenant_context(sunrise):
        audience.refresh_from_db()
        assert (audience.rule, audience.is_private) == ({"version": 1, "positions": ["操作工"]}, False)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "__all__"),
        ({"child_age_from": "9", "child_age_to": "3"}, "child_age_from"),
        ({"hired_within_days": "0"}, "hired_within_days"),
        ({"departments": ["999999"]}, "departments"),
        ({"positions": ["宇航员"]}, "positions"),
        ({"with_self_said": "on", "positions": ["操作工"]}, "groups"),
        ({"groups": ["parent"], "hired_within_days": "30"}, "__all__"),
    ],
)
def test_what_is_wrong_stands_beside_its_part(sunrise, workshop, hr_client, values, field):
    response = hr_client.post(url("add"), {"name": "x", **values})
    assert list(response.context["adminform"].form.errors) == [field]
    with tenant_context(sunrise):
        assert not Audience.objects.exists()


def test_a_preview_counts_and_names_five(workshop, hr_client):
    answer = hr_client.post(url("preview"), {"positions": ["操作工"]}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "35" in page
    assert page.count("<li>") == 5
    assert "<html" not in page
    whole = hr_client.post(url("preview"), {"positions": ["操作工"]}).content.decode()
    assert "<html" in whole
    assert "张三" in whole
    assert hr_client.get(url("preview")).status_code == 405


def test_a_preview_of_families_names_nobody(workshop, hr_client):
    page = hr_client.post(url("preview"), {"groups": ["parent"]}, headers={"HX-Request": "true"}).content.decode()
    assert "张三" not in page
    assert "15" not in page
    refused = hr_client.post(url("preview"), {"groups": ["parent"], "hired_within_days": "3"})
    assert refused.context["problems"]


def test_who_sees_no_employees_gets_a_number_and_no_names(sunrise, workshop, aiming_client):
    page = aiming_client.post(url("preview"), {"positions": ["操作工"]}).content.decode()
    assert "张三" not in page
    assert "35" in page
    with tenant_context(sunrise):
        audience = audience_save(audience=Audience(name="未成年工"), rule=Rule(minors=True))
    assert "minors" not in aiming_client.get(url("add")).context["adminform"].form.fields
    page = aiming_client.get(url("change", audience.pk))
    assert page.status_code == 200
    assert "adminform" in page.context
    assert aiming_client.post(url("change", audience.pk), {"name": "x", "positions": ["操作工"]}).status_code == 403
    with tenant_context(sunrise):
        audience.refresh_from_db()
        assert audience.rule["minors"] is True


def test_no_lookup_in_the_address_reaches_what_people_said(workshop, sunrise, site_client):
    hr = signed_in(site_client(sunrise), sunrise, *AUDIENCES, *PEOPLE)
    workers = reverse("admin:workers_worker_changelist", urlconf="config.urls_tenant")
    for lookup in (
        "self_description__is_parent=1",
        "self_description__children__born_to__gte=2020",
        "messages__broadcast__is_private=1",
    ):
        response = hr.get(f"{workers}?{lookup}")
        assert response.status_code in (302, 400)


def test_without_the_permission_there_is_nothing(sunrise, workshop, site_client):
    client = signed_in(site_client(sunrise), sunrise, *PEOPLE)
    assert client.get(url("changelist")).status_code == 403
    assert client.post(url("preview"), {"positions": ["操作工"]}).status_code == 403
    assert client.post(url("adopt", "new")).status_code == 403


def test_the_outsider_sees_none_of_it(sunrise, lakeside, workshop, hr_client, site_client):
    with tenant_context(sunrise):
        audience = audience_save(audience=Audience(name="一车间的人"), rule=Rule(departments=(workshop.pk,)))
    outsider = signed_in(site_client(lakeside), lakeside, *AUDIENCES, *PEOPLE)
    assert "一车间的人" not in outsider.get(url("changelist")).content.decode()
    assert outsider.get(url("change", audience.pk)).status_code == 302
    for cookie in hr_client.cookies.values():
        outsider.cookies[cookie.key] = cookie.value
    assert outsider.get(url("changelist")).status_code == 302


def test_a_copy_and_a_rule_that_cannot_be_read_do_not_break_the_list(sunrise, workshop, hr_client):
    with tenant_context(sunrise):
        audience = audience_save(audience=Audience(name="新员工"), rule=Rule(hired_within_days=30))
        Audience.objects.create(name="旧的", rule={"version": 99})
    action = {"action": "copy", "_selected_action": [audience.pk]}
    assert hr_client.post(url("changelist"), action).status_code == 302
    page = hr_client.get(url("changelist"))
    assert page.status_code == 200
    assert "新员工 2" in page.content.decode()


def test_the_list_costs_the_same_with_many(sunrise, workshop, hr_client, django_assert_max_num_queries):
    with tenant_context(sunrise):
        for n in range(20):
            rule = Rule(departments=(workshop.pk,), groups=("parent",), child_age=(0, n % 17))
            audience_save(audience=Audience(name=f"人群 {n}"), rule=rule)
    hr_client.get(url("changelist"))
    with django_assert_max_num_queries(14):
        assert hr_client.get(url("changelist")).status_code == 200
