"""The benchmarks' own parts: what they write, how they load a server, what they send. The last test runs all of it, small."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from config.bench.callbacks import Sender
from config.bench.load import BadAnswer, Connection, request_bytes, steady, throughput
from config.bench.results import Results
from wechat.crypto import MessageCipher
from wechat.services.accounts import AccountKeys
from wechat.services.inbox import callback_open

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SERVICES = ("DATABASE_URL", "CELERY_BROKER_URL", "VOLATILE_URL", "CACHE_URL", "DATA_DIR", "STATIC_MANIFEST")
ROOT = Path(__file__).resolve().parents[2]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            return
        body = b"nothing here" if self.path == "/missing" else b"x" * 100_000
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A run that ends at a wrong answer hangs up on the others."""


@pytest.fixture(scope="module")
def port():
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def asking(path: str):
    return lambda number: request_bytes(path, host="bench.test")


def test_the_file_is_a_list_of_figures_with_their_budgets(tmp_path, capsys):
    results = Results(tmp_path / "bench" / "latest.json")
    results.at_least("page", 0.39, "x", 0.4, "floor 1000/s")
    results.at_most("creation", 1.2, "s", 2)
    results.note("floor plain", 7000.1234, "requests/s")
    results.write()
    rows = json.loads(results.path.read_text())
    assert rows == [
        {"name": "page", "value": 0.39, "unit": "x", "budget": ">= 0.4", "met": False, "floor": "floor 1000/s"},
        {"name": "creation", "value": 1.2, "unit": "s", "budget": "<= 2", "met": True, "floor": ""},
        {"name": "floor plain", "value": 7000.123, "unit": "requests/s", "budget": "", "met": None, "floor": ""},
    ]
    assert [row.name for row in results.missed] == ["page"]
    assert "MISSED" in capsys.readouterr().out


def test_an_answer_is_read_to_its_end_whatever_its_form(port):
    connection = Connection(port)
    assert len(connection.ask(request_bytes("/", host="bench.test")).body) == 100_000
    assert connection.ask(request_bytes("/chunks", host="bench.test")).body == b"abcde"
    answer = connection.ask(request_bytes("/missing", host="bench.test"))
    assert (answer.status, answer.header("content-length")) == (404, "12")


def test_as_many_requests_are_counted_as_were_answered(port):
    figures = throughput(port, asking("/"), seconds=0.2, connections=2)
    assert figures.count == len(figures.latencies) > 2
    assert figures.percentile_ms(50) <= figures.percentile_ms(99)


def test_a_fixed_rate_is_kept(port):
    figures = steady(port, asking("/chunks"), per_second=50, seconds=0.4, connections=4)
    assert figures.count == len(figures.latencies) == 20
    assert figures.seconds >= 0.38


def test_an_answer_of_another_status_ends_the_run(port):
    with pytest.raises(BadAnswer, match="404"):
        throughput(port, asking("/missing"), seconds=0.2, connections=2)


def test_a_sealed_callback_is_what_the_product_opens():
    sender = Sender(
        host="bench.test",
        path="/wechat/x/",
        appid="wx0123456789abcdef",
        original_id="gh_bench",
        token="a-token",
        encoding_aes_key=KEY,
    )
    head, body = sender.text(number=7, openid="o<1>", content="你好 & 再见").split(b"\r\n\r\n", 1)
    query = {name: values[0] for name, values in parse_qs(urlsplit(head.split()[1].decode()).query).items()}
    cipher = MessageCipher(encoding_aes_key=KEY, appid=sender.appid)
    keys = AccountKeys(
        id=1, appid=sender.appid, original_id="gh_bench", mode="safe", token="a-token", ciphers=(cipher,)
    )
    inbound = callback_open(keys=keys, query=query, body=body)
    assert (inbound.kind, inbound.dedupe_key) == ("text", "message:7")
    assert (inbound.fields["FromUserName"], inbound.fields["Content"]) == ("o<1>", "你好 & 再见")


def test_every_benchmark_runs(tmp_path):
    """On services of its own, with numbers so small that they mean nothing."""
    output = tmp_path / "latest.json"
    environment = {name: value for name, value in os.environ.items() if name not in SERVICES}
    command = [sys.executable, "-m", "config.local", "with-services", "--", sys.executable, "-m", "config.bench"]
    done = subprocess.run(
        [*command, "--quick", "--output", str(output)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = json.loads(output.read_text())
    assert {"floor plain", "floor page", "floor write"} <= {row["name"] for row in rows}
    assert all(isinstance(row["value"], (int, float)) for row in rows)
