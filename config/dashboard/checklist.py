"""What makes a new factory ready, step by step. Whether a step is done is read from the facts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from grievances.queries.opening import MAY_SERVE, Lack, opening_lack
from grievances.queries.waiting import Waiting
from tenants.enrolment import by_enrolment
from tenants.words import sentences
from wechat.services.accounts import account_lacks

LEAST_STEPS = 3  # whoever can do fewer of them is not the one who sets a factory up


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do before the platform is of use. minutes: what it takes, about."""

    title: str
    why: str
    minutes: int
    href: str
    is_done: bool

    @property
    def time(self) -> str:
        return ngettext("about %(count)d minute", "about %(count)d minutes", self.minutes) % {"count": self.minutes}


@dataclass(frozen=True, slots=True)
class Checklist:
    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if not step.is_done), None)


@dataclass(frozen=True)
class Kind:
    """A step for whoever holds the permission, done once the fact is there; its page by URL name."""

    fact: str
    permission: str
    url_name: str
    minutes: int
    title: str
    why: str
    is_of_roster: bool = False  # not to do where whoever follows may learn
    lacks: Callable[[User, Waiting | None], list[Lack]] = lambda _user, _waiting: []  # what of it is still to do

    def step(self, facts: set[str], user: User, waiting: Waiting | None) -> Step:
        """Leads to where the first thing that lacks is done."""
        is_done = self.fact in facts
        lacks = [] if is_done else self.lacks(user, waiting)
        why = sentences(self.why, *(lack.sentence for lack in lacks))
        href = next((lack.href for lack in lacks if lack.href), reverse(self.url_name))
        return Step(str(self.title), why, self.minutes, href, is_done)


def _account_lacks(_user: User, _waiting: Waiting | None) -> list[Lack]:
    return [Lack(sentence) for sentence in account_lacks()]


def _channel_lacks(user: User, waiting: Waiting | None) -> list[Lack]:
    """One's own keys, then what is needed of others."""
    if waiting is None:
        return []
    own = None if waiting.is_enrolled else Lack(gettext("Make keys of your own."), reverse("desk:page"))
    return [lack for lack in (own, opening_lack(user, waiting.officers)) if lack]


# In the order in which they are best done.
KINDS = (
    Kind(
        "roster",
        "workers.import_roster",
        "admin:workers_worker_import",
        10,
        _("Import the roster"),
        _("Then everybody can bind, and you see who learns. The Excel file of your payroll system will do."),
        is_of_roster=True,
    ),
    Kind(
        "binding",
        "workers.change_bindingpolicy",
        "admin:workers_bindingpolicy_changelist",
        2,
        _("Choose how people bind"),
        _("Name and number are known to many. A second proof keeps others out of somebody's record."),
        is_of_roster=True,
    ),
    Kind(
        "account",
        "wechat.change_account",
        "admin:wechat_account_changelist",
        20,
        _("Connect the official account"),
        _("Lessons and notices then arrive in WeChat. Have the console of your account open beside it."),
        lacks=_account_lacks,
    ),
    Kind(
        "lesson",
        "lessons.change_lesson",
        "admin:lessons_lesson_changelist",
        10,
        _("Choose the first lesson"),
        _(
            "The shared library is here already. Open a lesson, tick “pinned” and save: everybody finds it first. Or write "
            "your own."
        ),
    ),
    Kind(
        "colleague",
        "staff.add_invitation",
        "admin:staff_invitation_add",
        3,
        _("Invite a second colleague"),
        _("Somebody can then stand in for you, and nobody shares a password."),
    ),
    Kind(
        "channel",
        MAY_SERVE,
        "desk:page",
        15,
        by_enrolment(_("Open the voice channel"), pgettext_lazy("of an open account", "Open the voice channel")),
        by_enrolment(
            _(
                "Employees can then tell you what is wrong, anonymously if they like. It opens as soon as two officers have "
                "keys."
            ),
            _(
                "Learners can then tell you what is wrong, anonymously if they like. It opens once two officers have keys."
            ),
        ),
        lacks=_channel_lacks,
    ),
    Kind(
        "poster",
        "wechat.view_scene",
        "admin:wechat_scene_changelist",
        5,
        by_enrolment(_("Print a poster or slips"), _("Make a poster")),
        by_enrolment(
            _("People follow by scanning it. Hang it up where they queue: canteen, gate, notice board."),
            _("People follow by scanning it, and can join then. Print it, or share it where they are."),
        ),
    ),
)


def kinds_of(request: HttpRequest) -> list[Kind]:
    """The steps that this person can do; none for somebody who does not set the factory up."""
    user, is_open = request.user, request.factory.is_open
    kinds = [kind for kind in KINDS if user.has_perm(kind.permission) and not (kind.is_of_roster and is_open)]
    return kinds if len(kinds) >= LEAST_STEPS else []


def checklist_of(user: User, kinds: list[Kind], *, facts: set[str], waiting: Waiting | None) -> Checklist | None:
    there = facts | ({"channel"} if waiting and waiting.is_channel_open else set())
    return Checklist([kind.step(there, user, waiting) for kind in kinds]) if kinds else None
