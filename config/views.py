"""Error pages: what happened, what to do now."""

import sys
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from config.api import problem_of
from tenants.errors import DomainError
from tenants.staff.lockout import waiting_until

CODES = {400: "bad_request", 403: "permission_denied", 404: "not_found", 500: "fault"}


def _error_page(request: HttpRequest, *, status: int, heading: str, advice: str) -> HttpResponse:
    title = _("Nothing is at this address. Compare it with the documentation.") if status == 404 else heading
    if problem := problem_of(request, status=status, title=title, code=CODES.get(status, "refused")):
        return problem
    home = "/admin/" if request.path_info.startswith("/admin/") else "/"
    context = {"heading": heading, "advice": advice, "status": status, "home": home}
    return render(request, "error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error_page(
        request,
        status=404,
        heading=_("This page is not there"),
        advice=_("The address may be old or mistyped. Go back to the first page and look again."),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error_page(
        request,
        status=400,
        heading=_("This address cannot be read"),
        advice=_("A part of it is wrong. Go back to the first page and choose again. Nothing was changed."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error_page(
        request,
        status=403,
        heading=_("Your account may not open this page"),
        advice=_("If you need it for your work, ask the person who gave you the account."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Also of a refusal that no page expected: then it says what it says."""
    refusal = sys.exception()
    if isinstance(refusal, DomainError):
        return _error_page(request, status=500, heading=_("This did not work"), advice=str(refusal))
    return _error_page(
        request,
        status=500,
        heading=_("Something went wrong here"),
        advice=_("It is not your fault. Wait a minute, then try again."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error_page(
        request,
        status=403,
        heading=_("This page has been open for too long"),
        advice=_("Go back, open the page again, then send it once more. Nothing was saved."),
    )


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """Says when: the wait grows, and nobody should guess at it."""
    until = waiting_until(request=request, username=(credentials or {}).get("username") or "") or timezone.now()
    advice = _(
        "Sign in again after %(time)s. Others are not held up. An owner can let you try again at once, or send you a"
        " link for a new password."
    )
    later = timezone.localtime(until + timedelta(seconds=59))  # the minute that has begun is over then
    return _error_page(
        request,
        status=429,
        heading=_("Too many failed attempts"),
        advice=advice % {"time": later.strftime("%H:%M")},
    )
