"""Where anybody may join, nobody is employed: no page, answer or register speaks of a factory's HR, number or roster."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.utils import timezone, translation
from django_tenants.utils import schema_context, tenant_context
from python_calamine import CalamineWorkbook

from announcements.models import Announcement
from lessons.models import Lesson, Series
from progress.models import LessonProgress
from tenants.middleware import domains_forget
from tests.config.rows import row_make
from tests.progress.reports.cast import lesson_make, progress_make
from tests.wechat.wire import Wire, event_xml, text_xml
from wechat.models import Scene
from wechat.services import account_create
from workers.models import Audience, Contact, PrivacyRequest, Worker
from workers.privacy.erasure import worker_erase
from workers.privacy.register import Scope, rooms
from workers.privacy.requests import RefusalUnclear, request_open, request_refuse
from workers.privacy.texts import FAMILY_FACTS, text_in_force
from workers.services import enrol_open, worker_leave
from workers.services.audience_rules import Rule, rule_read
from workers.services.audiences import audience_save
from workers.services.binding import worker_unbind
from workers.services.consents import consent_give
from workers.services.descriptions import description_say

# Words of employment. What is said of factories in general (that they see nothing) may name them.
FALSE_WORDS = {
    "zh-hans": re.compile(
        "人事|工号|花名册|纸条|厂牌|离职|本厂|厂里|班组长能|职位|班次|部门|你的工厂|这家工厂|(?<!一家)(?<!任何)工厂(?!和)"
    ),
    "en": re.compile(
        r"\bHR\b|employee|employed|roster|\bslip|work card|your factory|[Tt]he factory|this factory|line leader see|department"
    ),
}
PAGES = [
    "/",
    "/lessons/",
    "/me/",
    "/me/data/",
    "/me/data/copy/",
    "/me/about/",
    "/me/about/you/",
    "/me/transfer/",
    "/bind/",
    "/announcements/",
]


def words_of(html: str) -> str:
    """What a reader sees of a page."""
    text = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def check(text: str, language: str, where: str) -> None:
    found = FALSE_WORDS[language].search(text)
    assert not found, f"{where}: …{text[max(0, found.start() - 40) : found.end() + 40]}…"


@pytest.fixture
def wesupport(sunrise):
    """The open account of CCR CSR. The test is inside it."""
    sunrise.enrolment, sunrise.name = "open", "WeSupport"
    sunrise.save()
    domains_forget()
    with tenant_context(sunrise):
        yield sunrise
    domains_forget()


@pytest.fixture
def member(wesupport) -> Worker:
    """Somebody who has joined and learned, said something of themselves, and been refused something once."""
    contact = Contact.objects.create(channel="wechat", address="wxopen:oMember", is_reachable=True)
    worker = enrol_open(contact=contact, name="小梅")
    consent_give(worker=worker, purpose=FAMILY_FACTS)
    description_say(worker=worker, is_parent=True, is_young=False, is_line_manager=False)
    for slug, privacy in (("work", Series.Privacy.TRACKED), ("home", Series.Privacy.PRIVATE)):
        series = Series.objects.create(slug=slug, title=f"系列 {slug}", privacy=privacy)
        progress_make([worker], lesson_make(series=series, title=f"课 {slug}"), at=timezone.now())
    return worker


@pytest.fixture
def phone(wesupport, member, site_client):
    return site_client(wesupport).force_phone(member.contacts.get())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_speaks_of_an_employer(wesupport, member, phone, site_client, language):
    request_open(worker=member, kind="erase")
    stranger = site_client(wesupport)
    for client in (phone, stranger):
        client.cookies["django_language"] = language
        for address in [*PAGES, "/wechat/follow/"]:
            page = client.get(address)
            assert page.status_code == 200 or client is stranger, address
            check(words_of(page.content.decode()), language, address)
    assert "小梅" in phone.get("/me/data/copy/").content.decode()
    check(words_of(phone.get("/me/data/copy/?file=1").content.decode()), language, "the file")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_refusal_speaks_of_an_employer(wesupport, member, phone, language, django_user_model):
    hr = django_user_model.objects.get(username="hr")
    for reason in ("law_keeps", "dispute", "other"):
        PrivacyRequest.objects.all().delete()
        request_refuse(
            request=request_open(worker=member, kind="erase"), by=hr, reason=reason, words="这一年先留着，明年删除"
        )
        phone.cookies["django_language"] = language
        check(words_of(phone.get("/me/data/").content.decode()), language, reason)
    with pytest.raises(RefusalUnclear):
        request_refuse(
            request=request_open(worker=member, kind="export"), by=hr, reason="identity", words="带厂牌来人事"
        )
    check(" ".join(str(message.values) for message in member.messages.all()), "zh-hans", "the message")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_register_and_the_consents_are_true_for_members(wesupport, language):
    with translation.override(language):
        for room in rooms():
            for line in room.told(is_open=True):
                check(" ".join(map(str, line)), language, room.name)
        check(" ".join(map(str, text_in_force(FAMILY_FACTS).points)), language, "consent")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_staffs_register_promises_what_members_read(wesupport, site_client, django_user_model, language):
    staff = site_client(wesupport)
    staff.force_login(django_user_model.objects.get(username="hr"))
    staff.cookies["django_language"] = language
    page = staff.get("/admin/workers/privacyrequest/register/").content.decode()
    shown = words_of(page.split('id="personal-register"')[1].split("</main>")[0])
    check(shown, language, "register")
    assert "员工" not in shown
    with translation.override(language):
        for line in (line for room in rooms() for line in room.told(is_open=True)):
            assert all(str(words) in shown for words in line)


def test_a_factorys_people_agree_to_other_words_than_members(in_sunrise):
    assert text_in_force(FAMILY_FACTS).version == "2026-11"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("has_left", [False, True])
def test_no_answer_in_the_chat_speaks_of_an_employer(wesupport, member, site_client, language, has_left):
    with schema_context("public"):
        wesupport.language = language
        wesupport.save()
    domains_forget()
    if has_left:
        worker_leave(worker=member, on=timezone.localdate())
    account = account_create(
        name="WeSupport", appid="wxopen", original_id="gh_open", app_secret="s" * 32, token="wesupport",
        encoding_aes_key="kqZ0bL9vT3xYwR7mN2cJ5hF8dS1gA4pU6eIoWzXtVuQ",
    )  # fmt: skip
    wire = Wire(site_client(wesupport), account)
    for sender in ("oMember", "oStranger"):
        posts = [
            event_xml(account, "subscribe", FromUserName=sender, EventKey=""),
            event_xml(account, "CLICK", EventKey="HELP"),
        ]
        posts += [
            text_xml(account, words, msg_id=number, FromUserName=sender)
            for number, words in enumerate(["绑定", "bind", "没有", "我不想活了"], 1)
        ]
        for xml in posts:
            check(wire.reply(wire.post(xml)).get("Content", ""), language, xml[-120:])


def test_a_member_who_asks_is_erased_whole_and_may_begin_anew(wesupport, member):
    """Nobody works here, so nothing is needed for work: no leave date has to be invented first."""
    phone = member.contacts.get()
    request_open(worker=member, kind="erase")
    assert worker_erase(worker=member, by="system").scope == Scope.ALL
    member.refresh_from_db()
    assert member.erased_on
    assert (member.employee_number, member.name == "小梅") == (f"erased-{member.pk}", False)
    assert not Worker.objects.employed().exists()
    assert not member.history.exists()
    phone.refresh_from_db()
    again = enrol_open(contact=phone, name="小梅")
    assert again.pk != member.pk


def test_staff_erase_a_member_on_the_page(wesupport, member, admin_of):
    page = f"/admin/workers/worker/{member.pk}/personal-data/"
    admin_of(wesupport).post(page, {"do": "erase", "employee_number": member.employee_number})
    member.refresh_from_db()
    assert member.erased_on


def test_who_is_parted_from_their_record_is_told_truly_and_may_join_again(wesupport, member):
    contact = member.contacts.get()
    worker_unbind(contact=contact, by="hr")
    (goodbye,) = member.messages.all()
    check(" ".join(map(str, goodbye.values.values())), "zh-hans", "the goodbye")
    numbers = set()
    for _time in range(3):
        contact.refresh_from_db()
        numbers.add(enrol_open(contact=contact, name="小梅").employee_number)
        worker_unbind(contact=contact, by="hr")
    assert len(numbers) == 3
    worker_erase(worker=member, by="system")  # whose number is free again
    enrol_open(contact=contact, name="小梅")
    assert member.employee_number not in numbers


def test_whose_record_was_ended_joins_again_on_the_page(wesupport, member, phone):
    worker_leave(worker=member, on=timezone.localdate())
    assert phone.post("/bind/", {"name": "小梅"}).status_code == 302
    assert "小梅" in phone.get("/bind/").content.decode()
    assert Worker.objects.employed().get().pk != member.pk


def test_an_audience_asks_for_nothing_that_only_a_roster_says(wesupport, admin_of):
    staff = admin_of(wesupport)
    page = staff.get("/admin/workers/audience/add/")
    asked = set(page.context["adminform"].form.fields)
    assert asked == {
        "name",
        "note",
        "groups",
        "with_self_said",
        "child_age_from",
        "child_age_to",
        "child_elsewhere",
        "tags",
    }
    check(words_of(page.content.decode()), "zh-hans", "add an audience")
    suggested = [key for key, *_words in staff.get("/admin/workers/audience/").context["suggestions"]]
    assert suggested == ["small_children"]


def test_what_an_audience_of_old_asks_of_the_roster_can_be_taken_out(wesupport, admin_of):
    audience = audience_save(audience=Audience(name="新来的"), rule=Rule(hired_within_days=30))
    address = f"/admin/workers/audience/{audience.pk}/change/"
    staff = admin_of(wesupport)
    assert "hired_within_days" in staff.get(address).context["adminform"].form.fields
    answer = staff.post(address, {"name": "带班的", "groups": ["line_manager"], "hired_within_days": ""})
    assert answer.status_code == 302
    audience.refresh_from_db()
    assert rule_read(audience.rule) == Rule(groups=("line_manager",))


def test_too_few_learners_are_called_learners(wesupport, admin_of):
    rule = {"name": "家长", "groups": ["parent"]}
    page = admin_of(wesupport).post("/admin/workers/audience/add/", rule).content.decode()
    assert "至少 30 名学员" in page
    check(words_of(page), "zh-hans", "too few")


ADMIN_PAGES = [
    "/admin/",
    "/admin/announcements/announcement/",
    "/admin/announcements/announcement/add/",
    "/admin/audit/auditentry/",
    "/admin/grievances/boardentry/",
    "/admin/grievances/channel/",
    "/admin/grievances/channel/statistics/",
    "/admin/grievances/replytemplate/add/",
    "/admin/lessons/lesson/",
    "/admin/lessons/lesson/add/",
    "/admin/lessons/lesson/from-pictures/",
    "/admin/lessons/lesson/from-word/",
    "/admin/lessons/series/",
    "/admin/lessons/series/add/",
    "/admin/lessons/topic/",
    "/admin/progress/lessonprogress/",
    "/admin/progress/quizattempt/",
    "/admin/wechat/account/",
    "/admin/workers/audience/",
    "/admin/workers/audience/add/",
    "/admin/workers/privacyrequest/",
    "/admin/workers/worker/",
    "/admin/workers/workermessage/",
]
NO_EMPLOYER = re.compile("员工|人事|工号|花名册|纸条|离职|本厂|厂里|全厂|班次|部门|你工厂|没有发给工厂|工厂放假")


@pytest.mark.parametrize("address", ADMIN_PAGES)
def test_no_page_of_the_staff_speaks_of_an_employer(wesupport, member, admin_of, address):
    no_employer(admin_of(wesupport).get(address))


def test_neither_does_a_page_of_one_row(wesupport, member, admin_of):
    scene, notice = row_make(Scene), row_make(Announcement, title="开放日", body="<p>周六</p>")
    lesson, progress = Lesson.objects.first(), LessonProgress.objects.tracked().get()
    copy = row_make(Lesson, title="库", origin="library", series=lesson.series)
    pages = [
        f"announcements/announcement/{notice.pk}/change",
        f"announcements/announcement/{notice.pk}/send",
        f"lessons/series/{lesson.series.pk}/change",
        f"lessons/lesson/{lesson.pk}/change",
        f"lessons/lesson/{copy.pk}/change",
        f"progress/lessonprogress/{progress.pk}/change",
        f"wechat/scene/{scene.pk}/change",
        f"workers/worker/{member.pk}/change",
    ]
    staff = admin_of(wesupport)
    for page in pages:
        no_employer(staff.get(f"/admin/{page}/"))


def no_employer(page) -> None:
    assert page.status_code == 200
    shown = words_of(page.content.decode())
    found = NO_EMPLOYER.search(shown)
    assert not found, f"…{shown[max(0, found.start() - 40) : found.end() + 40]}…"


def test_who_erases_a_member_types_the_number_that_stands_there(wesupport, member, admin_of):
    shown = words_of(admin_of(wesupport).get(f"/admin/workers/worker/{member.pk}/personal-data/").content.decode())
    assert "请输入称呼后面的编号来确认" in shown
    assert f"小梅 ({member.employee_number})" in shown
    assert "工号来确认" not in shown
    assert "人事档案" not in shown


def test_the_excel_of_learning_has_the_columns_of_its_list(wesupport, member, admin_of):
    answer = admin_of(wesupport).get("/admin/progress/lessonprogress/sheet/")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    heading, row, *_more = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert heading[:3] == ["学员", "课程", "系列"]
    assert row[:3] == ["小梅", "课 work", "系列 work"]
