"""In which browsers somebody is signed in, and ending that."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tenants.audit.services import audit_record
from tenants.staff.models import SignIn
from tenants.staff.places import address_of, browser_of

STARTED, SEEN, CONFIRMED = "started_at", "seen_at", "confirmed_at"  # in the session, seconds since 1970
SEEN_EVERY = timedelta(minutes=1)
CONFIRMED_FOR = timedelta(minutes=10)


def sign_in_note(*, request: HttpRequest, user: User) -> SignIn:
    """Called as a session begins: nothing has been read of it yet, and nothing is written that the page would not write."""
    now = timezone.now().timestamp()
    request.session.update({STARTED: now, SEEN: now, CONFIRMED: now})
    return SignIn.objects.create(
        user=user, session_key=request.session.row_key, address=address_of(request), browser=browser_of(request)
    )


def session_is_over(session) -> bool:
    """Nobody has used it for the idle time, or it began too long ago. One without a beginning is over."""
    now = timezone.now()
    started, seen = _moment(session, STARTED), _moment(session, SEEN)
    return now > seen + settings.ADMIN_IDLE_TIME or now > started + settings.ADMIN_SESSION_TIME


def session_seen(session) -> None:
    now = timezone.now()
    if now > _moment(session, SEEN) + SEEN_EVERY:
        session[SEEN] = now.timestamp()
        SignIn.objects.filter(session_key=session.row_key).update(seen_at=now)


def session_confirmed(session) -> None:
    """The password has just been entered."""
    session[CONFIRMED] = timezone.now().timestamp()


def is_confirmed(session) -> bool:
    return timezone.now() < _moment(session, CONFIRMED) + CONFIRMED_FOR


def _moment(session, key: str) -> datetime:
    return datetime.fromtimestamp(session.get(key, 0), tz=timezone.get_current_timezone())


def sign_ins_of(user: User) -> QuerySet[SignIn]:
    """Those that still open a page."""
    living = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    started = timezone.now() - settings.ADMIN_SESSION_TIME
    seen = timezone.now() - settings.ADMIN_IDLE_TIME
    return SignIn.objects.filter(Exists(living), user=user, started_at__gt=started, seen_at__gt=seen)


@transaction.atomic
def sign_ins_end(*, user: User, by: User | None = None, but: str | None = "", only: int | None = None) -> int:
    """End sessions of `user`: all, all `but` one session key, or the one `only`. How many there were."""
    ending = SignIn.objects.filter(user=user).exclude(session_key=but or "")
    if only is not None:
        ending = ending.filter(pk=only)
    keys = list(ending.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    count = len(keys)
    ending.delete()
    if count and by is not None:
        audit_record(by=by, action="sign_ins_ended", about=user, count=count)
    return count


def sign_ins_clean() -> int:
    """Delete what is left of sessions that are over, also of those that nobody came back to; the number of sign-ins."""
    now = timezone.now()
    over = SignIn.objects.filter(
        Q(started_at__lte=now - settings.ADMIN_SESSION_TIME) | Q(seen_at__lte=now - settings.ADMIN_IDLE_TIME)
    )
    Session.objects.filter(Q(expire_date__lte=now) | Q(session_key__in=over.values("session_key"))).delete()
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    return SignIn.objects.exclude(Exists(living)).delete()[0]
