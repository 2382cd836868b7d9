"""The voice host's pages: the same for everybody who opens them. What is written there is sealed before it leaves the phone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grievances.models import Category
from grievances.queries.board import board_entries
from grievances.voice.api import channel_out


@require_safe
def new_case(request: HttpRequest) -> HttpResponse:
    return _page(request, "new", channel=channel_out(), categories=Category.values)


@require_safe
def return_to_case(request: HttpRequest) -> HttpResponse:
    return _page(request, "case", channel=channel_out())


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    return _page(request, "board", entries=board_entries())


def _page(request: HttpRequest, name: str, **context) -> HttpResponse:
    return render(request, f"grievances/voice/{name}.html", {"page_name": name, **context})
