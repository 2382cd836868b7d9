"""The first page of each admin site, put together from every room: what waits for this person, what comes next, how things
stand, and for a new factory what to do first."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from announcements.models import Announcement
from config.dashboard.ahead import ahead_of
from config.dashboard.beginning import account_tasks, leader_tasks, lesson_tasks, opening_tasks, studies_not_yet
from config.dashboard.charts import charts_of
from config.dashboard.checklist import checklist_of, kinds_of
from config.dashboard.facts import facts_of
from config.dashboard.figures import (
    channel_figures,
    factory_figures,
    learning_figures,
    lesson_figures,
    line_figures,
    people_figures,
    people_now,
)
from config.dashboard.kinds import OF_A_FACTORY, OF_THE_LIBRARY
from config.dashboard.waiting import binding_tasks, case_tasks, tasks_of
from grievances.queries.opening import MAY_SERVE
from grievances.queries.waiting import waiting_for

MAY_COMPARE = "grievances.view_factoryfigures"
CHECKLIST = "checklist"  # in the address: show it, though all of it is done


def factory_dashboard(request: HttpRequest, context: dict) -> dict:
    """Of HR, of an editor, of a line leader: each the parts they can do something about.

    Before the first employee is there and something waits, the checklist is all: figures of nothing would only confuse.
    """
    user, has_roster = request.user, not request.factory.is_open
    sees_figures = user.has_perm("progress.view_figures")
    serves = user.has_perm(MAY_SERVE)
    waiting = waiting_for(user) if sees_figures or serves else None
    today = timezone.localdate()
    people = people_now(today) if sees_figures else None
    kinds = kinds_of(request)
    facts = facts_of(user, {kind.fact for kind in kinds})
    context["own_tasks"] = account_tasks(facts)
    checklist = checklist_of(user, kinds, facts=facts, waiting=waiting)
    if checklist:
        context["may_check"] = True
        if not checklist.is_complete or CHECKLIST in request.GET:
            context["checklist"] = checklist
    tasks = [
        *binding_tasks(user),
        *(case_tasks(waiting) if waiting and serves else []),
        *tasks_of(user, OF_A_FACTORY, has_roster=has_roster),
        *(opening_tasks(user, waiting, has_checklist=bool(checklist)) if waiting and serves else []),
    ]
    if not (tasks or checklist):
        tasks += lesson_tasks(user)
    if checklist and people and not (tasks or people.employees or people.following):
        context["is_new"] = True
        return context
    context["tasks"], context["ahead"] = tasks, ahead_of(user)
    if people:
        context["figures"] = [*learning_figures(today, user), *people_figures(people, user)]
        context["charts"] = charts_of(today, has_roster=has_roster)
    elif user.has_perm("progress.view_lessonprogress"):
        context["figures"] = line_figures(today, user)
        tasks += leader_tasks(user) if not context["figures"][0].value else []
    elif user.has_perm("lessons.change_lesson"):
        context["figures"] = lesson_figures()
    if user.has_perm("announcements.view_announcement"):
        context["notices"] = _notices()
    return context


def library_dashboard(request: HttpRequest, context: dict) -> dict:
    """CCR CSR's first page: what needs attention, the library by state, the factories by status; nothing from inside a
    factory."""
    user = request.user
    waiting = waiting_for(user) if user.has_perm(MAY_SERVE) else None
    context["tasks"] = [
        *(case_tasks(waiting) if waiting else []),
        *(opening_tasks(user, waiting, has_checklist=user.is_superuser) if waiting else []),
        *tasks_of(user, OF_THE_LIBRARY),
    ]
    context["figures"] = [
        *(factory_figures() if user.has_perm("tenants.view_factory") else []),
        *(channel_figures() if user.has_perm(MAY_COMPARE) else []),
        *(lesson_figures() if user.has_perm("lessons.view_lesson") else []),
    ]
    context["own_tasks"] = account_tasks(facts_of(user))
    context["not_yet"] = studies_not_yet(user) if user.has_perm(MAY_COMPARE) else ""
    return context


def _notices() -> list[Announcement]:
    """The latest sent, with `opened`: how many people have looked, not to be shown of one that `is_blurred`."""
    seen = Count("receipts", filter=Q(receipts__opened_at__isnull=False))
    sent = Announcement.objects.filter(state=Announcement.State.SENT)
    return list(sent.annotate(opened=seen).order_by("-sent_at")[:5])
