"""HTML that is the same for everybody who is shown the same things, rendered once per process.

What is kept is found by everything the template is given, and it is given nothing else: no request, no visitor, no
factory. So two pages share HTML only when they would have come out alike, and nothing of one reader reaches another.
The one thing that differs, the CSRF token, is put into its place afterwards.
"""

import secrets
from collections.abc import Hashable
from functools import lru_cache
from threading import Lock

from cachetools import TTLCache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_TOKEN_SLOT = secrets.token_hex(32)
_tokens: TTLCache[str, str] = TTLCache(4096, 60)
_tokens_lock = Lock()


def rendered(template: str, **context: Hashable) -> SafeString:
    """A piece of a page in the reader's language. It must hold no form."""
    return _piece(template, get_language(), tuple(context.items()))


def rendered_page(request: HttpRequest, template: str, **context: Hashable) -> HttpResponse:
    """A whole page in the reader's language; its forms get this reader's token."""
    html = _page(template, get_language(), tuple(context.items()))
    if _TOKEN_SLOT in html:
        html = html.replace(_TOKEN_SLOT, _token(request))
    return unkept(HttpResponse(html))


def _token(request: HttpRequest) -> str:
    """The reader's token. Its mask, which costs as much as the page, is kept for a minute: the pages that come this way
    repeat nothing of what a request says, so their compressed size gives nothing away."""
    secret = request.META.get("CSRF_COOKIE", "")
    with _tokens_lock:
        token = _tokens.get(secret)
    if token is None:
        token = get_token(request)
        with _tokens_lock:
            _tokens[request.META["CSRF_COOKIE"]] = token
    return token


def unkept(response: HttpResponse) -> HttpResponse:
    """A page for one reader: their browser may keep it and asks for it anew each time."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@lru_cache(maxsize=4096)
def _piece(template: str, language: str, context: tuple) -> SafeString:
    return mark_safe(render_to_string(template, dict(context)).strip())


@lru_cache(maxsize=512)
def _page(template: str, language: str, context: tuple) -> str:
    return render_to_string(template, {**dict(context), "csrf_token": _TOKEN_SLOT})
