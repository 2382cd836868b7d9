"""The page of the desk. It has a content policy of its own: what is opened there must meet no other script."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from grievances.csp import vault_page
from grievances.desk.api import MAY_SERVE
from tenants.sites import site_of


@require_safe
@ensure_csrf_cookie
@vault_page
def desk(request: HttpRequest) -> HttpResponse:
    return site_of(request).admin_view(_desk)(request)


@permission_required(MAY_SERVE, raise_exception=True)
def _desk(request: HttpRequest) -> HttpResponse:
    return render(request, "grievances/desk.html", {"place_name": request.factory.name if request.factory else "CCR CSR"})
