"""What support and a factory's owner see: letting in, coming in, going out, and being out."""

import hashlib
import secrets
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_tenants.utils import schema_context

from tenants.errors import DomainError
from tenants.middleware import domains_forget
from tenants.models import SupportGrant
from tenants.roles import role_title
from tenants.sites import factory_site
from tenants.support.forms import GrantForm
from tenants.support.services import (
    MAY_GRANT,
    PASS_SECONDS,
    support_end,
    support_enter,
    support_grant,
    support_leave,
)

SESSION_KEY = "support"
COOKIE = "support_inside"  # tells a browser whose session is gone that it was support's; it opens nothing
BROWSER_COOKIE = "support_browser"  # the browser that knocks is the one that comes in
BACKEND = "django.contrib.auth.backends.ModelBackend"
SHOWN = 50


def public_url(path: str = "") -> str:
    return f"{settings.SITE_SCHEME}://{settings.PUBLIC_HOSTS[0]}{settings.SITE_PORT}/admin/tenants/supportgrant/{path}"


def access(request: HttpRequest) -> HttpResponse:
    """Let support in, see who is there and who was, end it."""
    _owner_only(request)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            support_grant(factory=request.factory, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Support can come in now. Tell them so; they find it in their list."))
            return HttpResponseRedirect(reverse("support:access"))
    with schema_context("public"):
        grants = list(SupportGrant.objects.filter(factory=request.factory)[:SHOWN])
        open_ones = set(SupportGrant.objects.open().filter(factory=request.factory).values_list("pk", flat=True))
    for grant in grants:
        grant.role_shown = role_title(grant.role)
    context = {
        **factory_site.each_context(request),
        "title": _("Support access"),
        "form": form,
        "open": [grant for grant in grants if grant.pk in open_ones],
        "past": [grant for grant in grants if grant.pk not in open_ones],
    }
    request.current_app = factory_site.name
    return TemplateResponse(request, "tenants/support/access.html", context)


@require_POST
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    _owner_only(request)
    try:
        support_end(factory=request.factory, uuid=uuid, by=request.user)
    except DomainError as refusal:
        raise Http404 from refusal
    domains_forget()
    messages.success(request, _("The support access has ended. Nobody is inside with it any more."))
    return HttpResponseRedirect(reverse("support:access"))


@require_GET
@never_cache
def knock(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Support stands at the factory's door: this browser gets a mark, and the public site a print of it for the pass."""
    mark = secrets.token_urlsafe(24)
    response = HttpResponseRedirect(public_url(f"{uuid}/pass/?{urlencode({'browser': browser_print(mark)})}"))
    response.set_cookie(
        BROWSER_COOKIE,
        mark,
        max_age=2 * PASS_SECONDS,
        path="/admin/support/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """With a pass, in the browser that knocked: signed in as the temporary account until the grant ends."""
    browser = browser_print(request.COOKIES.get(BROWSER_COOKIE, ""))
    try:
        user, grant = support_enter(factory=request.factory, secret=request.GET.get("pass", "")[:100], browser=browser)
    except DomainError as refusal:
        return _page(request, heading=_("You are not inside"), advice=str(refusal))
    domains_forget()
    login(request, user, backend=BACKEND)
    request.session[SESSION_KEY] = str(grant.uuid)
    request.session.set_expiry(grant.expires_at)
    response = HttpResponseRedirect(reverse("admin:index"))
    response.delete_cookie(BROWSER_COOKIE, path="/admin/support/")
    response.set_cookie(
        COOKIE, "1", path="/admin/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    if not request.support:
        raise PermissionDenied
    return leave_page(request)


def leave_page(request: HttpRequest) -> HttpResponse:
    support_leave(factory=request.factory, uuid=UUID(request.support.uuid))
    domains_forget()
    logout(request)
    response = HttpResponseRedirect(public_url())
    response.delete_cookie(COOKIE, path="/admin/")
    return response


def over_page(request: HttpRequest) -> HttpResponse:
    response = _page(
        request,
        heading=_("Your support access has ended"),
        advice=_("You are signed out of %(factory)s. What you saved is saved. If there is more to do, ask the factory.")
        % {"factory": request.factory.name},
    )
    response.delete_cookie(COOKIE, path="/admin/")
    return response


def browser_print(mark: str) -> str:
    return hashlib.sha256(f"support:{mark}".encode()).hexdigest()


def _owner_only(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_GRANT):
        raise PermissionDenied


def _page(request: HttpRequest, *, heading: str, advice: str) -> HttpResponse:
    context = {"heading": heading, "advice": advice, "status": 403, "home": public_url()}
    return render(request, "error.html", context, status=403)
