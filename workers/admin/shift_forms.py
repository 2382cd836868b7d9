"""What HR types about a shift, made into a cycle; and what a shift says, made into words."""

import unicodedata
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from workers.models import Shift, Turn

SHORT = {
    Turn.DAY: pgettext_lazy("turn, one letter", "D"),
    Turn.NIGHT: pgettext_lazy("turn, one letter", "N"),
    Turn.REST: pgettext_lazy("turn, one letter", "R"),
}
WEEKDAYS = [
    pgettext_lazy("head of a calendar", "Mon"),
    pgettext_lazy("head of a calendar", "Tue"),
    pgettext_lazy("head of a calendar", "Wed"),
    pgettext_lazy("head of a calendar", "Thu"),
    pgettext_lazy("head of a calendar", "Fri"),
    pgettext_lazy("head of a calendar", "Sat"),
    pgettext_lazy("head of a calendar", "Sun"),
]
_LETTERS: dict[str, Any] = {
    **dict.fromkeys("白日早DM", Turn.DAY),
    **dict.fromkeys("夜晚中N", Turn.NIGHT),
    **dict.fromkeys("休RO-", Turn.REST),
}
MOST_STEPS = Shift.LONGEST_CYCLE // 2
LONGEST_TURN = timedelta(hours=16)
Kind = Shift.Kind


def pattern_read(text: str) -> list[Any]:
    """ "白白夜夜休" or "DDNNR" -> turns. Raises forms.ValidationError that names what is no turn."""
    letters = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if unknown := sorted(set(letters) - set(_LETTERS)):
        message = _(
            "“%(letters)s” is not a shift. Write 白 for a day, 夜 for a night, 休 for rest, such as 白白夜夜休."
        )
        raise forms.ValidationError(message % {"letters": " ".join(unknown[:5])})
    return [_LETTERS[letter] for letter in letters]


def pattern_written(shift: Shift) -> str:
    return "".join(str(SHORT[Turn(turn)]) for turn in shift.cycle)


def pattern_told(shift: Shift) -> str:
    """The pattern in a few words, for a list: "白白夜夜休", or "every 2 weeks"."""
    if not shift.cycle:
        return _("not set yet: open it and set it")
    if shift.kind == Kind.ROTATING:
        steps = len(shift.cycle) // 2
        text = {
            Shift.Step.DAY: ngettext("changes every day", "changes every %(count)d days", steps),
            Shift.Step.WEEK: ngettext("changes every week", "changes every %(count)d weeks", steps),
            Shift.Step.MONTH: ngettext("changes every month", "changes every %(count)d months", steps),
        }[Shift.Step(shift.step)]
        return text % {"count": steps} if "%" in text else text
    return pattern_written(shift) if shift.kind == Kind.OWN else shift.get_kind_display()


class ShiftForm(forms.ModelForm):
    every = forms.IntegerField(
        label=_("Changes after"), min_value=1, max_value=MOST_STEPS, initial=1, widget=UnfoldAdminIntegerFieldWidget
    )
    step = forms.ChoiceField(
        label=_("days, weeks or months"),
        choices=Shift.Step.choices,
        initial=Shift.Step.WEEK,
        widget=UnfoldAdminSelectWidget,
    )
    first_turn = forms.ChoiceField(
        label=_("Begins with"), choices=[*Turn.choices[:2]],
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    pattern = forms.CharField(
        label=_("Pattern"),
        max_length=Shift.LONGEST_CYCLE * 2,
        help_text=_("One sign a day, then it begins again: 白 day, 夜 night, 休 rest. For example 白白夜夜休休."),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "data-pattern": "白夜休"}),
    )
    rest_weekdays = forms.TypedMultipleChoiceField(
        label=_("Rests every"), choices=list(WEEKDAY_NAMES.items()), coerce=int, widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Days of the week on which nobody of this shift works."),
    )  # fmt: skip

    class Meta:
        model = Shift
        fields = [
            *["name", "kind", "every", "step", "first_turn", "pattern", "cycle_starts_on", "rest_weekdays"],
            *["day_starts_at", "day_ends_at", "night_starts_at", "night_ends_at"],
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("every", "step", "first_turn", "pattern", "rest_weekdays", "cycle_starts_on"):
            if name in self.fields:
                self.fields[name].required = False
        if shift := (self.instance if self.instance.pk else None):
            self.initial |= {
                "every": len(shift.cycle) // 2 or 1,
                "first_turn": next(iter(shift.cycle), Turn.DAY),
                "pattern": pattern_written(shift),
            }
        else:
            self.initial |= {"cycle_starts_on": timezone.localdate(), "name": ""}
            self.initial |= {"day_starts_at": "08:00", "day_ends_at": "20:00"}
            self.initial |= {"night_starts_at": "20:00", "night_ends_at": "08:00"}

    def clean_pattern(self):
        return pattern_read(self.cleaned_data["pattern"])

    def clean_rest_weekdays(self):
        days = self.cleaned_data["rest_weekdays"]
        if len(days) > 6:
            raise forms.ValidationError(_("Somebody has to work at some time. Leave at least one day free."))
        return days

    def clean(self):
        values = super().clean()
        self.instance.cycle = cycle = self._cycle(values)
        if values.get("kind") != Kind.ROTATING:
            values["step"] = self.instance.step = Shift.Step.DAY
        if values.get("kind") in {Kind.ROTATING, Kind.OWN} and not values.get("cycle_starts_on"):
            self.add_error("cycle_starts_on", _("Say on which day the pattern begins."))
        if Turn.DAY in cycle:
            self._times_check(values, "day_starts_at", "day_ends_at", passes_midnight=False)
        if Turn.NIGHT in cycle:
            self._times_check(values, "night_starts_at", "night_ends_at", passes_midnight=True)
        return values

    def _cycle(self, values) -> list[Any]:
        kind = values.get("kind")
        if kind == Kind.OWN:
            cycle = values.get("pattern") or []
            if not cycle and "pattern" not in self.errors:
                self.add_error("pattern", _("Write the pattern, such as 白白夜夜休."))
            if len(cycle) > Shift.LONGEST_CYCLE:
                text = _("A pattern has at most %(most)d days. Shorten it.") % {"most": Shift.LONGEST_CYCLE}
                self.add_error("pattern", text)
            return cycle
        if kind == Kind.ROTATING:
            first: Any = values.get("first_turn") or Turn.DAY
            other = Turn.NIGHT if first == Turn.DAY else Turn.DAY
            if not values.get("every") and "every" not in self.errors:
                self.add_error("every", _("Say after how many days, weeks or months it changes."))
            if not values.get("step") and "step" not in self.errors:
                self.add_error("step", _("Say after how many days, weeks or months it changes."))
            return [first] * (values.get("every") or 1) + [other] * (values.get("every") or 1)
        return [Turn.NIGHT if kind == Kind.NIGHT else Turn.DAY]

    def _times_check(self, values, starts: str, ends: str, *, passes_midnight: bool) -> None:
        """A night runs into the next morning (or begins at midnight); a day does not."""
        start, end = values.get(starts), values.get(ends)
        if start is None or end is None:
            for name in (starts, ends):
                if values.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Say from when until when this turn works."))
            return
        minutes = (end.hour * 60 + end.minute) - (start.hour * 60 + start.minute)
        if not passes_midnight and minutes <= 0:
            self.add_error(ends, _("A day turn ends later on the same day. One that passes midnight is a night turn."))
        elif passes_midnight and minutes >= 0 and start.hour:
            self.add_error(ends, _("A night turn ends on the next morning, earlier by the clock than it begins."))
        elif timedelta(minutes=minutes % (24 * 60)) > LONGEST_TURN:
            self.add_error(ends, _("That would be more than 16 hours at a stretch. Check the two times."))


class ShiftDaysForm(forms.Form):
    """Let shifts differ from their pattern for some days. An empty turn takes that back."""

    first = forms.DateField(label=_("From"), widget=UnfoldAdminSingleDateWidget)
    last = forms.DateField(
        label=pgettext_lazy("end of a time", "Until"), required=False, widget=UnfoldAdminSingleDateWidget,
        help_text=_("Leave it empty for one day."),
    )  # fmt: skip
    turn = forms.ChoiceField(
        label=_("What is worked"),
        required=False,
        choices=[*reversed(Turn.choices), ("", _("as the pattern says"))],
        widget=UnfoldAdminSelectWidget,
    )
    shifts = forms.ModelMultipleChoiceField(
        label=_("For"),
        queryset=Shift.objects.all(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": _("Choose at least one shift.")},
    )

    def clean(self):
        values = super().clean()
        values["last"] = values.get("last") or values.get("first")
        values["turn"] = Turn(values["turn"]) if values.get("turn") else None
        return values


class ShiftChoiceForm(forms.Form):
    """Nothing is chosen beforehand: a careless click takes nobody out of their shift."""

    NONE = "none"

    shift = forms.ChoiceField(label=_("Put them in"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.shifts = {str(shift.pk): shift for shift in Shift.objects.all()}
        named = [(pk, shift.name) for pk, shift in self.shifts.items()]
        self.fields["shift"].choices = [("", "–"), *named, (self.NONE, _("(no shift)"))]

    def clean_shift(self) -> Shift | None:
        return self.shifts.get(self.cleaned_data["shift"])
