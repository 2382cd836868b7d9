"""The voice host: its own small way through, before cookies, sessions, recognition and the request log."""

import logging
import traceback

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.middleware.security import SecurityMiddleware
from django.shortcuts import render
from django.urls import Resolver404, resolve, set_urlconf
from django.utils import translation
from django.utils.translation import gettext as _

from grievances.csp import HEADERS
from tenants.problems import is_for_program, problem

URLCONF = "grievances.voice.urls"
PLACES_NAMED = 12
MOST_BYTES = 2 * 1024 * 1024
# Lines of this logger carry a day, no time (config.logs).
logger = logging.getLogger("grievances.voice")


class VoiceMiddleware:
    """Answers everything on a voice host but static files. Sets no cookie, reads none, writes no line about who came or when."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.answer = GZipMiddleware(
            SecurityMiddleware(self._answer)
        )  # a slow phone; there is no secret to be guessed at
        self.languages = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.is_voice:
            return self.get_response(request)
        if request.path_info.startswith(settings.STATIC_URL):
            return _unlogged(self.get_response(request))
        with translation.override(self._language(request)):
            response = self.answer(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return _unlogged(response)

    def _language(self, request: HttpRequest) -> str:
        """`?lang=`, else the factory's: a cookie would have to be set."""
        chosen = request.GET.get("lang", "")
        return chosen if chosen in self.languages else request.factory.language

    def _answer(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {}
        request.LANGUAGE_CODE = translation.get_language()
        if refusal := _size_refusal(request):
            return refusal
        set_urlconf(URLCONF)
        try:
            view, args, kwargs = resolve(request.path_info, URLCONF)
            response = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") and not response.is_rendered else response
        except (Http404, Resolver404):
            if is_for_program(request):
                return _sentence(request, 404, _("Nothing is at this address. Compare it with the documentation."))
            return _sentence(request, 404, _("This page is not there. Scan the poster again."))
        except Exception as error:
            logger.error("%s at %s", type(error).__name__, _places(error))
            return _fault(request)
        finally:
            set_urlconf(None)


def _size_refusal(request: HttpRequest) -> HttpResponse | None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        return _sentence(request, 411, _("The length of what was sent is missing."))
    if int(length) > MOST_BYTES:
        return _sentence(request, 413, _("This is too large. Take a smaller picture or write less."))
    return None


def _sentence(request: HttpRequest, status: int, text: str) -> HttpResponse:
    if is_for_program(request):
        return problem(status=status, title=text, code="not_found" if status == 404 else "refused")
    return render(request, "grievances/voice/error.html", {"text": text}, status=status)


def _fault(request: HttpRequest) -> HttpResponse:
    """The answer to a fault of ours, without the page's looks where these are the fault: nothing may reach Django's log."""
    text = _("Something went wrong here. Nothing you wrote is lost: wait a minute, then try again.")
    try:
        return _sentence(request, 500, text)
    except Exception:
        return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")


def _places(error: Exception) -> str:
    """Files and lines of a fault, innermost first, without values: the words of a database's error can name a case."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-PLACES_NAMED:])
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)


def _unlogged(response: HttpResponse) -> HttpResponse:
    response._has_been_logged = True  # type: ignore[attr-defined]  # django.request would write the path of a 4xx
    return response
