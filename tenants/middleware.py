"""Which factory a request is for, and in which language it is answered."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tenants.middleware.main import TenantMainMiddleware
from django_tenants.utils import schema_context

from tenants.memory import Remembered
from tenants.models import Domain
from tenants.problems import is_for_program, problem
from tenants.support.guests import guests_read, guests_subquery

# host -> Domain with its factory. A suspension reaches every process within that time. Unknown hosts are not kept.
_domains: Remembered[Domain] = Remembered(seconds=15)


def domain_of_host(host: str) -> Domain | None:
    """The address of a living factory by its host name without a port, or None."""
    domain = _domains.get(host)
    if domain is None:
        with schema_context("public"):
            known = Domain.objects.select_related("tenant").annotate(guests=guests_subquery())
            domain = known.filter(domain=host).first()
        if domain is None or not domain.tenant.is_living:
            return None
        domain.tenant.guests = guests_read(domain.guests)
        _domains.put(host, domain)
    return domain


def domains_forget() -> None:
    """Who of CCR CSR's support is inside has changed: the next request of this process asks anew."""
    _domains.clear()


class FactoryMiddleware(TenantMainMiddleware):
    """django-tenants' middleware with a cached lookup and no fallback: an unknown host gets a 404 page, never public."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        try:
            host = self.hostname_from_request(request).lower()
        except DisallowedHost:
            return unknown_host(request)
        request.is_voice = False
        if host in settings.PUBLIC_HOSTS:
            connection.set_schema_to_public()
            request.factory = None
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            return None
        domain = domain_of_host(host)
        if domain is None:
            connection.set_schema_to_public()
            return unknown_host(request)
        connection.set_tenant(domain.tenant)
        request.factory = request.tenant = domain.tenant
        request.is_voice = domain.kind == Domain.Kind.VOICE
        return None


def unknown_host(request: HttpRequest) -> HttpResponse:
    """A page; a program gets a problem, as from its API."""
    with translation.override(settings.LANGUAGE_CODE):
        if is_for_program(request):
            return problem(status=404, title=gettext("There is no factory at this address"), code="host_unknown")
        return render(request, "tenants/unknown_host.html", status=404, using="django")


class LanguageMiddleware:
    """The language somebody chose (cookie), else the factory's own. What the browser prefers is not asked: phones sold
    abroad and test browsers say English, their readers do not. A program that uses the API says what it reads.

    And the factory's clock: a day begins, and a time that somebody types is meant, where the factory is."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.languages = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if is_for_program(request) and not request.COOKIES and "Accept-Language" in request.headers:
            chosen = translation.get_language_from_request(request)
        language = chosen if chosen in self.languages else getattr(request.factory, "language", settings.LANGUAGE_CODE)
        clock = getattr(request.factory, "time_zone", None)  # None: the service's own
        with translation.override(language), timezone.override(clock):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response
