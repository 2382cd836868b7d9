"""Audiences: a rule becomes one query; how many it finds, and what of that may be seen.

What workers have said of themselves is theirs. Of a rule that asks for it HR sees the size alone, and that blurred: the rest
of the rule, which HR can look up on the roster, must find at least 30 people (FEWEST_AROUND), and the size is about so many
(`audience_figures`). The same holds for personal facts of the roster (age, gender, home) before somebody who may not see them
by name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import BitXor
from django.db import transaction
from django.db.models import BooleanField, Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from simple_history.models import HistoricalChanges

from tenants.enrolment import by_enrolment
from tenants.errors import DomainError
from tenants.privacy import ROUNDED_TO
from workers.models import Audience, Contact, Department, SelfDescription, Worker
from workers.models.people import eighteen_since, years_before
from workers.services.audience_figures import Counted, figures_of, may_ask, rule_mark
from workers.services.audience_rules import Group, Level, Rule, part_level, rule_check, rule_read

FEWEST_AROUND = 30
YOUNG_UNTIL = 25  # with that birthday, until the next one
EXAMPLES = 5


class AudienceRefused(DomainError):
    """codes: audience_too_narrow, audience_asked_too_often, audience_gone."""

    code = "audience_refused"


def audience_workers(audience: Audience | Rule, today: date) -> QuerySet[Worker]:
    """Whom it reaches on that day: one statement, nobody twice, nobody who has left."""
    rule = audience if isinstance(audience, Rule) else rule_read(audience.rule)
    return Worker.objects.employed().filter(*(condition for _level, condition in _conditions(rule, today)))


@dataclass(frozen=True)
class AudienceSize:
    """count: exact, None where it is blurred. about: the blurred one, 0 for fewer than ten. Both None: not shown at all."""

    count: int | None = None
    about: int | None = None

    def __str__(self) -> str:
        if self.count is not None:
            return ngettext("%(count)d person", "%(count)d people", self.count) % {"count": self.count}
        if self.about is None:
            return _("not shown: too few people")
        if not self.about:
            return _("fewer than %(count)d people") % {"count": ROUNDED_TO}
        return _("about %(count)d people") % {"count": self.about}


@dataclass(frozen=True)
class Preview:
    """examples: at most five, by name; none where names are not to be seen."""

    size: AudienceSize
    examples: list[Worker] = field(default_factory=list)


def audience_sizes(rules: Mapping[Any, Rule], today: date, *, sees_personal: bool) -> dict[Any, AudienceSize]:
    """The sizes of many rules, by their keys, in one statement."""
    sets: dict[int, list[Q]] = {}  # of each rule whom it finds; where that is hidden, also among whom
    for number, rule in enumerate(rules.values()):
        conditions, hidden = list(_conditions(rule, today)), _hidden_from(rule, sees_personal)
        sets[2 * number] = [condition for _level, condition in conditions]
        if hidden is not None:
            sets[2 * number + 1] = [condition for level, condition in conditions if level < hidden]
    counted = _counted(sets)
    sizes, blurred, marks = {}, {}, {}
    for number, (key, rule) in enumerate(rules.items()):
        found, around = counted[2 * number], counted.get(2 * number + 1)
        sizes[key] = AudienceSize() if around else AudienceSize(count=found.people)
        if around and around.people >= FEWEST_AROUND:
            marks[key] = rule_mark(rule)
            blurred[marks[key]] = found, around
    figures = figures_of(blurred, today)
    return sizes | {key: AudienceSize(about=figures[mark]) for key, mark in marks.items()}


def audience_preview(rule: Rule, today: date, *, sees_personal: bool, sees_names: bool) -> Preview:
    """How many a rule finds now, and who for example. Raises AudienceRefused as `private_rule_admit` does."""
    private_rule_admit(rule, today, sees_personal=sees_personal)
    size = audience_sizes({"": rule}, today, sees_personal=sees_personal)[""]
    if size.count is None or not sees_names:
        return Preview(size)
    found = audience_workers(rule, today).select_related("department__parent__parent")
    return Preview(size, list(found.order_by("name_pinyin", "employee_number")[:EXAMPLES]))


def private_rule_admit(rule: Rule, today: date, *, sees_personal: bool = True) -> None:
    """May HR use this rule and know its size? Raises AudienceRefused for one that would point at a person."""
    if _hidden_from(rule, sees_personal) is None:
        return
    private_rule_check(rule, today)
    if not may_ask(rule, today):
        text = _(
            "Enough different rules about personal matters were tried this week. Go on next week, or use one of them."
        )
        raise AudienceRefused(text, code="audience_asked_too_often")


def private_rule_check(rule: Rule, today: date, *, sees_personal: bool = True) -> None:
    """Raises AudienceRefused when so few are in question that the answer would be about persons. sees_personal: of whoever
    asks; to others also what the roster says of a person is hidden."""
    hidden = Level.SAID if sees_personal else Level.PERSONAL
    if rule.level < hidden:
        return
    around = [condition for level, condition in _conditions(rule, today) if level < hidden]
    if Worker.objects.employed().filter(*around).count() < FEWEST_AROUND:
        text = by_enrolment(
            _(
                "What you may not see of people may not point at a few. Without it, your other conditions must fit at least "
                "%(fewest)d employees: take one of them out, or choose more departments."
            ),
            _(
                "What you may not see of people may not point at a few. Without it, your other conditions must fit at least "
                "%(fewest)d learners: take one of them out."
            ),
        )
        raise AudienceRefused(text % {"fewest": FEWEST_AROUND}, code="audience_too_narrow")


# --- from a rule to conditions ---------------------------------------------------------------------------------------
def _conditions(rule: Rule, today: date) -> Iterator[tuple[Level, Q]]:
    """One for each part of the rule. None of them joins, so that nobody appears twice."""
    for part in rule.parts:
        yield part_level(rule, part), _CONDITIONS[part](rule, today)


def _groups(rule: Rule, today: date) -> Q:
    options = []
    if Group.PARENT in rule.groups:
        options.append(_said(is_parent=True))
    if Group.YOUNG in rule.groups:
        options.append(Q(birth_date__gt=years_before(today, YOUNG_UNTIL + 1)))
        if rule.with_self_said:
            options.append(Q(birth_date__isnull=True) & _said(is_young=True))
    if Group.LINE_MANAGER in rule.groups:
        leads = Department.objects.filter(leader=OuterRef("pk"), closed_on__isnull=True)
        options += [Q(is_line_manager=True), Q(Exists(leads))]
        if rule.with_self_said:
            options.append(_said(is_line_manager=True))
    return reduce(or_, options)


def is_young_on_roster(worker: Worker, today: date) -> bool:
    return worker.birth_date is not None and worker.birth_date > years_before(today, YOUNG_UNTIL + 1)


def is_leader_on_roster(worker: Worker) -> bool:
    return worker.is_line_manager or Department.objects.filter(leader=worker, closed_on__isnull=True).exists()


def _child_age(rule: Rule, today: date) -> Q:
    """By calendar years, as people count them: of the years a child may be born in, one fits."""
    youngest, oldest = rule.child_age or (0, 0)
    return _said(children__born_from__lte=today.year - youngest, children__born_to__gte=today.year - oldest)


def _hired(rule: Rule, today: date) -> Q:
    return Q(hired_on__gt=today - timedelta(days=rule.hired_within_days or 0), hired_on__lte=today)


def _said(**what: Any) -> Q:
    return Q(Exists(SelfDescription.objects.in_force().filter(worker=OuterRef("pk"), **what)))


def _within(ids: tuple[int, ...]) -> Q:
    """In these departments and all below them; a merged one stands for what it was merged into."""
    chosen = Department.objects.filter(pk__in=ids).annotate(top=Coalesce("merged_into__path", "path"))
    below = Func(OuterRef("path"), F("top"), function="starts_with", output_field=BooleanField())
    return Q(department__in=Department.objects.filter(Exists(chosen.filter(below))).values("pk"))


def _outside(ids: tuple[int, ...]) -> Q:
    return Q(department__isnull=True) | ~_within(ids)


def _tagged(rule: Rule, today: date) -> Q:
    return Q(Exists(Contact.objects.filter(worker=OuterRef("pk"), tags__overlap=list(rule.tags))))


_CONDITIONS = {
    "groups": _groups,
    "child_age": _child_age,
    "child_elsewhere": lambda rule, today: _said(has_child_elsewhere=True),
    "hired_within_days": _hired,
    "departments": lambda rule, today: _within(rule.departments),
    "except_departments": lambda rule, today: _outside(rule.except_departments),
    "positions": lambda rule, today: Q(position__in=rule.positions),
    "shifts": lambda rule, today: Q(shift__in=rule.shifts),
    "tags": _tagged,
    "genders": lambda rule, today: Q(gender__in=rule.genders),
    "educations": lambda rule, today: Q(education__in=rule.educations),
    "home_regions": lambda rule, today: Q(home_region__in=rule.home_regions),
    "minors": lambda rule, today: Q(birth_date__gt=eighteen_since(today)),
}


# --- sizes -----------------------------------------------------------------------------------------------------------
def _hidden_from(rule: Rule, sees_personal: bool) -> Level | None:
    """From which level on the parts of this rule are hidden; None: its size is no secret."""
    if rule.is_private:
        return Level.SAID
    return Level.PERSONAL if rule.level is Level.PERSONAL and not sees_personal else None


def _counted(sets: dict[int, list[Q]]) -> dict[int, Counted]:
    """Whom each set of conditions finds, in one statement; planned apart, each by its own indexes."""
    hashed = Func("pk", function="hashint8", output_field=IntegerField())
    counts = {"people": Count("pk"), "mark": BitXor(hashed)}
    queries = [
        Worker.objects.employed().filter(*conditions).order_by().values(place=Value(place)).annotate(**counts)
        for place, conditions in sets.items()
    ]
    none = dict.fromkeys(sets, Counted(0, 0))
    if not queries:
        return none
    rows = queries[0].union(*queries[1:], all=True) if queries[1:] else queries[0]
    return none | {row["place"]: Counted(row["people"], row["mark"]) for row in rows}


# --- what becomes of audiences ---------------------------------------------------------------------------------------
@transaction.atomic
def audience_save(*, audience: Audience, rule: Rule, today: date | None = None) -> Audience:
    """Store a new or changed audience with this rule. Raises RuleRefused, AudienceRefused."""
    rule_check(rule)
    private_rule_admit(rule, today or timezone.localdate(), sees_personal=False)  # others will see it in the list
    audience.rule, audience.is_private = rule.document(), rule.is_private
    audience.save()
    return audience


def audience_copy(*, audience: Audience) -> Audience:
    """The same rule under the next free name: "新员工 2"."""
    base = audience.name[: Audience._meta.get_field("name").max_length - 4]
    taken = set(Audience.objects.filter(name__startswith=base).values_list("name", flat=True))
    name = next(f"{base} {number}" for number in range(2, len(taken) + 3) if f"{base} {number}" not in taken)
    return Audience.objects.create(name=name, note=audience.note, rule=audience.rule, is_private=audience.is_private)


def with_use_count(audiences: QuerySet[Audience]) -> QuerySet[Audience]:
    """Adds `use_count`: rows of any room that aim at the audience; what their history keeps of them does not count."""
    total: Any = Value(0)
    for relation in Audience._meta.get_fields(include_hidden=True):
        is_row = relation.one_to_many and relation.auto_created
        if is_row and not issubclass(relation.related_model, HistoricalChanges):
            rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            counted = rows.order_by().values(relation.field.name).annotate(count=Count("pk")).values("count")
            total = total + Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return audiences.annotate(use_count=total)


# --- whom something is for -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Aim:
    """Everybody, or one department with all below it, or one audience."""

    department: Department | None = None
    audience: Audience | None = None

    @property
    def rule(self) -> Rule | None:
        """The audience's. Raises RuleRefused when it cannot be read any more."""
        return rule_read(self.audience.rule) if self.audience else None

    def workers(self, today: date) -> QuerySet[Worker]:
        if self.audience:
            return audience_workers(self.audience, today)
        people = Worker.objects.employed()
        return people.in_department(self.department) if self.department else people

    def size(self, today: date, *, sees_personal: bool) -> AudienceSize:
        if rule := self.rule:
            return audience_sizes({"": rule}, today, sees_personal=sees_personal)[""]
        return AudienceSize(count=self.workers(today).count())

    def __str__(self) -> str:
        if self.audience:
            return self.audience.name
        return (
            self.department.label
            if self.department
            else str(by_enrolment(_("everybody"), pgettext("of an open account", "everybody")))
        )
