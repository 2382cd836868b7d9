"""Waits that grow with wrong guesses (django-axes asks here), counted for each sign-in name and place.

A place is a network address, or a browser that has signed in as this very person before: what a colleague tries at the next
desk, or a stranger from afar, holds up neither. The cache keeps the counts, by factory, for a day.

A name is the account's own, letter for letter (tenants.staff.names finds it for what somebody typed): no lookalike shares its
counts, and for good, as nobody's sign-in name changes. Of no account it is what was typed.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from axes.helpers import get_client_username
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tenants.staff.failures import failure_record
from tenants.staff.places import address_of

FREE_GUESSES = 5
LONGEST_WAIT = timedelta(hours=1)
REMEMBERED = timedelta(days=1)
CODES_A_DAY = 30  # wrong codes of one account from anywhere, after which only a browser it knows may go on
KNOWN_COOKIE = "known_browser"
KNOWN_FOR = timedelta(days=180)
KNOWN_NAMES = 5  # of one browser


def wait_after(failures: int) -> timedelta:
    """None for the first few, then a minute, doubled each time, an hour at most."""
    if failures < FREE_GUESSES:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failures - FREE_GUESSES, 10)), LONGEST_WAIT)


def failure_count(*, request: HttpRequest, username: str) -> datetime | None:
    """Count a wrong password or code; until when this place must wait now, if at all."""
    key = _key(request, username)
    cache.add(f"{key}:n", 0, timeout=REMEMBERED.total_seconds())
    wait = wait_after(cache.incr(f"{key}:n"))
    if not wait:
        return None
    until = timezone.now() + wait
    cache.set(f"{key}:until", until, timeout=wait.total_seconds())
    return until


def failures_counted(*, request: HttpRequest, username: str) -> int:
    return cache.get(f"{_key(request, username)}:n", 0)


def waiting_until(*, request: HttpRequest, username: str) -> datetime | None:
    return cache.get(f"{_key(request, username)}:until")


def failures_forget(*, request: HttpRequest, username: str) -> None:
    key = _key(request, username)
    cache.delete_many([f"{key}:n", f"{key}:until"])


def wait_lift(*, username: str) -> None:
    """A colleague lets this name try again from everywhere, at once."""
    cache.set(_round_key(username), secrets.token_hex(8), timeout=REMEMBERED.total_seconds())


def code_failure_count(*, username: str) -> None:
    key = f"codes:{_digest(username)}"
    cache.add(key, 0, timeout=REMEMBERED.total_seconds())
    cache.incr(key)


def codes_are_used_up(*, request: HttpRequest, username: str) -> bool:
    return cache.get(f"codes:{_digest(username)}", 0) >= CODES_A_DAY and _known_as(request, username) is None


def browser_remember(*, request: HttpRequest, response: HttpResponse, username: str) -> None:
    """This browser has signed in as that person: from now on nobody else's guesses count against it."""
    known = {name: mark for name, mark in _known(request).items() if name != _digest(username)}
    marks = dict(list(known.items())[-(KNOWN_NAMES - 1) :]) | {_digest(username): secrets.token_hex(8)}
    response.set_cookie(
        KNOWN_COOKIE,
        signing.dumps(marks, salt=_salt()),
        max_age=KNOWN_FOR,
        path="/admin/",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        return signing.loads(request.COOKIES.get(KNOWN_COOKIE, ""), salt=_salt(), max_age=KNOWN_FOR)
    except signing.BadSignature:
        return {}


def _known_as(request: HttpRequest, username: str) -> str | None:
    return _known(request).get(_digest(username))


def _key(request: HttpRequest, username: str) -> str:
    mark = _known_as(request, username)
    place = f"known {mark}" if mark else f"address {address_of(request)}"
    lifted = cache.get(_round_key(username), "")
    return "wait:" + _digest(f"{username} {place} {lifted}")


def _round_key(username: str) -> str:
    return f"wait-round:{_digest(username)}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _salt() -> str:
    return f"known browser of {connection.schema_name}"


class GrowingWaits(AxesBaseHandler, AbstractAxesHandler):
    """What django-axes asks before a password is looked at, and tells after."""

    def is_locked(self, request: HttpRequest, credentials: dict | None = None) -> bool:
        return waiting_until(request=request, username=_name(request, credentials)) is not None

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        return settings.AXES_FAILURE_LIMIT if self.is_locked(request, credentials) else 0

    def user_login_failed(self, sender, credentials: dict, request: HttpRequest | None = None, **kwargs) -> None:
        """Also called for an attempt that was refused unseen: that one does not make the wait longer."""
        if request is None:
            return
        request.axes_credentials = credentials
        if getattr(request, "axes_locked_out", False):
            return
        username = _name(request, credentials)
        request.axes_locked_out = failure_count(request=request, username=username) is not None
        count = failures_counted(request=request, username=username)
        failure_record(request=request, username=username, count=count, waits=request.axes_locked_out)

    def user_logged_in(self, sender, request: HttpRequest, user, **kwargs) -> None:
        failures_forget(request=request, username=user.get_username())

    def user_logged_out(self, sender, request: HttpRequest, user, **kwargs) -> None:
        pass


def _name(request: HttpRequest, credentials: dict | None) -> str:
    return get_client_username(request, credentials) or ""
