"""Letting support in, the one-time pass that takes somebody from the public site into a factory, and the end of it."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from tenants.audit.actors import SUPPORT_PREFIX
from tenants.audit.context import support_uuid
from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.models import Factory, SupportGrant
from tenants.roles import COMMUNICATIONS, CONTENT_EDITOR, PEOPLE, VIEWER
from tenants.staff.services.reach import users_who_may
from tenants.staff.services.sign_ins import sign_ins_end

# Never owner, who hands out rights, nor officer, whose keys are their own, nor line leader, who leads somebody.
SUPPORT_ROLES = (PEOPLE, COMMUNICATIONS, CONTENT_EDITOR, VIEWER)
HOURS = (1, 4, 8, 24)
MOST_OPEN = 5
PASS_SECONDS = 60
MAY_ENTER = "tenants.enter_supportgrant"
MAY_GRANT = "audit.grant_support"


class SupportRefused(DomainError):
    code = "support_refused"


def roles_offered() -> list[str]:
    """Roles that are on in the present factory and that support may have."""
    on = set(Group.objects.filter(name__in=SUPPORT_ROLES).values_list("name", flat=True))
    return [role for role in SUPPORT_ROLES if role in on]


@transaction.atomic
def support_grant(*, factory: Factory, by: User, role: str, hours: int, reason: str) -> SupportGrant:
    """Let CCR CSR's support into the present factory. Raises SupportRefused (role, hours, no reason, too many open ones)."""
    if support_uuid.get():
        raise SupportRefused(_("Support cannot let support in. Ask the factory's owner."), code="by_support")
    if role not in roles_offered():
        raise SupportRefused(_("Support cannot have this role here. Choose another one."), code="bad_role")
    if hours not in HOURS:
        raise SupportRefused(_("Choose 1, 4, 8 or 24 hours."), code="bad_hours")
    if not reason.strip():
        raise SupportRefused(_("Say what support shall help with."), code="no_reason")
    with schema_context("public"):
        Factory.objects.select_for_update().get(pk=factory.pk)
        if SupportGrant.objects.open().filter(factory=factory).count() >= MOST_OPEN:
            text = _("Support can already come in %(count)d times. End one of them first.")
            raise SupportRefused(text % {"count": MOST_OPEN}, code="too_many")
        grant = SupportGrant.objects.create(
            factory=factory,
            role=role,
            reason=" ".join(reason.split())[:200],
            granted_by=by.get_username(),
            expires_at=timezone.now() + timedelta(hours=hours),
        )
    _record(grant, "support_granted", by=by, role=role, hours=hours, reason=grant.reason)
    return grant


@transaction.atomic
def support_end(*, factory: Factory, uuid: UUID, by: User | str = "system") -> None:
    """Whoever is inside is out at once. Ending it again changes nothing. Raises SupportRefused for another factory's."""
    grant = _locked(factory=factory, uuid=uuid)
    if grant.ended_at:
        return
    grant.ended_at = min(timezone.now(), grant.expires_at)
    _put_out(grant)
    _record(grant, "support_ended", by=by, staff=grant.used_by)


def pass_issue(*, uuid: UUID, by: User, browser: str) -> str:
    """The secret that lets `by` in once within a minute, from the browser that showed itself to the factory's host. In public.

    A new pass replaces the one before. Raises SupportRefused.
    """
    if not by.has_perm(MAY_ENTER):
        raise SupportRefused(_("Your role does not enter factories."), code="no_permission")
    with transaction.atomic():
        grant = SupportGrant.objects.open().select_for_update(of=["self"]).filter(uuid=uuid).first()
        if grant is None:
            raise SupportRefused(_("This support access has ended. Ask the factory for a new one."), code="ended")
        if grant.used_by and grant.used_by != by.get_username():
            text = _("%(name)s has entered with this access. Ask the factory for one of your own.")
            raise SupportRefused(text % {"name": grant.used_by}, code="taken")
        secret = secrets.token_urlsafe(32)
        grant.pass_for, grant.pass_hash = by.get_username(), _pass_hash(secret, browser)
        grant.pass_expires_at = timezone.now() + timedelta(seconds=PASS_SECONDS)
        grant.save(update_fields=["pass_for", "pass_hash", "pass_expires_at", "updated_at"])
    return secret


@transaction.atomic
def support_enter(*, factory: Factory, secret: str, browser: str) -> tuple[User, SupportGrant]:
    """Redeem a pass: the account in the present factory, holding exactly the granted role. Raises SupportRefused, always with
    the same words: whoever tries addresses learns nothing."""
    now = timezone.now()
    with schema_context("public"):
        grant = (
            SupportGrant.objects.open()
            .select_related("factory")
            .select_for_update(of=["self"])
            .filter(Q(used_by="") | Q(used_by=F("pass_for")), factory=factory, pass_expires_at__gt=now)
            .filter(pass_hash=_pass_hash(secret, browser))
            .first()
        )
        staff = grant and User.objects.filter(username=grant.pass_for, is_active=True, is_staff=True).first()
        may_come = staff and staff.has_perm(MAY_ENTER)
    if not may_come or not _is_vouched_for(grant):
        raise SupportRefused(_("This way in is used up or too old. Start again from the list of support access."))
    with schema_context("public"):
        grant.used_by, grant.pass_for, grant.pass_hash = grant.pass_for, "", ""
        grant.entered_at, grant.left_at = grant.entered_at or now, None
        grant.save(update_fields=["used_by", "pass_for", "pass_hash", "entered_at", "left_at", "updated_at"])
    user = _account(grant, staff.first_name)
    _record(grant, "support_entered", by=user, by_in_public=staff, staff=grant.used_by, role=grant.role)
    return user, grant


@transaction.atomic
def support_leave(*, factory: Factory, uuid: UUID) -> None:
    """The guest goes; until the grant ends they may come again with a new pass."""
    grant = _locked(factory=factory, uuid=uuid)
    if grant.left_at or grant.ended_at or not grant.entered_at:
        return
    grant.left_at = timezone.now()
    account = _username(grant)
    _put_out(grant)
    _record(grant, "support_left", by=account, staff=grant.used_by)


@transaction.atomic
def support_withdraw(*, factory: Factory, user: User, by: User) -> int:
    """Somebody's account was closed or lost the right to let support in: what they opened ends, whoever is inside is out."""
    if users_who_may(MAY_GRANT).filter(pk=user.pk).exists():
        return 0
    with schema_context("public"):
        opened = SupportGrant.objects.open().filter(factory=factory, granted_by=user.get_username())
        uuids = list(opened.values_list("uuid", flat=True))
    for uuid in uuids:
        support_end(factory=factory, uuid=uuid, by=by)
    return len(uuids)


def support_close_expired(*, factory: Factory) -> int:
    """End what is past its hour; how many there were. Nobody could do anything any more: this tidies up."""
    with schema_context("public"):
        over = SupportGrant.objects.filter(factory=factory, ended_at=None, expires_at__lte=timezone.now())
        uuids = list(over.values_list("uuid", flat=True))
    for uuid in uuids:
        support_end(factory=factory, uuid=uuid)
    return len(uuids)


def _locked(*, factory: Factory, uuid: UUID) -> SupportGrant:
    with schema_context("public"):
        grants = SupportGrant.objects.select_related("factory").select_for_update(of=["self"])
        grant = grants.filter(factory=factory, uuid=uuid).first()
    if grant is None:
        raise SupportRefused(_("There is no such support access in this factory."), code="unknown")
    return grant


def _is_vouched_for(grant: SupportGrant) -> bool:
    """An access does not outlive the right to give it."""
    return users_who_may(MAY_GRANT).filter(username=grant.granted_by).exists()


def _pass_hash(secret: str, browser: str) -> str:
    return hashlib.sha256(f"{secret}:{browser}".encode()).hexdigest()


def _username(grant: SupportGrant) -> str:
    return f"{SUPPORT_PREFIX}{grant.used_by[:100]}-{str(grant.uuid)[:8]}"


def _account(grant: SupportGrant, staff_name: str) -> User:
    """The temporary account, made anew or woken: no password, one role, nothing else whatever it held before."""
    name = _("%(name)s (CCR CSR support)") % {"name": staff_name or grant.used_by}
    user, _made = User.objects.update_or_create(
        username=_username(grant),
        defaults={"first_name": name[:150], "is_staff": True, "is_superuser": False, "is_active": True, "email": ""},
    )
    user.set_unusable_password()
    user.save(update_fields=["password"])
    user.user_permissions.clear()
    user.groups.set([Group.objects.get(name=grant.role)])
    return user


def _put_out(grant: SupportGrant) -> None:
    """Save the end of a stay: no pass, no session, no account that could sign in."""
    grant.pass_hash = grant.pass_for = ""
    with schema_context("public"):
        grant.save(update_fields=["ended_at", "left_at", "pass_hash", "pass_for", "updated_at"])
    user = User.objects.filter(username=_username(grant)).first() if grant.used_by else None
    if user:
        sign_ins_end(user=user)
        User.objects.filter(pk=user.pk).update(is_active=False)


def _record(grant: SupportGrant, action: str, *, by: User | str, by_in_public: User | None = None, **facts) -> None:
    """On both sides. In public, somebody of the factory stands with its name before theirs."""
    facts["factory"] = grant.factory.name
    said = support_uuid.set(str(grant.uuid))
    try:
        audit_record(by=by, action=action, about=grant, **facts)
        with schema_context("public"):
            here = by if isinstance(by, str) else f"{grant.factory.slug}:{by.get_username()}"
            audit_record(
                by=by_in_public or (grant.used_by if action == "support_left" else here),
                action=action,
                about=grant,
                **facts,
            )
    finally:
        support_uuid.reset(said)
