"""Errors of the API as problem details (RFC 9457)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from tenants.errors import DomainError


def exception_handler(error: Exception, context: dict) -> Response | None:
    """`{"type", "title", "status", "code", "errors"?}`; None for what is no refusal, so that it is logged as a fault."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, DomainError):
        return _problem(status=error.status, title=str(error), code=error.code, extra=error.extra)
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {"Retry-After": str(int(error.wait))} if getattr(error, "wait", None) else None
    if isinstance(error, exceptions.ValidationError):
        title = str(exceptions.ValidationError.default_detail)
        return _problem(status=400, title=title, code="invalid", errors=error.detail)
    return _problem(status=error.status_code, title=str(error.detail), code=error.get_codes(), headers=headers)


def _problem(*, status: int, title: str, code, headers: dict | None = None, errors=None, extra=None) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "code": code, **(extra or {})}
    if errors is not None:
        body["errors"] = errors
    return Response(body, status=status, headers=headers, content_type="application/problem+json")
