"""Sessions of the admin end by themselves: after the idle time, and after a day's work."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from tenants.staff.services.sign_ins import session_is_over, session_seen


class SignInMiddleware:
    """Looks at admin pages only; a worker's page never reads the session."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            if session_is_over(request.session):
                logout(request)
            else:
                session_seen(request.session)
        return self.get_response(request)
