"""Who left and whose number is another's now comes back under a new number, and is never shown the one made for them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django_tenants.utils import tenant_context

from tests.workers.pages import admin_url
from tests.workers.programs import WORKERS
from tests.workers.rosters import HEADINGS, changed, workbook
from workers.admin.privacy_forms import EraseForm
from workers.models import Worker
from workers.services import roster_import, worker_leave
from workers.services.people import number_release, number_released, worker_return


@pytest.fixture
def former(li_na) -> Worker:
    """李娜, whose A001 is 王强's since."""
    worker_leave(worker=li_na, on=date(2026, 1, 5))
    li_na.refresh_from_db()
    number_release(worker=li_na, released=number_released(li_na))
    Worker.objects.create(employee_number="A001", name="王强", name_pinyin="wang qiang")
    li_na.refresh_from_db()
    return li_na


def back(client, worker, **values):
    address = admin_url("worker_come_back_one", worker.pk)
    return client.post(address, {"_form_submitted": "on", **values})


def test_the_number_made_for_them_is_told_as_what_it_was(sunrise, former, hr_client):
    assert (former.employee_number, former.former_number) == ("A001~20260105", "A001")
    for address in (f"{admin_url('worker_changelist')}?employment=left", admin_url("worker_change", former.pk)):
        assert "原工号 A001（后来给了别人）" in hr_client.get(address).content.decode()
    assert (
        "~"
        not in hr_client.get(f"{admin_url('worker_changelist')}?employment=left")
        .context["cl"]
        .result_list[0]
        .number_told
    )


@pytest.mark.parametrize(
    ("number", "stored"), [("A001~20250301~2", "A001"), ("A~1", ""), ("A001", ""), ("~20250301", "")]
)
def test_a_number_with_a_wave_is_not_always_a_released_one(number, stored):
    assert Worker(employee_number=number).former_number == stored


@pytest.mark.parametrize(
    ("number", "told"), [("A" * 18, "A" * 18), ("A" * 19, "A" * 17 + "…"), ("A" * 30, "A" * 17 + "…")]
)
def test_a_long_number_says_that_it_is_cut_and_still_confirms_erasure(li_na, number, told):
    gone = Worker(employee_number=number, left_on=date(2026, 1, 5), name="李娜")
    gone.save()
    number_release(worker=gone, released=number_released(gone))
    gone.refresh_from_db()
    gone.full_clean(exclude=["name_pinyin"])
    assert gone.former_number == told
    assert EraseForm({"employee_number": told}, worker=gone).is_valid()
    assert not EraseForm({"employee_number": told[:-1]}, worker=gone).is_valid()


def test_nobody_comes_back_under_anothers_number(sunrise, former, hr_client):
    address = admin_url("worker_come_back_one", former.pk)
    assert 'name="number"' in hr_client.get(address).content.decode()
    for number in ("", "A001", "a 001", "A001~20260105", "x" * 31):
        back(hr_client, former, number=number)
        with tenant_context(sunrise):
            assert Worker.objects.get(pk=former.pk).left_on == date(2026, 1, 5), number
    back(hr_client, former, number="ａ 019")
    with tenant_context(sunrise):
        former.refresh_from_db()
        assert (former.left_on, former.employee_number, str(former)) == (None, "A019", "李娜 (A019)")


def test_the_form_gives_nobody_a_new_number_while_they_are_gone(sunrise, former, hr_client):
    address = admin_url("worker_change", former.pk)
    assert hr_client.get(address).context["adminform"].form.fields["employee_number"].disabled
    values = {"employee_number": "A555", "name": "李娜", "left_on": "2026-01-06", "phone": former.phone}
    assert hr_client.post(address, values).status_code == 302
    with tenant_context(sunrise):
        former.refresh_from_db()
        assert (former.employee_number, former.left_on) == ("A001~20260105", date(2026, 1, 6)), "the day may be mended"


def _refused_with(answer) -> str:
    return " ".join(answer.context["form"].errors["number"])


def test_a_number_that_is_somebodys_is_refused_by_name(sunrise, former, hr_client):
    told = _refused_with(back(hr_client, former, number="A001"))
    assert "王强" in told
    assert "合并" not in told


def test_what_is_advised_where_the_same_person_came_in_as_new_works(sunrise, former, hr_client):
    with tenant_context(sunrise):
        twin = Worker.objects.create(employee_number="A900", name="李娜", name_pinyin="li na")
    told = _refused_with(back(hr_client, former, number="a900"))
    assert "A900-1" in told
    values = {"employee_number": "A900-1", "name": "李娜", "left_on": "2026-03-01"}
    assert hr_client.post(admin_url("worker_change", twin.pk), values).status_code == 302
    back(hr_client, former, number="A900")
    with tenant_context(sunrise):
        former.refresh_from_db()
        twin.refresh_from_db()
        assert (former.employee_number, former.left_on) == ("A900", None)
        assert (twin.employee_number, twin.left_on) == ("A900-1", date(2026, 3, 1))


def test_who_kept_the_number_is_asked_for_none(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        worker_leave(worker=li_na, on=date(2026, 1, 5))
    assert 'name="number"' not in hr_client.get(admin_url("worker_come_back_one", li_na.pk)).content.decode()
    back(hr_client, li_na, number="A777")
    with tenant_context(sunrise):
        li_na.refresh_from_db()
        assert (li_na.left_on, li_na.employee_number) == (None, "A001")


def test_ticked_in_the_list_they_are_left_out_and_named(sunrise, former, hr_client):
    with tenant_context(sunrise):
        other = Worker.objects.create(
            employee_number="B1", name="周婷", name_pinyin="zhou ting", left_on=date(2026, 1, 5)
        )
    ticked = {"action": "come_back", "_selected_action": [former.pk, other.pk]}
    answer = hr_client.post(f"{admin_url('worker_changelist')}?employment=left", ticked, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert told[0].startswith("1 ")
    assert "李娜" in told[1]
    assert "周婷" not in told[1]
    with tenant_context(sunrise):
        assert Worker.objects.get(pk=former.pk).left_on
        assert Worker.objects.get(pk=other.pk).left_on is None


def test_neither_the_form_nor_a_file_nor_a_program_brings_the_made_number_into_service(sunrise, former, hr_client):
    values = {"employee_number": former.employee_number, "name": "李娜", "phone": former.phone}
    form = hr_client.post(admin_url("worker_change", former.pk), values).context["adminform"].form
    assert "left_on" in form.errors
    row = changed(工号=former.employee_number, 姓名="李娜")
    report = roster_import(content=workbook([*row, ""], headings=[*HEADINGS, "离职日期"]))
    assert {mistake.attribute for mistake in report.mistakes} == {"employee_number"}
    with pytest.raises(ValidationError):
        worker_return(worker=former)
    with tenant_context(sunrise):
        assert Worker.objects.get(pk=former.pk).left_on


def test_the_form_says_how_somebody_new_gets_the_number_of_who_left(sunrise, li_na, hr_client):
    with tenant_context(sunrise):
        worker_leave(worker=li_na, on=date(2026, 1, 5))
    page = hr_client.post(admin_url("worker_add"), {"employee_number": "a001", "name": "王强"}).content.decode()
    assert "A001 是 李娜 的工号" in page
    assert "导入花名册" in page
    with tenant_context(sunrise):
        assert Worker.objects.get().name == "李娜"


def test_a_program_reads_the_stored_number_and_the_next_holders_is_another(payroll, former):
    read = payroll.get(WORKERS, status="all").json()["results"]
    assert {row["employee_number"]: row["name"] for row in read} == {"A001~20260105": "李娜", "A001": "王强"}
    assert [row["name"] for row in payroll.get(WORKERS, status="all", number="A001").json()["results"]] == ["王强"]


def test_another_factory_gives_nobody_a_number(lakeside, former, admin_of):
    assert back(admin_of(lakeside), former, number="A019").status_code in (403, 404)
    former.refresh_from_db()
    assert former.left_on
