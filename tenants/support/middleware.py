"""Support inside a factory: every request looks whether the grant still lives, and what is done carries its number."""

import re

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tenants.audit.context import Looked, looked, support_uuid
from tenants.audit.services import audit_seen
from tenants.support.guests import guest_inside
from tenants.support.pages import COOKIE, SESSION_KEY, leave_page, over_page

# Pages that a permission to look or to draft would open: files (lists, rows of a roster that failed), the sending of a notice
# to everybody, and what belongs to an account, for support's has no password to set.
REFUSED_PAGES = re.compile(r"(_sheet|_export|_failed|_send)\Z|\A(account|password_change)")
DOORS = re.compile(r"/admin/(support/(knock|enter)/|login/|jsi18n/)")


class SupportMiddleware:
    """Looks at a factory's admin pages only: a worker's page pays nothing. `request.support` is the guest who asks,
    `request.guests` are those whom the factory's own people see."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.factory is None or not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        uuid = request.session.get(SESSION_KEY, "")
        request.support = guest_inside(request.factory, uuid) if uuid else None
        if uuid and not self._is_still_theirs(request):
            logout(request)
            return over_page(request)
        if not uuid and request.COOKIES.get(COOKIE) and self._is_shut_out(request):
            return over_page(request)
        request.guests = [] if uuid else [guest for guest in request.factory.guests if guest.is_here]
        said, looking = support_uuid.set(uuid), looked.set(Looked() if uuid else None)
        try:
            response = self.get_response(request)
            if uuid and response.status_code == 200:
                _page_told(request)
            return response
        finally:
            looked.reset(looking)
            support_uuid.reset(said)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not getattr(request, "support", None):
            return None
        name = request.resolver_match.url_name or ""
        if is_refused_page(name):
            raise PermissionDenied
        return leave_page(request) if name == "logout" else None

    def _is_shut_out(self, request: HttpRequest) -> bool:
        return not DOORS.match(request.path_info) and not request.user.is_authenticated

    def _is_still_theirs(self, request: HttpRequest) -> bool:
        return request.support is not None and request.user.is_authenticated


def is_refused_page(url_name: str) -> bool:
    return bool(REFUSED_PAGES.search(url_name))


def _page_told(request: HttpRequest) -> None:
    """No page is shown to a guest without an entry: its own, or this one, with whomever it has named besides."""
    now = looked.get()
    if now is None or DOORS.match(request.path_info) or not request.user.is_authenticated:
        return
    if now.subjects or not now.is_told:
        ids = sorted(now.subjects)
        audit_seen(
            by=request.user, where=request.path, rows=ids, action="support_looked", subjects=ids, path=request.path
        )
