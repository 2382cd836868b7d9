"""Who asks: a program, by the token that an owner made for it."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions, permissions, throttling
from rest_framework.request import Request
from rest_framework.views import APIView

from tenants.staff.places import address_of
from tenants.words import listed
from workers.models import ApiToken
from workers.services.integrations import TokenRefused, token_used


class FailedTokenThrottle(throttling.SimpleRateThrottle):
    """Counts wrong tokens by address. A right one is never held up: a whole factory may come from one address."""

    def get_rate(self) -> str:
        return settings.API_FAILED_TOKEN_RATE

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"throttle:failed-token:{address_of(request._request)}"


class TokenThrottle(throttling.SimpleRateThrottle):
    def get_rate(self) -> str:
        return settings.API_TOKEN_RATE

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return f"throttle:token:{request.auth.pk}" if request.auth else None


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer wst_…`. There is no user: `request.auth` is the token."""

    def authenticate(self, request: Request) -> tuple[None, ApiToken] | None:
        header = request.headers.get("Authorization", "")
        if not header.strip():
            return None
        try:
            return None, token_used(_secret(header))
        except TokenRefused as refusal:
            throttle = FailedTokenThrottle()
            if not throttle.allow_request(request, None):  # type: ignore[arg-type]
                raise exceptions.Throttled(throttle.wait()) from None
            raise exceptions.AuthenticationFailed(str(refusal), code=refusal.code) from None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _secret(header: str) -> str:
    """What stands in the header is not said again: it may be the token."""
    scheme, _space, secret = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not secret:
        text = _("Write the header as “Authorization: Bearer …”: the word Bearer, a space, then the token.")
        raise TokenRefused(str(text), code="authorization_malformed")
    return secret.strip()


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        text = "A token that the factory's owner makes under API tokens. Each has scopes and an end."
        return {"type": "http", "scheme": "bearer", "description": text}


class ScopeMissing(exceptions.PermissionDenied):
    default_detail = _("The token may not do this.")

    def __init__(self, *, needed: str, held: list[str]):
        super().__init__()
        text = gettext("It takes the scope %(scope)s; the token has %(held)s. Ask the factory for a token that has it.")
        self.extra = {"detail": text % {"scope": needed, "held": listed(held)}, "scope": needed}


class HasScope(permissions.BasePermission):
    """A view's `scopes`: method -> the scope it needs."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            raise exceptions.NotAuthenticated(_("Send your token: “Authorization: Bearer …”."))
        needed = view.scopes.get(method_meant(request))
        if needed is not None and needed not in request.auth.scopes:
            raise ScopeMissing(needed=needed, held=request.auth.scopes)
        return True


def method_meant(request: Request) -> str:
    """HEAD reads what GET reads, and the length of an answer tells something of it."""
    return "GET" if request.method == "HEAD" else str(request.method)
