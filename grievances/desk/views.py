"""The page of the desk. It has a content policy of its own: what is opened there must meet no other script."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from grievances.csp import vault_page
from grievances.desk.api import MAY_SERVE
from grievances.desk.words import desk_words
from grievances.models import OMBUDSMAN_PLACE, Case, Category, Officer, State
from tenants.sites import site_of

PUBLIC_NAME = "CCR CSR"


@require_safe
@ensure_csrf_cookie
@vault_page
def desk(request: HttpRequest) -> HttpResponse:
    return site_of(request).admin_view(_desk)(request)


@permission_required(MAY_SERVE, raise_exception=True)
def _desk(request: HttpRequest) -> HttpResponse:
    place_name = request.factory.name if request.factory else PUBLIC_NAME
    config = desk_config(request, place_name)
    return render(request, "grievances/desk.html", {"place_name": place_name, "config": config, "words": desk_words()})


def desk_config(request: HttpRequest, place_name: str) -> dict[str, Any]:
    """What the scripts start from: addresses, the token for changes, and the labels of what the API only names."""
    return {
        "place": request.factory.slug if request.factory else "",
        "place_name": place_name,
        "ombudsman_place": OMBUDSMAN_PLACE,
        "language": get_language(),
        "csrf_token": get_token(request),
        "api_url": reverse("desk:page") + "api/",
        "vault_url": static("grievances/vault.js"),
        "words_url": static("grievances/words.txt"),
        "board_url": _board_url(),
        "states": _labels(State.choices),
        "categories": _labels(Category.choices),
        "closings": _labels(Case.Closing.choices),
        "officer_states": _labels(Officer.State.choices),
    }


def _labels(choices: list[tuple[str, Any]]) -> dict[str, str]:
    return {value: str(label) for value, label in choices}


def _board_url() -> str:
    """Where an entry of the board is drafted; the ombudsmen's site has none."""
    try:
        return reverse("admin:grievances_boardentry_add")
    except NoReverseMatch:
        return ""
