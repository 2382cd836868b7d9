"""The eight criteria of a good grievance channel (UN Guiding Principle 31), and what each figure says about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. unit: "", "%", "days" or "yes". It is low under `least` or over `most`; `advice` says what to do then."""

    key: str
    label: str
    advice: str
    unit: str = ""
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    title: str
    why: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of the scorecard as somebody reads it. is_low: None where there are too few cases to say."""

    label: str
    value: str
    is_low: bool | None
    advice: str


def readings(criterion: Criterion, values: Mapping[str, Any]) -> list[Reading]:
    """The figures this place has; those it does not know of are left out."""
    return [_reading(measure, values[measure.key]) for measure in criterion.measures if measure.key in values]


def _reading(measure: Measure, value: float | None) -> Reading:
    if value is None:
        return Reading(str(measure.label), _("fewer than ten cases"), None, "")
    is_low = (measure.least is not None and value < measure.least) or (
        measure.most is not None and value > measure.most
    )
    return Reading(str(measure.label), _written(measure, value), is_low, str(measure.advice) if is_low else "")


def _written(measure: Measure, value: float) -> str:
    if measure.unit == "yes":
        return _("yes") if value else _("no")
    if measure.unit == "days":
        return _("%(count)s days") % {"count": value}
    return f"{value}{measure.unit}"


CRITERIA = (
    Criterion(
        "legitimate",
        pgettext_lazy("criterion", "Legitimate"),
        gettext_lazy("People speak only where they trust those who listen."),
        (
            Measure(
                "officers",
                gettext_lazy("officers with keys of their own"),
                gettext_lazy(
                    "With fewer than two the channel stays shut. Let another person enrol, one whom the lines trust."
                ),
                least=2,
            ),
            Measure(
                "ombudsman",
                gettext_lazy("an ombudsman outside the factory is within reach"),
                gettext_lazy(
                    "Who is afraid of their own factory needs somebody outside. Ask CCR CSR when its ombudsmen enrol."
                ),
                unit="yes",
                least=1,
            ),
            Measure(
                "to_ombudsman",
                gettext_lazy("cases that were sent to the ombudsman as well"),
                gettext_lazy(
                    "Many do not rely on the factory alone. Ask openly what would make them trust its officers."
                ),
                unit="%",
                most=50,
            ),
        ),
    ),
    Criterion(
        "accessible",
        pgettext_lazy("criterion", "Accessible"),
        gettext_lazy("Everybody has to know the channel and be able to use it, on any phone and in their language."),
        (
            Measure(
                "open",
                gettext_lazy("the channel takes cases"),
                gettext_lazy("Nobody can send anything now. Two officers have to enrol."),
                unit="yes",
                least=1,
            ),
            Measure(
                "languages",
                gettext_lazy("languages of the pages"),
                gettext_lazy("Who speaks another language is left out. Tell CCR CSR which one is missing."),
                least=2,
            ),
            Measure(
                "weekly",
                gettext_lazy("a weekly notice goes to everybody"),
                gettext_lazy("Switch it on in the settings: who waits for an answer then looks, and nobody sees who."),
                unit="yes",
                least=1,
            ),
        ),
    ),
    Criterion(
        "predictable",
        pgettext_lazy("criterion", "Predictable"),
        gettext_lazy("People who write need to know what happens next and by when, and it has to happen."),
        (
            Measure(
                "acknowledged_in_time",
                gettext_lazy("acknowledged in time"),
                gettext_lazy("Agree who looks into the desk every working day, and who stands in for them."),
                unit="%",
                least=90,
            ),
            Measure(
                "answered_in_time",
                gettext_lazy("answered in time"),
                gettext_lazy(
                    "Assign each case to one officer. Where a case takes longer, write so before the day comes."
                ),
                unit="%",
                least=80,
            ),
            Measure(
                "days_to_answer",
                gettext_lazy("days until an answer (median)"),
                gettext_lazy("Look at which step takes longest: reading, asking in the workshop, or deciding."),
                unit="days",
                most=30,
            ),
        ),
    ),
    Criterion(
        "equitable",
        pgettext_lazy("criterion", "Equitable"),
        gettext_lazy("A worker faces a company alone. They need to be asked, and to understand the answer."),
        (
            Measure(
                "officer_messages",
                gettext_lazy("messages from officers for each case"),
                gettext_lazy(
                    "Write more than one line: what was looked into, what follows, and what the worker can still do."
                ),
                least=1.5,
            ),
            Measure(
                "worker_messages",
                gettext_lazy("messages from workers for each case"),
                gettext_lazy("Hardly anybody writes twice. Ask them a question that can be answered in one sentence."),
                least=1.2,
            ),
            Measure(
                "answered_back",
                gettext_lazy("workers who wrote back to an officer"),
                gettext_lazy("Words of an office silence people. Write as you would speak to them at the machine."),
                unit="%",
                least=20,
            ),
        ),
    ),
    Criterion(
        "transparent",
        pgettext_lazy("criterion", "Transparent"),
        gettext_lazy("The writer hears how it goes on, and everybody sees that speaking leads somewhere."),
        (
            Measure(
                "informed",
                gettext_lazy("cases in which an officer wrote something"),
                gettext_lazy("Each case deserves a word in between, also when there is nothing new."),
                unit="%",
                least=90,
            ),
            Measure(
                "board",
                gettext_lazy("stories told on the board in twelve months"),
                gettext_lazy("Tell what came of cases whose workers agreed: then others dare to speak, too."),
                least=3,
            ),
        ),
    ),
    Criterion(
        "rights",
        pgettext_lazy("criterion", "Rights-compatible"),
        gettext_lazy("An outcome must not fall short of the law, nor may anybody be pressed to give up."),
        (
            Measure(
                "appealed",
                gettext_lazy("answers that were appealed against"),
                gettext_lazy("Read the appeals side by side: was the answer hard to understand, or was it unjust?"),
                unit="%",
                most=20,
            ),
            Measure(
                "appeals_answered",
                gettext_lazy("appeals that were answered"),
                gettext_lazy("An appeal is read first of all, by somebody other than who answered."),
                unit="%",
                least=80,
            ),
            Measure(
                "withdrawn",
                gettext_lazy("cases taken back by their workers"),
                gettext_lazy(
                    "Many take their case back. Find out, with the ombudsman, whether people are being pressed."
                ),
                unit="%",
                most=15,
            ),
        ),
    ),
    Criterion(
        "learning",
        pgettext_lazy("criterion", "A source of continuous learning"),
        gettext_lazy("What one case shows has to spare others the same."),
        (
            Measure(
                "reopened",
                gettext_lazy("cases that came back after the answer"),
                gettext_lazy("Mend the cause, not the single case. Discuss once a month what keeps coming back."),
                unit="%",
                most=20,
            ),
            Measure(
                "rating",
                gettext_lazy("rating by the workers, 1 to 5"),
                gettext_lazy("Ask, in the next answers, what would have helped. Look at categories before people."),
                least=3.5,
            ),
        ),
    ),
    Criterion(
        "dialogue",
        pgettext_lazy("criterion", "Based on engagement and dialogue"),
        gettext_lazy("Those it is for have to have a say in how the channel works."),
        (
            Measure(
                "rated",
                gettext_lazy("answers that were rated"),
                gettext_lazy("Say in each answer that a rating takes one tap and changes how you work."),
                unit="%",
                least=30,
            ),
            Measure(
                "agreed",
                gettext_lazy("workers who agreed to let their case be told"),
                gettext_lazy("Show the board at meetings, and ask there what the channel should do better."),
                unit="%",
                least=20,
            ),
        ),
    ),
)
