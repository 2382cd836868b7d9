"""What comes next by itself: how it is called, when, and whom it reaches. What somebody has to do about is in `waiting`.

Every kind is one branch of one statement, so a further kind costs no further statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy

from announcements.models import Announcement
from announcements.words import moment_words
from tenants.staff.models import Invitation

MOST = 6
AimKind = Announcement.AimKind


@dataclass(frozen=True, slots=True)
class Plan:
    """whom: it reaches. note: when."""

    sentence: str
    whom: str
    note: str
    href: str
    icon: str


@dataclass(frozen=True)
class Kind:
    """Rows with a time to come: with columns `title`, `at` and `whom`. url_name: the page of the row, or the list of its kind."""

    permission: str
    rows: Callable[[], QuerySet]
    url_name: str
    sentence: str  # gettext_lazy over "title"
    icon: str


def _notices() -> QuerySet:
    """An audience is named as in their list; how many it has is not said."""
    whom = Case(
        When(aim_kind=AimKind.DEPARTMENT, then="department__name"),
        When(aim_kind=AimKind.AUDIENCE, then="audience__name"),
        default=Value(str(dict(AimKind.choices)[AimKind.EVERYBODY])),
        output_field=TextField(),
    )
    return Announcement.objects.filter(state=Announcement.State.SCHEDULED).annotate(at=F("send_at"), whom=whom)


def _invitations() -> QuerySet:
    return Invitation.objects.open().annotate(
        title=F("name"), at=F("expires_at"), whom=Value("", output_field=TextField())
    )


KINDS = (
    Kind(
        "announcements.view_announcement",
        _notices,
        "admin:announcements_announcement_change",
        gettext_lazy("Notice: %(title)s"),
        "schedule_send",
    ),
    Kind(
        "staff.view_invitation",
        _invitations,
        "admin:staff_invitation_changelist",
        gettext_lazy("The invitation of %(title)s ends"),
        "mail",
    ),
)


def ahead_of(user: User) -> list[Plan] | None:
    """The next few, soonest first; None for somebody who may see none of their kinds. One statement."""
    own = {number: kind for number, kind in enumerate(KINDS) if user.has_perm(kind.permission)}
    if not own:
        return None
    branches = [
        kind.rows().order_by().values_list(Value(number), "pk", "title", "at", "whom") for number, kind in own.items()
    ]
    found = branches[0].union(*branches[1:], all=True).order_by("at")[:MOST]
    return [_plan(own[number], *facts) for number, *facts in found]


def _plan(kind: Kind, pk: int, title: str, at: datetime, whom: str | None) -> Plan:
    args = [] if kind.url_name.endswith("changelist") else [pk]
    href = reverse(kind.url_name, args=args)
    return Plan(kind.sentence % {"title": title}, whom or "", moment_words(at), href, kind.icon)
