"""Audiences: what a rule finds, in one statement; what a document may say."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django_tenants.utils import tenant_context

from workers.models import Audience, Child, Contact, Department, SelfDescription, Shift, Worker
from workers.services.audience_rules import Rule, RuleRefused, rule_check, rule_read
from workers.services.audience_words import RuleWords
from workers.services.audiences import (
    audience_copy,
    audience_save,
    audience_sizes,
    audience_workers,
    with_use_count,
)
from workers.services.departments import department_ensure, department_move

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _nothing_asked(in_sunrise):
    cache.clear()


@pytest.fixture
def line(in_sunrise) -> Department:
    return department_ensure(department="生产部", workshop="一车间", line="A线")


def make(number: int = 1, **columns) -> Worker:
    return Worker.objects.create(
        employee_number=f"T{number:05d}", name=f"员工{number}", name_pinyin=f"{number:05d}", **columns
    )


def say(worker: Worker, **what) -> SelfDescription:
    """On the one phone that is bound."""
    if not worker.contacts.exists():
        Contact.objects.create(channel="wechat", address=f"o-{worker.pk}", worker=worker, bound_at=timezone.now())
    return SelfDescription.objects.create(worker=worker, **what)


def found(today=TODAY, **parts) -> set[Worker]:
    return set(audience_workers(Rule(**parts), today))


def test_all_parts_must_hold_and_within_a_part_any(line):
    both = make(1, department=line, position="操作工", hired_on=TODAY)
    other_job = make(2, department=line, position="物料员", hired_on=TODAY)
    make(3, department=line, position="质检员", hired_on=TODAY)
    make(4, position="操作工", hired_on=TODAY)
    make(5, department=line, position="操作工", hired_on=date(2020, 1, 1))
    rule = {"departments": (line.pk,), "positions": ("操作工", "物料员"), "hired_within_days": 30}
    assert found(**rule) == {both, other_job}


def test_who_left_is_in_none(line):
    make(1, department=line, left_on=TODAY)
    assert found(departments=(line.pk,)) == set()


def test_new_are_those_of_the_last_days_and_nobody_who_starts_later(in_sunrise):
    first, last = make(1, hired_on=TODAY - timedelta(days=29)), make(2, hired_on=TODAY)
    make(3, hired_on=TODAY - timedelta(days=30))
    make(4, hired_on=TODAY + timedelta(days=1))
    make(5)
    assert found(hired_within_days=30) == {first, last}


def test_a_department_stands_for_all_below_it_wherever_it_moves(line):
    worker = make(1, department=line)
    top = Department.objects.get(name="生产部")
    assert found(departments=(top.pk,)) == {worker}
    assert found(departments=(line.pk,)) == {worker}
    office = department_ensure(department="办公室")
    department_move(department=line, parent=office)
    assert found(departments=(top.pk,)) == set()
    assert found(departments=(office.pk,)) == {worker}


def test_a_merged_department_leads_to_where_its_people_went(line):
    from workers.services.merging import department_merge

    target = department_ensure(department="生产部", workshop="二车间")
    worker = make(1, department=line)
    department_merge(department=line, into=target, by="system")
    worker.refresh_from_db()
    assert worker.department == target
    assert found(departments=(line.pk,)) == {worker}
    assert RuleWords()(Rule(departments=(line.pk,)))


def test_departments_can_be_left_out(line):
    make(1, department=line)
    office, nowhere = make(2, department=department_ensure(department="办公室")), make(3)
    assert found(except_departments=(Department.objects.get(name="生产部").pk,)) == {office, nowhere}


def test_a_department_that_is_gone_finds_nobody(line):
    make(1, department=line)
    assert found(departments=(999_999,)) == set()


@pytest.mark.parametrize(
    ("born", "is_young"),
    [(date(2001, 11, 27), True), (date(2000, 11, 27), True), (date(2000, 11, 26), False), (None, False)],
)
def test_young_is_25_until_the_next_birthday(in_sunrise, born, is_young):
    worker = make(1, birth_date=born)
    assert (worker in found(groups=("young",))) is is_young


def test_what_the_roster_knows_counts_before_what_somebody_says(in_sunrise):
    grey = make(1, birth_date=date(1970, 1, 1))
    unknown = make(2)
    for worker in (grey, unknown):
        say(worker, is_young=True)
    assert found(groups=("young",)) == set()
    assert found(groups=("young",), with_self_said=True) == {unknown}


def test_leaders_are_flagged_or_lead_a_department_or_say_so(line):
    flagged, leads, says = make(1, is_line_manager=True), make(2), make(3)
    make(4)
    Department.objects.filter(pk=line.pk).update(leader=leads)
    say(says, is_line_manager=True)
    assert found(groups=("line_manager",)) == {flagged, leads}
    assert found(groups=("line_manager",), with_self_said=True) == {flagged, leads, says}


def test_a_child_grows_out_of_a_group_year_by_year(in_sunrise):
    mother = make(1)
    description = say(mother, is_parent=True)
    Child.objects.create(description=description, born_from=2021, born_to=2023)
    assert found(child_age=(3, 5)) == {mother}
    assert found(child_age=(6, 11)) == set()
    assert found(child_age=(0, 2)) == set()
    assert found(date(2030, 1, 1), child_age=(6, 11)) == {mother}
    assert found(date(2030, 1, 1), child_age=(3, 5)) == set()


def test_parents_and_children_elsewhere_are_those_who_said_so(in_sunrise):
    at_home, elsewhere, silent = make(1), make(2), make(3)
    say(at_home, is_parent=True, has_child_elsewhere=False)
    say(elsewhere, is_parent=True, has_child_elsewhere=True)
    say(silent)
    assert found(groups=("parent",)) == {at_home, elsewhere}
    assert found(child_elsewhere=True) == {elsewhere}


def test_a_worker_with_two_phones_and_two_children_is_found_once(in_sunrise):
    worker = make(1)
    for number in (1, 2):
        Contact.objects.create(channel="wechat", address=f"o{number}", worker=worker, tags=["夜班", "老乡会"])
    mother = make(2)
    description = say(mother, is_parent=True)
    Child.objects.create(description=description, born_from=2021, born_to=2023)
    Child.objects.create(description=description, born_from=2022, born_to=2022)
    for rule, who in ((Rule(tags=("夜班", "老乡会")), worker), (Rule(child_age=(0, 17)), mother)):
        rows = audience_workers(rule, TODAY)
        assert list(rows) == [who]
        assert rows.count() == 1


def test_shift_gender_education_home_and_minors(in_sunrise):
    night = Shift.objects.create(name="夜班", kind="night", cycle=["night"])
    facts = {"gender": "female", "education": "junior", "home_region": "湖南", "shift": night}
    one = make(1, birth_date=date(2009, 6, 1), **facts)
    make(2, birth_date=date(1990, 6, 1), gender="male", education="college", home_region="湖北")
    assert found(shifts=(night.pk,)) == found(genders=("female",)) == found(educations=("junior", "primary")) == {one}
    assert found(home_regions=("湖南",)) == found(minors=True) == {one}


def whole_rule(line) -> Rule:
    shift, _new = Shift.objects.get_or_create(name="夜班", defaults={"kind": "night", "cycle": ["night"]})
    return Rule(
        groups=("parent", "young", "line_manager"),
        with_self_said=True,
        child_age=(0, 5),
        child_elsewhere=True,
        hired_within_days=30,
        departments=(line.pk,),
        except_departments=(Department.objects.get(name="一车间").pk,),
        positions=("操作工",),
        shifts=(shift.pk,),
        tags=("夜班",),
        genders=("female",),
        educations=("junior",),
        home_regions=("湖南",),
        minors=True,
    )


def test_the_longest_rule_is_one_statement(line):
    rule = whole_rule(line)
    with CaptureQueriesContext(connection) as queries:
        list(audience_workers(rule, TODAY))
    assert len(queries) == 1


def test_the_sizes_of_fifty_audiences_are_one_statement(line):
    rules = {number: Rule(positions=(f"职位{number}",), groups=("parent",)) for number in range(50)}
    rules["whole"] = whole_rule(line)
    with CaptureQueriesContext(connection) as queries:
        audience_sizes(rules, TODAY, sees_personal=True)
    assert len(queries) == 1


def test_an_audience_composes_with_any_other_filter(line):
    worker = make(1, department=line, gender="female")
    make(2, department=line, gender="male")
    women = audience_workers(Rule(departments=(line.pk,)), TODAY).filter(gender="female").order_by("pk")
    assert list(women) == [worker]
    assert list(Worker.objects.filter(pk__in=audience_workers(Rule(genders=("female",)), TODAY))) == [worker]


# --- documents -------------------------------------------------------------------------------------------------------
def test_a_rule_comes_back_from_its_document_as_it_was(line):
    rule = whole_rule(line)
    assert rule_read(rule.document()) == rule
    assert rule_read(Rule(minors=True).document()).document() == {"version": 1, "minors": True}


@pytest.mark.parametrize(
    "document",
    [
        [],
        None,
        {},
        {"version": 2, "minors": True},
        {"version": 1, "salary": [1]},
        {"version": 1, "groups": ["rich"]},
        {"version": 1, "groups": "parent"},
        {"version": 1, "departments": ["1"]},
        {"version": 1, "departments": [True]},
        {"version": 1, "child_age": {"from": 3}},
        {"version": 1, "child_age": [0, 3]},
        {"version": 1, "minors": 1},
        {"version": 1, "positions": ["x" * 41]},
        {"version": 1, "positions": ["\x00"]},
        {"version": 1, "positions": ["x"] * 201},
        {"version": 1, "genders": [{"a": 1}]},
    ],
)
def test_a_document_of_another_shape_is_refused_with_a_sentence(in_sunrise, document):
    with pytest.raises(RuleRefused) as refusal:
        rule_read(document)
    assert all(sentence for _part, sentence in refusal.value.problems)


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        (Rule(), ""),
        (Rule(with_self_said=True, minors=True), "groups"),
        (Rule(child_age=(6, 3)), "child_age"),
        (Rule(child_age=(0, 99)), "child_age"),
        (Rule(hired_within_days=4000), "hired_within_days"),
        (Rule(hired_within_days=-1), "hired_within_days"),
        (Rule(departments=(999_999,)), "departments"),
        (Rule(except_departments=(999_999, 999_998)), "except_departments"),
        (Rule(shifts=(999_999,)), "shifts"),
    ],
)
def test_what_cannot_be_saved_says_which_part(in_sunrise, rule, part):
    with pytest.raises(RuleRefused) as refusal:
        audience_save(audience=Audience(name="x"), rule=rule, today=TODAY)
    assert [wrong for wrong, _sentence in refusal.value.problems] == [part]
    assert not Audience.objects.exists()


def test_another_factorys_department_is_no_department_here(lakeside, line):
    with tenant_context(lakeside):
        for _ in range(3):
            theirs = department_ensure(department="别厂", workshop=f"车间{_}")
        theirs.pk += 500_000
    with pytest.raises(RuleRefused):
        rule_check(Rule(departments=(theirs.pk,)))


# --- words, copies, use ----------------------------------------------------------------------------------------------
def test_a_rule_is_said_in_plain_chinese(line):
    top = Department.objects.get(name="生产部")
    rule = Rule(groups=("line_manager",), departments=(top.pk,), hired_within_days=30)
    with translation.override("zh-hans"):
        assert RuleWords()(rule) == "班组长，且在生产部，且入职不到 30 天"
        assert RuleWords()(Rule(child_age=(0, 5), child_elsewhere=True)) == "孩子 0–5 岁，且子女在老家"
        assert "已删除" in RuleWords()(Rule(departments=(999_999,), shifts=(999_999,)))
        assert RuleWords()(whole_rule(line)).isascii() is False


def test_the_words_of_many_rules_cost_two_statements(line):
    words, rule = RuleWords(), whole_rule(line)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(20):
            words(rule)
    assert len(queries) == 2


def test_a_copy_takes_the_next_free_name(in_sunrise):
    first = audience_save(audience=Audience(name="新" * 40), rule=Rule(hired_within_days=30), today=TODAY)
    second, third = audience_copy(audience=first), audience_copy(audience=first)
    assert len({first.name, second.name, third.name}) == 3
    assert third.rule == first.rule


def test_use_is_counted_over_all_rooms(in_sunrise):
    audience = audience_save(audience=Audience(name="新员工"), rule=Rule(hired_within_days=30), today=TODAY)
    assert with_use_count(Audience.objects.all()).get(pk=audience.pk).use_count == 0
