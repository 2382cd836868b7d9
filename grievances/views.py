"""The board on a factory's ordinary site: the same for everybody, bound or not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grievances.queries.board import board_entries


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    response = render(request, "grievances/board.html", {"entries": board_entries()})
    response.headers["Cache-Control"] = "private, no-cache"
    return response
