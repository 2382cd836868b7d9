"""An audience's rule in plain words: "家长，且在生产部，且入职不到 30 天"."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from workers.models import Department, Shift, Worker
from workers.services.audience_rules import Group, Rule


class RuleWords:
    """The names that rules speak of, read once for many rules: two statements, and none before the first rule with ids."""

    def __init__(self):
        self._names: dict[type, dict[int, str]] = {}

    def __call__(self, rule: Rule) -> str:
        said = [_WORDS[part](rule, self) for part in rule.parts]
        return pgettext("between conditions", " and ").join(said) or _("everybody")

    def departments(self, ids: tuple[int, ...]) -> str:
        return self._named(Department, ids, _("a deleted department"))

    def shifts(self, ids: tuple[int, ...]) -> str:
        return self._named(Shift, ids, _("a deleted shift"))

    def _named(self, model: type, ids: tuple[int, ...], gone: str) -> str:
        if model not in self._names:
            self._names[model] = _department_names() if model is Department else _shift_names()
        return _or([self._names[model].get(each, gone) for each in ids])


def _department_names() -> dict[int, str]:
    """Ways down the tree; of a merged one what it is called now."""
    nodes = {node.pk: node for node in Department.objects.all()}

    def way(node: Department) -> str:
        return " / ".join(nodes[int(part)].name for part in node.path.split("/")[:-1] if int(part) in nodes)

    names = {}
    for node in nodes.values():
        names[node.pk] = way(node)
        if node.merged_into_id in nodes:
            names[node.pk] = _("%(old)s (now %(new)s)") % {"old": node.name, "new": way(nodes[node.merged_into_id])}
        elif node.closed_on:
            names[node.pk] = _("%(name)s (closed)") % {"name": names[node.pk]}
    return names


def _shift_names() -> dict[int, str]:
    return dict(Shift.objects.values_list("pk", "name"))


def _or(words: list[str]) -> str:
    return pgettext("between values", " or ").join(words)


def _groups(rule: Rule, words: RuleWords) -> str:
    text = _or([str(Group(group).label) for group in rule.groups])
    can_say = rule.with_self_said and set(rule.groups) - {Group.PARENT}
    return _("%(groups)s (or who say so themselves)") % {"groups": text} if can_say else text


def _child_age(rule: Rule, words: RuleWords) -> str:
    youngest, oldest = rule.child_age or (0, 0)
    if youngest == oldest:
        return _("with a child of %(age)d") % {"age": youngest}
    return _("with a child of %(from)d to %(to)d") % {"from": youngest, "to": oldest}


def _hired(rule: Rule, words: RuleWords) -> str:
    days = rule.hired_within_days or 0
    return ngettext("hired within %(count)d day", "hired within %(count)d days", days) % {"count": days}


def _choice(choices: type, values: tuple[str, ...]) -> str:
    return _or([str(choices(value).label) for value in values])


_WORDS: dict[str, Callable[[Rule, RuleWords], str]] = {
    "groups": _groups,
    "child_age": _child_age,
    "child_elsewhere": lambda rule, words: _("a child in the home region"),
    "hired_within_days": _hired,
    "departments": lambda rule, words: _("in %(places)s") % {"places": words.departments(rule.departments)},
    "except_departments": lambda rule, words: (
        _("not in %(places)s") % {"places": words.departments(rule.except_departments)}
    ),
    "positions": lambda rule, words: _("job: %(jobs)s") % {"jobs": _or(list(rule.positions))},
    "shifts": lambda rule, words: _("shift: %(shifts)s") % {"shifts": words.shifts(rule.shifts)},
    "tags": lambda rule, words: _("WeChat tag: %(tags)s") % {"tags": _or(list(rule.tags))},
    "genders": lambda rule, words: _choice(Worker.Gender, rule.genders),
    "educations": lambda rule, words: _choice(Worker.Education, rule.educations),
    "home_regions": lambda rule, words: _("from %(regions)s") % {"regions": _or(list(rule.home_regions))},
    "minors": lambda rule, words: _("16 or 17 years old"),
}
