"""What the channel still lacks before it opens, and who has to do it. First page, checklist and desk say the same."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.translation import gettext as _

from grievances.models import Lane, Officer
from grievances.services.sealed import own_lane
from tenants.roles import GRIEVANCE_OFFICER
from tenants.staff.models import Invitation
from tenants.staff.services.reach import users_who_may
from tenants.words import colleague_name, listed

MAY_SERVE = "grievances.view_case"
MAY_SWITCH_ROLES = "auth.change_group"
State = Officer.State


@dataclass(frozen=True, slots=True)
class Lack:
    """sentence: what is to do, by whom. href: where this person does it; empty where somebody else has to."""

    sentence: str
    href: str = ""


def opening_lack(user: User) -> Lack | None:
    """The next thing that has to happen so that the channel opens; of an open one, whom `user` lets in or who lets `user` in.

    The user's own keys are not named: they are asked for where they are missing.
    """
    present = list(Officer.objects.own().present())
    active = [officer for officer in present if officer.state == State.ACTIVE]
    waiting = [officer for officer in present if officer.state == State.WAITING]
    is_open = len(active) >= settings.VAULT_LEAST_OFFICERS
    if waiting and (not is_open or any(officer.user_id == user.pk for officer in present)):
        return _admission(user, active=active, waiting=waiting)
    if is_open:
        return None
    if own_lane() == Lane.OMBUDSMAN:
        return Lack(_("Somebody else has to sign in, open this page and make keys."))
    return _enrolment(user, {officer.user_id for officer in present}) or _role(user)


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


def _enrolment(user: User, enrolled: set[int | None]) -> Lack | None:
    """Somebody has the right, or is about to have it, and no keys. None where too few have it."""
    others = [each for each in users_who_may(MAY_SERVE).order_by("pk") if each.pk != user.pk]
    if keyless := [colleague_name(each) for each in others if each.pk not in enrolled]:
        text = _("Ask %(names)s to sign in and to make keys of their own at the desk.")
        return Lack(text % {"names": listed(keyless, most=3)})
    invited = Invitation.objects.open().filter(roles__name=GRIEVANCE_OFFICER)
    if names := list(invited.values_list("name", flat=True)):
        text = _(
            "%(names)s is invited: they open their link, choose a password and make keys of their own at the desk."
        )
        return Lack(text % {"names": listed(names, most=3)})
    return None


def _role(user: User) -> Lack:
    """Somebody who may hand the role on does it; anybody else is told whom to ask."""
    is_on = Group.objects.filter(name=GRIEVANCE_OFFICER).exists()
    if user.has_perm(MAY_SWITCH_ROLES):
        if is_on:
            text = _(
                "Give a colleague the role “Officer for workers' voice” under “Colleagues”, or invite one with it."
            )
            return Lack(text, reverse("admin:auth_user_changelist"))
        text = _("Switch the role “Officer for workers' voice” on under “Roles”, then give it to a colleague.")
        return Lack(text, reverse("admin:auth_group_changelist"))
    names = listed(map(colleague_name, users_who_may(MAY_SWITCH_ROLES).order_by("pk")), most=3)
    if is_on:
        text = _("Ask %(names)s to give a colleague the role “Officer for workers' voice”.")
    else:
        text = _("Ask %(names)s to switch the role “Officer for workers' voice” on and to give it to a colleague.")
    return Lack(text % {"names": names})
