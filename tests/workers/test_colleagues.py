"""People who sign in to the admin: their own WeChat as a second step, and the line they lead."""

from io import BytesIO

import pytest
import python_calamine
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.utils import timezone
from django_tenants.utils import tenant_context

from lessons.models import Block, Lesson, Series
from lessons.services import lesson_publish
from progress.models import LessonProgress
from tenants.audit.models import AuditEntry
from tenants.roles import role_on
from tenants.staff.models import Scan
from workers.models import Colleague, Contact, Department, Worker
from workers.scope import visible_departments, visible_workers
from workers.services import contact_seen

PASSWORD = "correct-horse-battery"
STEP, LINK = "/admin/sign-in/", "/admin/account/phone/"


@pytest.fixture(autouse=True)
def _no_waits_of_earlier_tests():
    cache.clear()


@pytest.fixture
def phone(in_sunrise, site_client):
    """`phone("openid")` is WeChat's browser of that contact."""

    def of(address: str, factory=in_sunrise):
        contact = contact_seen(channel="wechat", address=address)
        client = site_client(factory).force_phone(contact)
        client.contact = contact
        return client

    return of


@pytest.fixture
def screen(in_sunrise, site_client):
    return site_client(in_sunrise)


@pytest.fixture
def linked(hr, phone):
    """The owner's own phone, linked with their account."""
    own = phone("hr-openid")
    Colleague.objects.create(user=hr, contact=own.contact)
    return own


def sign_in(screen, username="hr"):
    return screen.post("/admin/login/", {"username": username, "password": PASSWORD})


def path_of(page) -> str:
    address = page.context["scan_address"]
    return address[address.index("/staff/") :]


def test_the_own_phone_lets_in(linked, screen, hr):
    assert sign_in(screen)["Location"] == STEP
    page = screen.get(STEP)
    asked = linked.get(path_of(page))
    assert asked.status_code == 200
    assert str(page.context["scan"].number) in asked.content.decode()
    assert screen.get("/admin/sign-in/scan/").json() == {"state": "waiting"}
    assert screen.post(STEP, {"scanned": "1"}).status_code == 200  # not yet confirmed
    page = screen.get(STEP)
    assert linked.post(path_of(page), {"answer": "me"}).status_code == 200
    assert screen.get("/admin/sign-in/scan/").json() == {"state": "confirmed"}
    assert screen.post(STEP, {"scanned": "1"})["Location"] == "/admin/"
    assert screen.get("/admin/").status_code == 200
    assert AuditEntry.objects.filter(action="signed_in", detail__factor="phone").exists()


def test_it_says_no_and_nobody_gets_in(linked, screen):
    sign_in(screen)
    page = screen.get(STEP)
    linked.post(path_of(page), {"answer": "not me"})
    assert screen.get("/admin/sign-in/scan/").json() == {"state": "refused"}
    assert screen.post(STEP, {"scanned": "1"}).status_code == 200
    assert screen.get("/admin/").status_code == 302
    assert AuditEntry.objects.filter(action="sign_in_refused").exists()


def test_an_answer_serves_one_screen_once(linked, screen, in_sunrise, site_client):
    sign_in(screen)
    page = screen.get(STEP)
    linked.post(path_of(page), {"answer": "me"})
    assert linked.post(path_of(page), {"answer": "not me"}).status_code == 410
    other = site_client(in_sunrise)
    sign_in(other)
    assert other.post(STEP, {"scanned": "1"}).status_code == 200  # another screen of the same account
    assert other.get("/admin/").status_code == 302


@pytest.mark.parametrize("whose", ["stranger", "another follower", "another factory"])
def test_no_other_phone_answers(linked, screen, phone, in_sunrise, lakeside, site_client, whose):
    sign_in(screen)
    page = screen.get(STEP)
    if whose == "stranger":
        other = site_client(in_sunrise)
    elif whose == "another follower":
        other = phone("worker-openid")
    else:
        with tenant_context(lakeside):
            other = phone("hr-openid", lakeside)
    for answer in [other.get(path_of(page)), other.post(path_of(page), {"answer": "me"})]:
        assert answer.status_code in (403, 410)
    assert screen.post(STEP, {"scanned": "1"}).status_code == 200
    assert Scan.objects.latest("pk").state == "waiting"


def test_the_question_is_over_after_five_minutes(linked, screen):
    sign_in(screen)
    page = screen.get(STEP)
    Scan.objects.update(expires_at=timezone.now())
    assert linked.get(path_of(page)).status_code == 410
    assert linked.post(path_of(page), {"answer": "me"}).status_code == 410
    assert screen.get("/admin/sign-in/scan/").json() == {"state": "over"}


@pytest.mark.parametrize("secret", ["x", "a" * 300, "%00", "日本"])
def test_an_invented_code_is_over(linked, secret):
    assert linked.get(f"/staff/sign-in/{secret}/").status_code in (404, 410)


def test_there_is_no_such_page_on_the_public_site(db, site_client):
    assert site_client(None).get("/staff/sign-in/x/").status_code == 404


def test_linking_ones_own_phone_the_first_time(hr, screen, phone):
    sign_in(screen)
    own = phone("hr-openid")
    page = screen.get(LINK)
    assert own.post(path_of(page), {"answer": "me"}).status_code == 200
    assert Colleague.objects.get(user=hr).contact == own.contact
    codes = screen.post(LINK, {"scanned": "1"}).context["codes"]
    assert len(codes) == 10
    screen.post("/admin/logout/")
    assert sign_in(screen)["Location"] == STEP
    assert screen.post(STEP, {"code": codes[0]})["Location"] == "/admin/"


def test_linking_at_the_door_when_it_is_required(hr, screen, phone, settings):
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE_DAYS = True, 0
    own = phone("hr-openid")
    sign_in(screen)
    assert screen.get(STEP).context["with_phone"]
    page = screen.get(LINK)
    own.post(path_of(page), {"answer": "me"})
    assert screen.post(LINK, {"scanned": "1"}).context["codes"]
    assert screen.get("/admin/").status_code == 200


def test_one_phone_is_one_colleagues(linked, screen, in_sunrise, site_client):
    wang = get_user_model().objects.create_user("wang", password=PASSWORD, is_staff=True)
    other = site_client(in_sunrise)
    sign_in(other, "wang")
    page = other.get(LINK)
    assert linked.get(path_of(page)).status_code == 403
    assert linked.post(path_of(page), {"answer": "me"}).status_code == 403
    assert not Colleague.objects.filter(user=wang).exists()


def test_unlinking_takes_the_password_and_a_password_alone_links_no_other(linked, screen, hr, phone):
    sign_in(screen)
    assert screen.get(LINK)["Location"] == STEP  # at the door, with a factor there already
    page = screen.get(STEP)
    linked.post(path_of(page), {"answer": "me"})
    screen.post(STEP, {"scanned": "1"})
    screen.post("/admin/account/phone/forget/")
    assert Colleague.objects.get(user=hr).contact is None


def test_the_page_on_the_phone_takes_few_statements(linked, screen, django_assert_max_num_queries):
    sign_in(screen)
    path = path_of(screen.get(STEP))
    linked.get(path)
    with django_assert_max_num_queries(6):
        linked.get(path)


# --- the line that somebody leads ---


@pytest.fixture
def places(in_sunrise) -> dict[str, Department]:
    made = {}
    for name, above in [("一车间", None), ("A线", "一车间"), ("A1组", "A线"), ("B线", "一车间")]:
        parent = made.get(above)
        node = Department.objects.create(name=name, kind="line", parent=parent, path="")
        node.path = f"{parent.path if parent else ''}{node.pk:06}/"
        node.save()
        made[name] = node
    return made


@pytest.fixture
def people(places) -> dict[str, Worker]:
    return {
        name: Worker.objects.create(
            employee_number=f"N{number}",
            name=name,
            name_pinyin=name,
            department=places.get(place),
            birth_date="2000-01-01",
        )
        for number, (name, place) in enumerate(
            [("班长", "A线"), ("甲", "A线"), ("乙", "A1组"), ("丙", "B线"), ("丁", None)]
        )
    }


@pytest.fixture
def leader(places, people):
    user = get_user_model().objects.create_user("leader", password=PASSWORD, is_staff=True)
    user.groups.add(role_on("line_leader"))
    Colleague.objects.create(user=user, worker=people["班长"])
    places["A线"].leader = people["班长"]
    places["A线"].save()
    return user


def names(workers) -> set[str]:
    return {worker.name for worker in workers}


def test_a_leader_sees_the_people_of_the_line_and_of_what_is_below_it(leader, places):
    assert names(visible_workers(leader)) == {"班长", "甲", "乙"}
    assert {place.name for place in visible_departments(leader)} == {"A线", "A1组"}


def test_whoever_leads_nothing_has_left_or_is_no_employee_sees_nobody(leader, places, people):
    nobody = get_user_model().objects.create_user("x", is_staff=True)
    nobody.groups.add(role_on("line_leader"))
    assert not visible_workers(nobody).exists()
    people["班长"].left_on = timezone.localdate()
    people["班长"].save()
    assert not visible_workers(get_user_model().objects.get(pk=leader.pk)).exists()


def test_who_may_see_all_departments_sees_everybody(hr, people):
    assert names(visible_workers(hr)) == set(people)


@pytest.fixture
def leaders_browser(leader, in_sunrise, site_client, people):
    """Everybody has opened a lesson of a tracked series; `progress` names their rows."""
    series = Series.objects.create(title="安全", privacy=Series.Privacy.TRACKED)
    lesson = Lesson.objects.create(series=series, title="安全一课", audiences=["parent"])
    Block.objects.create(lesson=lesson, position=1, body="<p>戴好手套。</p>")
    version = lesson_publish(lesson=lesson, by=leader)
    client = site_client(in_sunrise)
    client.force_login(leader)
    client.progress = {
        name: LessonProgress.objects.create(worker=worker, lesson=lesson, version=version, opened_at=timezone.now())
        for name, worker in people.items()
    }
    return client


@pytest.mark.parametrize(
    "query",
    ["", "?q=丙", "?employment=all", "?place={b}", "?e=1", "?all=", "?department__id__exact={b}", "?o=1"],
)
def test_no_address_of_the_list_of_employees_shows_others(leaders_browser, places, query):
    page = leaders_browser.get("/admin/workers/worker/" + query.format(b=places["B线"].pk), follow=True)
    found = page.context.get("cl")
    assert found is None or not {"丙", "丁"} & {row.name for row in found.result_list}


def test_others_have_no_page(leaders_browser, people):
    for path in ["change/", "history/", "delete/", "personal-data/"]:
        answer = leaders_browser.get(f"/admin/workers/worker/{people['丙'].pk}/{path}")
        assert answer.status_code in (302, 403, 404)
    assert leaders_browser.get(f"/admin/workers/worker/{people['甲'].pk}/change/").status_code == 200


def test_a_page_of_theirs_names_the_line_and_leads_to_none(leaders_browser, people):
    page = leaders_browser.get(f"/admin/workers/worker/{people['甲'].pk}/change/").content.decode()
    assert people["甲"].department.label in page
    assert "/admin/workers/department/" not in page
    assert "/admin/workers/shift/" not in page


def test_the_learning_report_its_filters_and_its_file_show_the_line_alone(leaders_browser, places):
    base = "/admin/progress/lessonprogress/"
    for query in ["", f"?department={places['B线'].pk}", "?q=丙", "?department=x", "?worker__id__exact=1"]:
        page = leaders_browser.get(base + query, follow=True)
        found = page.context.get("cl")
        assert found is None or {row.worker.name for row in found.result_list} <= {"班长", "甲", "乙"}
    assert {row.worker.name for row in leaders_browser.get(base).context["cl"].result_list} == {"班长", "甲", "乙"}
    assert "B线" not in leaders_browser.get(base).content.decode()
    file = BytesIO(b"".join(leaders_browser.get(base + "sheet/").streaming_content))
    cells = str(python_calamine.load_workbook(file).get_sheet_by_index(0).to_python())
    assert "甲" in cells
    assert "丙" not in cells


def test_a_row_of_the_report_of_somebody_else_is_not_there(leaders_browser):
    row = leaders_browser.progress["丙"]
    assert leaders_browser.get(f"/admin/progress/lessonprogress/{row.pk}/change/").status_code in (302, 404)
    row = leaders_browser.progress["乙"]
    assert leaders_browser.get(f"/admin/progress/lessonprogress/{row.pk}/change/").status_code == 200


def test_a_leader_gets_no_figures_of_the_whole_factory(leaders_browser):
    assert leaders_browser.get("/admin/progress/lessonprogress/private/").status_code == 403
    assert not leaders_browser.get("/admin/").context.get("charts")


def test_finding_employees_by_name_in_forms_is_as_narrow(leaders_browser):
    answer = leaders_browser.get(
        "/admin/autocomplete/?app_label=workers&model_name=colleague&field_name=worker&term=丙"
    )
    assert answer.status_code == 403 or answer.json()["results"] == []


def test_an_owner_says_which_employee_a_colleague_is(hr, people, in_sunrise, site_client):
    user = get_user_model().objects.create_user("leader2", is_staff=True)
    client = site_client(in_sunrise)
    client.force_login(hr)
    form = {"username": "leader2", "is_active": "on", "groups": [role_on("line_leader").pk]}
    form |= {"employee-TOTAL_FORMS": "1", "employee-INITIAL_FORMS": "0", "employee-0-worker": people["丙"].pk}
    assert client.post(f"/admin/auth/user/{user.pk}/change/", form).status_code == 302
    assert Colleague.objects.get(user=user).worker == people["丙"]


def test_a_phone_that_was_erased_lets_nobody_in(linked, screen, hr):
    Contact.objects.filter(pk=linked.contact.pk).delete()
    assert sign_in(screen)["Location"] == "/admin/"
    assert Colleague.objects.get(user=hr).contact is None
