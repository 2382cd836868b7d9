"""What a program is told of a refusal: a problem document (RFC 9457), in words that can be read."""

from typing import Any

from django.http import HttpRequest, JsonResponse

PROGRAMS = "/api/"
PROBLEM_TYPE = "application/problem+json"


def is_for_program(request: HttpRequest) -> bool:
    return request.path_info.startswith(PROGRAMS)


def problem_body(*, status: int, title: str, code: Any) -> dict[str, Any]:
    """code: stable, for programs; a dict or list where a framework knows several."""
    return {"type": "about:blank", "title": title, "status": status, "code": code}


def problem(*, status: int, title: str, code: str, **more: Any) -> JsonResponse:
    body = problem_body(status=status, title=title, code=code) | more
    return JsonResponse(body, status=status, content_type=PROBLEM_TYPE, json_dumps_params={"ensure_ascii": False})
