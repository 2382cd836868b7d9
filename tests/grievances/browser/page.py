"""A page on 127.0.0.1 with the real bundle and nothing else, under the content policy of the real pages."""

import base64
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from grievances import protocol
from tests.grievances.story import PASSPHRASE, SALT, Story

ROOT = Path(__file__).resolve().parents[3]
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
BUNDLE = ROOT / "node_modules" / ".bundles" / "grievances" / "vault.js"
FILES = {
    "/client.js": ROOT / "grievances" / "web" / "client.js",
    "/vault.js": BUNDLE,
    "/slow.js": BUNDLE,
    "/words.txt": ROOT / "grievances" / "static" / "grievances" / "words.txt",
}
# Bytes cross from Python to the page and back as {"base64": …}.
SCRIPT = """
import { openVault } from "/client.js";
const bytes = (value) => value && value.base64 !== undefined
  ? Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)) : value;
const written = (value) => value instanceof Uint8Array
  ? { base64: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join("")) } : value;
const each = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
window.open = (vaultUrl) => { window.vault = openVault({ vaultUrl, wordsUrl: "/words.txt" }); };
window.ask = (method, args) => window.vault.call(method, each(args, bytes)).then(
  (result) => ({ result: each(result, written) }),
  ({ name, code, detail }) => ({ error: { name, code, detail } }));
window.open(new URLSearchParams(location.search).get("vault") || "/vault.js");
"""
TEXTS = {
    "/": '<!doctype html><script type="module" src="/page.js"></script>',
    "/page.js": SCRIPT,
    "/favicon.ico": "",
    "/without.js": 'delete self.WebAssembly; importScripts("/vault.js");',
    "/old.js": 'WebAssembly.instantiate = () => Promise.reject(new WebAssembly.CompileError()); importScripts("/vault.js");',
}
TYPES = {".js": "text/javascript", ".txt": "text/plain"}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        body = TEXTS[path].encode() if path in TEXTS else FILES[path].read_bytes() if path in FILES else None
        if path == "/slow.js":
            time.sleep(0.5)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", TYPES.get(Path(path).suffix, "text/html") + "; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


class Site:
    def __enter__(self) -> str:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class VaultRefusal(Exception):
    def __init__(self, error: dict[str, Any]):
        super().__init__(error["code"])
        self.name, self.code, self.detail = error["name"], error["code"], error["detail"]


class VaultPage:
    """The page, called from Python: `page.call("receiptRead", text="…")` -> result. Raises VaultRefusal."""

    def __init__(self, page, address: str):
        self.page = page
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(address)

    def call(self, method: str, **args: Any) -> dict[str, Any]:
        sent = {
            name: {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
            for name, value in args.items()
        }
        answer = self.page.evaluate("([method, args]) => window.ask(method, args)", [method, sent])
        if "error" in answer:
            raise VaultRefusal(answer["error"])
        return {
            name: base64.b64decode(value["base64"]) if isinstance(value, dict) and "base64" in value else value
            for name, value in answer["result"].items()
        }


def refusal(vault: VaultPage, method: str, **args) -> str:
    with pytest.raises(VaultRefusal) as refused:
        vault.call(method, **args)
    assert refused.value.name == "VaultError"
    return refused.value.code


def read_in(vault: VaultPage, story: Story, reader, trusted=()) -> dict:
    """The view of a story in the browser of an officer or of the worker. trusted: Persons whom it has confirmed."""
    if reader is story.worker:
        vault.call("receiptLookup", receipt=story.receipt, salt=SALT)
    else:
        person = next(each for each in (story.wang, story.chen, story.zhou) if each.opened is reader)
        vault.call("officerUnlock", officer=person.record, passphrase=PASSPHRASE)
    return vault.call(
        "caseLoad",
        place=story.place,
        bundle=story.bundle_for(reader),
        officers=story.officers,
        trusted=[each.named for each in trusted],
    )["view"]


MESSAGE_FIELDS = [
    "id",
    "lane",
    "number",
    "epoch",
    "kind",
    "author",
    "authorName",
    "arrivedOn",
    "body",
    "problem",
    "notice",
]


def shown_in_browser(view: dict) -> dict:
    return {
        "problems": sorted(view["problems"]),
        "messages": [[message[name] for name in MESSAGE_FIELDS] for message in view["messages"]],
        "notes": [
            [note[name] for name in ("number", "text", "problem", "authorName", "notice")] for note in view["notes"]
        ],
        "unconfirmed": view["unconfirmed"],
        "recipients": view["recipients"],
        "epoch": view["replyTo"] and view["replyTo"]["epoch"],
    }


def shown_in_python(case: protocol.Case) -> dict:
    return {
        "problems": sorted(case.problems),
        "messages": [
            [
                m.id,
                m.lane,
                m.number,
                m.epoch,
                m.kind,
                m.author,
                m.author_name,
                m.arrived_on,
                m.body,
                m.problem,
                m.notice,
            ]
            for m in case.messages
        ],
        "notes": [
            [n.number, n.body["text"] if n.body else None, n.problem, n.author_name, n.notice] for n in case.notes
        ],
        "unconfirmed": case.unconfirmed,
        "recipients": case.recipients,
        "epoch": case.epoch,
    }
