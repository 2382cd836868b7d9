"""Addresses as WeChat carries them: absolute, and through the place where a worker is recognised."""

from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django_tenants.utils import schema_context

from tenants.memory import Remembered
from tenants.models import Domain

# schema -> host name of the factory's pages
_hosts: Remembered[str] = Remembered(seconds=300)


def site_base() -> str:
    """Scheme, host and port of the present factory's pages: "https://sunrise.example.com"."""
    schema = connection.schema_name
    if (host := _hosts.get(schema)) is None:
        with schema_context("public"):
            domain = Domain.objects.get(tenant__schema_name=schema, is_primary=True, kind=Domain.Kind.WEB)
        host = _hosts.put(schema, domain.domain)
    return f"{settings.SITE_SCHEME}://{host}{settings.SITE_PORT}"


def request_base(request: HttpRequest) -> str:
    """The same, as the present request was addressed."""
    return f"{request.scheme}://{request.get_host()}"


@lru_cache(maxsize=1024)
def sign_in_path(path: str) -> str:
    return f"{reverse('wechat:oauth-start')}?{urlencode({'next': path}, safe='/')}"


def sign_in_link(base: str, path: str) -> str:
    """Where a link in a menu or message leads: to be recognised first, then to `path`."""
    return base + sign_in_path(path)
