"""Errors of the simulator's own addresses (accounts, people, phone): JSON that says what to send instead.

The answers of WeChat's API have errcodes; see api/gate.py.
"""

import json
from typing import Any

from flask import Flask, jsonify, render_template, request
from werkzeug.exceptions import HTTPException


class SimulatorError(Exception):
    """code: stable, for programs. Anything in `more` is put into the answer beside it."""

    def __init__(self, status: int, code: str, message: str, **more: Any):
        super().__init__(message)
        self.status, self.code, self.message, self.more = status, code, message, more


def json_body() -> dict[str, Any]:
    """The request's JSON object; an empty body counts as {}. Any content type, so that curl -d works."""
    if not request.get_data():
        return {}
    body = json_read(request.get_data())
    if body is None:
        raise SimulatorError(400, "bad_json", "Send one JSON object, in UTF-8.")
    return body


def json_read(data: bytes) -> dict[str, Any] | None:
    """The object in `data`; None if it is none, or has text that is no Unicode (half a surrogate pair)."""
    try:
        body = json.loads(data.decode())
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def text_of(body: dict[str, Any], key: str, *, limit: int, default: str | None = None) -> str:
    value = body.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise SimulatorError(400, "missing_field", f'Send "{key}" as text in the JSON body.')
    if len(value) > limit:
        raise SimulatorError(400, "too_long", f'"{key}" may have at most {limit} characters.')
    return value


def number_of(body: dict[str, Any], key: str, *, default: float, least: float, most: float) -> float:
    value = body.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise SimulatorError(400, "bad_number", f'"{key}" must be a number from {least:g} to {most:g}.')
    return value


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _problem_page(status: int):
    known = {404: "没有这个人、公众号或页面。数据可能清空过，请从头选。", 413: "内容太大。"}
    return render_template("problem.html", problem=known.get(status, "这一步没有成功，请从头再试。")), status


def errors_register(app: Flask) -> None:
    @app.errorhandler(SimulatorError)
    def refused(error: SimulatorError):
        if _wants_page():
            return _problem_page(error.status)
        return jsonify({"error": error.code, "message": error.message, **error.more}), error.status

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException):
        if _wants_page():
            return _problem_page(error.code or 500)
        code = (error.name or "error").lower().replace(" ", "_")
        return jsonify({"error": code, "message": error.description}), error.code or 500
