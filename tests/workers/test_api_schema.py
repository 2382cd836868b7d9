"""The OpenAPI document of a factory's site is true: schemathesis tries every operation by it, with good and with bad data."""

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from workers.models import ApiToken, Shift, Worker
from workers.services import department_ensure
from workers.services.integrations import token_create

OPERATIONS = [
    ("GET", "/api/v1/departments/"),
    ("POST", "/api/v1/departments/"),
    ("PATCH", "/api/v1/departments/{id}/"),
    ("GET", "/api/v1/lessons/"),
    ("GET", "/api/v1/lessons/{uuid}/"),
    ("POST", "/api/v1/lessons/{uuid}/quiz-attempts/"),
    ("GET", "/api/v1/me/progress/"),
    ("GET", "/api/v1/workers/"),
    ("POST", "/api/v1/workers/bulk/"),
    ("POST", "/api/v1/workers/{employee_number}/deactivate/"),
]
# 409 and 422: read and understood, and against a rule of the roster or the tree, which no schema can say.
CHECKS = {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 422]}}
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": CHECKS,
        "generation": {
            "deterministic": True,
            "database": "none",
            "allow-x00": False,
            "with-security-parameters": False,
        },
    }
)
BOUNDED = settings(
    max_examples=12, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def site(in_sunrise, li_na, site_client):
    """The site of Sunrise as a WSGI program in this thread: what is written is gone after the test."""
    host, program = site_client(in_sunrise).host, get_wsgi_application()

    def on_host(environ, start_response):
        try:
            return program({**environ, "HTTP_HOST": host, "wsgi.url_scheme": "https"}, start_response)
        finally:
            connection.set_tenant(in_sunrise)

    for signal in (request_started, request_finished):  # the test's transaction is on this connection
        signal.disconnect(close_old_connections)
    yield on_host
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def document(site):
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", app=site, config=CONFIG)


@pytest.fixture
def headers(in_sunrise):
    department_ensure(department="生产部", workshop="一车间", line="A线")
    Shift.objects.create(name="白班", cycle=["day"])
    _token, secret = token_create(name="payroll", scopes=ApiToken.Scope.values, days=1, by=User.objects.first())
    return {"Authorization": f"Bearer {secret}"}


def test_the_document_names_every_operation(document):
    named = [(operation.ok().method.upper(), operation.ok().path) for operation in document.get_all_operations()]
    assert sorted(named) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_does_what_the_document_says(document, headers, method, path, mode):
    @BOUNDED
    @given(case=document[path][method].as_strategy(generation_mode=mode))
    def tried(case):
        cache.clear()  # how often somebody may ask is tested elsewhere
        case.call_and_validate(headers=headers)

    tried()
    assert Worker.objects.filter(employee_number="A001").exists()
