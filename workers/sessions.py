"""Who is looking at a worker's page: a cookie that names a row of this factory's schema, and nothing in any other."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial, wraps
from hashlib import sha256
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tenants.postgresql.prepared import prepared_execute
from workers.models import Contact, WorkerSession

COOKIE_NAME = "worker_session"
LIFETIME = timedelta(days=180)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Visitor:
    """contact_id: who is recognised, None for a stranger. worker_id: whom it is bound to, None for one who left.

    has_left: it is bound to somebody who works here no more.
    """

    contact_id: int | None = None
    worker_id: int | None = None
    name: str = ""
    has_left: bool = False

    @property
    def is_known(self) -> bool:
        return self.contact_id is not None

    @property
    def is_bound(self) -> bool:
        return self.worker_id is not None


STRANGER = Visitor()

# On every page of every visit: one indexed read, no model instances. The tables one after the other, for a join takes three
# times as long to plan.
_READ_VISITOR = """
    SELECT contact.id, contact.worker_id,
        (SELECT worker.name FROM workers_worker worker WHERE worker.id = contact.worker_id AND worker.left_on IS NULL)
    FROM workers_contact contact
    WHERE contact.id = (
        SELECT session.contact_id FROM workers_workersession session
        WHERE session.token_hash = %(token_hash)s AND session.expires_at > %(now)s
    )
"""


class VisitorMiddleware:
    """Sets `request.visitor`, read from the database only when somebody asks for it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.visitor = SimpleLazyObject(partial(visitor_of, request))
        return self.get_response(request)


def visitor_of(request: HttpRequest) -> Visitor:
    """The visitor of this request; at most one SELECT, kept on the request. On the public site all are strangers."""
    visitor = request.__dict__.get("_visitor")
    if visitor is None:
        visitor = request._visitor = _read_visitor(request)
    return visitor


def session_open(*, contact: Contact, response: HttpResponse, request: HttpRequest | None = None) -> WorkerSession:
    """Recognise this browser as `contact` from now on. The session `request` came with ends: no token is used again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    if request is not None:
        _forget(request)
    session = WorkerSession.objects.create(
        contact=contact, token_hash=_hash(token), expires_at=timezone.now() + LIFETIME
    )
    response.set_cookie(
        COOKIE_NAME,
        token,
        max_age=LIFETIME,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return session


def session_close(*, request: HttpRequest, response: HttpResponse) -> None:
    """Forget this browser, here and there."""
    _forget(request)
    response.delete_cookie(COOKIE_NAME, samesite="Lax")


def sessions_clean() -> int:
    """Delete the sessions that have expired and return how many rows there were."""
    return WorkerSession.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def bound_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let bound workers in; a known contact is sent to bind first, a stranger to where a channel recognises them."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        visitor = visitor_of(request)
        if visitor.is_bound:
            return view(request, *args, **kwargs)
        return redirect_with_next(
            request, address=reverse("workers:bind") if visitor.is_known else settings.SIGN_IN_URL
        )

    return checked


def redirect_with_next(request: HttpRequest, *, address: str) -> HttpResponse:
    """Send the browser to `address?next=` this page (home after a post); a fragment's request moves the whole page."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    there = f"{address}?{urlencode({'next': here}, safe='/')}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return HttpResponseRedirect(there)


def _read_visitor(request: HttpRequest) -> Visitor:
    token = request.COOKIES.get(COOKIE_NAME)
    if not token or request.factory is None:
        return STRANGER
    with connection.cursor() as cursor:
        prepared_execute(cursor, _READ_VISITOR, {"token_hash": _hash(token), "now": timezone.now()})
        row = cursor.fetchone()
    if row is None:
        return STRANGER
    contact_id, worker_id, name = row
    if worker_id is not None and name is None:
        return Visitor(contact_id, has_left=True)
    return Visitor(contact_id, worker_id, name or "")


def _forget(request: HttpRequest) -> None:
    if token := request.COOKIES.get(COOKIE_NAME):
        WorkerSession.objects.filter(token_hash=_hash(token)).delete()
        request.__dict__.pop("_visitor", None)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
