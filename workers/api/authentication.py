"""Who asks: a program, by the token that an owner made for it."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions, permissions, throttling
from rest_framework.request import Request
from rest_framework.views import APIView

from tenants.staff.places import address_of
from workers.models import ApiToken
from workers.services.integrations import token_used

LONGEST_TOKEN = 200


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
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        token = None
        if scheme.lower() == "bearer" and 0 < len(secret) <= LONGEST_TOKEN:
            token = token_used(secret.strip())
        if token is None:
            throttle = FailedTokenThrottle()
            if not throttle.allow_request(request, None):  # type: ignore[arg-type]
                raise exceptions.Throttled(throttle.wait())
            raise exceptions.AuthenticationFailed(
                _("The token is wrong, expired or revoked. Ask the factory for a new one.")
            )
        return None, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        text = "A token that the factory's owner makes under API tokens. Each has scopes and an end."
        return {"type": "http", "scheme": "bearer", "description": text}


class HasScope(permissions.BasePermission):
    """A view's `scopes`: method -> the scope it needs."""

    message = _("The token may not do this. Ask the factory for one with the scope that the documentation names.")

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            raise exceptions.NotAuthenticated(_("Send your token: “Authorization: Bearer …”."))
        needed = view.scopes.get(request.method)
        return needed is None or needed in request.auth.scopes
