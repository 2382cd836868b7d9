"""The official accounts, registered from outside, and what a test may turn and read: faults, tokens, clock, state."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, jsonify

from simulator import callbacks
from simulator.context import sim, to_json
from simulator.errors import SimulatorError, json_body, number_of, text_of

pages = Blueprint("accounts", __name__)

MODES = ("plain", "compatible", "safe")
DEFAULT_TEMPLATES = [
    {
        "template_id": "TPL_notice_0000000000000000000000000000000",
        "title": "通知提醒",
        "content": "通知事项：{{thing1.DATA}}\n发布时间：{{time2.DATA}}\n说明：{{thing3.DATA}}",
    },
    {
        "template_id": "TPL_lesson_0000000000000000000000000000000",
        "title": "学习任务提醒",
        "content": "课程名称：{{thing1.DATA}}\n截止时间：{{time2.DATA}}",
    },
]


def account_get(appid: str) -> dict[str, Any] | None:
    row = sim().store.row("SELECT *, rowid + 2 AS tint FROM accounts WHERE appid = ?", appid)
    if row is None:
        return None
    parts = ("oauth_domains", "templates", "quotas", "menu")
    return {**dict(row), **{part: json.loads(row[part]) for part in parts}}


def accounts_all() -> list[dict[str, Any]]:
    """Without secrets, in the order in which they were registered. tint: a number for the colour of the picture."""
    rows = sim().store.rows(
        "SELECT appid, name, original_id, mode, webhook_url, rowid + 2 AS tint FROM accounts ORDER BY rowid"
    )
    return [dict(row) for row in rows]


def account_or_404(appid: str) -> dict[str, Any]:
    if account := account_get(appid):
        return account
    raise SimulatorError(404, "no_such_account", f"There is no account {appid}.", accounts=accounts_all())


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SimulatorError(400, "bad_webhook_url", "webhook_url must be an http:// or https:// address.")
    return value


def _cards(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise SimulatorError(400, "bad_cards", "cards: a person's name -> what stands on their work card.")
    return {name[:20]: text[:200] for name, text in list(value.items())[:100]}


def _templates(value: Any) -> list[dict[str, str]]:
    keys = ("template_id", "title", "content")
    if not isinstance(value, list) or any(
        not isinstance(each, dict) or any(not isinstance(each.get(key), str) for key in keys) for each in value
    ):
        raise SimulatorError(400, "bad_templates", "templates: a list of objects with template_id, title and content.")
    return [{key: each[key] for key in keys} for each in value]


def _account_read(appid: str, body: dict[str, Any]) -> dict[str, Any]:
    mode = text_of(body, "mode", limit=20, default="safe")
    if mode not in MODES:
        raise SimulatorError(400, "bad_mode", f"mode is one of {', '.join(MODES)}.")
    key = text_of(body, "encoding_aes_key", limit=43, default="" if mode == "plain" else None)
    if key and not re.fullmatch(r"[A-Za-z0-9+/]{43}", key):
        raise SimulatorError(
            400, "bad_encoding_aes_key", "encoding_aes_key has 43 characters: letters, digits, + and /."
        )
    webhook_url = _web_address(text_of(body, "webhook_url", limit=1000))
    domains = body.get("oauth_domains") or [urlsplit(webhook_url).hostname]
    if not isinstance(domains, list) or not all(isinstance(domain, str) for domain in domains):
        raise SimulatorError(400, "bad_oauth_domains", "oauth_domains: a list of host names.")
    quotas = body.get("quotas", {})
    if not isinstance(quotas, dict) or not all(isinstance(limit, int) for limit in quotas.values()):
        raise SimulatorError(400, "bad_quotas", 'quotas: API path -> calls a day, such as {"cgi-bin/token": 2000}.')
    return {
        "appid": appid,
        "name": text_of(body, "name", limit=60),
        "original_id": text_of(body, "original_id", limit=64),
        "secret": text_of(body, "secret", limit=128),
        "token": text_of(body, "token", limit=32),
        "encoding_aes_key": key,
        "mode": mode,
        "webhook_url": webhook_url,
        "oauth_domains": to_json(domains),
        "templates": to_json(_templates(body.get("templates", DEFAULT_TEMPLATES))),
        "quotas": to_json(quotas),
    }


@pages.put("/accounts/<appid>")
def account_put(appid: str):
    """Register or change an account. Followers, menus, tags and tokens stay."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{3,64}", appid):
        raise SimulatorError(400, "bad_appid", "An AppID has 3 to 64 letters, digits, _ or -.")
    body = json_body()
    values, cards = _account_read(appid, body), _cards(body.get("cards", {}))
    store = sim().store
    with store.transaction():
        taken = store.row("SELECT appid FROM accounts WHERE original_id = ?", values["original_id"])
        if taken and taken["appid"] != appid:
            raise SimulatorError(409, "original_id_taken", f"{taken['appid']} has this original_id already.")
        columns = ", ".join(values)
        changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != "appid")
        marks = ", ".join("?" * len(values))
        store.run(
            f"INSERT INTO accounts ({columns}) VALUES ({marks}) ON CONFLICT (appid) DO UPDATE SET {changes}",
            *values.values(),
        )
        for name, text in cards.items():
            store.run(
                "INSERT INTO cards (appid, name, text) VALUES (?, ?, ?)"
                " ON CONFLICT (appid, name) DO UPDATE SET text = excluded.text",
                *(appid, name, text),
            )
    return jsonify({"appid": appid, "name": values["name"], "mode": values["mode"], "phone": f"{sim().url}/"})


@pages.get("/accounts")
def account_list():
    return jsonify(accounts_all())


@pages.post("/accounts/<appid>/verify")
def account_verify(appid: str):
    """Do what WeChat does when a server address is saved: the signed GET with echostr."""
    account = account_or_404(appid)
    return jsonify(callbacks.webhook_verify(account))


@pages.get("/accounts/<appid>/state")
def account_state(appid: str):
    """What happened so far: calls of the API by path, followers, the latest callbacks with every attempt."""
    account_or_404(appid)
    store = sim().store
    calls = store.rows(
        "SELECT path, SUM(total) AS total, MAX(last_errcode) AS last_errcode FROM calls WHERE appid = ? GROUP BY path",
        appid,
    )
    deliveries = store.rows("SELECT * FROM deliveries WHERE appid = ? ORDER BY id DESC LIMIT 50", appid)
    followers = store.row("SELECT COUNT(*) AS n FROM contacts WHERE appid = ? AND subscribed", appid)
    totals = {row["path"]: row["total"] for row in calls}
    return jsonify(
        {
            "appid": appid,
            "followers": followers["n"] if followers else 0,
            "token_fetches": totals.get("cgi-bin/token", 0) + totals.get("cgi-bin/stable_token", 0),
            "calls": totals,
            "deliveries": [
                {**dict(row), "attempts": json.loads(row["attempts"]), "reply": json.loads(row["reply"])}
                for row in deliveries
            ],
        }
    )


@pages.post("/accounts/<appid>/tokens/expire")
def tokens_expire(appid: str):
    """Make every access token of the account expire now: the next call gets 42001."""
    account_or_404(appid)
    sim().store.run("UPDATE tokens SET expires_at = ? WHERE appid = ?", sim().now(), appid)
    return jsonify({"appid": appid, "expired": True})


@pages.get("/faults")
def fault_list():
    return jsonify([dict(row) for row in sim().store.rows("SELECT * FROM faults WHERE remaining > 0 ORDER BY id")])


@pages.post("/faults")
def fault_add():
    """The next `times` calls of `path` (or "*") by `appid` (or "*") fail with errcode or HTTP status, or come late."""
    body = json_body()
    errcode, status = body.get("errcode"), body.get("status")
    for name, value in (("errcode", errcode), ("status", status)):
        if value is not None and not isinstance(value, int):
            raise SimulatorError(400, "bad_number", f'"{name}" must be a whole number.')
    if status is not None and not 400 <= status <= 599:
        raise SimulatorError(400, "bad_number", '"status" must be an HTTP error, 400 to 599.')
    delay = number_of(body, "delay_seconds", default=0, least=0, most=120)
    if errcode is None and status is None and not delay:
        raise SimulatorError(400, "missing_field", 'Send "errcode", "status" or "delay_seconds".')
    fault_id = sim().store.run(
        "INSERT INTO faults (appid, path, errcode, status, delay_seconds, remaining) VALUES (?, ?, ?, ?, ?, ?)",
        text_of(body, "appid", limit=64, default="*"),
        text_of(body, "path", limit=200, default="*").strip("/"),
        errcode,
        status,
        delay,
        int(number_of(body, "times", default=1, least=1, most=1_000_000)),
    )
    return jsonify({"id": fault_id}), 201


@pages.delete("/faults")
def fault_clear():
    sim().store.run("DELETE FROM faults")
    return jsonify([])


@pages.post("/clock")
def clock_advance():
    """Let time pass: tokens and QR codes expire, windows close, a new month begins. Lost at the next start."""
    sim().clock_ahead_seconds += number_of(json_body(), "advance_seconds", default=0, least=0, most=400 * 86400)
    return jsonify({"now": sim().now(), "ahead_seconds": sim().clock_ahead_seconds})
