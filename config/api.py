"""The API's frame: JSON within limits, errors as problem details (RFC 9457), and both told in its OpenAPI document."""

import json
import math
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.middleware.common import CommonMiddleware
from django.urls import is_valid_path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from tenants.errors import DomainError
from tenants.problems import PROBLEM_TYPE, is_for_program, problem, problem_body
from tenants.words import without_gaps

ENDPOINTS = "/api/v1/"
LONGEST_ADDRESS = 200  # of one that is repeated in an answer
REMEDIES = {
    405: _("The header “Allow” of this answer names the methods that this address takes."),
    406: _("Answers are JSON: send “Accept: application/json”, or no Accept at all."),
    415: _("Send JSON, with the header “Content-Type: application/json”."),
}


class BodyTooLarge(exceptions.APIException):
    status_code = 413
    default_code = "body_too_large"
    default_detail = _("The body is too large. Send fewer rows in each request.")


class PlainJSONParser(JSONParser):
    """JSON, nested no deeper than Python reads; what is wrong with it is said in sentences of ours."""

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError(_("The JSON is nested too deep.")) from error
        except exceptions.ParseError as error:
            raise exceptions.ParseError(_fault_of_json(error.__context__)) from error


def _fault_of_json(fault: BaseException | None) -> str:
    if isinstance(fault, json.JSONDecodeError):
        if fault.doc.startswith("\ufeff"):
            return str(_("The body begins with a byte order mark. Send UTF-8 without it."))
        text = _("This is no valid JSON: look at line %(line)d, character %(column)d.")
        return text % {"line": fault.lineno, "column": fault.colno}
    if isinstance(fault, UnicodeDecodeError):
        return str(_("The body is not written in UTF-8. Send JSON in UTF-8."))
    return str(_("The JSON has a number that is too long, or is none: NaN, Infinity."))


def exception_handler(error: Exception, context: dict) -> Response | None:
    """`{"type", "title", "status", "code"}` and what the refusal has as `extra`; None for what is no refusal, so that it is
    logged as a fault."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = BodyTooLarge()
    elif isinstance(error, UnreadablePostError):
        error = exceptions.ParseError(_("The request was cut off. Nothing was saved; send it again."))
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    if sign_in := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = sign_in
    if isinstance(error, DomainError):
        body = problem_body(status=error.status, title=str(error), code=error.code) | error.extra
    elif isinstance(error, exceptions.ValidationError):
        title = gettext("Something in the request cannot be read: “errors” says what. Nothing was saved.")
        body = problem_body(status=400, title=title, code="invalid") | {"errors": error.detail}
    elif isinstance(error, exceptions.APIException):
        title = without_gaps(str(error.detail))  # the framework's own words have some
        body = problem_body(status=error.status_code, title=title, code=error.get_codes())
        body |= {"detail": str(REMEDIES[error.status_code])} if error.status_code in REMEDIES else {}
        body |= getattr(error, "extra", {})
    else:
        return None
    return Response(body, status=body["status"], headers=headers, content_type=PROBLEM_TYPE)


def problem_of(request: HttpRequest, *, status: int, title: str, code: str) -> JsonResponse | None:
    """The answer of an error page, where a program asked; None where a person did."""
    if not is_for_program(request):
        return None
    more = _address_wrong(request) if status == 404 else {}
    return problem(status=status, title=title, code=code, **more)


def _address_wrong(request: HttpRequest) -> dict[str, str]:
    path, right = request.path_info[:LONGEST_ADDRESS], f"{request.path_info}/"
    if is_valid_path(right):
        text = gettext("Every address ends with a slash. Send it to %(address)s.")
        return {"detail": text % {"address": right}, "address": right}
    return {"detail": gettext("There is nothing at %(address)s.") % {"address": path}}


class SlashMiddleware(CommonMiddleware):
    """A program is told the right address, not sent there: on the way many lose the method, the body or the token."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return not request.path_info.startswith(ENDPOINTS) and super().should_redirect_with_slash(request)


# --- the OpenAPI document ---------------------------------------------------------------------------------------------
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `title` is a sentence for people, in the language asked for; `code` is stable.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "A sentence about this one request, where there is more to say."},
        "errors": {
            "description": "What is wrong where: a list with row, field and message; by field or parameter where it is not "
            "about rows."
        },
        "errors_count": {"type": "integer", "description": "How many there are; a list in `errors` ends after 1,000."},
        "scope": {"type": "string", "description": "Of a 403: the scope that the token lacks."},
        "address": {"type": "string", "description": "Of a 404: the address that was meant."},
    },
    "example": {"type": "about:blank", "title": "The token is wrong.", "status": 401, "code": "authentication_failed"},
}
PROBLEMS = {
    "400": "Something in the request cannot be read, or a query parameter is not known; `errors` says what.",
    "401": "No token, or one that is not known, expired or revoked; `code` tells which.",
    "403": "The token lacks the scope that `scope` names. With `code` `enrolment_open`: anybody may join here, and there is no "
    "roster.",
    "404": "It is not there; `title` or `detail` says what.",
    "411": "The body came in chunks, without a `Content-Length`.",
    "413": "The body is larger than 2 MiB.",
    "429": "Too many requests; ask again after `Retry-After` seconds.",
    "default": "Any other refusal.",
}


def problems_add(result: dict, generator: Any, request: Any, public: bool) -> dict:
    """drf-spectacular's postprocessing: every operation may end in a problem."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, text in PROBLEMS.items():
                operation["responses"].setdefault(status, {"description": text, "content": content})
    return result
