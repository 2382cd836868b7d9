"""The desk's JSON: who gets which case, and who gets none."""

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from grievances.models import Case, CaseEvent, CaseKey, CaseWrap
from grievances.queries.cases import INBOX_PAGE
from grievances.services.calendar import today
from tests.grievances.cast import Holder, holder_enrol, staff_make
from tests.grievances.desk import API, Desk, admit, enrolment, new_keys


def test_a_stranger_gets_nothing(in_sunrise, make_case, site_client):
    written = make_case()
    client = site_client(in_sunrise)
    for path in ["state/", "cases/", f"cases/{written.row.pk}/", f"cases/{written.row.pk}/log/"]:
        assert client.get(API + path).status_code == 403
    assert "/admin/login/" in client.get("/admin/grievances/desk/")["Location"]


def test_a_content_editor_gets_nothing(make_case, desk_of):
    written = make_case()
    editor = desk_of(staff_make("editor", role="content_editor"))
    for path in ["state/", "cases/", f"cases/{written.row.pk}/"]:
        assert editor.get(path).status_code == 403
    assert editor.client.get("/admin/grievances/desk/").status_code == 403
    assert editor.post("officers/", enrolment(new_keys())).status_code == 403


def test_hr_without_keys_learns_who_the_officers_are_and_no_case(make_case, desk_of):
    written = make_case()
    hr = desk_of(staff_make("zhao"))
    state = hr.get("state/").json()
    assert (state["officer"], len(state["officers"]), state["is_open"]) == (None, 2, True)
    assert not any("passphrase_wrap" in officer for officer in state["officers"])
    for path in ["cases/", f"cases/{written.row.pk}/", f"cases/{written.row.pk}/log/"]:
        assert hr.get(path).json()["code"] == "not_officer"


def test_a_superuser_without_keys_gets_no_case(make_case, desk_of):
    written = make_case()
    root = desk_of(get_user_model().objects.create_superuser("root", password="correct-horse-battery"))
    assert root.get("cases/").json()["code"] == "not_officer"
    assert root.post(f"cases/{written.row.pk}/exported/").json()["code"] == "not_officer"


def test_somebody_who_waits_gets_no_case(make_case, zhao):
    written = make_case()
    assert zhao.get("state/").json()["officer"]["state"] == "waiting"
    for path in ["cases/", f"cases/{written.row.pk}/"]:
        assert zhao.get(path).json()["code"] == "not_officer"
    assert zhao.post(f"cases/{written.row.pk}/move/", {"to": "acknowledged", "revision": 0}).status_code == 409


def test_an_officer_gets_no_case_they_hold_no_key_of(make_case, chen, zhao):
    written = make_case(files=(b"\xff\xd8\xff picture",))
    admit(chen, zhao, [])
    attachment = written.row.messages.get().attachments.get()
    assert zhao.get("cases/").json() == {"cases": [], "next": None}
    assert not zhao.holds(written.row.pk)
    assert zhao.get(f"cases/{written.row.pk}/log/").status_code == 404
    assert zhao.get(f"attachments/{attachment.pk}/").status_code == 404
    for what, body in [
        ("move", {"to": "acknowledged", "revision": 0}),
        ("assign", {"officer": None, "revision": 0}),
        ("conflict", {}),
        ("release", {}),
        ("exported", {}),
        ("merge", {"into": written.row.pk, "revision": 0}),
    ]:
        assert zhao.post(f"cases/{written.row.pk}/{what}/", body).status_code == 409, what
    assert CaseEvent.objects.filter(case=written.row).count() == 1


def test_another_factorys_officer_gets_nothing(make_case, officers, lakeside, site_client):
    written = make_case()
    with tenant_context(lakeside):
        stranger = holder_enrol(get_user_model().objects.get(username="hr"), name="外人")
        client = site_client(lakeside)
        client.force_login(stranger.user)
    desk = Desk(client)
    assert desk.get("cases/").json()["cases"] == []
    assert not desk.holds(written.row.pk)
    assert desk.get(f"cases/{written.row.pk}/log/").status_code == 404
    assert {officer["name"] for officer in desk.get("state/").json()["officers"]} == {"外人"}
    assert desk.post(f"officers/{officers[0].row.pk}/leave/").status_code == 404
    assert desk.post(f"cases/{written.row.pk}/exported/").json()["code"] == "not_held"


def test_the_session_of_another_factory_opens_nothing(make_case, chen, lakeside, site_client):
    make_case()
    client = site_client(lakeside)
    client.cookies = chen.client.cookies
    assert client.get(API + "cases/").status_code == 403


def test_a_held_wrap_opens_no_case_before_it_is_handed_on(ombudsmen_keys, make_case, chen):
    written = make_case(agreed_escalation=True)
    holders = {(each["officer"], each["held"]) for each in chen.case(written.row.pk)["holders"]}
    assert {held for officer, held in holders if officer in {str(each.row.pk) for each in ombudsmen_keys}} == {True}
    assert not Case.objects.held_by(ombudsmen_keys[0].row).exists()


def test_a_change_needs_the_csrf_token(make_case, chen):
    written = make_case()
    chen.client.handler.enforce_csrf_checks = True
    path = f"cases/{written.row.pk}/exported/"
    assert chen.post(path).status_code == 403
    chen.client.get("/admin/grievances/desk/")
    token = chen.client.cookies["csrftoken"].value
    headers = {"X-CSRFToken": token, "Origin": f"https://{chen.client.host}"}
    answer = chen.client.post(API + path, "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 200


def test_nothing_of_the_desk_is_kept_by_a_cache(make_case, chen):
    written = make_case()
    for path in ["state/", "cases/", f"cases/{written.row.pk}/", f"cases/{written.row.pk}/log/"]:
        assert chen.get(path)["Cache-Control"] == "no-store"


def test_each_officer_gets_their_own_keys_only(make_case, officers, chen, wang):
    written = make_case()
    for desk, holder in [(chen, officers[0]), (wang, officers[1])]:
        (key,) = desk.case(written.row.pk)["keys"]
        assert [wrap["officer"] for wrap in key["wraps"]] == [str(holder.row.pk)]
        assert key["worker_wrap"] is None


def test_the_page_of_cases_takes_the_same_number_of_queries_for_one_case_and_for_many(
    make_case, chen, django_assert_num_queries
):
    make_case()
    chen.get("cases/")
    with CaptureQueriesContext(connection) as one:
        chen.get("cases/")
    for _case in range(6):
        make_case()
    with django_assert_num_queries(len(one)):
        assert len(chen.get("cases/").json()["cases"]) == 7


def test_many_cases_come_in_pages_without_a_gap(officers, chen):
    _hold_many(officers[0], INBOX_PAGE + 3)
    first = chen.get("cases/").json()
    second = chen.get(f"cases/?after={first['next']}").json()
    assert (len(first["cases"]), len(second["cases"]), second["next"]) == (INBOX_PAGE, 3, None)
    assert len({case["id"] for page in (first, second) for case in page["cases"]}) == INBOX_PAGE + 3


def _hold_many(holder: Holder, count: int) -> None:
    """Cases without a message, which cost nothing to make."""
    day, key = today(), b"k" * 32
    facts = {"place": "sunrise", "lead": "factory", "category": "pay", "salt_version": 1, "arrived_on": day}
    facts |= {"acknowledge_by": day, "answer_by": day, "worker_sign_key": key, "worker_box_key": key}
    cases = Case.objects.bulk_create(Case(id=f"{number:032x}", **facts) for number in range(count))
    keys = CaseKey.objects.bulk_create(
        CaseKey(case=case, epoch=0, public_key=key, worker_wrap=b"w" * 80) for case in cases
    )
    CaseWrap.objects.bulk_create(CaseWrap(key=key, officer=holder.row, sealed=b"s" * 80) for key in keys)
