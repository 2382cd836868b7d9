"""What workers say of themselves: HR can aim at it, and cannot find out who said what, whatever rules it tries."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from workers.models import Audience, Contact, Department, SelfDescription, Worker
from workers.services.audience_figures import HELD_WITHIN, MOST_ASKED
from workers.services.audience_rules import Level, Rule
from workers.services.audiences import (
    FEWEST_AROUND,
    AudienceRefused,
    audience_copy,
    audience_preview,
    audience_save,
    audience_sizes,
    audience_workers,
    private_rule_admit,
)
from workers.services.departments import department_ensure

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _nothing_asked(in_sunrise):
    cache.clear()


def people(count: int, *, first: int = 1, **columns) -> list[Worker]:
    return Worker.objects.bulk_create(
        Worker(employee_number=f"P{first + n:05d}", name=f"员工{first + n}", name_pinyin=f"{first + n:05d}", **columns)
        for n in range(count)
    )


def parents(workers: list[Worker]) -> None:
    Contact.objects.bulk_create(
        Contact(channel="wechat", address=f"o-{worker.pk}", worker=worker, bound_at=timezone.now())
        for worker in workers
    )
    SelfDescription.objects.bulk_create(SelfDescription(worker=worker, is_parent=True) for worker in workers)


@pytest.fixture
def workshop(in_sunrise) -> Department:
    """Forty people, 24 of them have said that they are parents."""
    place = department_ensure(department="生产部", workshop="一车间")
    parents(people(40, department=place)[:24])
    return place


def size(rule: Rule, *, sees_personal: bool = True):
    return audience_sizes({"": rule}, TODAY, sees_personal=sees_personal)[""]


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        (Rule(hired_within_days=30, positions=("x",), tags=("y",)), Level.WORK),
        (Rule(groups=("line_manager",)), Level.WORK),
        (Rule(groups=("young",)), Level.PERSONAL),
        (Rule(minors=True), Level.PERSONAL),
        (Rule(genders=("female",), positions=("x",)), Level.PERSONAL),
        (Rule(groups=("line_manager",), with_self_said=True), Level.SAID),
        (Rule(groups=("young", "parent")), Level.SAID),
        (Rule(child_age=(0, 5), positions=("x",)), Level.SAID),
        (Rule(child_elsewhere=True), Level.SAID),
    ],
)
def test_a_rule_is_as_private_as_its_most_private_part(rule, level):
    assert rule.level is level
    assert rule.is_private is (level is Level.SAID)


def test_of_a_private_rule_the_size_is_about_and_nobody_is_named(workshop):
    rule = Rule(groups=("parent",), departments=(workshop.pk,))
    preview = audience_preview(rule, TODAY, sees_personal=True, sees_names=True)
    assert preview.examples == []
    assert preview.size.count is None
    assert preview.size.about % 10 == 0
    assert audience_workers(rule, TODAY).count() == 24


def test_of_any_other_rule_the_size_is_exact_with_five_examples(workshop):
    preview = audience_preview(Rule(departments=(workshop.pk,)), TODAY, sees_personal=False, sees_names=True)
    assert preview.size.count == 40
    assert len(preview.examples) == 5
    assert not audience_preview(Rule(departments=(workshop.pk,)), TODAY, sees_personal=False, sees_names=False).examples


def test_none_and_a_few_look_the_same(workshop):
    few = Rule(child_elsewhere=True, departments=(workshop.pk,))
    none = size(few)
    SelfDescription.objects.filter(pk=SelfDescription.objects.first().pk).update(has_child_elsewhere=True)
    assert size(few) == none
    assert none.count is None


def test_families_of_a_line_of_twelve_are_not_to_be_had(workshop):
    line = department_ensure(department="生产部", workshop="一车间", line="A线")
    parents(people(12, first=100, department=line))
    narrow = Rule(groups=("parent",), departments=(line.pk,))
    with pytest.raises(AudienceRefused) as refusal:
        audience_save(audience=Audience(name="A线的家长"), rule=narrow, today=TODAY)
    assert refusal.value.code == "audience_too_narrow"
    with pytest.raises(AudienceRefused):
        audience_preview(narrow, TODAY, sees_personal=True, sees_names=True)
    assert (size(narrow).count, size(narrow).about) == (None, None)
    assert not Audience.objects.exists()


def test_no_roster_condition_narrows_a_private_rule_to_one_person(workshop):
    """Position, day of hiring, home: whatever singles a worker out is refused, each way that it can be written."""
    target = people(
        1, first=500, department=workshop, position="厂医", hired_on=TODAY, gender="male", home_region="西藏",
        birth_date=date(2001, 1, 1), education="college",
    )  # fmt: skip
    parents(target)
    narrowings = [
        {"positions": ("厂医",)},
        {"hired_within_days": 1},
        {"genders": ("male",)},
        {"home_regions": ("西藏",)},
        {"educations": ("college",)},
        {"departments": (workshop.pk,), "except_departments": (workshop.pk,)},
        {"minors": True},
        {"tags": ("只有他",)},
    ]
    for narrowing in narrowings:
        for said in ({"groups": ("parent",)}, {"child_age": (0, 17)}, {"child_elsewhere": True}):
            with pytest.raises(AudienceRefused):
                private_rule_admit(Rule(**said, **narrowing), TODAY)
            assert size(Rule(**said, **narrowing)).about is None
    assert audience_workers(Rule(groups=("parent",), positions=("厂医",)), TODAY).count() == 1


def test_a_group_that_is_known_does_not_carry_a_private_one(workshop):
    """Parents OR line leaders, of one line leader: the private half may not hide in a part that the roster answers."""
    Worker.objects.filter(pk=Worker.objects.first().pk).update(position="厂医")
    with pytest.raises(AudienceRefused):
        private_rule_admit(Rule(groups=("parent", "line_manager"), positions=("厂医",)), TODAY)


def test_a_rule_with_and_without_one_person_proves_nothing(in_sunrise):
    """The differencing attack: a rule that finds her and one that does not, over many crowds. With plain rounding the figure
    never falls for somebody who is no parent, so one fall is proof. Here it falls and rises for both about as often."""

    def falls(target_is_parent: bool, trial: int) -> bool:
        if trial % 10 == 0:  # a plan made for empty tables is minutes slow here
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE workers_worker, workers_contact, workers_selfdescription")
        first = 10_000 * trial + (5_000 if target_is_parent else 0)
        place = department_ensure(department=f"试验{trial}{target_is_parent}")
        crowd = people(44, first=first, department=place)
        parents(crowd[1:20] if target_is_parent else crowd[1:21])
        if target_is_parent:
            parents(crowd[:1])
        Worker.objects.filter(pk=crowd[0].pk).update(position="目标")
        everybody = Rule(groups=("parent",), departments=(place.pk,))
        Worker.objects.filter(pk__in=[each.pk for each in crowd[1:]]).update(position="工人")
        without_her = Rule(groups=("parent",), departments=(place.pk,), positions=("工人",))
        return size(without_her).about < size(everybody).about

    fallen = {who: sum(falls(who, trial) for trial in range(60)) for who in (True, False)}
    assert fallen[False] > 5
    assert 60 - fallen[True] > 5
    assert abs(fallen[True] - fallen[False]) < 30


def test_sixty_changes_of_a_dummy_show_one_figure(workshop):
    """The averaging attack: the people around change, so that a new lot would be drawn each time."""
    rule = Rule(groups=("parent",), departments=(workshop.pk,))
    dummy = people(1, first=900)[0]
    shown = set()
    for turn in range(60):
        Worker.objects.filter(pk=dummy.pk).update(department=workshop if turn % 2 else None)
        if turn % 10 == 0:
            dummy = people(1, first=901 + turn)[0]
        shown.add(size(rule).about)
    assert len(shown) == 1


def test_copies_and_other_spellings_of_a_rule_have_its_figure(workshop):
    first = department_ensure(department="生产部", workshop="二车间")
    rule = Rule(groups=("parent",), departments=(workshop.pk, first.pk), positions=())
    audience = audience_save(audience=Audience(name="家长"), rule=rule, today=TODAY)
    before = size(rule)
    people(1, first=800, department=workshop)  # another set of people now, so another lot
    assert audience_copy(audience=audience).rule == audience.rule
    turned = Rule(groups=("parent", "parent"), departments=(first.pk, workshop.pk, first.pk))
    assert size(turned) == before


def test_one_more_and_one_less_each_day_is_not_a_draw_each_day(workshop):
    rule = Rule(groups=("parent",), departments=(workshop.pk,))
    figures = []
    for days in range(120):
        Worker.objects.filter(department=workshop, position="摇号").delete()
        people(1, first=2000 + days, department=workshop, position="摇号")
        figures.append(audience_sizes({"": rule}, TODAY + timedelta(days=days), sees_personal=True)[""].about)
    changes = sum(one != two for one, two in zip(figures, figures[1:], strict=False))
    assert changes < 40
    assert all(abs(one - two) >= HELD_WITHIN - 5 for one, two in zip(figures, figures[1:], strict=False) if one != two)


def test_a_size_that_has_changed_by_much_shows_within_days(workshop):
    rule = Rule(groups=("parent",))
    size(rule)
    parents(people(200, first=3000, department=workshop))
    assert audience_sizes({"": rule}, TODAY + timedelta(days=1), sees_personal=True)[""].about > 120


def test_asking_again_gives_the_same_answer(workshop):
    rule = Rule(groups=("parent",), departments=(workshop.pk,))
    assert len({size(rule).about for _ in range(20)}) == 1
    reworded = Rule(groups=("parent",), departments=(workshop.parent_id,))
    assert size(reworded).about == size(rule).about  # the same people, however the rule is written


def test_a_factory_cannot_try_rule_after_rule(workshop):
    Worker.objects.update(hired_on=TODAY)
    for days in range(MOST_ASKED):
        private_rule_admit(Rule(groups=("parent",), hired_within_days=100 + days), TODAY)
    another = Rule(groups=("parent",), hired_within_days=99)
    for day in (TODAY, TODAY + timedelta(days=1), TODAY):
        with pytest.raises(AudienceRefused) as refusal:
            private_rule_admit(another, day)
        assert refusal.value.code == "audience_asked_too_often"
    private_rule_admit(Rule(groups=("parent",), hired_within_days=100), TODAY)  # asked before: no news in it
    private_rule_admit(Rule(hired_within_days=99), TODAY)
    private_rule_admit(another, TODAY + timedelta(days=7))


def test_personal_facts_are_not_to_be_had_by_rule_after_rule_either(workshop):
    """Of HR who may not see them by name; who may has nothing to work out."""
    rules = [Rule(genders=("female",), hired_within_days=100 + days) for days in range(MOST_ASKED + 1)]
    for rule in rules:
        audience_preview(rule, TODAY, sees_personal=True, sees_names=True)
    for rule in rules[1:]:
        audience_preview(rule, TODAY, sees_personal=False, sees_names=True)
    with pytest.raises(AudienceRefused):
        audience_preview(rules[0], TODAY, sees_personal=False, sees_names=True)


def test_an_audience_that_has_become_narrow_shows_nothing(workshop):
    rule = Rule(groups=("parent",), departments=(workshop.pk,))
    audience_save(audience=Audience(name="一车间家长"), rule=rule, today=TODAY)
    Worker.objects.filter(pk__in=list(Worker.objects.values_list("pk", flat=True)[: 41 - FEWEST_AROUND])).update(
        left_on=TODAY
    )
    assert (size(rule).count, size(rule).about) == (None, None)


def test_personal_facts_of_the_roster_are_blurred_for_who_may_not_see_them(workshop):
    Worker.objects.filter(department=workshop).update(gender="female")
    women = Rule(genders=("female",), departments=(workshop.pk,))
    assert size(women).count == 40
    assert size(women, sees_personal=False).count is None
    assert not audience_preview(women, TODAY, sees_personal=False, sees_names=True).examples
    few = Rule(genders=("female",), hired_within_days=3)
    assert (size(few, sees_personal=False).count, size(few, sees_personal=False).about) == (None, None)
    assert size(few).count == 0


# --- phones ----------------------------------------------------------------------------------------------------------
def test_a_second_phone_puts_to_sleep_what_was_said(workshop):
    """HR can bind a phone of its own to anybody, with a slip. A notice to parents that rings there would be an answer."""
    rule = Rule(groups=("parent",), departments=(workshop.pk,))
    target = audience_workers(rule, TODAY).first()
    Contact.objects.create(channel="wechat", address="hr", worker=target, bound_at=timezone.now())
    assert target not in audience_workers(rule, TODAY)
    assert audience_workers(rule, TODAY).count() == 23


def test_a_phone_in_place_of_the_first_does_not_inherit_what_was_said(workshop):
    rule = Rule(groups=("parent",), departments=(workshop.pk,))
    target = audience_workers(rule, TODAY).first()
    target.contacts.update(worker=None)
    assert target not in audience_workers(rule, TODAY)
    Contact.objects.create(channel="wechat", address="hr", worker=target, bound_at=timezone.now())
    assert target not in audience_workers(rule, TODAY)
    Contact.objects.filter(address="hr").delete()
    Contact.objects.filter(address=f"o-{target.pk}").update(worker=target, private_since=timezone.now())
    assert target not in audience_workers(rule, TODAY)
