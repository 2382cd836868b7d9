"""The program: one process, threads, 127.0.0.1 only."""

import logging
import signal
import socket
import sqlite3
from pathlib import Path

from flask import Flask, jsonify, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator import accounts, api, drive, oauth, people, phone
from simulator.context import Simulator
from simulator.errors import errors_register

REQUEST_MAX_BYTES = 1 << 20
UPLOAD_MAX_BYTES = 12 << 20
PAGE_POLICY = (
    "default-src 'self'; img-src * data:; frame-src http: https:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'"
)


class StartError(Exception):
    """Why the program cannot start, in one sentence for the person at the terminal."""


def create_app(simulator: Simulator) -> Flask:
    app = Flask("simulator")
    app.config["MAX_CONTENT_LENGTH"] = REQUEST_MAX_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["simulator"] = simulator
    errors_register(app)
    for pages in (accounts.pages, people.pages, drive.pages, phone.pages, oauth.pages, *api.BLUEPRINTS):
        app.register_blueprint(pages)

    @app.get("/healthz")
    def healthz():
        return jsonify({"status": "ok"})

    @app.before_request
    def size_limit():
        if request.mimetype == "multipart/form-data":
            request.max_content_length = UPLOAD_MAX_BYTES

    @app.after_request
    def page_policy(response):
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            response.headers["Cache-Control"] = "no-cache"
        return response

    return app


class QuietHandler(WSGIRequestHandler):
    """No line a request: the phone asks every second. What matters, the callbacks log themselves."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise StartError(
            f"The WeChat simulator cannot listen on 127.0.0.1:{port} ({error.strerror}). "
            "Stop the program that uses this port, or choose another with --port."
        ) from error
    listener.listen(256)
    return listener


def server_make(*, port: int, folder: Path, retry_seconds: float = 5.0) -> tuple[BaseWSGIServer, Simulator]:
    """A server that listens but does not serve yet, and its simulator. port 0 takes a free one. Raises StartError."""
    listener = listen(port)
    port = listener.getsockname()[1]
    try:
        simulator = Simulator(folder=folder, port=port, retry_seconds=retry_seconds)
    except (OSError, sqlite3.Error) as error:
        listener.close()
        raise StartError(f"The folder {folder} cannot be written ({error}). Choose another with --data.") from error
    app = create_app(simulator)
    with listener:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler, fd=listener.fileno())
    return server, simulator


def serve(*, port: int, folder: Path, retry_seconds: float = 5.0) -> None:
    """Run until SIGTERM or Ctrl-C. Raises StartError."""
    server, simulator = server_make(port=port, folder=folder, retry_seconds=retry_seconds)
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        logging.getLogger("simulator").info("WeChat simulator on %s", simulator.url)
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        simulator.stop()
