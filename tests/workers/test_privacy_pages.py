"""Own data on the phone; copies, erasure and requests in the admin; who sees birth dates and who is a minor."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import tenant_context

from lessons.models import Series
from progress.models import LessonProgress, QuizAttempt
from tenants.audit.models import AuditEntry
from tenants.roles import role_on
from tests.progress.reports.cast import lesson_make, progress_make
from workers.models import Consent, Contact, PrivacyRequest, SelfDescription, Worker
from workers.privacy.requests import RequestGone, open_requests, request_answer, request_open, request_withdraw
from workers.services import worker_leave
from workers.services.consents import consent_give
from workers.sessions import COOKIE_NAME


def url(name: str, *args) -> str:
    return reverse(f"admin:workers_{name}", args=args, urlconf="config.urls_tenant")


@pytest.fixture
def phone(sunrise, bound_contact, site_client):
    return site_client(sunrise).force_phone(bound_contact)


def signed_in(factory, site_client, *, role: str = "", without: tuple[str, ...] = (), only: tuple[str, ...] = ()):
    """A colleague with a role, or with some permissions alone."""
    client = site_client(factory)
    with tenant_context(factory):
        user = User.objects.create_user(f"{role or 'some'}-colleague", is_staff=True)
        if role:
            user.groups.add(role_on(role))
        user.user_permissions.set(Permission.objects.filter(codename__in=only))
        client.force_login(user)
    return client


@pytest.fixture
def people(sunrise, site_client):
    return signed_in(sunrise, site_client, role="people")


@pytest.fixture
def onlooker(sunrise, site_client):
    """Sees every employee, and nothing personal."""
    return signed_in(
        sunrise, site_client, only=("view_worker", "see_all_departments", "export_worker", "view_quizattempt")
    )


@pytest.fixture
def minor(li_na) -> Worker:
    born = timezone.localdate() - timedelta(days=17 * 365)
    return Worker.objects.create(
        employee_number="M17", name="小满", name_pinyin="xiao man", birth_date=born, phone="13912345678",
        department=li_na.department, education="junior", home_region="贵州", gender="male",
    )  # fmt: skip


# --- on the phone ------------------------------------------------------------------------------------------------------


def test_a_worker_asks_sees_by_when_and_takes_it_back(phone, li_na):
    for _time in range(2):
        assert phone.post("/me/data/", {"do": "ask", "what": "erase"}).status_code == 302
    asked = PrivacyRequest.objects.get()
    assert asked.due_on == timezone.localdate() + timedelta(days=15)
    assert asked.due_on.isoformat() in phone.get("/me/data/").content.decode()
    phone.post("/me/data/", {"do": "withdraw_request", "what": "erase"})
    phone.post("/me/data/", {"do": "withdraw_request", "what": "erase"})
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    phone.post("/me/data/", {"do": "ask", "what": "erase"})
    assert PrivacyRequest.objects.count() == 2


def test_a_worker_takes_a_consent_back_on_the_page(phone, li_na):
    consent_give(worker=li_na, purpose="family_facts")
    SelfDescription.objects.create(worker=li_na, is_parent=True)
    assert "withdraw_consent" in phone.get("/me/data/").content.decode()
    phone.post("/me/data/", {"do": "withdraw_consent", "what": "family_facts"})
    assert not SelfDescription.objects.exists()
    assert "withdraw_consent" not in phone.get("/me/data/").content.decode()


def test_buttons_of_no_meaning_do_nothing(phone, li_na):
    for form in [{}, {"do": "ask"}, {"do": "ask", "what": "everything"}, {"do": "withdraw_consent", "what": "x"}]:
        assert phone.post("/me/data/", form).status_code == 302
    assert not PrivacyRequest.objects.exists()


def test_everything_is_shown_to_the_worker_and_recorded(phone, li_na):
    SelfDescription.objects.create(worker=li_na, is_parent=True)
    page = phone.get("/me/data/copy/")
    assert page.status_code == 200
    assert "李娜" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    file = phone.get("/me/data/copy/?file=1")
    assert file["Content-Disposition"].startswith("attachment")
    assert "李娜" in file.content.decode()
    assert AuditEntry.objects.filter(action="own_copy_read", subject_ids=[li_na.pk]).count() == 2


def test_somebody_who_left_still_reaches_their_data(phone, li_na):
    worker_leave(worker=li_na, on=timezone.localdate())
    assert phone.get("/me/data/").status_code == 200
    assert phone.post("/me/data/", {"do": "ask", "what": "erase"}).status_code == 302
    assert PrivacyRequest.objects.get().worker == li_na


def test_strangers_and_phones_of_another_factory_get_nothing(phone, lakeside, sunrise, site_client):
    elsewhere = site_client(lakeside)
    elsewhere.cookies[COOKIE_NAME] = phone.cookies[COOKIE_NAME].value
    for client in (elsewhere, site_client(sunrise)):
        for address in ("/me/data/", "/me/data/copy/"):
            assert client.get(address)["Location"].startswith("/wechat/oauth/")
            assert client.post("/me/data/", {"do": "ask", "what": "erase"}).status_code == 302
    assert not PrivacyRequest.objects.exists()


def test_the_page_asks_the_database_little_however_much_is_kept(phone, li_na):
    phone.get("/me/data/")
    for number in range(30):
        Consent.objects.create(
            worker=li_na, purpose=f"p{number}", text_version="x", given_at=timezone.now(), withdrawn_at=timezone.now()
        )
        PrivacyRequest.objects.create(worker=li_na, kind="export", state="done", due_on=timezone.localdate())
    with CaptureQueriesContext(connection) as queries:
        phone.get("/me/data/")
    assert len(queries) <= 6, [query["sql"] for query in queries]


# --- requests ----------------------------------------------------------------------------------------------------------


def test_what_waits_longest_comes_first_and_what_is_answered_is_gone(li_na, minor):
    late, soon = request_open(worker=li_na, kind="export"), request_open(worker=minor, kind="export")
    PrivacyRequest.objects.filter(pk=soon.pk).update(due_on=timezone.localdate())
    assert list(open_requests()) == [soon, late]
    hr = User.objects.get(username="hr")
    request_answer(request=soon, by=hr)
    request_answer(request=soon, by=hr)
    assert list(open_requests()) == [late]
    assert AuditEntry.objects.filter(action="privacy_request_answered").count() == 1
    with pytest.raises(RequestGone):
        request_withdraw(request=soon)
    request_withdraw(request=late)
    with pytest.raises(RequestGone):
        request_answer(request=late, by=hr)


# --- in the admin ------------------------------------------------------------------------------------------------------


def test_hr_downloads_a_copy_and_the_trail_knows(people, li_na):
    page = people.get(url("worker_personal_data", li_na.pk))
    assert page.status_code == 200
    file = people.post(url("worker_personal_data", li_na.pk), {"do": "copy"})
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        names = archive.namelist()
        document = json.loads(archive.read(next(name for name in names if name.endswith(".json"))))
        assert "李娜" in archive.read(next(name for name in names if name.endswith(".html"))).decode()
    assert document["parts"]
    assert AuditEntry.objects.get(action="worker_copied").subject_ids == [li_na.pk]


def test_hr_erases_by_typing_the_number(people, li_na):
    worker_leave(worker=li_na, on=timezone.localdate())
    address = url("worker_personal_data", li_na.pk)
    assert people.post(address, {"do": "erase", "employee_number": "A002"}).status_code == 200
    li_na.refresh_from_db()
    assert li_na.name == "李娜"
    assert people.post(address, {"do": "erase", "employee_number": "a001"}).status_code == 302
    li_na.refresh_from_db()
    assert li_na.erased_on
    assert people.get(address).status_code == 404
    assert "已删除员工" not in people.get(url("worker_changelist") + "?employment=all").content.decode()


def test_a_request_leads_to_where_it_is_answered(people, li_na):
    asked = request_open(worker=li_na, kind="export")
    page = people.get(url("privacyrequest_changelist")).content.decode()
    assert "李娜" in page
    there = people.get(url("privacyrequest_change", asked.pk))
    assert there["Location"] == url("worker_personal_data", li_na.pk)
    people.post(there["Location"], {"do": "answered", "request": asked.pk})
    asked.refresh_from_db()
    assert asked.state == "done"
    assert people.post(there["Location"], {"do": "answered", "request": "x"}).status_code == 404


def test_the_list_of_requests_costs_the_same_for_one_and_for_many(people, li_na, minor):
    request_open(worker=li_na, kind="export")
    people.get(url("privacyrequest_changelist"))
    with CaptureQueriesContext(connection) as few:
        people.get(url("privacyrequest_changelist"))
    for number in range(20):
        worker = Worker.objects.create(employee_number=f"Q{number}", name=f"人{number}")
        request_open(worker=worker, kind="erase")
    people.get(url("privacyrequest_changelist"))  # who was seen is recorded once
    with CaptureQueriesContext(connection) as many:
        people.get(url("privacyrequest_changelist"))
    assert len(many) <= len(few) + 1


@pytest.mark.parametrize("role", ["communications", "content_editor", "line_leader", "viewer", "grievance_officer"])
def test_other_roles_neither_hand_out_nor_erase(sunrise, site_client, li_na, role):
    client = signed_in(sunrise, site_client, role=role)
    asked = request_open(worker=li_na, kind="export")
    address = url("worker_personal_data", li_na.pk)
    assert client.get(address).status_code == 403
    assert client.post(address, {"do": "copy"}).status_code == 403
    assert client.post(address, {"do": "erase", "employee_number": "A001"}).status_code == 403
    assert client.get(url("privacyrequest_changelist")).status_code == 403
    assert client.get(url("privacyrequest_change", asked.pk)).status_code == 403
    assert client.get(url("personal_register")).status_code == 403
    li_na.refresh_from_db()
    assert li_na.name == "李娜"


def test_the_outsider_finds_nobody(lakeside, site_client, li_na):
    client = site_client(lakeside)
    with tenant_context(lakeside):
        client.force_login(User.objects.get(username="hr"))
    address = url("worker_personal_data", li_na.pk)
    assert client.get(address).status_code == 404
    assert client.post(address, {"do": "copy"}).status_code == 404
    assert client.get(url("privacyrequest_changelist")).status_code == 200


def test_the_register_is_read_in_words(people, li_na):
    page = people.get(url("personal_register")).content.decode()
    assert "出生日期" in page
    assert "员工自己说的情况" in page
    assert "HR" not in page.split('id="personal-register"')[1].split("</main>")[0]


# --- minors, and what is personal ---------------------------------------------------------------------------------------


def test_who_may_see_it_sees_who_is_a_minor_and_finds_them(people, minor, li_na):
    page = people.get(url("worker_changelist") + "?minor=yes").content.decode()
    assert "小满" in page
    assert "未成年工" in page
    assert "李娜" not in page
    assert "未成年工" in people.get(url("worker_personal_data", minor.pk)).content.decode()


def test_others_see_neither_who_is_a_minor_nor_a_birth_date_or_phone(onlooker, minor):
    for address in [url("worker_changelist"), url("worker_change", minor.pk)]:
        page = onlooker.get(address).content.decode()
        assert "小满" in page
        for secret in ["未成年工", minor.birth_date.isoformat(), "13912345678", "贵州", "性别"]:
            assert secret not in page, (address, secret)


@pytest.mark.parametrize(
    "query",
    ["minor=yes", "birth_date__gt=2000-01-01", "phone__startswith=139", "home_region=贵州", "education__exact=junior",
     "id_last_four=1234", "q=13912345678", "birth_date__year=2009", "gender__exact=male", "gender=male"],
)  # fmt: skip
def test_no_filter_and_no_search_tells_others(onlooker, people, minor, li_na, query):
    """Either the filter is refused, or it finds the same people as without."""
    answer = onlooker.get(f"{url('worker_changelist')}?{query}")
    page = answer.content.decode() if answer.status_code == 200 else ""
    assert ("小满" in page) == ("李娜" in page)


def test_the_list_offers_a_search_by_phone_to_those_alone_who_may_make_it(onlooker, hr_client, minor):
    asked = [client.get(url("worker_changelist")).context["cl"].search_help_text for client in (onlooker, hr_client)]
    assert ["手机" in text for text in map(str, asked)] == [False, True]


def test_the_excel_of_the_list_tells_others_nothing_personal(onlooker, minor):
    answer = onlooker.get(url("worker_sheet"))
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        said = "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    assert "M17" in said
    assert "13912345678" not in said


def test_the_phone_of_a_minor_is_flagged_nowhere_on_their_own_pages(minor, sunrise, site_client):
    contact = Contact.objects.create(channel="wechat", address="m", worker=minor, bound_at=timezone.now())
    client = site_client(sunrise).force_phone(contact)
    assert "未成年工" not in client.get("/me/data/copy/").content.decode()


def test_every_try_of_a_minor_is_for_fewer_eyes_what_they_completed_is_not(onlooker, people, minor, li_na):
    lesson = lesson_make(Series.objects.create(slug="safety", title="安全", privacy="tracked"), "开机之前")
    progress_make([minor, li_na], lesson, at=timezone.now())
    for number, worker in enumerate([minor, li_na]):
        QuizAttempt.objects.create(
            worker=worker, lesson=lesson, version=lesson.current_version, attempt_number=1, score_percent=41 + number,
            pass_mark_percent=60, answers={}, submission_key=f"00000000-0000-4000-8000-00000000000{number}",
        )  # fmt: skip
    User.objects.get(username="some-colleague").user_permissions.add(
        Permission.objects.get(codename="view_lessonprogress")
    )
    tries = reverse("admin:progress_quizattempt_changelist", urlconf="config.urls_tenant")
    learned = reverse("admin:progress_lessonprogress_changelist", urlconf="config.urls_tenant")
    row = LessonProgress.objects.get(worker=minor)
    one = reverse("admin:progress_lessonprogress_change", args=[row.pk], urlconf="config.urls_tenant")
    assert "41%" not in onlooker.get(tries).content.decode()
    assert "42%" in onlooker.get(tries).content.decode()
    assert "小满" in onlooker.get(learned).content.decode()
    assert "41%" not in onlooker.get(one).content.decode()
    assert "41%" in people.get(tries).content.decode()
    assert "41%" in people.get(one).content.decode()


def test_neither_history_nor_roster_file_tells_others(onlooker, minor):
    minor.phone = "13912340000"
    minor.save()
    history = onlooker.get(url("worker_history", minor.pk))
    said = history.content.decode() if history.status_code == 200 else ""
    file = onlooker.get(url("worker_export"))
    if file.status_code == 200:
        content = b"".join(file.streaming_content) if file.streaming else file.content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            said += "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    for secret in ["13912340000", "13912345678", "贵州", minor.birth_date.isoformat()]:
        assert secret not in said


def test_with_two_phones_the_copy_denies_nothing_and_says_what_it_hides(phone, li_na):
    """The same words whether something was said or not: the other phone reads along."""
    Contact.objects.create(channel="wechat", address="second", worker=li_na, bound_at=timezone.now())
    before = phone.get("/me/data/copy/").content.decode()
    SelfDescription.objects.create(worker=li_na, is_parent=True)
    consent_give(worker=li_na, purpose="family_facts")
    for address in ("/me/data/copy/", "/me/data/copy/?file=1"):
        page = phone.get(address).content.decode()
        assert "没有说过" not in page + before
        assert page.count("绑定了两个微信") == before.count("绑定了两个微信") == 6
    Contact.objects.filter(address="second").delete()
    assert "绑定了两个微信" not in phone.get("/me/data/copy/").content.decode()
