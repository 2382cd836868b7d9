"""An audience that finds nobody because of what the roster lacks says so, wherever its size is read before something is sent."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from announcements.models import Announcement
from announcements.services import announcement_aim_set
from tenants.middleware import domains_forget
from tenants.models import Factory
from workers.models import Audience, Department, Worker
from workers.services.audience_lacks import roster_lack
from workers.services.audience_rules import Rule
from workers.services.audiences import Aim, AudienceSize, audience_save, audience_sizes
from workers.services.departments import department_ensure

LEADERS = Rule(groups=("line_manager",))
WHY = "还没有人标为班组长"
FITS_NOBODY = "现在没有人符合"


@pytest.fixture(autouse=True)
def crew(in_sunrise) -> list[Worker]:
    """Of 生产部, and nobody leads anything."""
    cache.clear()
    place = department_ensure(department="生产部")
    return Worker.objects.bulk_create(
        Worker(employee_number=f"W{n:03d}", name="张三", name_pinyin="zhang san", department=place, gender="female")
        for n in range(35)
    )


def lack(rule: Rule, *, sees_personal: bool = True) -> str:
    sizes = audience_sizes({"": rule}, timezone.localdate(), sees_personal=sees_personal)
    return roster_lack(rule, sizes[""])


def url(name: str, *args) -> str:
    return reverse(f"admin:{name}", args=args, urlconf="config.urls_tenant")


def preview(client, **values) -> str:
    return client.post(url("workers_audience_preview"), values).content.decode()


def test_it_is_told_as_long_as_nobody_is_marked(crew):
    assert lack(LEADERS) == "leaders"
    Worker.objects.filter(pk=crew[0].pk).update(is_line_manager=True)
    assert not lack(LEADERS)


def test_who_leads_a_department_is_marked_as_well(crew):
    Department.objects.update(leader=crew[0])
    assert not lack(LEADERS)


@pytest.mark.parametrize(
    "rule", [Rule(groups=("young",)), Rule(minors=True), Rule(groups=("young",), positions=("厂医",))]
)
def test_nobody_is_young_before_birth_dates_are_there(crew, rule):
    assert lack(rule) == "birth_dates"
    Worker.objects.filter(pk=crew[0].pk).update(birth_date=date(1970, 1, 1))
    assert not lack(rule)


def test_nobody_is_new_before_hire_dates_are_there(crew):
    assert lack(Rule(hired_within_days=30)) == "hire_dates"
    Worker.objects.filter(pk=crew[0].pk).update(hired_on=date(2019, 1, 1))
    assert not lack(Rule(hired_within_days=30))


@pytest.mark.parametrize(
    "rule",
    [
        Rule(positions=("厂医",)),
        Rule(groups=("line_manager", "young")),
        Rule(groups=("line_manager",), with_self_said=True),
        Rule(groups=("line_manager",), child_age=(0, 5)),
    ],
)
def test_nothing_is_told_where_it_has_another_reason_or_the_size_is_private(rule):
    assert not lack(rule)


def test_nothing_is_told_of_personal_facts_to_whoever_may_not_see_them():
    rule = Rule(groups=("line_manager",), genders=("female",))
    assert lack(rule)
    assert not lack(rule, sees_personal=False)


def test_nothing_is_told_of_an_empty_roster():
    Worker.objects.all().delete()
    assert not lack(LEADERS)


def test_it_costs_a_statement_only_where_it_may_be_told(django_assert_num_queries):
    with django_assert_num_queries(1):
        roster_lack(LEADERS, AudienceSize(count=0))
    with django_assert_num_queries(0):
        roster_lack(LEADERS, AudienceSize(count=3))
        roster_lack(LEADERS, AudienceSize(about=0))
        roster_lack(Rule(positions=("厂医",)), AudienceSize(count=0))
        roster_lack(None, AudienceSize(count=0))


def test_the_preview_says_it_in_place_of_a_comfort(hr_client):
    page = preview(hr_client, groups="line_manager")
    assert WHY in page
    assert FITS_NOBODY not in page
    assert "还没有人的入职日期" in preview(hr_client, hired_within_days=30)
    assert "还没有人的出生日期" in preview(hr_client, groups="young")
    page = preview(hr_client, genders="male")
    assert FITS_NOBODY in page
    assert "还没有人" not in page


def test_where_anybody_may_join_no_roster_is_spoken_of(sunrise, hr_client):
    with schema_context("public"):
        Factory.objects.filter(pk=sunrise.pk).update(enrolment=Factory.Enrolment.OPEN)
    domains_forget()
    page = preview(hr_client, groups="line_manager")
    domains_forget()
    assert "也算他们自己说的" in page
    assert "花名册" not in page


def test_the_page_of_the_audience_and_the_page_that_sends_say_it(sunrise, crew, hr_client):
    with tenant_context(sunrise):
        audience = audience_save(audience=Audience(name="带班的"), rule=LEADERS)
        notice = Announcement(title="停电", body="<p>周六。</p>")
        announcement_aim_set(notice, Aim(audience=audience))
        notice.save()
    pages = url("workers_audience_change", audience.pk), url("announcements_announcement_send", notice.pk)
    assert all(WHY in hr_client.get(page).content.decode() for page in pages)
    assert "先导入花名册" not in hr_client.get(pages[1]).content.decode()
    with tenant_context(sunrise):
        Worker.objects.filter(pk=crew[0].pk).update(is_line_manager=True)
    assert not any(WHY in hr_client.get(page).content.decode() for page in pages)
