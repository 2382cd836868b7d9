"""Two doors before the pages: one for WeChat's server, one for WeChat's browser."""

import re
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from wechat.services.accounts import account_is_ready
from wechat.views import webhook
from workers.sessions import COOKIE_NAME

TRIED_COOKIE = "wechat_tried"
TRIED_SECONDS = 600
# Pages for programs, for staff, for WeChat itself, and shared lessons, which open without being recognised.
LEFT_ALONE = ("/static/", "/assets/", "/media/", "/wechat/", "/admin/", "/api/", "/s/", "/i18n/", "/jsi18n/")


_CALLBACK = re.compile(r"/wechat/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/\Z")


class WebhookMiddleware:
    """Answers callbacks right after the factory is known, before what only browsers need.

    Session, language cookie, CSRF, content policy and the request log would take half of a callback's time. Who calls is
    proved by the signature; what was called is a row of its own.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _CALLBACK.match(request.path_info) if request.factory else None
        if found is None:
            return self.get_response(request)
        with translation.override(request.factory.language):
            return webhook(request, UUID(found[1]))


class RecogniseMiddleware:
    """Sends a stranger in WeChat's browser through web OAuth, once: whoever is not recognised then reads on as a stranger.

    The browser's name proves nothing and gives nothing; it only says that the way out leads somewhere.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_to_be_asked(request):
            return self.get_response(request)
        query = urlencode({"next": request.get_full_path()}, safe="/")
        response = HttpResponseRedirect(f"{reverse('wechat:oauth-start')}?{query}")
        response.headers["Cache-Control"] = "no-store"
        response.set_cookie(
            TRIED_COOKIE,
            "1",
            max_age=TRIED_SECONDS,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
        return response

    @staticmethod
    def _is_to_be_asked(request: HttpRequest) -> bool:
        return (
            request.method == "GET"
            and "MicroMessenger" in request.headers.get("User-Agent", "")
            and COOKIE_NAME not in request.COOKIES
            and TRIED_COOKIE not in request.COOKIES
            and request.factory is not None
            and not request.path_info.startswith(LEFT_ALONE)
            and "HX-Request" not in request.headers
            and account_is_ready()
        )
