"""One line a request, when it is answered, without its query and without who asked: codes of a sign-in, openids and what people
search for are nobody's to read. Why a request failed is a line of Django's; both carry the request's number."""

from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

from config.secrets import secrets_hidden

DESK = "/admin/grievances/desk/"
logger = structlog.get_logger("requests")


class RequestLogMiddleware:
    """Nothing is logged about a voice host, where only static files come this far."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.is_voice:
            return self.get_response(request)
        with bound_contextvars(request_id=uuid4().hex):
            response = self.get_response(request)
            tell = logger.info if response.status_code < 400 else logger.warning
            tell("request_finished", code=response.status_code, request=f"{request.method} {_path_told(request.path)}")
        return response


def _path_told(path: str) -> str:
    """Which case was opened when is nobody's to read."""
    return DESK if path.startswith(DESK) else secrets_hidden(path)
