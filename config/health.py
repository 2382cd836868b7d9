"""`/healthz` (this process answers) and `/readyz` (database, broker and migrations of every schema), on any host."""

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django_tenants.utils import schema_context

from tenants.models import Factory
from tenants.services import lagging_schemas


class HealthMiddleware:
    """Stands first: these two answer without a factory, a session or a redirect."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        if request.path_info == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path_info == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> JsonResponse:
    """200 when everything is up, else 503 with what is not. Names no factory: the answer is for anybody who asks."""
    checks = {"database": _database, "broker": _broker, "migrations": _migrations}
    state = {}
    for name, check in checks.items():
        try:
            state[name] = check()
        except Exception as error:
            state[name] = type(error).__name__
    ready = all(value == "ok" for value in state.values())
    return JsonResponse({"status": "ok" if ready else "unready", **state}, status=200 if ready else 503)


def _database() -> str:
    with schema_context("public"), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    for cache in caches.all(initialized_only=False):
        cache.get("readyz")
    from config.celery import app

    with app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return "ok"


def _migrations() -> str:
    with schema_context("public"):
        schemas = [*Factory.objects.living().values_list("schema_name", flat=True), "public"]
        lagging = lagging_schemas(schemas)
    return "ok" if not lagging else f"{len(lagging)} schemas lag"
