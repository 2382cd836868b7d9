"""One-time addresses by which people set their own sign-in name and password: nobody types another's."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.staff.models import Invitation
from tenants.staff.names import names_lock, sign_in_name_check
from tenants.staff.services.reach import is_within_reach, roles_within_reach
from tenants.staff.services.sign_ins import sign_ins_end

LIFETIME = timedelta(days=7)


class InvitationOver(DomainError):
    """Used, expired, withdrawn, or never there."""

    code = "invitation_over"


class BeyondReach(DomainError):
    code = "beyond_reach"
    status = 403


@transaction.atomic
def colleague_invite(*, by: User | None, name: str, roles: Iterable[Group], email: str = "") -> tuple[Invitation, str]:
    """An invitation and the secret of its address, which is told once and not kept.

    by: None only for the first owner of a new factory. Raises BeyondReach for a role that holds more than `by` does.
    """
    roles = list(roles)
    if by is not None and {role.pk for role in roles} - set(roles_within_reach(by).values_list("pk", flat=True)):
        raise BeyondReach(_("You cannot hand on a role that may do more than you. Ask an owner."))
    invitation, secret = _make(name=name, email=email, invited_by=by)
    invitation.roles.set(roles)
    audit_record(
        by=by or "system", action="colleague_invited", about=invitation, roles=sorted(role.name for role in roles)
    )
    return invitation, secret


@transaction.atomic
def password_reset_invite(*, by: User, user: User) -> tuple[Invitation, str]:
    """An address at which `user` sets a new password; earlier ones are void. The old password holds until then."""
    if not is_within_reach(by, user):
        raise BeyondReach(_("This colleague may do more than you. Ask an owner."))
    Invitation.objects.filter(user=user).open().delete()
    invitation, secret = _make(name=str(user), email=user.email, invited_by=by, user=user)
    audit_record(by=by, action="password_reset_sent", about=user)
    return invitation, secret


def _make(**fields) -> tuple[Invitation, str]:
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(**fields, secret_hash=_hash(secret), expires_at=timezone.now() + LIFETIME)
    return invitation, secret


def invitation_of(secret: str) -> Invitation:
    """Raises InvitationOver, also when whoever made the link might not make it today."""
    found = Invitation.objects.open().select_related("user", "invited_by").filter(secret_hash=_hash(secret)).first()
    if found is None or (found.user is not None and not found.user.is_active):
        raise InvitationOver(
            _("This link has been used or replaced, or is older than seven days. Ask whoever sent it for a new one.")
        )
    if not _is_vouched_for(found):
        raise InvitationOver(
            _("Whoever made this link may no longer do so. Ask somebody else who looks after accounts for a new one.")
        )
    return found


@transaction.atomic
def invitation_accept(*, secret: str, username: str, password: str) -> User:
    """Make the account, or set the new password. Raises InvitationOver, or ValidationError by field; nothing is left then.

    What the inviter may no longer hand on is not handed on: roles are looked at again, while nobody can change theirs.
    """
    invitation = invitation_of(secret)
    if invitation.invited_by_id:
        User.objects.select_for_update(of=("self",)).get(pk=invitation.invited_by_id)
        invitation = invitation_of(secret)
    if not Invitation.objects.open().filter(pk=invitation.pk).update(used_at=timezone.now()):
        raise InvitationOver(_("This link has just been used."))
    user = invitation.user or _account_begin(invitation, username)
    _password_check(password, user)
    user.set_password(password)
    if invitation.user is not None:
        user.save(update_fields=["password"])
        sign_ins_end(user=user)
        audit_record(by=user, action="password_reset", about=user)
        return user
    user.full_clean()
    user.save()
    user.groups.set(_roles_still_due(invitation))
    audit_record(
        by=user, action="invitation_accepted", about=user, roles=sorted(user.groups.values_list("name", flat=True))
    )
    return user


@transaction.atomic
def invitation_withdraw(*, invitation: Invitation, by: User) -> None:
    audit_record(by=by, action="invitation_withdrawn", about=invitation)
    invitation.delete()


def links_withdraw(*, user: User, by: User) -> int:
    """Somebody's account was closed or lost a role: the links they made, and those to their own account, are void."""
    links = Invitation.objects.open().filter(Q(invited_by=user) | Q(user=user))
    for invitation in links:
        invitation_withdraw(invitation=invitation, by=by)
    return len(links)


def invitations_clean() -> int:
    """Delete the used and the expired: what came of them is in the trail."""
    return Invitation.objects.filter(Q(used_at__isnull=False) | Q(expires_at__lte=timezone.now())).delete()[0]


def _is_vouched_for(invitation: Invitation) -> bool:
    """A link does not outlive the right to make it."""
    by, user = invitation.invited_by, invitation.user
    if by is None:
        return user is None  # the first owner of a new factory
    if user is None:
        return by.has_perm("staff.add_invitation")
    return by.has_perm("auth.change_user") and is_within_reach(by, user)


def _roles_still_due(invitation: Invitation) -> Iterable[Group]:
    by = invitation.invited_by
    return invitation.roles.all() if by is None else invitation.roles.filter(pk__in=roles_within_reach(by))


def _account_begin(invitation: Invitation, username: str) -> User:
    names_lock()
    try:
        name = sign_in_name_check(username)
    except ValidationError as error:
        raise ValidationError({"username": error}) from error
    return User(username=name, first_name=invitation.name, email=invitation.email, is_staff=True)


def _password_check(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error}) from error


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
