"""Programs of the factory: the tokens they sign in with, and what they were answered."""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.staff.services.reach import users_who_may
from workers.models import ApiReceipt, ApiToken, Worker
from workers.services.people import worker_leave

TOKEN_MARK = "wst_"  # so that a token in a log or a mail is known for one
PREFIX_LENGTH = 12
LONGEST_DAYS = 730
USED_AGAIN = timedelta(minutes=1)  # last use is written at most that often
RECEIPTS_KEPT = timedelta(days=7)
MAY_MAKE = "workers.add_apitoken"


class TokenRefused(DomainError):
    """codes: authentication_failed (there never was such a token), token_expired, token_revoked."""

    code = "authentication_failed"
    status = 401


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    status = 422


class KeyInWork(DomainError):
    code = "idempotency_key_in_work"
    wait = 2  # seconds, for Retry-After


class TakeOverRefused(DomainError):
    code = "take_over_refused"


class LeaveRefused(DomainError):
    """codes: leave_too_early, leave_before_hire, left_already."""

    code = "leave_refused"
    status = 422


@transaction.atomic
def token_create(*, name: str, scopes: Sequence[str], days: int, by: User) -> tuple[ApiToken, str]:
    """The token's row, and the token itself: nobody can read it again."""
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken(
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        token_hash=_hash(secret),
        scopes=list(scopes),
        expires_at=timezone.now() + timedelta(days=min(days, LONGEST_DAYS)),
        created_by=by,
    )
    token.save(force_insert=True)
    audit_record(
        by=by, action="api_token_created", about=token, scopes=token.scopes, expires=token.expires_at.isoformat()
    )
    return token, secret


@transaction.atomic
def token_revoke(*, token: ApiToken, by: User) -> bool:
    """It opens nothing from now on. False: it was revoked already."""
    now = timezone.now()
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now, updated_at=now):
        return False
    audit_record(by=by, action="api_token_revoked", about=token)
    return True


def tokens_answered(tokens: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
    """With `answerer`, the id of who answers for it, and `is_orphan`: they may no longer sign in or make tokens."""
    makers = users_who_may(MAY_MAKE).filter(pk=OuterRef("answerer"))
    return tokens.annotate(answerer=Coalesce("taken_over_by", "created_by")).annotate(is_orphan=~Exists(makers))


def tokens_living() -> QuerySet[ApiToken]:
    return tokens_answered(ApiToken.objects.filter(revoked_at=None, expires_at__gt=Now()))


@transaction.atomic
def token_take_over(*, token: ApiToken, by: User) -> None:
    """`by` answers for it from now on; the program goes on. Raises TakeOverRefused for one that has ended."""
    ApiToken.objects.select_for_update(of=["self"]).get(pk=token.pk)
    token = tokens_living().filter(pk=token.pk).first()
    if token is None:
        raise TakeOverRefused(_("This token has ended. Make a new one."), code="ended")
    if token.answerer == by.pk:
        return
    before = User.objects.get(pk=token.answerer).get_username() if token.answerer else ""
    ApiToken.objects.filter(pk=token.pk).update(taken_over_by=by, updated_at=timezone.now())
    audit_record(by=by, action="api_token_taken_over", about=token, of=before)


def token_used(secret: str) -> ApiToken:
    """The living token with that text, its use noted. Raises TokenRefused: that one has ended is told to who holds its text."""
    now = timezone.now()
    token = ApiToken.objects.filter(token_hash=_hash(secret)).first()
    if token is None:
        text = _("This token is not known here. Compare it, and the host, with what the factory gave you.")
        raise TokenRefused(text)
    if token.revoked_at:
        text = _("This token was revoked on %(date)s. Ask the factory why; it can make a new one.")
        raise TokenRefused(text % {"date": _day(token.revoked_at)}, code="token_revoked")
    if token.expires_at <= now:
        text = _("This token expired on %(date)s. Ask the factory for a new one.")
        raise TokenRefused(text % {"date": _day(token.expires_at)}, code="token_expired")
    if token.last_used_at is None or token.last_used_at < now - USED_AGAIN:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


@transaction.atomic
def receipt_once(*, token: ApiToken, key: str, request: Any, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do the work once for a key of that token; asked again with the same request, give the first answer again.

    The answer is kept in the transaction of the work: neither is there without the other. Raises KeyReused for another
    request under the same key, and KeyInWork while the first is still being worked on.
    """
    request_hash = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    with connection.cursor() as cursor:
        lock = f"{connection.schema_name}/{token.pk}/{key}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        if not cursor.fetchone()[0]:
            raise KeyInWork(_("The first request with this Idempotency-Key is still being worked on. Ask again soon."))
    if earlier := ApiReceipt.objects.filter(token=token, key=key).first():
        if earlier.request_hash != request_hash:
            raise KeyReused(_("This Idempotency-Key was used for another request. Make a new key for each request."))
        return earlier.body
    body = work()
    ApiReceipt.objects.create(token=token, key=key, request_hash=request_hash, status=200, body=body)
    return body


@transaction.atomic
def worker_deactivate(*, worker: Worker, on: date, by: str) -> Worker:
    """They have left on that day. The same day again changes nothing. Raises LeaveRefused."""
    if on > timezone.localdate():
        raise LeaveRefused(
            _("The leave date lies in the future. Enter it when the day has come."), code="leave_too_early"
        )
    if worker.hired_on and on < worker.hired_on:
        raise LeaveRefused(
            _("Nobody leaves before they were hired. Correct one of the two dates."), code="leave_before_hire"
        )
    if worker_leave(worker=worker, on=on):
        audit_record(by=by, action="worker_left", about=worker, subjects=[worker.pk])
    worker.refresh_from_db()
    if worker.left_on != on:
        text = _("They left on %(date)s already. Change the day in the list of employees.")
        raise LeaveRefused(text % {"date": worker.left_on.isoformat()}, code="left_already")
    return worker


def receipts_clean() -> int:
    """Take away what no program asks for any more."""
    return ApiReceipt.objects.filter(created_at__lt=timezone.now() - RECEIPTS_KEPT).delete()[0]


def _day(at: datetime) -> str:
    return timezone.localdate(at).isoformat()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
