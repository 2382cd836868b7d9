"""The rule of an audience, as a JSON document and as a value.

    {"version": 1,
     "groups": ["parent", "young", "line_manager"], "with_self_said": true,
     "child_age": {"from": 0, "to": 5}, "child_elsewhere": true,
     "departments": [3, 17], "except_departments": [21], "positions": ["操作工"], "shifts": [1],
     "hired_within_days": 30, "tags": ["夜班"],
     "genders": ["female"], "educations": ["junior"], "home_regions": ["湖南"], "minors": true}

Every part that is there must hold, and of a part with several values any one. A part that is empty is left out. Ids are
those of the factory's own rows; positions, tags and home regions are words, as they stand on the roster.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenants.errors import DomainError
from tenants.words import sentences
from workers.models import Department, Shift, Worker

VERSION = 1
MOST_VALUES = 200  # of one part
LONGEST_WORD = 40
OLDEST_CHILD = 17
MOST_DAYS = 3650


class RuleRefused(DomainError):
    """`problems`: (part, sentence) of everything that is wrong. codes: rule_refused, rule_from_the_future."""

    code = "rule_refused"

    def __init__(self, problems: list[tuple[str, str]], *, code: str | None = None):
        super().__init__(sentences(*(sentence for _part, sentence in problems)), code=code)
        self.problems = problems


class Group(models.TextChoices):
    PARENT = "parent", gettext_lazy("parents")
    YOUNG = "young", gettext_lazy("25 or younger")
    LINE_MANAGER = "line_manager", gettext_lazy("line leaders")


class Level(IntEnum):
    """What a part rests on: facts of work; facts of the person that few see by name; what workers have said of themselves."""

    WORK = 0
    PERSONAL = 1
    SAID = 2


@dataclass(frozen=True)
class Rule:
    """with_self_said: where the roster does not say who is young or leads people, what they say themselves counts. Parents
    and children are known in no other way. minors: only those of 16 and 17."""

    groups: tuple[str, ...] = ()
    with_self_said: bool = False
    child_age: tuple[int, int] | None = None
    child_elsewhere: bool = False
    departments: tuple[int, ...] = ()
    except_departments: tuple[int, ...] = ()
    positions: tuple[str, ...] = ()
    shifts: tuple[int, ...] = ()
    hired_within_days: int | None = None
    tags: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    educations: tuple[str, ...] = ()
    home_regions: tuple[str, ...] = ()
    minors: bool = False

    @property
    def level(self) -> Level:
        """Of the part that is most the workers' own."""
        return max(part_level(self, part) for part in self.parts) if self.parts else Level.WORK

    @property
    def is_private(self) -> bool:
        return self.level is Level.SAID

    @property
    def parts(self) -> list[str]:
        return [part for part in PARTS if getattr(self, part)]

    def document(self) -> dict[str, Any]:
        """What `Audience.rule` keeps."""
        found: dict[str, Any] = {"version": VERSION}
        for part in self.parts:
            value = getattr(self, part)
            found[part] = list(value) if isinstance(value, tuple) else value
        if self.child_age:
            found["child_age"] = dict(zip(("from", "to"), self.child_age, strict=True))
        if self.with_self_said and self.groups:
            found["with_self_said"] = True
        return found


PARTS = [field.name for field in fields(Rule) if field.name != "with_self_said"]
_IDS = {"departments": Department, "except_departments": Department, "shifts": Shift}
_CHOICES: dict[str, Any] = {"groups": Group, "genders": Worker.Gender, "educations": Worker.Education}
_WORDS = ("positions", "tags", "home_regions")
_SWITCHES = ("with_self_said", "child_elsewhere", "minors")


def part_level(rule: Rule, part: str) -> Level:
    if part in ("child_age", "child_elsewhere"):
        return Level.SAID
    if part == "groups":
        if rule.with_self_said or Group.PARENT in rule.groups:
            return Level.SAID
        return Level.PERSONAL if Group.YOUNG in rule.groups else Level.WORK
    return Level.PERSONAL if part in ("genders", "educations", "home_regions", "minors") else Level.WORK


def rule_read(document: Any) -> Rule:
    """The rule that a document says. Raises RuleRefused; whether its departments and shifts exist: `rule_check`."""
    if not isinstance(document, dict):
        raise RuleRefused([("", _("A rule is a document of parts. Make the audience again."))])
    if document.get("version") != VERSION:
        text = _("This rule was written for another version of the program. Make the audience again.")
        raise RuleRefused([("version", text)], code="rule_from_the_future")
    problems: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    for part, value in document.items():
        if part == "version":
            continue
        try:
            values[part] = _value(part, value)
        except (KeyError, TypeError, ValueError):
            text = _("The part “%(part)s” of the rule cannot be read. Choose it again.")
            problems.append((part, text % {"part": str(part)[:LONGEST_WORD]}))
    if problems:
        raise RuleRefused(problems)
    return Rule(**values)


def rule_check(rule: Rule) -> None:
    """Can it be saved? Raises RuleRefused: nothing chosen, limits, departments and shifts that are gone."""
    problems = []
    if not rule.parts:
        problems.append(("", _("Choose at least one condition. To reach everybody no audience is needed.")))
    if rule.with_self_said and not rule.groups:
        problems.append(("groups", _("Choose a target group that people can say they belong to.")))
    if rule.child_age and not 0 <= rule.child_age[0] <= rule.child_age[1] <= OLDEST_CHILD:
        text = _("The ages go from 0 to %(oldest)d, the younger one first.")
        problems.append(("child_age", text % {"oldest": OLDEST_CHILD}))
    if rule.hired_within_days is not None and not 1 <= rule.hired_within_days <= MOST_DAYS:
        text = _("Write a number of days from 1 to %(most)d.")
        problems.append(("hired_within_days", text % {"most": MOST_DAYS}))
    for part, model in _IDS.items():
        if gone := _missing(model, getattr(rule, part)):
            problems.append((part, _gone_text(model, gone)))
    if problems:
        raise RuleRefused(problems)


def _missing(model: type[models.Model], ids: tuple[int, ...]) -> int:
    return len(set(ids)) - model._default_manager.filter(pk__in=ids).count() if ids else 0


def _gone_text(model: type[models.Model], count: int) -> str:
    if model is Department:
        text = ngettext(
            "A department of this rule is no longer there. Choose another one.",
            "%(count)d departments of this rule are no longer there. Choose others.",
            count,
        )
    else:
        text = ngettext(
            "A shift of this rule is no longer there. Choose another one.",
            "%(count)d shifts of this rule are no longer there. Choose others.",
            count,
        )
    return text % {"count": count}


def _value(part: str, value: Any) -> Any:
    """Raises KeyError, TypeError or ValueError for what is no value of that part."""
    if part in _SWITCHES:
        return _typed(value, bool)
    if part == "hired_within_days":
        return _typed(value, int)
    if part == "child_age":
        return _typed(value["from"], int), _typed(value["to"], int)
    if part in _IDS:
        return tuple(_typed(each, int) for each in _some(value))
    if part in _CHOICES:
        return tuple(_CHOICES[part](each).value for each in _some(value))
    if part in _WORDS:
        return tuple(_word(each) for each in _some(value))
    raise KeyError(part)


def _some(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_VALUES:
        raise ValueError(value)
    return value


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_WORD or "\x00" in value:
        raise ValueError(value)
    return value
