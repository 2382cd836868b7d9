"""Failed sign-ins in the audit trail, bounded: nobody at the door fills it by guessing on.

An entry for each account and place every ten minutes, one for each wait that begins, and no more than a number an hour for
one account. All who name no account count as one, and what they typed is not kept: it may be somebody's password.
"""

from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest

from tenants.audit.actors import UNKNOWN
from tenants.audit.services import audit_record
from tenants.staff.places import address_of

EVERY = timedelta(minutes=10)
HOUR = timedelta(hours=1)
MOST_AN_HOUR = 20


def failure_record(*, request: HttpRequest, username: str, count: int, waits: bool) -> None:
    """count: wrong passwords in a row; waits: a wait has begun with this one."""
    user = User.objects.filter(username=username).first()
    address = address_of(request)
    account = f"account {user.pk}" if user else UNKNOWN
    if not waits and not cache.add(_key("told", account, address), 1, timeout=EVERY.total_seconds()):
        return
    told = _key("hour", account)
    cache.add(told, 0, timeout=HOUR.total_seconds())
    if cache.incr(told) > MOST_AN_HOUR:
        return
    action, facts = ("sign_in_waits", {"count": count}) if waits else ("sign_in_failed", {})
    audit_record(by=user or UNKNOWN, action=action, about=user, address=address, **facts)


def _key(*parts: str | None) -> str:
    return "failed:" + sha256(" ".join(map(str, parts)).encode()).hexdigest()[:32]
