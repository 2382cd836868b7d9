"""What somebody has to do first, before their role shows them anything: said once, until it is done.

The parts of a role are for whoever has no checklist: an owner's names the same.
"""

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from config.dashboard.facts import UNPROTECTED
from config.dashboard.waiting import Task
from grievances.queries.opening import opening_lack
from grievances.queries.waiting import Waiting
from lessons.models import Lesson, Origin
from workers.models import Colleague
from workers.scope import visible_departments


def account_tasks(facts: set[str]) -> list[Task]:
    """Of everybody who sees people's data, the owner of a new factory too."""
    if UNPROTECTED not in facts:
        return []
    text = _("Set up the second step: your account sees people's data, and a password can be guessed")
    return [Task(text, "", reverse("admin:account"))]


def opening_tasks(user: User, waiting: Waiting, *, has_checklist: bool) -> list[Task]:
    """Of an officer: without keys nobody can write to them, nor before a second one is let in. Whoever has a checklist reads
    there what the channel lacks; but a colleague who waits for them waits here."""
    if not waiting.is_enrolled and not has_checklist:
        return [Task(_("Make your keys: before that, no case can be sent to you"), "", reverse("desk:page"))]
    is_told = has_checklist or waiting.is_channel_open
    if not waiting.is_enrolled or (is_told and not waiting.waits):
        return []
    lack = opening_lack(user, waiting.officers)
    return [Task(lack.sentence, "", lack.href)] if lack else []


def lesson_tasks(user: User) -> list[Task]:
    """Of an editor. Costs a statement."""
    if not user.has_perm("lessons.add_lesson") or Lesson.objects.filter(origin=Origin.OWN).exists():
        return []
    return [Task(_("Write the first lesson of your own"), "", reverse("admin:lessons_lesson_add"))]


def studies_not_yet(user: User) -> str:
    """Of a researcher, who comes to study what is not gathered yet; of those who do something else here, nothing."""
    if user.has_perm("lessons.change_lesson") or not user.has_perm("lessons.view_lesson"):
        return ""
    return _(
        "How people learn in all factories is not gathered yet. What is there: the figures of each factory's voice channel, "
        "with groups under ten left out, the factories, and the lessons of the shared library."
    )


def leader_tasks(user: User) -> list[Task]:
    """Of a line leader who sees nobody: somebody else has to do it, so it leads nowhere."""
    if not Colleague.objects.filter(user=user, worker__isnull=False).exists():
        text = _("Your account does not say yet which employee you are: ask an owner to fill it in under “Colleagues”")
    elif not visible_departments(user).exists():
        text = _("You lead no department yet: ask HR to enter you as the leader of yours under “Departments”")
    else:
        return []
    return [Task(text, "", "")]
