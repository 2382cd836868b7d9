"""The two pages of signing in through WeChat: the way out and the way back."""

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wechat.errors import WeChatRefused, WeChatUnavailable
from wechat.links import request_base, sign_in_path
from wechat.models import Account
from wechat.services.accounts import account_active
from wechat.services.oauth import (
    STATE_LIFETIME,
    OAuthRefused,
    StateOver,
    may_restart,
    next_path_clean,
    oauth_finish,
    oauth_start,
    state_take,
    wants_restart,
)
from workers.sessions import session_open, visitor_of

BROWSER_COOKIE = "wechat_browser"
_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}\Z")


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """`?next=` a path of this site. Who is recognised already goes there at once."""
    next_path = next_path_clean(request.GET.get("next", "/"))
    if visitor_of(request).is_known:
        return HttpResponseRedirect(next_path)
    account = account_active()
    if account is None:
        return _stop(
            request,
            status=503,
            heading=_("WeChat is not connected yet"),
            advice=_(
                "Whoever runs this place has to connect its official account first. You can read the lessons meanwhile."
            ),
            next_path=next_path,
        )
    return _send_out(request, account, next_path=next_path)


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """WeChat sends the browser back with `code` and `state`. A page reloaded or left open starts once more."""
    try:
        state = state_take(state=request.GET.get("state", ""), browser=request.COOKIES.get(BROWSER_COOKIE, ""))
    except StateOver as over:
        if visitor_of(request).is_known:
            return HttpResponseRedirect(over.state.next_path)
        if may_restart(over.state):
            return _send_out(request, over.state.account, next_path=over.state.next_path, restarts=1)
        return _stop_refused(request, str(over), next_path=over.state.next_path)
    except OAuthRefused as refusal:
        return _stop_refused(request, str(refusal))
    if not (code := request.GET.get("code", "")[:512]):
        return _stop_refused(request, _("WeChat was not allowed to say who you are."), next_path=state.next_path)
    try:
        back = oauth_finish(state=state, code=code)
    except OAuthRefused as refusal:
        return _stop_refused(request, str(refusal), next_path=state.next_path)
    except WeChatRefused as refusal:
        if wants_restart(refusal) and may_restart(state):
            return _send_out(request, state.account, next_path=state.next_path, restarts=1)
        return _stop_refused(request, _("WeChat did not say who you are."), next_path=state.next_path)
    except WeChatUnavailable:
        advice = _("WeChat does not answer at the moment. Try again in a minute.")
        return _stop_refused(request, advice, next_path=state.next_path, status=503)
    response = HttpResponseRedirect(back.next_path)
    session_open(contact=back.contact, response=response, request=request)
    return response


def _send_out(request: HttpRequest, account: Account, *, next_path: str, restarts: int = 0) -> HttpResponse:
    browser = request.COOKIES.get(BROWSER_COOKIE, "")
    if not _BROWSER.match(browser):
        browser = secrets.token_urlsafe(32)
    address = oauth_start(
        account=account,
        browser=browser,
        redirect_uri=request_base(request) + reverse("wechat:oauth-callback"),
        next_path=next_path,
        restarts=restarts,
    )
    response = HttpResponseRedirect(address)
    response.set_cookie(
        BROWSER_COOKIE,
        browser,
        max_age=STATE_LIFETIME,
        path=reverse("wechat:oauth-start"),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _stop_refused(request: HttpRequest, advice: str, *, next_path: str = "/", status: int = 403) -> HttpResponse:
    return _stop(request, status=status, heading=_("We could not recognise you"), advice=advice, next_path=next_path)


def _stop(request: HttpRequest, *, status: int, heading: str, advice: str, next_path: str) -> HttpResponse:
    """A page that says why, with two ways on: once more, or without being recognised."""
    context = {"heading": heading, "advice": advice, "again": sign_in_path(next_path)}
    return render(request, "wechat/not_recognised.html", context, status=status)
