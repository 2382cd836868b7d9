"""The roles of the two admin sites, in one table. Keys are stable; the screens show the titles.

A line of a role reads "app.model": words. view, add, change and delete are Django's own permissions on that model; every
other word is the codename of a permission that its `Meta.permissions` lists. The owner holds what any role of a factory
holds, and so may hand each of them on; a new line belongs where the work is done, and here only once.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tenants.utils import get_public_schema_name

from tenants.enrolment import by_enrolment

OWNER = "owner"
PEOPLE = "people"
CONTENT_EDITOR = "content_editor"
COMMUNICATIONS = "communications"
GRIEVANCE_OFFICER = "grievance_officer"
LINE_LEADER = "line_leader"
VIEWER = "viewer"
LIBRARIAN = "librarian"
FACTORY_MANAGER = "factory_manager"
RESEARCHER = "researcher"
OMBUDSMAN = "ombudsman"
OPERATOR = "operator"

ALL = "view add change delete"
Lines = dict[str, str]  # "app.model" -> permissions, by spaces


def lines_joined(*tables: Lines) -> Lines:
    """What somebody holds who holds all of these."""
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for table in tables:
        for model, line in table.items():
            words[model] |= dict.fromkeys(line.split())
    return {model: " ".join(held) for model, held in words.items()}


@dataclass(frozen=True)
class Role:
    """starts_on: there from the first day; the others appear when the owner switches them on. guarded: sees personal data or
    hands out rights, and so signs in with a second factor."""

    key: str
    title: str
    description: str
    lines: Lines
    starts_on: bool = False
    guarded: bool = False

    @property
    def permissions(self) -> set[tuple[str, str]]:
        """(app label, codename) of everything it may do."""
        return {
            (model.split(".")[0], f"{word}_{model.split('.')[1]}" if word in ALL.split() else word)
            for model, line in self.lines.items()
            for word in line.split()
        }


_LESSONS_READ = {
    "lessons.topic": "view",
    "lessons.series": "view",
    "lessons.lesson": "view",
    "lessons.block": "view",
    "lessons.question": "view",
    "lessons.choice": "view",
    "lessons.asset": "view",
    "lessons.lessonversion": "view",
}
_LESSONS_WRITE = {
    **dict.fromkeys(_LESSONS_READ, ALL),
    "lessons.lessonversion": "view",
}
_VOICE = {
    "grievances.case": "view",  # opens the desk; reading a case takes keys, which no role gives
    "grievances.officer": "view",
    "grievances.boardentry": ALL,
    "grievances.replytemplate": ALL,
    "grievances.channel": "view add change",
}
_COLLEAGUES = {
    "auth.user": "view change",
    "auth.group": "view change",  # to switch roles on and off
    "staff.invitation": "view add delete",
}
_PEOPLE = {
    "workers.worker": "view add change import_roster export_worker unbind_worker see_all_departments"
    " see_personal_worker erase_worker",
    "workers.rosterimport": "view add change",
    "workers.department": ALL,
    "workers.shift": ALL,
    "workers.shiftday": ALL,
    "workers.audience": ALL,
    "workers.bindingpolicy": "view change",
    "workers.privacyrequest": "view change",
    "workers.consent": "view",
    "workers.contact": "view",
    "workers.workermessage": "view",
    "progress.lessonprogress": "view view_figures",
    "progress.quizattempt": "view",
}
_COMMUNICATIONS = {
    "announcements.announcement": ALL,
    "announcements.receipt": "view",
    "workers.audience": ALL,
    "workers.department": "view",
    "wechat.scene": ALL,
    "wechat.follower": "view",
    "wechat.inboundcallback": "view",
    **_LESSONS_READ,
}
_LINE_LEADER = {"workers.worker": "view", "progress.lessonprogress": "view", "progress.quizattempt": "view"}
_VIEWER = {"progress.lessonprogress": "view_figures", "grievances.channel": "view", **_LESSONS_READ}
# What an owner alone may do.
_OWNER = {
    **_COLLEAGUES,
    "audit.auditentry": "view grant_support",
    "wechat.account": "view add change",
    "workers.apitoken": "view add change",
    "workers.colleague": "view add change",
}

FACTORY_ROLES = (
    Role(
        OWNER,
        _("Owner"),
        _("everything: colleagues and their roles, the official account, and all that the other roles may do"),
        lines_joined(_OWNER, _PEOPLE, _COMMUNICATIONS, _LESSONS_WRITE, _VOICE, _LINE_LEADER, _VIEWER),
        starts_on=True,
        guarded=True,
    ),
    Role(
        PEOPLE,
        _("People"),
        by_enrolment(
            _("roster, departments, shifts, binding; sees who has learned what"),
            _("learners and what they ask of their data; sees who has learned what"),
        ),
        _PEOPLE,
        starts_on=True,
        guarded=True,
    ),
    Role(
        CONTENT_EDITOR, _("Content editor"), _("writes and publishes lessons; sees nobody's learning"), _LESSONS_WRITE
    ),
    Role(
        COMMUNICATIONS,
        _("Communications"),
        _("notices, audiences, posters and followers; sees who has read a notice"),
        _COMMUNICATIONS,
        guarded=True,
    ),
    Role(
        GRIEVANCE_OFFICER,
        _("Officer for workers' voice"),
        by_enrolment(
            _("reads and answers what workers send, with keys of their own; sees nobody's learning"),
            _("reads and answers what learners send, with keys of their own; sees nobody's learning"),
        ),
        _VOICE,
        guarded=True,
    ),
    Role(
        LINE_LEADER,
        pgettext_lazy("role", "Line leader"),
        _("sees the learning of the people they lead, and of nobody else"),
        _LINE_LEADER,
        guarded=True,
    ),
    Role(VIEWER, _("Viewer"), _("sees figures and lessons; no names"), _VIEWER),
)
LIBRARY_ROLES = (
    Role(
        LIBRARIAN,
        _("Librarian"),
        _("writes and publishes the shared lessons"),
        _LESSONS_WRITE,
        starts_on=True,
    ),
    Role(
        FACTORY_MANAGER,
        _("Factory manager"),
        _("opens and suspends factories, and helps them when they let us in"),
        {
            "tenants.factory": "view add change",
            "tenants.factorygroup": ALL,
            "tenants.domain": "view",
            "tenants.supportgrant": "view enter_supportgrant",
            "grievances.factoryfigures": "view",
        },
        starts_on=True,
        guarded=True,
    ),
    Role(
        RESEARCHER,
        _("Researcher"),
        _("sees figures of all factories, small groups left out; no names"),
        {"tenants.factory": "view", "grievances.factoryfigures": "view", **_LESSONS_READ},
        starts_on=True,
    ),
    Role(
        OMBUDSMAN,
        _("Ombudsman"),
        _("reads and answers what workers of all factories send to CCR CSR, with keys of their own"),
        {**_VOICE, "grievances.factoryfigures": "view"},
        starts_on=True,
        guarded=True,
    ),
    Role(
        OPERATOR,
        _("Operator"),
        _("colleagues, their roles, factories and the library; appoints no ombudsman"),
        lines_joined(
            _COLLEAGUES,
            _LESSONS_WRITE,
            {
                "audit.auditentry": "view",
                "tenants.factory": "view add change",
                "tenants.factorygroup": ALL,
                "tenants.domain": "view",
                "tenants.supportgrant": "view",
                "grievances.factoryfigures": "view",
            },
        ),
        starts_on=True,
        guarded=True,
    ),
)
ROLES = {role.key: role for role in (*FACTORY_ROLES, *LIBRARY_ROLES)}


def roles_here() -> tuple[Role, ...]:
    """The roles there can be in the present schema."""
    return LIBRARY_ROLES if connection.schema_name == get_public_schema_name() else FACTORY_ROLES


def role_title(key: str) -> str:
    return str(ROLES[key].title) if key in ROLES else key


def role_description(key: str) -> str:
    return str(ROLES[key].description) if key in ROLES else ""


def roles_told(user: User) -> list[str]:
    """What a colleague may be called here; whoever may do everything needs no role for it."""
    titles = [role_title(group.name) for group in user.groups.all()]
    return [str(_("Everything")), *titles] if user.is_superuser else titles


def roles_ensure() -> None:
    """Make the roles that start on and complete those that are on, in the present schema. Running it again changes nothing."""
    on = set(Group.objects.values_list("name", flat=True))
    known = _permissions_known()
    for role in roles_here():
        if role.starts_on or role.key in on:
            _role_fill(role, known)


def role_on(key: str) -> Group:
    """The group of a role in the present schema, made when it is not there yet. KeyError for one of the other site."""
    role = {role.key: role for role in roles_here()}[key]
    return Group.objects.filter(name=key).first() or _role_fill(role, _permissions_known())


def _permissions_known() -> dict[tuple[str, str], int]:
    return {
        (app, name): pk for app, name, pk in Permission.objects.values_list("content_type__app_label", "codename", "pk")
    }


def _role_fill(role: Role, known: dict[tuple[str, str], int]) -> Group:
    group, _made = Group.objects.get_or_create(name=role.key)
    group.permissions.set(known[permission] for permission in role.permissions & known.keys())
    return group
