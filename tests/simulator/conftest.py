"""A simulator on a free port, spoken to over real HTTP, and an account's server that records. No Django, no database."""

import json
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from wechatpy.crypto import WeChatCrypto

from simulator.server import server_make

ROOT = Path(__file__).parents[2]
APPID, SECRET, TOKEN = "wxsunrise0000000001", "secret-of-sunrise-00000000000001", "token1234"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ORIGINAL_ID = "gh_sunrise00001"
RETRY_SECONDS = 0.2


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


BROWSER = urllib.request.build_opener(NoRedirect)


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def http(method: str, url: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
    """One request, redirects not followed. A dict is sent as JSON."""
    data = json.dumps(body, ensure_ascii=False).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with BROWSER.open(request, timeout=20) as response:
            return Answer(response.status, response.read(), dict(response.headers))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read(), dict(error.headers))


@dataclass
class Pushed:
    """One POST that the account's server got."""

    query: dict[str, str]
    body: str

    @property
    def xml(self) -> str:
        """The message inside, decrypted by another implementation than the simulator's."""
        if self.query.get("encrypt_type") != "aes":
            return self.body
        crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)
        return crypto.decrypt_message(
            self.body, self.query["msg_signature"], self.query["timestamp"], self.query["nonce"]
        )


@dataclass
class Webhook:
    """The account's server. `respond` gets each push and says (status, body, seconds to wait).

    `visit` gets the path, query and cookies of each page asked for and says (status, headers, body).
    """

    url: str = ""
    pushes: "queue.Queue[Pushed]" = field(default_factory=queue.Queue)
    respond: Callable[[Pushed], tuple[int, str, float]] = lambda pushed: (200, "success", 0)
    visit: Callable[[str, dict[str, str], str], tuple[int, dict[str, str], str]] = lambda path, query, cookies: (
        200, {}, query.get("echostr", ""),
    )  # fmt: skip

    def next(self, seconds: float = 5) -> Pushed:
        return self.pushes.get(timeout=seconds)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            status, headers, body = hook.visit(
                address.path, dict(parse_qsl(address.query)), self.headers.get("Cookie", "")
            )
            self._answer(status, body, headers)

        def do_POST(self) -> None:
            pushed = Pushed(
                dict(parse_qsl(urlsplit(self.path).query)),
                self.rfile.read(int(self.headers["Content-Length"])).decode(),
            )
            hook.pushes.put(pushed)
            status, body, seconds = hook.respond(pushed)
            time.sleep(seconds)
            self._answer(status, body, {})

        def _answer(self, status: int, body: str, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"http://sunrise.localhost:{server.server_port}/wechat/hook/"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield hook
    server.shutdown()
    server.server_close()


@dataclass
class Program:
    url: str

    def get(self, path: str, **options: Any) -> Answer:
        return http("GET", self.url + path, **options)

    def post(self, path: str, body: Any = None) -> Answer:
        return http("POST", self.url + path, {} if body is None else body)

    def api(self, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
        """A call of WeChat's API as the account, with a valid token."""
        method = "GET" if body is None else "POST"
        pairs = "&".join(f"{key}={value}" for key, value in {"access_token": self.token(), **query}.items())
        return http(method, f"{self.url}/{path}?{pairs}", body).json

    def token(self) -> str:
        body = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
        return self.post("/cgi-bin/stable_token", body).json["access_token"]

    def account_put(self, webhook_url: str, **changes: Any) -> Answer:
        account = {
            "name": "阳光鞋厂",
            "original_id": ORIGINAL_ID,
            "secret": SECRET,
            "token": TOKEN,
            "encoding_aes_key": AES_KEY,
            "mode": "safe",
            "webhook_url": webhook_url,
            "oauth_domains": ["sunrise.localhost"],
            **changes,
        }
        return http("PUT", f"{self.url}/accounts/{changes.pop('appid', APPID)}", account)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    server, simulator = server_make(port=0, folder=tmp_path / "simulator", retry_seconds=RETRY_SECONDS)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Program(simulator.url)
    server.shutdown()
    server.server_close()
    simulator.stop()


@pytest.fixture
def account(program: Program, webhook: Webhook) -> Program:
    """The program with one account in safe mode, whose server is `webhook`."""
    assert program.account_put(webhook.url).status == 200
    return program


@pytest.fixture
def openid(account: Program) -> str:
    """Li Na's openid in that account; she does not follow yet."""
    return account.get("/people/1").json["openids"][APPID]


@pytest.fixture
def follower(account: Program, openid: str, webhook: Webhook) -> str:
    assert account.post(f"/phone/{openid}/follow").json["subscribed"]
    webhook.next()
    return openid
