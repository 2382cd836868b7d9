"""Whose data somebody looked at, and what they changed, is in the trail; the owner reads it in sentences."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from django_tenants.utils import schema_context, tenant_context
from python_calamine import CalamineWorkbook

from lessons.models import Topic
from tenants.audit.models import AuditEntry
from tenants.audit.sentences import SENTENCES, sentence
from tenants.audit.services import audit_record
from tenants.audit.verifying import trail_verify
from tenants.roles import role_on
from tests.conftest import ADMIN_PASSWORD
from workers.models import Worker

WORKERS, TRAIL = "/admin/workers/worker/", "/admin/audit/auditentry/"


@pytest.fixture
def hr(in_sunrise, site_client):
    cache.clear()  # what was looked at in another test was not looked at in this one
    client = site_client(in_sunrise)
    client.force_login(User.objects.get(username="hr"))
    return client


def made(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("number"))


def told(client, query: str = "") -> list[str]:
    return [entry.told.sentence for entry in client.get(f"{TRAIL}?{query}").context["cl"].result_list]


def test_a_list_of_people_leaves_one_entry_with_whom_it_showed(hr, li_na):
    for _twice in range(2):
        assert hr.get(WORKERS).status_code == 200
    (entry,) = made("people_listed")
    assert (entry.actor, entry.object_kind, entry.subject_ids) == ("hr", "workers.worker", [li_na.pk])
    assert entry.detail == {"count": 1, "filter": {}}


def test_somebody_new_on_the_same_list_is_a_new_entry(hr, li_na):
    hr.get(WORKERS)
    second = Worker.objects.create(employee_number="A002", name="王芳", name_pinyin="wang fang")
    hr.get(WORKERS)
    assert made("people_listed")[1].subject_ids == [li_na.pk, second.pk]


def test_what_was_searched_for_is_not_kept(hr, li_na):
    hr.get(f"{WORKERS}?q=李娜&gender__exact=")
    hr.get(f"{WORKERS}?q=A001&place={li_na.department_id}")
    one, other = made("people_listed")
    assert one.detail["filter"] == {"q": "…"}
    assert other.detail["filter"] == {"q": "…", "place": str(li_na.department_id)}


def test_a_list_that_showed_nobody_leaves_no_entry(hr):
    hr.get(WORKERS)
    assert not AuditEntry.objects.exists()


def test_an_opened_page_names_its_employee_and_the_saved_one_its_fields(hr, li_na):
    page = f"{WORKERS}{li_na.pk}/change/"
    form = hr.get(page).context["adminform"].form
    assert made("person_seen")[0].subject_ids == [li_na.pk]
    values = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    management = {f"contacts-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    answer = hr.post(page, {**values, **management, "position": "组长", "phone": "13800001111"})
    assert answer.status_code == 302
    (entry,) = made("changed")
    assert set(entry.detail["fields"]) == {"position", "phone"}
    assert entry.subject_ids == [li_na.pk]
    assert "13800001111" not in str(entry.detail)


def test_what_is_about_nobody_is_recorded_when_it_is_changed_and_not_when_it_is_read(hr, in_sunrise):
    hr.get("/admin/lessons/topic/")
    assert not AuditEntry.objects.exists()
    hr.post("/admin/lessons/topic/add/", {"title": "睡眠", "position": "3"})
    topic = Topic.objects.get(title="睡眠")
    assert (made("added")[0].object_kind, made("added")[0].object_id) == ("lessons.topic", str(topic.pk))
    hr.post(f"/admin/lessons/topic/{topic.pk}/delete/", {"post": "yes"})
    assert made("deleted")[0].object_id == str(topic.pk)


def test_who_looks_at_colleagues_is_recorded_on_both_sites(hr, site_client):
    hr.get("/admin/auth/user/")
    assert made("people_listed")[0].object_kind == "auth.user"
    with schema_context("public"):
        staff = User.objects.create_superuser("staff", password=ADMIN_PASSWORD)
        client = site_client(None)
        client.force_login(staff)
        client.get("/admin/auth/user/")
        assert AuditEntry.objects.get().actor == "staff"


@pytest.fixture
def many(in_sunrise, li_na):
    def make(count):
        for each in range(count):
            kind = [User.objects.get(username="hr"), li_na, li_na.department][each % 3]
            audit_record(by="hr", action="changed", about=kind, subjects=[li_na.pk, 10**9 + each], fields=["name"])

    return make


def test_the_trail_costs_the_same_for_few_and_many_entries(hr, many):
    counts = []
    for more in (6, 40):
        many(more)
        hr.get(TRAIL)
        with CaptureQueriesContext(connection) as captured:
            assert hr.get(TRAIL).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= 16


def test_reading_the_trail_leaves_no_entry(hr, many):
    many(3)
    hr.get(TRAIL)
    hr.get(f"{TRAIL}{AuditEntry.objects.first().pk}/change/")
    assert AuditEntry.objects.count() == 3


def test_entries_are_sentences_with_names_for_those_who_may_see_them(hr, li_na, many):
    many(3)
    audit_record(by="api:payroll", action="list_exported", about=Worker, rows=60)
    audit_record(by="system", action="something_nobody_named", about=None)
    unknown, exported, *changed = hr.get(TRAIL).context["cl"].result_list
    assert (unknown.told.sentence, unknown.told.href) == ("Something nobody named", "")
    assert (exported.told.who, exported.told.sentence) == ("程序“payroll”", "导出了员工：60 行")
    assert [entry.told.sentence for entry in changed] == [
        "修改了部门“一车间”：名称",
        "修改了员工“李娜 (A001)”：姓名",
        "修改了同事账号“hr”：Name",
    ]
    assert changed[0].told.subjects == (("李娜 (A001)", f"{WORKERS}{li_na.pk}/change/"),)
    assert "等 2 人" in hr.get(TRAIL).content.decode()


def test_it_is_filtered_by_person_deed_day_and_employee(hr, li_na):
    audit_record(by="hr", action="person_seen", about=li_na, subjects=[li_na.pk])
    audit_record(by="wang", action="list_exported", about=Worker, rows=1)
    audit_record(by="api:hris", action="added", about=li_na, subjects=[li_na.pk, 5])
    assert len(told(hr)) == 3
    assert len(told(hr, "who=hr")) == len(told(hr, "group=taken")) == len(told(hr, "who=api:")) == 1
    assert len(told(hr, "subject=A001")) == len(told(hr, f"subject=%23{li_na.pk}")) == 2
    assert told(hr, "subject=nobody") == told(hr, "at_to=2020-01-01") == told(hr, "support=yes") == []
    assert len(told(hr, "group=nonsense")) == len(told(hr, "at_from=2020-01-01")) == 3


@pytest.mark.parametrize("role", ["people", "viewer", "communications", "grievance_officer", "line_leader"])
def test_only_the_owner_reads_it(in_sunrise, site_client, role):
    user = User.objects.create_user("wang", password=ADMIN_PASSWORD, is_staff=True)
    user.groups.add(role_on(role))
    client = site_client(in_sunrise)
    client.force_login(user)
    audit_record(by="hr", action="added")
    assert client.get(TRAIL).status_code == 403
    assert client.get(f"{TRAIL}{AuditEntry.objects.get().pk}/change/").status_code == 403


def test_nobody_changes_it_through_the_pages(hr, many):
    many(1)
    entry = AuditEntry.objects.get()
    assert hr.post(f"{TRAIL}add/", {}).status_code == 403
    assert hr.post(f"{TRAIL}{entry.pk}/change/", {"actor": "li"}).status_code == 403
    assert hr.post(f"{TRAIL}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    hr.post(TRAIL, {"action": "delete_selected", "_selected_action": [entry.pk]})
    assert trail_verify().number == 1


def test_it_can_be_taken_along_and_says_what_the_screen_says(hr, many):
    many(5)
    screen = told(hr)
    file = hr.get(f"{TRAIL}sheet/")
    assert file.status_code == 200
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(file.streaming_content))).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows if row[0] and str(row[0])[:2] == "20"] == screen
    assert AuditEntry.objects.first().action == "list_exported"


def test_the_outsider_sees_none_of_it(hr, many, lakeside, site_client):
    many(2)
    client = site_client(lakeside)
    client.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    with tenant_context(lakeside):
        assert "部门" not in str(told(client))
        assert "changed" not in [entry.action for entry in client.get(TRAIL).context["cl"].result_list]


def test_every_action_that_the_code_records_has_a_sentence():
    recorded = re.compile(r"""audit_record\((?:[^()]|\([^()]*\))*?action=["'](\w+)["']""")
    rooms = [
        settings.BASE_DIR / room for room in ("tenants", "workers", "lessons", "progress", "wechat", "announcements")
    ]
    files = [file for room in rooms for file in room.rglob("*.py")]
    found = {key for file in files for key in recorded.findall(file.read_text())}
    assert len(found) > 20
    assert found <= SENTENCES.keys()


@pytest.mark.parametrize(("count", "words"), [(1, "1 row"), (2, "2 rows"), (None, "– rows")])
def test_a_number_and_its_noun_agree(count, words):
    with override("en"):
        assert sentence("workers_exported", {"count": count}) == f"exported employees: {words}"
    with override("zh-hans"):
        assert sentence("workers_exported", {"count": count}).endswith(f"{words.split()[0]} 行")


@pytest.mark.parametrize("action", SENTENCES)
def test_every_sentence_can_be_said_of_an_entry_without_facts(action):
    assert "%(" not in sentence(action, {})


def test_a_changed_part_of_a_page_is_called_as_the_page_calls_it(hr, li_na):
    about = User.objects.get(username="hr")
    audit_record(by=about, action="changed", about=about, fields=["workers.colleague"])
    (told_so,) = (each for each in told(hr) if "修改了" in each)
    assert "对应的员工" in told_so
    assert "colleague" not in told_so


def test_the_facts_of_an_entry_are_lines_in_words(hr, in_sunrise):
    audit_record(
        by="hr",
        action="people_listed",
        about=Worker,
        count=7,
        filter={},
        note="",
        roles=["owner", "viewer"],
        forced=False,
    )
    page = hr.get(f"{TRAIL}{AuditEntry.objects.get().pk}/change/").content.decode()
    assert re.findall(r'<span class="block">(.*?)</span>', page) == ["多少：7", "角色：负责人、查看数据", "forced：否"]
    audit_record(by="hr", action="people_listed", about=Worker, count=1, filter={"place": "<3>"})
    page = hr.get(f"{TRAIL}{AuditEntry.objects.order_by('number').last().pk}/change/").content.decode()
    assert "筛选条件：place = &lt;3&gt;" in page
