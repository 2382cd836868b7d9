"""A bulk upsert whose connection dies half way, over a real socket: nothing half-saved, and the repeat works."""

import json
import socket
import struct
import threading
from wsgiref.simple_server import WSGIRequestHandler

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.servers.basehttp import WSGIServer
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, connections
from django_tenants.utils import schema_context

from tenants.audit.models import AuditEntry
from workers.models import ApiReceipt, Department, Worker
from workers.services.integrations import token_create

ROWS = [{"employee_number": f"S{number}", "name": "王强", "department": "断线部"} for number in range(200)]
BODY = json.dumps({"workers": ROWS}).encode()


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def server(in_sunrise):
    """(port, head of a request) of the site behind a real socket, on this test's connection and in its transaction."""
    shared, program = connections["default"], get_wsgi_application()

    def on_this_connection(environ, start_response):
        connections["default"] = shared
        return program(environ, start_response)

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    shared.inc_thread_sharing()
    httpd = WSGIServer(("127.0.0.1", 0), Quiet)
    httpd.set_app(on_this_connection)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    cache.clear()
    _token, secret = token_create(name="payroll", scopes=["workers:write"], days=1, by=User.objects.first())
    with schema_context("public"):
        host = in_sunrise.get_primary_domain().domain
    head = (
        f"POST /api/v1/workers/bulk/ HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {secret}\r\nConnection: close\r\n"
        "X-Forwarded-Proto: https\r\nIdempotency-Key: k1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    thread.start()
    yield httpd, head.encode()
    httpd.shutdown()
    thread.join()
    httpd.server_close()
    shared.dec_thread_sharing()
    connection.set_tenant(in_sunrise)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def sent(server, content: bytes, *, dies: str = "") -> tuple[int, dict]:
    """(status, answer). dies: "half_closed" says no more, "reset" is torn, "unread" goes away without the answer."""
    httpd, head = server
    with socket.create_connection(httpd.server_address, timeout=20) as wire:
        wire.sendall(head + content)
        if dies == "reset":
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if dies in {"reset", "unread"}:
            return 0, {}
        if dies:
            wire.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    top, _blank, body = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body)


def settled(in_sunrise) -> tuple[int, int, int]:
    connection.set_tenant(in_sunrise)
    return Worker.objects.count(), Department.objects.count(), ApiReceipt.objects.count()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
@pytest.mark.parametrize("dies", ["half_closed", "reset"])
def test_a_request_cut_off_half_way_saves_nothing_and_its_repeat_everything(in_sunrise, server, dies, share):
    status, _problem = sent(server, BODY[: int(len(BODY) * share)], dies=dies)
    assert status in {0, 400}
    status, answer = sent(server, BODY)  # one request after the other: the first is over
    assert (status, answer["created"]) == (200, 200)
    assert settled(in_sunrise) == (200, 1, 1)


def test_an_answer_that_nobody_heard_is_given_again(in_sunrise, server):
    sent(server, BODY, dies="unread")
    status, answer = sent(server, BODY)
    assert (status, answer["created"], answer["changed"]) == (200, 200, 0)
    assert settled(in_sunrise) == (200, 1, 1)
    assert AuditEntry.objects.filter(action="roster_sent").count() == 1
