"""One line a request, without its query: codes of a sign-in, openids and what people search for are nobody's to read."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from config.secrets import secrets_hidden

DESK = "/admin/grievances/desk/"


class RequestLogMiddleware(RequestMiddleware):
    """Nothing is logged about a voice host, where only static files come this far."""

    def __call__(self, request: HttpRequest):
        return self.get_response(request) if request.is_voice else super().__call__(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        path = DESK if request.path.startswith(DESK) else request.path  # which case was opened when is nobody's to read
        return f"{request.method} {secrets_hidden(path)}"
