"""The figures of the first pages: who learned, who is bound, who follows; by whom they are for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grievances.models import FactoryFigures
from lessons.models import Lesson
from progress.models import LessonProgress
from progress.reports import learning_numbers
from tenants.enrolment import by_enrolment
from tenants.models import Factory
from wechat.models import Follower
from workers.models import Worker
from workers.scope import rows_in_scope, visible_workers

DAYS_BEFORE = timedelta(days=6)  # the figures are of seven days: today and these


@dataclass(frozen=True, slots=True)
class Figure:
    """value: None where it is not known yet."""

    label: str
    value: int | None
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """employees: employed now; bound: of these; following: the official account, of whom `gained` in seven days."""

    employees: int
    bound: int
    following: int
    gained: int


def people_now(today: date) -> People:
    since = _week_began(today)
    staff = Worker.objects.employed().aggregate(
        employees=Count("pk", distinct=True), bound=Count("contacts__worker", distinct=True)
    )
    followers = Follower.objects.filter(is_following=True).aggregate(
        following=Count("pk"), gained=Count("pk", filter=Q(subscribed_at__gte=since))
    )
    return People(**staff, **followers)


def learning_figures(today: date, user: User) -> list[Figure]:
    """They lead to who it was, for whoever may see names."""
    numbers = learning_numbers(on=today)
    sees_names = user.has_perm("progress.view_lessonprogress")
    report = reverse("admin:progress_lessonprogress_changelist") if sees_names else ""
    since = today - DAYS_BEFORE
    return [
        Figure(
            _("People learning this week"),
            numbers.learners,
            _("%(count)d in the week before") % {"count": numbers.learners_before},
            report,
        ),
        Figure(_("Lessons opened"), numbers.opened, _("in 7 days"), report and f"{report}?opened_at_from={since}"),
        Figure(
            _("Lessons completed"),
            numbers.completed,
            _("in 7 days"),
            report and f"{report}?completed_at_from={since}",
        ),
    ]


def people_figures(people: People, user: User) -> list[Figure]:
    workers = reverse("admin:workers_worker_changelist") + by_enrolment("?bound=yes", "")
    followers = f"{reverse('admin:wechat_follower_changelist')}?o=-4"
    return [
        Figure(
            by_enrolment(_("Employees bound"), _("Learners")),
            people.bound,
            by_enrolment(_("of %(count)d employed") % {"count": people.employees}, ""),
            workers if user.has_perm("workers.view_worker") else "",
        ),
        Figure(
            _("Followers"),
            people.following,
            ngettext("%(count)d new in 7 days", "%(count)d new in 7 days", people.gained) % {"count": people.gained},
            followers if user.has_perm("wechat.view_follower") else "",
        ),
    ]


def line_figures(today: date, user: User) -> list[Figure]:
    """A line leader's own people: how many they are, who is not bound yet, how many learned in seven days."""
    people = (
        visible_workers(user)
        .employed()
        .aggregate(employees=Count("pk", distinct=True), bound=Count("contacts__worker", distinct=True))
    )
    recent = _week_began(today)
    happened = Q(opened_at__gte=recent) | Q(read_at__gte=recent) | Q(completed_at__gte=recent)
    learned = rows_in_scope(LessonProgress.objects.tracked().filter(happened), user=user)
    counts = learned.aggregate(
        learners=Count("worker", distinct=True), completed=Count("pk", filter=Q(completed_at__gte=recent))
    )
    workers = reverse("admin:workers_worker_changelist")
    report = reverse("admin:progress_lessonprogress_changelist")
    return [
        Figure(_("People of your line"), people["employees"], "", workers),
        Figure(
            _("Not bound yet"),
            people["employees"] - people["bound"],
            _("ask HR for their slips with a code"),
            f"{workers}?bound=no",
        ),
        Figure(
            _("People learning this week"),
            counts["learners"],
            _("of %(count)d employed") % {"count": people["employees"]},
            report,
        ),
        Figure(
            _("Lessons completed"),
            counts["completed"],
            _("in 7 days"),
            f"{report}?completed_at_from={today - DAYS_BEFORE}",
        ),
    ]


def _week_began(today: date) -> datetime:
    return timezone.make_aware(datetime.combine(today - DAYS_BEFORE, time.min))


def lesson_figures() -> list[Figure]:
    lessons = reverse("admin:lessons_lesson_changelist")
    counts = dict(Lesson.objects.order_by().values_list("state").annotate(Count("pk")))
    return [
        Figure(str(label).capitalize(), counts.get(state, 0), _("lessons"), f"{lessons}?state__exact={state}")
        for state, label in Lesson.State.choices
    ]


def channel_figures() -> list[Figure]:
    """The factories' own figures of their voice channels stand behind it."""
    figures = FactoryFigures.objects.aggregate(every=Count("pk"), open=Count("pk", filter=Q(is_open=True)))
    note = _("of %(count)d factories: compare their figures") if figures["every"] else _("the figures come every night")
    href = reverse("admin:grievances_factoryfigures_changelist")
    known = figures["open"] if figures["every"] else None
    return [Figure(_("Voice channels open"), known, note % {"count": figures["every"]}, href)]


def factory_figures() -> list[Figure]:
    factories = reverse("admin:tenants_factory_changelist")
    counts = dict(Factory.objects.order_by().values_list("status").annotate(Count("pk")))
    suspended = counts.get(Factory.Status.SUSPENDED, 0)
    return [
        Figure(
            _("Factories in use"),
            counts.get(Factory.Status.ACTIVE, 0),
            _("%(count)d suspended") % {"count": suspended} if suspended else "",
            f"{factories}?status__exact={Factory.Status.ACTIVE}",
        )
    ]
