"""The first page of each admin site, put together from every room: how things stand, what waits, what to do first.

Numbers of learning come from progress.reports and so from tracked series only.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from announcements.models import Announcement
from grievances.models import FactoryFigures
from grievances.queries.waiting import Waiting, waiting_for
from lessons.models import Lesson
from progress.reports import (
    Completion,
    activity_by_day,
    completion_by_department,
    completion_by_series,
    learning_numbers,
)
from tenants.models import Factory
from wechat.models import Account, Follower
from workers.models import Worker

GREEN, PALE, GREY = "var(--color-primary-600)", "var(--color-primary-400)", "#7b8494"
GRID = {"color": "rgba(156, 163, 175, 0.2)"}
MOST_BARS = 12
MAY_SERVE = "grievances.view_case"


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: int
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do before the platform is of use."""

    title: str
    why: str
    href: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """What unfold's chart component takes, and the same numbers as a table for those who cannot see it."""

    title: str
    note: str
    kind: str  # "line" or "bar"
    data: str
    options: str
    height: int
    table: dict


def factory_dashboard(request: HttpRequest, context: dict) -> dict:
    """HR's first page. Somebody who only edits lessons gets the part on lessons."""
    user = request.user
    if user.has_perm("progress.view_figures"):
        today = timezone.localdate()
        people = _people(since=timezone.now() - timedelta(days=7))
        context["steps"] = _steps(people)
        context["figures"] = [*_learning_figures(today), *_people_figures(people)]
        context["charts"] = [_activity_chart(today), *_completion_charts(today)]
    if user.has_perm(MAY_SERVE):
        waiting = waiting_for(user)
        context["steps"] = [*context.get("steps", []), *_voice_steps(waiting)]
        context["figures"] = [*context.get("figures", []), _waiting_figure(waiting)]
    if user.has_perm("lessons.change_lesson"):
        context["drafts"] = _drafts()
    if user.has_perm("announcements.view_announcement"):
        context["notices"] = _notices()
    return context


def library_dashboard(request: HttpRequest, context: dict) -> dict:
    """CCR CSR's first page: the library by state, the factories by status; nothing from inside a factory."""
    if request.user.has_perm("lessons.change_lesson"):
        context["figures"] = _lesson_figures()
        context["drafts"] = _drafts()
    if request.user.has_perm("tenants.view_factory"):
        context["figures"] = [*context.get("figures", []), *_factory_figures()]
    if request.user.has_perm(MAY_SERVE):
        waiting = waiting_for(request.user)
        context["figures"] = [*context.get("figures", []), _waiting_figure(waiting), _silence_figure()]
    return context


def _waiting_figure(waiting: Waiting) -> Figure:
    """Counts of the cases whose keys this very person holds."""
    overdue = _("%(count)d overdue") % {"count": waiting.overdue} if waiting.overdue else _("none overdue")
    return Figure(_("Cases waiting for you"), waiting.open, overdue, reverse("desk:page"))


def _voice_steps(waiting: Waiting) -> list[Step]:
    """The channel takes nothing before two officers hold keys; until then it stays among what is to be done."""
    if waiting.is_channel_open:
        return []
    why = _(
        "Employees can then tell you what is wrong, anonymously if they like. Two officers with keys open the channel."
    )
    return [Step(_("Open the voice channel"), why, reverse("desk:page"), False)]


def _silence_figure() -> Figure:
    count = FactoryFigures.objects.exclude(silence="").count()
    note = _("look at these factories first") if count else _("no factory at present")
    return Figure(_("Silence alarms"), count, note, reverse("admin:grievances_factoryfigures_changelist"))


def _learning_figures(today: date) -> list[Figure]:
    numbers = learning_numbers(on=today)
    report = reverse("admin:progress_lessonprogress_changelist")
    week_ago = (today - timedelta(days=6)).isoformat()
    return [
        Figure(
            _("People learning this week"),
            numbers.learners,
            _("%(count)d in the week before") % {"count": numbers.learners_before},
            report,
        ),
        Figure(_("Lessons opened"), numbers.opened, _("in 7 days"), f"{report}?opened_at_from={week_ago}"),
        Figure(_("Lessons completed"), numbers.completed, _("in 7 days"), f"{report}?completed_at_from={week_ago}"),
    ]


@dataclass(frozen=True, slots=True)
class People:
    """employees: employed now; bound: of these; following: the official account, of whom `gained` lately."""

    employees: int
    bound: int
    following: int
    gained: int


def _people(*, since: datetime) -> People:
    staff = Worker.objects.employed().aggregate(
        employees=Count("pk", distinct=True), bound=Count("contacts__worker", distinct=True)
    )
    followers = Follower.objects.filter(is_following=True).aggregate(
        following=Count("pk"), gained=Count("pk", filter=Q(subscribed_at__gte=since))
    )
    return People(**staff, **followers)


def _people_figures(people: People) -> list[Figure]:
    return [
        Figure(
            _("Employees bound"),
            people.bound,
            _("of %(count)d employed") % {"count": people.employees},
            reverse("admin:workers_worker_changelist"),
        ),
        Figure(
            _("Followers"),
            people.following,
            ngettext("%(count)d new in 7 days", "%(count)d new in 7 days", people.gained) % {"count": people.gained},
        ),
    ]


def _steps(people: People) -> list[Step]:
    """Empty once people are on the roster and follow the account: then the platform is in use."""
    if people.employees and people.following:
        return []
    accounts = Account.objects.filter(is_active=True).order_by().values_list(Value("account"))
    lessons = Lesson.objects.published().order_by().values_list(Value("lesson"))
    there = {name for (name,) in accounts.union(lessons)}
    return [
        Step(
            _("Import the roster"),
            _("Employees bind with employee number and name."),
            reverse("admin:workers_worker_changelist"),
            people.employees > 0,
        ),
        Step(
            _("Connect the official account"),
            _("Lessons and notices then arrive in WeChat."),
            reverse("admin:wechat_account_changelist"),
            "account" in there,
        ),
        Step(
            _("Look through the lessons"),
            _("The shared library is here already; add what is your own."),
            reverse("admin:lessons_lesson_changelist"),
            "lesson" in there,
        ),
    ]


def _drafts() -> list[Lesson]:
    return list(Lesson.objects.filter(state=Lesson.State.DRAFT).select_related("series").order_by("-updated_at")[:5])


def _notices() -> list[Announcement]:
    """The latest, drafts among them, with `opened`: how many people have looked."""
    seen = Count("receipts", filter=Q(receipts__opened_at__isnull=False))
    return list(Announcement.objects.annotate(opened=seen).order_by("-created_at")[:5])


def _lesson_figures() -> list[Figure]:
    lessons = reverse("admin:lessons_lesson_changelist")
    counts = dict(Lesson.objects.order_by().values_list("state").annotate(Count("pk")))
    return [
        Figure(str(label).capitalize(), counts.get(state, 0), _("lessons"), f"{lessons}?state__exact={state}")
        for state, label in Lesson.State.choices
    ]


def _factory_figures() -> list[Figure]:
    factories = reverse("admin:tenants_factory_changelist")
    counts = dict(Factory.objects.order_by().values_list("status").annotate(Count("pk")))
    suspended = counts.get(Factory.Status.SUSPENDED, 0)
    return [
        Figure(
            _("Factories in use"),
            counts.get(Factory.Status.ACTIVE, 0),
            _("%(count)d suspended") % {"count": suspended} if suspended else "",
            factories,
        )
    ]


def _activity_chart(today: date) -> Chart:
    days = activity_by_day(on=today)
    labels = [f"{day.on.month}-{day.on.day}" for day in days]
    opened, completed = [day.opened for day in days], [day.completed for day in days]
    line = {"borderWidth": 2, "pointRadius": 0, "cubicInterpolationMode": "monotone"}
    data = {
        "labels": labels,
        "datasets": [
            {
                "label": pgettext("of a chart", "opened"),
                "data": opened,
                "borderColor": PALE,
                "backgroundColor": PALE,
                **line,
            },
            {
                "label": pgettext("of a chart", "completed"),
                "data": completed,
                "borderColor": GREEN,
                "backgroundColor": GREEN,
                **line,
            },
        ],
    }
    options = _options(legend=True, x={"maxTicksLimit": 10, "maxRotation": 0}, y={"precision": 0})
    return Chart(
        title=_("Learning by day"),
        note=_("last 30 days, tracked series"),
        kind="line",
        data=json.dumps(data),
        options=json.dumps(options),
        height=220,
        table={
            "headers": [_("day"), pgettext("of a chart", "opened"), pgettext("of a chart", "completed")],
            "rows": [list(row) for row in zip(labels, opened, completed, strict=True)],
        },
    )


def _completion_charts(today: date) -> list[Chart]:
    return [
        _completion_chart(_("Completion by department"), _("department"), completion_by_department(on=today)),
        _completion_chart(_("Completion by series"), _("series"), completion_by_series(on=today)),
    ]


def _completion_chart(title: str, column: str, completions: Sequence[Completion]) -> Chart:
    bars = completions[:MOST_BARS]
    names = [bar.name or _("without department") for bar in bars]
    data = {
        "labels": [Truncator(name).chars(10) for name in names],
        "datasets": [
            {
                "label": _("completed (%)"),
                "data": [bar.percent for bar in bars],
                "backgroundColor": GREEN,
                "borderRadius": 4,
                "maxBarThickness": 18,
            }
        ],
    }
    options = _options(legend=False, x={"stepSize": 25}, y={"autoSkip": False}) | {"indexAxis": "y"}
    options["scales"]["x"] |= {"min": 0, "max": 100, "grid": GRID}
    options["scales"]["y"] |= {"grid": {"display": False}}
    return Chart(
        title=title,
        note=_("share of the tracked lessons on offer, in %"),
        kind="bar",
        data=json.dumps(data),
        options=json.dumps(options),
        height=40 + 34 * max(len(bars), 2),
        table={
            "headers": [column, _("employees"), pgettext("of a chart", "completed"), _("completed (%)")],
            "rows": [
                [name, bar.employees, bar.completed, f"{bar.percent}%"] for name, bar in zip(names, bars, strict=True)
            ],
        },
    )


def _options(*, legend: bool, x: dict, y: dict) -> dict:
    """unfold's defaults lay bars over one another and show no axis, so every chart brings its own."""
    return {
        "responsive": True,
        "maintainAspectRatio": False,
        "animation": False,
        "interaction": {"mode": "index", "intersect": False},
        "plugins": {
            "legend": {
                "display": legend,
                "align": "end",
                "labels": {"usePointStyle": True, "pointStyle": "circle", "boxHeight": 6, "color": GREY},
            }
        },
        "scales": {
            "x": {"ticks": {"color": GREY, **x}, "grid": {"display": False}},
            "y": {"beginAtZero": True, "ticks": {"color": GREY, **y}, "grid": GRID},
        },
    }
