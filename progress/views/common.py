"""What the learner's pages have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from progress.queries import lesson_state
from progress.rendered import unkept
from workers.sessions import redirect_with_next

require_read = require_http_methods(["GET", "HEAD"])


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page that is made for this visitor."""
    return unkept(render(request, template, {"visitor": request.visitor, **context}, status=status))


def lesson_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the lesson as this visitor meets it: 404 when there is none, binding first for the factory's own."""

    @wraps(view)
    def found(request: HttpRequest, uuid: UUID, **kwargs: Any) -> HttpResponse:
        state = lesson_state(lesson_uuid=uuid, worker_id=request.visitor.worker_id)
        if state is None:
            raise Http404(_("This lesson is not there, or not any more."))
        if state.is_own and not request.visitor.is_bound:
            address = reverse("workers:bind") if request.visitor.is_known else settings.SIGN_IN_URL
            return redirect_with_next(request, address=address)
        return view(request, state, **kwargs)

    return found
