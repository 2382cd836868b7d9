"""Forms around audiences: the rule, part by part; and the one select of whom something is for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Count, F, Func, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from tenants.enrolment import by_enrolment
from workers.models import Audience, Contact, Department, Shift, Worker
from workers.services.audience_rules import (
    MOST_DAYS,
    MOST_VALUES,
    OLDEST_CHILD,
    Group,
    Rule,
    RuleRefused,
    rule_check,
    rule_read,
)
from workers.services.audience_words import RuleWords
from workers.services.audiences import Aim, AudienceRefused, private_rule_admit
from workers.services.departments import DepartmentTree

Choices = list[tuple[Any, Any]]
OF_ROSTER = (
    *("departments", "except_departments", "positions", "shifts", "hired_within_days"),
    *("genders", "educations", "home_regions", "minors"),
)


class PartField(forms.MultipleChoiceField):
    """Some values of one part of the rule; `coerce` makes of each choice what the rule holds."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, *, label, help_text="", coerce=str, **kwargs):
        super().__init__(label=label, help_text=help_text, required=False, **kwargs)
        self.coerce = coerce

    def clean(self, value: Any) -> tuple:
        return tuple(self.coerce(each) for each in super().clean(value))


class SwitchField(forms.BooleanField):
    widget = UnfoldBooleanWidget

    def __init__(self, *, label, help_text=""):
        super().__init__(label=label, help_text=help_text, required=False)


class NumberField(forms.IntegerField):
    widget = UnfoldAdminIntegerFieldWidget

    def __init__(self, *, label, help_text="", most: int, least: int = 0):
        super().__init__(label=label, help_text=help_text, required=False, min_value=least, max_value=most)


class AudienceForm(forms.ModelForm):
    """What is wrong with the rule stands beside the part it is about."""

    groups = PartField(label=_("target groups"), choices=Group.choices, help_text=_("One that fits is enough."))
    with_self_said = SwitchField(
        label=_("also those who say so themselves"),
        help_text=by_enrolment(
            _(
                "Where the roster does not know who is young or leads people, what they say in WeChat counts. You then see "
                "about how many they are, and no names."
            ),
            _("Nothing else tells who is young or leads people. You see about how many they are, and no names."),
        ),
    )
    child_age_from = NumberField(label=_("a child from this age"), most=OLDEST_CHILD)
    child_age_to = NumberField(
        label=_("up to this age"), most=OLDEST_CHILD, help_text=_("0 to 5 means: from birth until five.")
    )
    child_elsewhere = SwitchField(label=_("a child in the home region"))
    departments = PartField(
        label=_("departments"), coerce=int, help_text=_("With everything below them. One that fits is enough.")
    )
    except_departments = PartField(
        label=_("but not these departments"), coerce=int, help_text=_("With everything below them.")
    )
    positions = PartField(
        label=_("jobs"), help_text=_("As written in the roster; in brackets, how many people have each.")
    )
    shifts = PartField(label=_("shifts"), coerce=int)
    hired_within_days = NumberField(
        label=_("hired within so many days"), least=1, most=MOST_DAYS, help_text=_("30 for the new ones of a month.")
    )
    tags = PartField(label=_("WeChat tags"), help_text=_("They come from your official account, once a day."))
    genders = PartField(label=_("gender"), choices=Worker.Gender.choices)
    educations = PartField(label=_("education"), choices=Worker.Education.choices)
    home_regions = PartField(label=_("home region"))
    minors = SwitchField(label=_("only those of 16 or 17"), help_text=_("Known by the birth date on the roster."))

    class Meta:
        model = Audience
        fields = ["name", "note"]

    def __init__(self, *args, sees_personal: bool = False, is_open: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        rule = _rule_or_none(self.instance) or Rule()
        self._choices_set(rule)
        for name in parts_hidden(self.instance, sees_personal=sees_personal, is_open=is_open):
            del self.fields[name]
        self.initial |= _initial(rule)
        if is_open and self.instance._state.adding:
            self.initial["with_self_said"] = True

    def clean(self):
        values = super().clean()
        if self.errors:
            return values
        self.rule = self._rule(values)
        try:
            rule_check(self.rule)
            private_rule_admit(self.rule, timezone.localdate())
        except RuleRefused as refusal:
            for part, sentence in refusal.problems:
                field = "child_age_from" if part == "child_age" else part
                self.add_error(field if field in self.fields else None, sentence)
        except AudienceRefused as refusal:
            self.add_error(None, str(refusal))
        return values

    def _rule(self, values: dict[str, Any]) -> Rule:
        youngest, oldest = values["child_age_from"], values["child_age_to"]
        age = None
        if youngest is not None or oldest is not None:
            age = (youngest or 0, OLDEST_CHILD if oldest is None else oldest)
        plain = {name: value for name, value in values.items() if name in Rule.__dataclass_fields__}
        return Rule(**plain, child_age=age)

    def _choices_set(self, rule: Rule) -> None:
        words = RuleWords()
        tree = [(node.pk, node.indented) for node in Department.objects.standing().order_by("path")]
        shifts = list(Shift.objects.values_list("pk", "name"))
        jobs = _counted(Worker.objects.employed().exclude(position=""), "position")
        regions = Worker.objects.employed().exclude(home_region="").values_list("home_region", flat=True)
        regions = [(each, each) for each in regions.distinct().order_by("home_region")[:MOST_VALUES]]
        tagged = Contact.objects.filter(worker__left_on=None, worker__isnull=False)
        tags = _counted(tagged.annotate(tag=Func(F("tags"), function="unnest")), "tag")
        for name in ("departments", "except_departments"):
            chosen = getattr(rule, name)
            self.fields[name].choices = _with_chosen(tree, chosen, lambda each: words.departments((each,)))
        self.fields["shifts"].choices = _with_chosen(shifts, rule.shifts, lambda each: words.shifts((each,)))
        self.fields["positions"].choices = _with_chosen(jobs, rule.positions, str)
        self.fields["home_regions"].choices = _with_chosen(regions, rule.home_regions, str)
        self.fields["tags"].choices = _with_chosen(tags, rule.tags, str)
        for name in ("departments", "except_departments", "positions", "shifts", "tags", "home_regions"):
            if not self.fields[name].choices:
                self.fields[name].help_text = _("There are none yet.")


def parts_hidden(audience: Audience | None, *, sees_personal: bool, is_open: bool) -> set[str]:
    """What the form does not ask for. is_open: anybody may join, so no roster says any of it; but what a rule asks for
    already can be taken out."""
    rule = (audience and _rule_or_none(audience)) or Rule()
    hidden = {name for name in OF_ROSTER if is_open and not getattr(rule, name)}
    return hidden if sees_personal else hidden | {"minors"}


def _counted(rows: QuerySet, column: str) -> Choices:
    """Each value that rows have, the most frequent first, with how many have it."""
    found = rows.order_by().values_list(column).annotate(count=Count("pk")).order_by("-count", column)
    return [(value, f"{value} ({count})") for value, count in found[:MOST_VALUES]]


def _with_chosen(choices: Choices, chosen: Iterable[Any], words) -> Choices:
    """What the rule has chosen before and nobody has any more stays to be seen, and to be taken out."""
    there = {value for value, _label in choices}
    return [*choices, *((each, words(each)) for each in chosen if each not in there)]


def _rule_or_none(audience: Audience) -> Rule | None:
    try:
        return rule_read(audience.rule) if audience.rule else None
    except RuleRefused:
        return None


def _initial(rule: Rule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in Rule.__dataclass_fields__ if name != "child_age"}
    if rule.child_age:
        values["child_age_from"], values["child_age_to"] = rule.child_age
    return values


class AimField(forms.ChoiceField):
    """Whom something is for: everybody, an audience, or a department with all below it. Its value is an `Aim`."""

    widget = UnfoldAdminSelectWidget
    default_error_messages = {
        "required": _("Choose whom it is for."),
        "invalid_choice": _("This is no longer there. Choose again whom it is for."),
    }

    def __init__(self, **kwargs):
        help_text = by_enrolment(
            _("An audience is a saved rule, for example: new in the last 30 days."),
            _("An audience is a saved rule, for example: parents of small children."),
        )
        super().__init__(**{"label": _("for whom"), "help_text": help_text, "choices": aim_choices, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return aim_key(value) if isinstance(value, Aim) else value

    def clean(self, value: Any) -> Aim:
        kind, _colon, pk = super().clean(value).partition(":")
        model = {"department": Department, "audience": Audience}.get(kind)
        return Aim(**{kind: model.objects.get(pk=pk)}) if model else Aim()


def aim_key(aim: Aim) -> str:
    if aim.audience:
        return f"audience:{aim.audience.pk}"
    return f"department:{aim.department.pk}" if aim.department else "everybody"


def aim_choices() -> Choices:
    tree = DepartmentTree()
    audiences = [(f"audience:{pk}", name) for pk, name in Audience.objects.values_list("pk", "name")]
    places = Department.objects.standing().order_by("path").values_list("pk", flat=True)
    departments = [(f"department:{pk}", tree.label(pk)) for pk in places]
    groups = [(_("audiences"), audiences), (_("departments"), departments)]
    return [
        ("", _("– please choose –")),
        ("everybody", by_enrolment(_("everybody"), pgettext_lazy("of an open account", "everybody"))),
        *(group for group in groups if group[1]),
    ]
