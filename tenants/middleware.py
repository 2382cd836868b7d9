"""Which factory a request is for, and in which language it is answered."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django_tenants.middleware.main import TenantMainMiddleware
from django_tenants.utils import schema_context

from tenants.memory import Remembered
from tenants.models import Domain, Factory

# host -> Factory. A suspension reaches every process within that time. Unknown hosts are not kept.
_factories: Remembered[Factory] = Remembered(seconds=15)


def factory_of_host(host: str) -> Factory | None:
    """The living factory behind a host name without its port, or None."""
    factory = _factories.get(host)
    if factory is None:
        with schema_context("public"):
            domain = Domain.objects.select_related("tenant").filter(domain=host).first()
        if domain is None or not domain.tenant.is_living:
            return None
        factory = _factories.put(host, domain.tenant)
    return factory


class FactoryMiddleware(TenantMainMiddleware):
    """django-tenants' middleware with a cached lookup and no fallback: an unknown host gets a 404 page, never public."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        try:
            host = self.hostname_from_request(request).lower()
        except DisallowedHost:
            return unknown_host(request)
        if host in settings.PUBLIC_HOSTS:
            connection.set_schema_to_public()
            request.factory = None
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            return None
        factory = factory_of_host(host)
        if factory is None:
            connection.set_schema_to_public()
            return unknown_host(request)
        connection.set_tenant(factory)
        request.factory = request.tenant = factory
        return None


def unknown_host(request: HttpRequest) -> HttpResponse:
    with translation.override(settings.LANGUAGE_CODE):
        return render(request, "tenants/unknown_host.html", status=404, using="django")


class LanguageMiddleware:
    """The language somebody chose (cookie), else the factory's own. What the browser prefers is not asked: phones sold
    abroad and test browsers say English, their readers do not."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.languages = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in self.languages else getattr(request.factory, "language", settings.LANGUAGE_CODE)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response
