"""What the channel still lacks before it opens, and who has to do it. First page, checklist and desk say the same."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db.models import Value
from django.urls import reverse
from django.utils.translation import gettext as _

from grievances.models import Lane, Officer
from grievances.services.sealed import own_lane
from tenants.roles import GRIEVANCE_OFFICER
from tenants.sql import read_all, sql_once
from tenants.staff.models import Invitation
from tenants.staff.services.reach import users_who_may
from tenants.words import listed

MAY_SERVE = "grievances.view_case"
MAY_SWITCH_ROLES = "auth.change_group"
INVITED = "invited"
State = Officer.State
Names = dict[str, dict[int, str]]  # what somebody is for the opening -> key -> name
# Who has the right, who could hand it on, who is about to have it, and whether the role is on.
WHO = (
    (lambda: users_who_may(MAY_SERVE), Value(MAY_SERVE), "pk", "first_name", "username"),
    (lambda: users_who_may(MAY_SWITCH_ROLES), Value(MAY_SWITCH_ROLES), "pk", "first_name", "username"),
    (lambda: Invitation.objects.open().filter(roles__name=GRIEVANCE_OFFICER), Value(INVITED), "pk", "name", Value("")),
    (lambda: Group.objects.filter(name=GRIEVANCE_OFFICER), Value(GRIEVANCE_OFFICER), "pk", "name", Value("")),
)


@dataclass(frozen=True, slots=True)
class Lack:
    """sentence: what is to do, by whom. href: where this person does it; empty where somebody else has to."""

    sentence: str
    href: str = ""


def opening_lack(user: User, officers: Iterable[Officer]) -> Lack | None:
    """The next thing that has to happen so that the channel opens; of an open one, whom `user` lets in or who lets `user` in.

    officers: those of this place who are present. The user's own keys are not named: they are asked for where they are
    missing. At most one statement.
    """
    present = list(officers)
    active = [officer for officer in present if officer.state == State.ACTIVE]
    waiting = [officer for officer in present if officer.state == State.WAITING]
    is_open = len(active) >= settings.VAULT_LEAST_OFFICERS
    if waiting and (not is_open or any(officer.user_id == user.pk for officer in present)):
        return _admission(user, active=active, waiting=waiting)
    if is_open:
        return None
    if own_lane() == Lane.OMBUDSMAN:
        return Lack(_("Somebody else has to sign in, open this page and make keys."))
    names = _colleagues()
    return _enrolment(names, {user.pk, *(officer.user_id for officer in present)}) or _role(user, names)


def _admission(user: User, *, active: list[Officer], waiting: list[Officer]) -> Lack:
    names, by = listed(waiting), listed(active)
    if not active:
        return Lack(
            _("Nobody can let %(names)s in at present: they give their keys up at the desk and make new ones.")
            % {"names": names}
        )
    if any(officer.user_id == user.pk for officer in active):
        text = _("%(names)s has made keys: let them in at the desk under “Officers”.")
        return Lack(text % {"names": names}, reverse("desk:page") + "#/officers")
    if any(officer.user_id == user.pk for officer in waiting):
        return Lack(_("Ask %(by)s to let you in.") % {"by": by}, reverse("desk:page"))
    return Lack(_("%(names)s has made keys and waits for %(by)s to let them in.") % {"names": names, "by": by})


def _colleagues() -> Names:
    """In one statement."""
    names: Names = defaultdict(dict)
    for what, key, name, sign_in_name in sorted(read_all(filter(None, (sql_once(*columns) for columns in WHO)))):
        names[what][key] = name or sign_in_name
    return names


def _enrolment(names: Names, enrolled: set[int | None]) -> Lack | None:
    """Somebody has the right, or is about to have it, and no keys. None where too few have it."""
    if keyless := [name for key, name in names[MAY_SERVE].items() if key not in enrolled]:
        text = _("Ask %(names)s to sign in and to make keys of their own at the desk.")
        return Lack(text % {"names": listed(keyless, most=3)})
    if invited := names[INVITED].values():
        text = _(
            "%(names)s is invited: they open their link, choose a password and make keys of their own at the desk."
        )
        return Lack(text % {"names": listed(invited, most=3)})
    return None


def _role(user: User, names: Names) -> Lack:
    """Somebody who may hand the role on does it; anybody else is told whom to ask."""
    is_on = GRIEVANCE_OFFICER in names
    if user.has_perm(MAY_SWITCH_ROLES):
        if is_on:
            text = _(
                "Give a colleague the role “Officer for workers' voice” under “Colleagues”, or invite one with it."
            )
            return Lack(text, reverse("admin:auth_user_changelist"))
        text = _("Switch the role “Officer for workers' voice” on under “Roles”, then give it to a colleague.")
        return Lack(text, reverse("admin:auth_group_changelist"))
    if is_on:
        text = _("Ask %(names)s to give a colleague the role “Officer for workers' voice”.")
    else:
        text = _("Ask %(names)s to switch the role “Officer for workers' voice” on and to give it to a colleague.")
    return Lack(text % {"names": listed(names[MAY_SWITCH_ROLES].values(), most=3)})
