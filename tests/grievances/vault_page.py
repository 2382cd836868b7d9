"""A page on 127.0.0.1 with the real bundle and nothing else, under the content policy of the real pages."""

import base64
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
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
