"""Slips: who gets one, what it is good for, what its paper tells, and the pages around it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context
from python_calamine import CalamineWorkbook

from tenants.audit.models import AuditEntry
from tests.workers.pages import admin_url
from tests.workers.phones import bind, code_of, phone_of, reference_of, refused
from workers.models import BindCode, BindingPolicy, Worker
from workers.services import department_ensure, worker_leave
from workers.services.slips import (
    ALPHABET,
    MOST_SLIPS,
    PER_PAGE,
    Progress,
    SlipsRefused,
    binding_progress,
    code_clean,
    slip_pages,
    slip_worker,
    slip_workers,
    slips_make,
)


@pytest.fixture
def lines(li_na, in_sunrise):
    """Two lines of twelve and three; Li Na stays in her workshop. Their people are not bound."""
    places = [department_ensure(department="生产部", workshop="二车间", line=name) for name in ("A线", "B线")]
    for place, count in zip(places, (12, 3), strict=True):
        for n in range(count):
            number = f"{place.name}{n:02d}"
            Worker.objects.create(employee_number=number, name="王强", name_pinyin="wang qiang", department=place)
    return places


def test_codes_are_readable_different_and_kept_as_a_hash_only(lines, hr):
    slips = slips_make(workers=slip_workers(), by=hr)
    codes = {slip.code for slip in slips}
    assert len(codes) == len(slips) == 16
    assert all(len(code) == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("01OIL") & set(ALPHABET)
    assert not codes & set(BindCode.objects.values_list("code_hash", flat=True))
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.actor, len(entry.subject_ids)) == ("slips_printed", "hr", 16)
    assert not any(code in str(entry.detail) for code in codes)


@pytest.mark.parametrize("typed", ["{} {}", "{}-{}", "{}　{}", "{}{}"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert code_clean(typed.format("k7rm", "２ＸＱ４")) == "K7RM2XQ4"


def test_a_code_binds_once(li_na, hr, contact):
    code = code_of(li_na, hr)
    assert bind(contact, proof=code) == li_na
    assert refused(phone_of("other"), proof=code).code == "bind_mismatch"


def test_a_new_slip_makes_the_old_one_void(li_na, hr, contact):
    old, new = code_of(li_na, hr), code_of(li_na, hr)
    assert refused(contact, proof=old).code == "bind_mismatch"
    assert bind(contact, proof=new) == li_na


def test_an_old_slip_is_good_for_nothing(li_na, hr, contact):
    code = code_of(li_na, hr)
    BindCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(contact, proof=code).code == "bind_mismatch"


def test_a_code_is_good_for_the_one_it_was_printed_for(li_na, hr, contact):
    other = Worker.objects.create(employee_number="A002", name="王强", name_pinyin="wang qiang")
    assert refused(contact, "A002", "王强", proof=code_of(li_na, hr)).code == "bind_mismatch"
    assert not other.contacts.exists()


def test_the_same_code_opens_nothing_in_another_factory(lakeside, li_na, hr):
    code = code_of(li_na, hr)
    hashed = BindCode.objects.get().code_hash
    with tenant_context(lakeside):
        twin = Worker.objects.create(pk=li_na.pk, employee_number="A001", name="李娜", name_pinyin="li na")
        now = timezone.now()
        BindCode.objects.create(worker=twin, code_hash=hashed, printed_at=now, expires_at=now + timedelta(days=1))
        assert refused(phone_of("x"), proof=code).code == "bind_mismatch"


def test_binding_by_the_phone_uses_the_slip_up(li_na, hr, contact):
    code = code_of(li_na, hr)
    bind(contact)
    assert refused(phone_of("other"), proof=code).code == "bind_mismatch"


def test_slips_are_for_those_of_a_department_who_are_employed_and_not_bound(lines, li_na, bound_contact, hr):
    above = lines[0].parent
    assert slip_workers(department=above).count() == 15
    worker_leave(worker=Worker.objects.get(employee_number="B线00"), on=timezone.localdate())
    assert slip_workers(department=above).count() == 14
    assert li_na not in slip_workers()
    assert li_na in slip_workers(unbound_only=False)
    assert slip_workers(worker=li_na).get() == li_na


def test_each_line_has_sheets_of_its_own_with_a_strip_for_its_leader(lines, hr):
    pages = list(slip_pages(slips_make(workers=slip_workers(department=lines[0].parent), by=hr)))
    assert [(page.department, len(page.slips), page.cover) for page in pages] == [
        (lines[0], PER_PAGE, True),
        (lines[0], 2, False),
        (lines[1], 3, True),
    ]
    assert pages[0].total == 12


def test_nobody_or_too_many_is_a_clear_answer_and_makes_nothing(in_sunrise, hr):
    with pytest.raises(SlipsRefused) as nobody:
        slips_make(workers=slip_workers(), by=hr)
    Worker.objects.bulk_create(
        [Worker(employee_number=f"{n}", name="王强", name_pinyin="x") for n in range(MOST_SLIPS + 1)]
    )
    with pytest.raises(SlipsRefused) as many:
        slips_make(workers=slip_workers(), by=hr)
    assert (nobody.value.code, many.value.code) == ("slips_none", "slips_too_many")
    assert not BindCode.objects.exists()


def test_progress_counts_each_department_with_all_below_it(lines, li_na, bound_contact):
    Worker.objects.create(employee_number="X", name="王强", name_pinyin="x")
    counted = {each.department and each.department.name: (each.bound, each.total) for each in binding_progress()}
    assert counted == {
        "一车间": (1, 1), "生产部": (0, 15), "二车间": (0, 15), "A线": (0, 12), "B线": (0, 3), None: (0, 1)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bound", "total", "percent"), [(10, 11, 91), (1, 3, 33), (199, 200, 99), (9, 9, 100), (0, 0, 0)]
)
def test_the_share_is_rounded_and_hundred_means_all(bound, total, percent):
    assert Progress(None, bound, total).percent == percent


def test_the_qr_of_a_slip_proves_nothing_and_dies_with_it(li_na, hr, contact):
    old = reference_of(li_na, hr)
    assert slip_worker(old) == li_na
    new = reference_of(li_na, hr)
    assert slip_worker(old) is None
    assert slip_worker(new) == li_na
    assert refused(contact, proof=new).code == "bind_mismatch"
    BindCode.objects.update(expires_at=timezone.now())
    assert slip_worker(new) is None


@pytest.mark.parametrize("made_up", ["", "-", "1", "1-", "１-abc", "99999999999999999999-x", "1-\ud800", "a-b", "1-é"])
def test_a_made_up_qr_opens_nothing(li_na, hr, made_up):
    reference_of(li_na, hr)
    assert slip_worker(made_up.replace("1", str(li_na.pk), 1)) is None


def test_the_page_shows_how_many_before_anything_is_made(sunrise, lines, li_na, hr, hr_client):
    code_of(li_na, hr)
    page = hr_client.get(admin_url("slips"), {"department": lines[0].pk})
    assert (page.context["count"], page.context["sheets"], page.context["void"]) == (12, 2, 0)
    assert hr_client.get(admin_url("slips"), {"worker": li_na.pk}).context["void"] == 1
    assert hr_client.get(admin_url("slips_print")).status_code == 302
    assert BindCode.objects.count() == 1


def test_the_sheets_hold_what_a_worker_needs_and_nothing_of_the_number(sunrise, lines, hr_client):
    response = hr_client.post(admin_url("slips_print"), {"department": lines[1].pk, "bound_too": "False"})
    page = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert page.count('class="slip"') == page.count("<svg") == BindCode.objects.count() == 3
    assert not re.search(r"B线00|\*00", page), "where numbers run on, two digits are the whole of it"
    assert "王强" in page


def test_loading_the_sheets_again_leaves_the_printed_codes_good(sunrise, lines, hr_client):
    form = {"department": lines[1].pk, "bound_too": "False", "csrfmiddlewaretoken": "one"}
    assert hr_client.post(admin_url("slips_print"), form).status_code == 200
    made = set(BindCode.objects.values_list("code_hash", flat=True))
    assert hr_client.post(admin_url("slips_print"), form)["Location"] == admin_url("slips")
    assert set(BindCode.objects.values_list("code_hash", flat=True)) == made
    hr_client.post(admin_url("slips_print"), {**form, "csrfmiddlewaretoken": "two"})
    assert not set(BindCode.objects.values_list("code_hash", flat=True)) & made


def test_a_choice_that_does_not_exist_makes_nothing(sunrise, lines, hr_client):
    for wrong in ({"department": 999_999}, {"department": "x"}, {"worker": 999_999}):
        assert hr_client.post(admin_url("slips_print"), wrong).status_code == 404
        assert hr_client.get(admin_url("slips"), wrong).status_code == 200
    assert not BindCode.objects.exists()


def test_the_table_in_excel_equals_the_one_on_the_page(sunrise, lines, hr_client, tmp_path):
    rows = [list(map(str, row)) for _each, row in hr_client.get(admin_url("slips")).context["table"]]
    file = tmp_path / "x.xlsx"
    file.write_bytes(hr_client.get(admin_url("slips_export")).content)
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    cells = [[int(cell) if isinstance(cell, float) else cell for cell in row] for row in sheet[1:]]
    assert [list(map(str, row)) for row in cells] == rows


def test_the_page_costs_the_same_however_many_departments(sunrise, lines, hr_client):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert hr_client.get(admin_url("slips"), {"bound_too": "on"}).status_code == 200
        return len(queries)

    statements()
    few = statements()
    for n in range(20):
        place = department_ensure(department="生产部", workshop=f"{n}车间", line="A线")
        Worker.objects.create(employee_number=f"N{n}", name="王强", name_pinyin="x", department=place)
    assert statements() == few <= 20


@pytest.mark.parametrize("page", ["slips", "slips_print", "slips_export", "bindingpolicy_changelist"])
def test_who_may_not_bind_sees_none_of_it(sunrise, li_na, bound_contact, site_client, page):
    with tenant_context(sunrise):
        editor = User.objects.create_user("editor", password="correct-horse-battery", is_staff=True)
        client = site_client(sunrise)
        client.force_login(editor)
    assert client.post(admin_url(page)).status_code in (302, 403)
    assert client.get(admin_url(page), follow=True).status_code == 403
    assert client.post(admin_url("phone_undo", li_na.pk, bound_contact.pk)).status_code == 403
    assert not BindCode.objects.exists()
    assert li_na.contacts.exists()


def test_the_outsider_makes_no_slip_and_undoes_nothing_here(sunrise, lakeside, li_na, bound_contact, admin_of):
    client = admin_of(lakeside)
    assert client.get(admin_url("slips"), {"worker": li_na.pk}).context["chosen"] is None
    assert client.post(admin_url("slips_print"), {"worker": li_na.pk}).status_code == 404
    assert client.post(admin_url("phone_undo", li_na.pk, bound_contact.pk)).status_code == 404
    assert li_na.contacts.exists()


def test_hr_chooses_the_rules_and_it_is_on_record(sunrise, li_na, hr_client):
    change = hr_client.get(admin_url("bindingpolicy_changelist"))["Location"]
    page = hr_client.get(change)
    assert (page.context["lacks"].employees, page.context["lacks"].phone, page.context["lacks"].id_card) == (1, 0, 1)
    assert hr_client.post(change, {"second_factor": "code", "phones_allowed": 1}).status_code == 302
    policy = BindingPolicy.objects.get()
    assert (policy.second_factor, policy.phones_allowed) == ("code", 1)
    assert AuditEntry.objects.filter(action="binding_rules_changed", actor="hr").exists()
    assert hr_client.post(change, {"second_factor": "nonsense", "phones_allowed": 9}).status_code == 200
    assert BindingPolicy.objects.get().phones_allowed == 1
