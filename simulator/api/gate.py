"""What every API call passes: faults asked for by a test, the access token, the daily quota, the JSON body."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from simulator.accounts import account_get
from simulator.context import sim
from simulator.errors import json_read

# Calls a day of a new account, from WeChat's page on API call limits. What is not listed here is not counted.
DAILY_LIMITS = {
    "cgi-bin/token": 2000,
    "cgi-bin/stable_token": 500_000,
    "cgi-bin/menu/create": 1000,
    "cgi-bin/message/custom/send": 500_000,
    "cgi-bin/message/template/send": 100_000,
    "cgi-bin/message/mass/sendall": 100,
    "cgi-bin/message/mass/send": 100,
    "cgi-bin/message/mass/preview": 100,
    "cgi-bin/qrcode/create": 100_000,
    "cgi-bin/user/get": 500,
    "cgi-bin/user/info": 5_000_000,
    "cgi-bin/media/upload": 100_000,
    "cgi-bin/media/uploadimg": 100_000,
    "cgi-bin/draft/add": 1000,
    "cgi-bin/draft/get": 500,
    "cgi-bin/freepublish/submit": 100,
    "cgi-bin/freepublish/get": 100,
}


class ApiError(Exception):
    """WeChat's way to say no. Fields in `more` go into the answer beside the errcode."""

    def __init__(self, errcode: int, errmsg: str, **more: Any):
        super().__init__(errmsg)
        self.errcode, self.errmsg, self.more = errcode, errmsg, more


Handler = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any] | Response]


def api_answer(body: dict[str, Any]) -> Response:
    if body.get("errcode"):
        body = {**body, "errmsg": f"{body['errmsg']} rid: {int(time.time()):x}-{secrets.token_hex(4)}"}
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8")


def endpoint(pages: Blueprint, path: str, *, method: str = "POST", token: bool = True, form: bool = False):
    """Serve `path`. The handler gets the account and the JSON body (or the query, for GET and with `form`).

    Without `token` the account comes from the appid in the query or body, and the handler checks the rest itself.
    """

    def decorate(handler: Handler) -> Handler:
        def view() -> Response:
            return _answered(path, handler, token=token, from_query=form or method == "GET")

        pages.add_url_rule(
            f"/{path}", endpoint=path.replace("/", "_").replace(".", "_"), view_func=view, methods=[method]
        )
        return handler

    return decorate


def _answered(path: str, handler: Handler, *, token: bool, from_query: bool) -> Response:
    appid = ""
    answer: dict[str, Any] | Response
    try:
        data = request.args.to_dict() if from_query else _json()
        appid = _appid_by_token() if token else str(data.get("appid", ""))
        if broken := _fault(appid, path):
            return broken
        account = account_get(appid)
        if account is None:
            raise ApiError(40013, "invalid appid")
        if token:
            token_check(request.args.get("access_token", ""))
        _count(account, path)
        answer = handler(account, data)
    except ApiError as error:
        answer = {"errcode": error.errcode, "errmsg": error.errmsg, **error.more}
        _remember_error(appid, path, error.errcode)
    return answer if isinstance(answer, Response) else api_answer(answer)


def _json() -> dict[str, Any]:
    data = json_read(request.get_data())
    if data is None:
        raise ApiError(47001, "data format error hint: send one JSON object in UTF-8")
    return data


def part(data: dict[str, Any], key: str) -> dict[str, Any]:
    """The object under `key`."""
    value = data.get(key)
    if not isinstance(value, dict):
        raise ApiError(47001, f"data format error hint: {key} must be an object")
    return value


def _appid_by_token() -> str:
    token = request.args.get("access_token", "")
    if not token:
        raise ApiError(41001, "access_token missing")
    if len(token) < 16 or len(token) > 512:
        raise ApiError(40014, "invalid access_token")
    row = sim().store.row("SELECT appid FROM tokens WHERE token = ?", token)
    if row is None:
        raise ApiError(40001, "invalid credential, access_token is invalid or not latest")
    return row["appid"]


def token_check(token: str) -> None:
    row = sim().store.row("SELECT * FROM tokens WHERE token = ?", token)
    if row is None or row["replaced"]:
        raise ApiError(40001, "invalid credential, access_token is invalid or not latest")
    if row["expires_at"] <= sim().now():
        raise ApiError(42001, "access_token expired")


def _fault(appid: str, path: str) -> Response | None:
    """Answer as the oldest fitting fault says, if there is one left; a fault with a delay only goes on afterwards."""
    store = sim().store
    with store.transaction():
        fault = store.row(
            "SELECT * FROM faults WHERE remaining > 0 AND appid IN ('*', ?) AND path IN ('*', ?) ORDER BY id",
            appid,
            path,
        )
        if fault is None:
            return None
        store.run("UPDATE faults SET remaining = remaining - 1 WHERE id = ?", fault["id"])
    sim().stopping.wait(fault["delay_seconds"])
    if fault["status"]:
        return Response("upstream error", status=fault["status"], content_type="text/plain")
    if fault["errcode"] is not None:
        raise ApiError(fault["errcode"], "asked for by a test")
    return None


def _count(account: dict[str, Any], path: str) -> None:
    limit = account["quotas"].get(path, DAILY_LIMITS.get(path))
    store, day = sim().store, sim().china_now().strftime("%Y-%m-%d")
    with store.transaction():
        row = store.row("SELECT used FROM calls WHERE appid = ? AND path = ? AND day = ?", account["appid"], path, day)
        over = limit is not None and row is not None and row["used"] >= limit
        store.run(
            "INSERT INTO calls (appid, path, day, used, total) VALUES (?, ?, ?, 1, 1)"
            " ON CONFLICT DO UPDATE SET used = used + ?, total = total + 1",
            account["appid"],
            path,
            day,
            0 if over else 1,
        )
    if over or limit == 0:
        raise ApiError(45009, "reach max api daily quota limit")


def _remember_error(appid: str, path: str, errcode: int) -> None:
    day = sim().china_now().strftime("%Y-%m-%d")
    sim().store.run(
        "UPDATE calls SET last_errcode = ? WHERE appid = ? AND path = ? AND day = ?", errcode, appid, path, day
    )
