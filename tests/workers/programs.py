"""A program of the factory as tests need it: a token, JSON both ways, and refusals as problems."""

import json
import uuid

from django.contrib.auth.models import User
from django_tenants.utils import tenant_context

from workers.models import ApiToken
from workers.services.integrations import token_create

WORKERS, BULK, DEPARTMENTS = "/api/v1/workers/", "/api/v1/workers/bulk/", "/api/v1/departments/"
LI_NA = {"employee_number": "0012", "name": "李娜", "department": "生产部", "workshop": "一车间", "line": "A线"}


def token_of(factory, *scopes, days=365) -> tuple[ApiToken, str]:
    with tenant_context(factory):
        scopes = scopes or ApiToken.Scope.values
        return token_create(name="payroll", scopes=scopes, days=days, by=User.objects.get(username="hr"))


class Program:
    """A client with a token, that speaks JSON."""

    def __init__(self, client, secret: str, **headers):
        self.client, self.headers = client, {"authorization": f"Bearer {secret}", **headers}

    def get(self, path, **query):
        return self.client.get(path, query, headers=self.headers)

    def send(self, path, body, *, method="post", key=None, **headers):
        more = {"idempotency-key": key or str(uuid.uuid4())} if path == BULK else {}
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        send = getattr(self.client, method)
        return send(path, content, "application/json", headers={**self.headers, **more, **headers})


def refused(response, status: int, code: str | None = None) -> dict:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    problem = response.json()
    assert problem["status"] == status
    if code is not None:
        assert problem["code"] == code
    return problem
