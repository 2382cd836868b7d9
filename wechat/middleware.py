"""In WeChat's browser everybody is recognised once, on whatever page they come in by."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from wechat.services.accounts import account_is_ready
from workers.sessions import COOKIE_NAME

TRIED_COOKIE = "wechat_tried"
TRIED_SECONDS = 600
# Pages for programs, for staff, for WeChat itself, and shared lessons, which open without being recognised.
LEFT_ALONE = ("/static/", "/assets/", "/media/", "/wechat/", "/admin/", "/api/", "/s/", "/i18n/", "/jsi18n/")


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
