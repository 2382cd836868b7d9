"""A QR code on a screen and somebody's own phone: one question, one answer, five minutes."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from tenants.audit.services import audit_record
from tenants.staff.models import Scan
from tenants.staff.places import address_of, browser_of

LIFETIME = timedelta(minutes=5)


def scan_start(*, user: User, purpose: str, request: HttpRequest) -> tuple[Scan, str]:
    """A new question and the secret of its address; the person's earlier ones are void."""
    Scan.objects.filter(user=user).delete()
    secret = secrets.token_urlsafe(24)
    scan = Scan.objects.create(
        user=user,
        purpose=purpose,
        secret_hash=_hash(secret),
        number=secrets.randbelow(90) + 10,
        address=address_of(request),
        browser=browser_of(request),
        expires_at=timezone.now() + LIFETIME,
    )
    return scan, secret


def scan_of(secret: str) -> Scan | None:
    """The question a phone has opened, while it waits."""
    waiting = Scan.objects.filter(state=Scan.State.WAITING, expires_at__gt=timezone.now(), user__is_active=True)
    return waiting.select_related("user").filter(secret_hash=_hash(secret)).first()


def scan_answer(*, scan: Scan, is_me: bool) -> bool:
    """The phone has answered; False when somebody has answered before."""
    state = Scan.State.CONFIRMED if is_me else Scan.State.REFUSED
    waiting = Scan.objects.filter(pk=scan.pk, state=Scan.State.WAITING, expires_at__gt=timezone.now())
    answered = bool(waiting.update(state=state))
    if answered and not is_me:
        audit_record(by=scan.user, action="sign_in_refused", about=scan.user, address=scan.address)
    return answered


def scan_take(*, pk: int, user: User, purpose: str) -> bool:
    """The screen goes on with a confirmed answer, once."""
    answered = Scan.objects.filter(pk=pk, user=user, purpose=purpose, state=Scan.State.CONFIRMED)
    return bool(answered.filter(expires_at__gt=timezone.now()).update(state=Scan.State.USED))


def scan_state(*, pk: int, user: User) -> str:
    """ "waiting", "confirmed", "refused", "used" or "over"."""
    scan = Scan.objects.filter(pk=pk, user=user).first()
    if scan is None or (scan.state == Scan.State.WAITING and scan.expires_at <= timezone.now()):
        return "over"
    return scan.state


def scans_clean() -> int:
    return Scan.objects.filter(expires_at__lte=timezone.now() - LIFETIME).delete()[0]


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
