"""HR's pages of shifts: the form that makes a cycle, the month, and many employees put into one at once."""

from datetime import date, time

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone, translation

from config.help_texts import HELP
from config.lists import HINTS
from workers.models import Shift, ShiftDay, Turn, Worker
from workers.services.shifts import shifts_ensure, turn_on

D, N, R = Turn.DAY, Turn.NIGHT, Turn.REST
HOURS = {"day_starts_at": "08:00", "day_ends_at": "20:00", "night_starts_at": "20:00", "night_ends_at": "08:00"}


def url(name, *args, model="shift") -> str:
    return reverse(f"admin:workers_{model}_{name}", args=args, urlconf="config.urls_tenant")


@pytest.fixture
def hr(sunrise, admin_of):
    return admin_of(sunrise)


@pytest.fixture
def shift(in_sunrise):
    return Shift.objects.create(name="白班", cycle=[D], day_starts_at=time(8), day_ends_at=time(20))


def values(**changed) -> dict:
    return {"name": "甲班", "kind": "rotating", "every": 1, "step": "week", "first_turn": "day",
            "cycle_starts_on": "2026-11-30", **HOURS, **changed}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "cycle", "step"),
    [
        ({"kind": "day"}, [D], "day"),
        ({"kind": "night", "day_starts_at": "", "day_ends_at": ""}, [N], "day"),
        ({"every": 2}, [D, D, N, N], "week"),
        ({"step": "month", "first_turn": "night"}, [N, D], "month"),
        ({"kind": "own", "pattern": "白白 夜夜休"}, [D, D, N, N, R], "day"),
        ({"kind": "own", "pattern": "ｄdnR"}, [D, D, N, R], "day"),
    ],
)
def test_the_form_makes_the_cycle_and_leads_to_the_calendar(in_sunrise, hr, typed, cycle, step):
    response = hr.post(url("add"), values(**typed))
    made = Shift.objects.get()
    assert (made.cycle, made.step) == (cycle, step)
    assert response["Location"] == url("month", made.pk)
    assert hr.get(response["Location"]).status_code == 200


def test_a_saved_shift_comes_back_as_it_was_typed_and_stays_so(in_sunrise, hr):
    hr.post(url("add"), values(every=3, first_turn="night", rest_weekdays=["6"]))
    made = Shift.objects.get()
    form = hr.get(url("change", made.pk)).context["adminform"].form
    assert [form[name].value() for name in ("every", "first_turn", "step", "rest_weekdays")] == [3, N, "week", [6]]
    hr.post(url("change", made.pk), values(every=3, first_turn="night", rest_weekdays=["6"], name="乙班"))
    renamed = Shift.objects.get()
    assert (renamed.cycle, renamed.name, renamed.history.count()) == (made.cycle, "乙班", 2)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "own", "pattern": ""}, "pattern"),
        ({"kind": "own", "pattern": "白X夜"}, "pattern"),
        ({"kind": "own", "pattern": "白" * 63}, "pattern"),
        ({"every": 0}, "every"),
        ({"every": 32}, "every"),
        ({"every": ""}, "every"),
        ({"step": ""}, "step"),
        ({"cycle_starts_on": ""}, "cycle_starts_on"),
        ({"rest_weekdays": list("0123456")}, "rest_weekdays"),
        ({"day_ends_at": ""}, "day_ends_at"),
        ({"day_ends_at": "07:00"}, "day_ends_at"),
        ({"day_starts_at": "00:30"}, "day_ends_at"),
        ({"night_ends_at": "22:00"}, "night_ends_at"),
        ({"night_starts_at": "14:00"}, "night_ends_at"),
        ({"name": ""}, "name"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(in_sunrise, hr, typed, field):
    assert field in hr.post(url("add"), values(**typed)).context["adminform"].form.errors
    assert not Shift.objects.exists()


def test_a_holiday_is_set_in_the_calendar_for_several_shifts(hr, shift):
    other = Shift.objects.create(name="夜班", kind="night", cycle=[N])
    sent = {"first": "2027-02-05", "last": "2027-02-11", "turn": "rest", "shifts": [shift.pk, other.pk]}
    response = hr.post(url("month", shift.pk), sent)
    assert response["Location"] == "?month=2027-02"
    assert [turn_on(each, date(2027, 2, 11)) for each in (shift, other)] == [R, R]
    page = hr.get(url("month", shift.pk), {"month": "2027-02", "day": "2027-02-05"})
    assert sum(day["differs"] for week in page.context["weeks"] for day in week) == 7
    assert page.context["form"]["first"].value() == date(2027, 2, 5)
    hr.post(url("month", shift.pk), {**sent, "last": "", "turn": "", "shifts": [shift.pk]})
    assert turn_on(shift, date(2027, 2, 5)) == D


@pytest.mark.parametrize(
    "sent",
    [{"last": "2027-02-01"}, {"first": ""}, {"first": "0000"}, {"shifts": []}, {"shifts": ["x"]}, {"turn": "party"},
     {"last": "9999-12-31"}],
)  # fmt: skip
def test_days_that_cannot_be_are_refused_whole(hr, shift, sent):
    good = {"first": "2027-02-05", "last": "2027-02-11", "turn": "rest", "shifts": [shift.pk]}
    assert hr.post(url("month", shift.pk), {**good, **sent}).context["form"].errors
    assert not ShiftDay.objects.exists()


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "day=9999-12-31", "month=0001-01", "month=9999-12"])
def test_a_strange_month_shows_the_present_one(hr, shift, query):
    page = hr.get(f"{url('month', shift.pk)}?{query}")
    assert page.context["month"] == timezone.localdate().replace(day=1)


def test_the_list_counts_people_in_a_constant_number_of_statements(hr, shift, li_na, django_assert_max_num_queries):
    Worker.objects.update(shift=shift)
    rows = hr.get(url("changelist")).context["cl"].result_list
    assert rows[0].people_count == 1
    for number in range(10):
        Shift.objects.create(name=f"{number}", cycle=[N], kind="night")
    with django_assert_max_num_queries(14):
        hr.get(url("changelist"))


def test_selected_employees_are_put_in_a_shift(hr, shift, li_na):
    listed = url("changelist", model="worker")
    sent = {"action": "put_in_shift", "_selected_action": [li_na.pk]}
    assert hr.post(listed, sent).context["count"] == 1
    li_na.refresh_from_db()
    assert li_na.shift is None
    assert hr.post(listed, {**sent, "shift": ""}).context["form"].errors
    hr.post(listed, {**sent, "shift": shift.pk})
    li_na.refresh_from_db()
    assert li_na.shift == shift
    found = hr.get(listed, {"in_shift": shift.pk}).context["cl"].result_list
    assert list(found) == [li_na]
    assert not hr.get(listed, {"in_shift": "none"}).context["cl"].result_list
    assert hr.get(listed, {"in_shift": "x"}).status_code == 200
    hr.post(listed, {**sent, "shift": "none"})
    li_na.refresh_from_db()
    assert li_na.shift is None


def test_who_may_only_look_sees_the_month_and_sets_nothing(sunrise, shift, admin_of):
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_shift"))
    client = admin_of(sunrise, "viewer")
    assert client.get(url("month", shift.pk)).context["form"] is None
    client.post(url("month", shift.pk), {"first": "2027-02-05", "turn": "rest", "shifts": [shift.pk]})
    assert not ShiftDay.objects.exists()


def test_the_outsider_finds_nothing_of_it(lakeside, shift, admin_of):
    stranger = admin_of(lakeside)
    assert stranger.get(url("month", shift.pk)).status_code == 404
    sent = {"first": "2027-02-05", "turn": "rest", "shifts": [shift.pk]}
    assert stranger.post(url("month", shift.pk), sent).status_code == 404
    assert not stranger.get(url("changelist")).context["cl"].result_list


def test_no_help_promises_that_messages_let_people_sleep():
    """Delivery does not look at shifts; whoever teaches it to may say so again."""
    told = [*HELP["workers.shift"].values(), HELP["workers.worker"]["shift"], HINTS["workers.shift"].text]
    for language, word in [("en", "sleep"), ("zh-hans", "睡")]:
        with translation.override(language):
            assert not [str(text) for text in told if word in str(text)]


def test_a_pattern_to_be_set_is_called_so_until_it_is(in_sunrise, hr):
    shifts_ensure(["两班倒"])
    made = Shift.objects.get()
    for page in (url("changelist"), url("month", made.pk)):
        assert "还没设" in hr.get(page).content.decode()
    form = hr.get(url("change", made.pk)).context["adminform"].form
    assert (form.initial["every"], form.initial["step"], form.initial["first_turn"]) == (1, "week", "day")
    assert "两班倒" in hr.get("/admin/").content.decode()
    hr.post(url("change", made.pk), values(name="两班倒"))
    made.refresh_from_db()
    assert made.cycle == [D, N]
    assert "还没设" not in hr.get(url("changelist")).content.decode()
    assert "两班倒" not in hr.get("/admin/").content.decode()
