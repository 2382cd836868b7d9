"""The floors, served beside the product by the same processes (wsgi.py).

A floor is the least that Django can do for such a request: no middleware, no tenant, no session. *plain* touches no
database; *page* reads three rows by index and renders a template; *write* reads three rows and upserts one, durably.
"""

from functools import cache

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Template, engines
from django.test.utils import override_settings
from django.urls import path

SCHEMA = "bench_floor"
PREPARE = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE IF NOT EXISTS {SCHEMA}.item (id int PRIMARY KEY, title text, body text);
CREATE TABLE IF NOT EXISTS {SCHEMA}.mark (item int PRIMARY KEY REFERENCES {SCHEMA}.item, seen int, at timestamptz);
INSERT INTO {SCHEMA}.item SELECT n, 'item ' || n, repeat('text ', 400) FROM generate_series(1, 1000) n
  ON CONFLICT DO NOTHING;
"""
PAGE = (
    "<!doctype html><html><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><main>{{ body }}</main>"
    "<ul>{% for item in items %}<li><a href='/x/{{ item.0 }}/'>{{ item.1 }}</a></li>{% endfor %}</ul></body></html>"
)


def _three(cursor, number: int) -> list[tuple]:
    rows = []
    for offset in range(3):
        cursor.execute(f"SELECT id, title, body FROM {SCHEMA}.item WHERE id = %s", [(number + offset) % 1000 + 1])
        rows.append(cursor.fetchone())
    return rows


@cache
def _template() -> Template:
    return engines["django"].from_string(PAGE)


def plain(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse("ok")


def page(request: HttpRequest, number: int) -> HttpResponse:
    with connection.cursor() as cursor:
        rows = _three(cursor, number)
    return HttpResponse(_template().render({"title": rows[0][1], "body": rows[0][2], "items": rows}))


def write(request: HttpRequest, number: int) -> HttpResponse:
    with connection.cursor() as cursor:
        rows = _three(cursor, number)
        cursor.execute(
            f"INSERT INTO {SCHEMA}.mark VALUES (%s, 1, now())"
            " ON CONFLICT (item) DO UPDATE SET seen = mark.seen + 1, at = now()",
            [rows[0][0]],
        )
    return HttpResponse("ok")


urlpatterns = [
    path("floor/plain/<int:number>", plain),
    path("floor/page/<int:number>", page),
    path("floor/write/<int:number>", write),
]


class FloorHandler(WSGIHandler):
    """Django without middleware and with the floors' addresses."""

    def load_middleware(self, is_async=False):
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)

    def resolve_request(self, request):
        request.urlconf = __name__
        return super().resolve_request(request)
