"""Where a place's voice pages and its desk are."""

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django_tenants.utils import get_public_schema_name, schema_context

from tenants.models import Domain, Factory


def voice_address(factory: Factory) -> str:
    """The first page of a factory's voice host, empty where it has none."""
    with schema_context(get_public_schema_name()):
        domain = (
            Domain.objects.filter(tenant_id=factory.pk, kind=Domain.Kind.VOICE).order_by("-is_primary", "pk").first()
        )
    return _url(domain.domain) if domain else ""


def desk_address() -> str:
    """The officers' page of the present place."""
    if connection.schema_name == get_public_schema_name():
        return _url(settings.PUBLIC_HOSTS[0]) + _desk_path(settings.PUBLIC_SCHEMA_URLCONF)
    factory = connection.tenant
    with schema_context(get_public_schema_name()):
        host = Domain.objects.get(tenant_id=factory.pk, kind=Domain.Kind.WEB, is_primary=True).domain
    return _url(host) + _desk_path(settings.ROOT_URLCONF)


def _desk_path(urlconf: str) -> str:
    return reverse("desk:page", urlconf=urlconf).removeprefix("/")


def _url(host: str) -> str:
    return f"{settings.SITE_SCHEME}://{host}{settings.SITE_PORT}/"
