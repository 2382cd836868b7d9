"""What waits for whoever has signed in: how many rows, since when, and the list of exactly these.

Every kind is one branch of one statement, so a further kind costs no further statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import TextField, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.dashboard.kinds import Kind
from grievances.queries.waiting import Waiting
from tenants.sql import Written, read_all, sql_once
from workers.services.binding import binding_alarm

MOST_OF_NAMES = 60
NAMELESS = Value(None, output_field=TextField())


@dataclass(frozen=True, slots=True)
class Task:
    """sentence: with its count. note: since or until when. href: empty where somebody else has to do it. is_urgent: harm is
    done by waiting."""

    sentence: str
    note: str
    href: str
    is_urgent: bool = False

    @property
    def icon(self) -> str:
        return "priority_high" if self.is_urgent else "pending_actions"


def tasks_of(user: User, kinds: Iterable[Kind], *, has_roster: bool = True) -> list[Task]:
    """What is urgent first, else in the order of `kinds`; only what this person can do something about. One statement."""
    own = [kind for kind in kinds if user.has_perms(kind.permissions) and (has_roster or not kind.is_of_roster)]
    found = read_all(branch for number, kind in enumerate(own) if (branch := _counted(number, kind)))
    tasks = [_task(own[number], *facts) for number, *facts in sorted(found) if facts[0]]
    return sorted(tasks, key=lambda task: not task.is_urgent)


def _counted(number: int, kind: Kind) -> Written | None:
    """The kind's rows as the ORM asks for them, counted by hand: its own union of aggregates takes twice as long to write."""
    if (written := sql_once(kind.rows, kind.since, kind.named or NAMELESS)) is None:
        return None
    rows, values = written
    facts = "count(*), min(since)::timestamptz, string_agg(name, ' / ' ORDER BY name)"
    return f"SELECT {number}, {facts} FROM ({rows}) waiting (since, name)", values


def _task(kind: Kind, count: int, since: datetime | None, names: str | None) -> Task:
    query = f"?{kind.query}" if kind.query else ""
    note = _until(since) if kind.is_due else _age(since)
    sentence = kind.sentence % {"count": count, "names": Truncator(names or "").chars(MOST_OF_NAMES)}
    return Task(sentence, note, reverse(kind.url_name) + query, kind.is_urgent)


def _age(since: datetime | None) -> str:
    days = (timezone.localdate() - timezone.localdate(since)).days if since else 0
    if not days:
        return _("since today") if since else ""
    return ngettext("for %(count)d day", "for %(count)d days", days) % {"count": days}


def _until(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = timezone.localdate(moment)
    words = _("by %(day)s") if day >= timezone.localdate() else _("was due on %(day)s")
    return words % {"day": date_format(day, "MONTH_DAY_FORMAT")}


def case_tasks(waiting: Waiting) -> list[Task]:
    """Cases whose keys this very person holds."""
    if not waiting.open:
        return []
    sentence = ngettext("%(count)d case waits for you", "%(count)d cases wait for you", waiting.open)
    overdue = _("%(count)d overdue") % {"count": waiting.overdue} if waiting.overdue else _("none overdue")
    return [Task(sentence % {"count": waiting.open}, overdue, reverse("desk:page"), bool(waiting.overdue))]


def binding_tasks(user: User) -> list[Task]:
    """Many failed tries of a day: somebody may be guessing, or the roster lacks what people are asked for."""
    if not user.has_perm("workers.unbind_worker") or not (failed := binding_alarm()):
        return []
    sentence = ngettext(
        "%(count)d try to bind has failed since yesterday: look why",
        "%(count)d tries to bind have failed since yesterday: look why",
        failed,
    )
    href = reverse("admin:workers_bindingpolicy_changelist")
    return [Task(sentence % {"count": failed}, "", href, is_urgent=True)]
