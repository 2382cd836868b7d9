"""Error pages: what happened, what to do now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _error_page(request: HttpRequest, *, status: int, heading: str, advice: str) -> HttpResponse:
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
    return _error_page(
        request,
        status=429,
        heading=_("Too many failed attempts"),
        advice=_("Wait a quarter of an hour, then sign in again. A colleague can give you a new password meanwhile."),
    )
