"""The second factor: a code from an app, a recovery code, or one's own phone."""

import secrets
from base64 import b32decode
from datetime import timedelta
from enum import Enum
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from tenants.audit.actors import SUPPORT_PREFIX
from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.roles import ROLES
from tenants.staff.models import Account, AppKey
from tenants.staff.phones import phone_linked, phones_here
from tenants.staff.services.sign_ins import sign_ins_end

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like others


class WrongCode(DomainError):
    code = "wrong_code"


class NextStep(Enum):
    """What stands between a right password and the first page."""

    NONE = "none"
    VERIFY = "verify"
    OFFER = "offer"  # set one up, or later
    ENROL = "enrol"  # set one up


def is_guarded(user: User) -> bool:
    """Sees personal data or hands out rights."""
    held = user.groups.values_list("name", flat=True)
    return user.is_superuser or any(ROLES[name].guarded for name in held if name in ROLES)


def guarded_users() -> QuerySet[User]:
    roles = [role.key for role in ROLES.values() if role.guarded]
    return User.objects.filter(Q(is_superuser=True) | Q(groups__name__in=roles)).distinct()


def with_factors(users: QuerySet[User]) -> QuerySet[User]:
    """With `with_app` and `with_phone`: what each has besides a password."""
    app = AppKey.objects.filter(user=OuterRef("pk"), is_confirmed=True)
    phones = phones_here()
    return users.annotate(with_app=Exists(app), with_phone=phones.linked_expression() if phones else Value(False))


def unprotected_users() -> QuerySet[User]:
    """Guarded, and nothing but a password keeps others out. Support comes in without one."""
    exposed = with_factors(guarded_users()).filter(with_app=False, with_phone=False)
    return exposed.exclude(username__startswith=SUPPORT_PREFIX)


def has_app(user: User) -> bool:
    return AppKey.objects.filter(user=user, is_confirmed=True).exists()


def codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def has_factor(user: User) -> bool:
    return has_app(user) or phone_linked(user)


def next_step(user: User) -> NextStep:
    """Starts the days of grace when it asks for the first time."""
    if has_factor(user):
        return NextStep.VERIFY
    if not (settings.SECOND_FACTOR_REQUIRED and is_guarded(user)):
        return NextStep.NONE
    return NextStep.OFFER if grace_days(user) else NextStep.ENROL


def grace_days(user: User) -> int:
    """Whole days, begun ones counted, in which a second factor may still wait."""
    account, _made = Account.objects.get_or_create(user=user)
    if account.asked_at is None:
        account.asked_at = timezone.now()
        account.save(update_fields=["asked_at", "updated_at"])
    left = account.asked_at + timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS) - timezone.now()
    return max(0, -(-left // timedelta(days=1)))


def app_begin(user: User) -> AppKey:
    """The key that waits for its first code; the same one until then."""
    return AppKey.objects.get_or_create(user=user, is_confirmed=False)[0]


def app_address(app: AppKey) -> str:
    """What the QR code says: https://github.com/google/google-authenticator/wiki/Key-Uri-Format"""
    label = quote(f"{settings.OTP_TOTP_ISSUER}:{app.user.get_username()}")
    return f"otpauth://totp/{label}?{urlencode({'secret': app.key, 'issuer': settings.OTP_TOTP_ISSUER})}"


@transaction.atomic
def app_confirm(*, user: User, code: str) -> None:
    """The waiting key becomes the one that counts, in place of an earlier one. Raises WrongCode; nothing is changed then."""
    app = AppKey.objects.select_for_update().filter(user=user, is_confirmed=False).first()
    if app is None or not _code_taken(app, "".join(code.split())):
        raise WrongCode(_("This code is not right. Wait for the next one in the app and enter it."))
    AppKey.objects.filter(user=user, is_confirmed=True).delete()
    app.is_confirmed = True
    app.save(update_fields=["is_confirmed", "updated_at"])
    audit_record(by=user, action="second_factor_set", about=user, kind="app")


@transaction.atomic
def codes_make(user: User) -> list[str]:
    """Ten new recovery codes; earlier ones are void. To be shown once."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = ["".join(secrets.choice(_LETTERS) for _letter in range(10)) for _code in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_sealed(code)) for code in codes)
    audit_record(by=user, action="recovery_codes_made", about=user)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def code_check(*, user: User, code: str) -> str | None:
    """Which kind of factor the code proves ("app", "recovery"), once; None when it proves nothing."""
    written = "".join(code.split()).replace("-", "").lower()
    if written.isdecimal():
        app = AppKey.objects.select_for_update().filter(user=user, is_confirmed=True).first()
        if app is not None and _code_taken(app, written):
            return "app"
    recovery = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if recovery is not None and recovery.verify_token(_sealed(written)):
        return "recovery"
    return None


@transaction.atomic
def factors_reset(*, user: User, by: User) -> None:
    """Somebody has lost theirs: a colleague who may takes all away, and they set up new ones at their next sign-in.

    The days of grace do not begin anew. Whoever it is done to reads it when they sign in next.
    """
    AppKey.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    if phones := phones_here():
        phones.forget(user)
    sign_ins_end(user=user)
    Account.objects.update_or_create(user=user, defaults={"reset_by": str(by), "reset_at": timezone.now()})
    audit_record(by=by, action="second_factor_reset", about=user)


def _sealed(code: str) -> str:
    """What is kept of a recovery code, as long as its column."""
    return salted_hmac("recovery code", code, algorithm="sha256").hexdigest()[:16]


def _code_taken(app: AppKey, code: str) -> bool:
    """Whether the code is right at this time, or half a minute before or after; it is used up then."""
    totp = TOTP(b32decode(app.key), drift=app.drift)
    if not (code.isascii() and code.isdecimal() and totp.verify(int(code), tolerance=1, min_t=app.last_step + 1)):
        return False
    app.last_step, app.drift = totp.t(), totp.drift
    app.save(update_fields=["last_step", "drift", "updated_at"])
    return True
