"""The whole way over real HTTP: the simulator pushes to the site, retries, reads the answer, shows it on the phone."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django_tenants.utils import schema_context

from tenants.models import Domain
from wechat.models import Follower, InboundCallback, Scene
from wechat.services import menu_push
from wechat.tasks import callbacks_handle_task


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def site(sunrise, settings):
    """Sunrise's site on a port of its own, in this test's transaction: the server thread uses this thread's connection."""
    settings.SECURE_SSL_REDIRECT, settings.SITE_SCHEME = False, "http"
    with schema_context("public"):
        Domain.objects.create(tenant=sunrise, domain="sunrise.localhost", is_primary=False)
    server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=QuietHandler)

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.05)

    shared = connections["default"]
    shared.inc_thread_sharing()
    for signal in (request_started, request_finished):  # they would close the connection that this transaction is on
        signal.disconnect(close_old_connections)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://sunrise.localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    shared.dec_thread_sharing()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def live(site, connected, simulator):
    simulator.register(connected, webhook_url=f"{site}/wechat/{connected.uuid}/")
    return connected


def deliveries(simulator, account) -> list[dict]:
    return simulator.state(account.appid)["deliveries"]


def test_the_address_is_accepted(live, simulator):
    assert simulator.ask("POST", f"/accounts/{live.appid}/verify")["ok"]


def test_a_person_follows_writes_and_leaves(live, simulator, sunrise):
    Scene.objects.create(account=live, code="workshop-1", title="一车间")
    openid = simulator.person(live.appid)
    welcome = simulator.ask("POST", f"/phone/{openid}/follow?wait=20", scene="workshop-1")
    assert "晨光电子厂" in welcome["reply"]["content"]
    answer = simulator.ask("POST", f"/phone/{openid}/text?wait=20", content="没有这个词", duplicates=2)
    assert [attempt["status"] for attempt in answer["delivery"]["attempts"]] == [200, 200, 200]
    callbacks_handle_task(schema_name=sunrise.schema_name)
    assert InboundCallback.objects.count() == 2
    assert (Follower.objects.get().scene.code, Follower.objects.get().window_left) == ("workshop-1", 5)
    simulator.ask("POST", f"/phone/{openid}/unfollow?wait=20")
    callbacks_handle_task(schema_name=sunrise.schema_name)
    assert Follower.objects.get().is_following is False


def test_a_tap_on_the_menus_help_is_answered(live, simulator):
    menu_push(account=live)
    openid = simulator.person(live.appid)
    simulator.ask("POST", f"/phone/{openid}/follow?wait=20")
    answer = simulator.ask("POST", f"/phone/{openid}/click?wait=20", key="HELP")
    assert "/wechat/oauth/" in answer["reply"]["content"]


@pytest.mark.parametrize("mischief", [{"wrong_signature": True}, {"wrong_appid": True}, {"timestamp": 1_600_000_000}])
def test_forged_pushes_are_refused_each_time(live, simulator, mischief):
    openid = simulator.person(live.appid)
    simulator.ask("POST", f"/phone/{openid}/follow?wait=20", **mischief)
    assert [attempt["status"] for attempt in deliveries(simulator, live)[0]["attempts"]] == [403, 403, 403]
    assert not InboundCallback.objects.exists()
    assert connection.schema_name == "f_sunrise"
