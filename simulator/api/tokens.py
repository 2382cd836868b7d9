"""Access tokens of both kinds, JS-SDK tickets, and quotas.

cgi-bin/token: every call replaces the token before. cgi-bin/stable_token: the same token again until its last five
minutes; then a new one, and the old works to its end; force_refresh replaces at once, 20 times a day, 30 seconds apart.
"""

import secrets
from typing import Any

from flask import Blueprint

from simulator import crypto
from simulator.api.gate import DAILY_LIMITS, ApiError, endpoint
from simulator.context import sim

pages = Blueprint("tokens", __name__)

LIFETIME_SECONDS = 7200
RENEW_SECONDS = 300
FORCED_A_DAY = 20
FORCED_APART_SECONDS = 30


def secret_check(account: dict[str, Any], data: dict[str, Any]) -> None:
    if not crypto.same(str(data.get("secret", "")), account["secret"]):
        raise ApiError(40125, "invalid appsecret")


def _issue(appid: str, kind: str) -> dict[str, Any]:
    token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(96)}"
    sim().store.run(
        "INSERT INTO tokens (token, appid, kind, at, expires_at) VALUES (?, ?, ?, ?, ?)",
        token,
        appid,
        kind,
        sim().now(),
        sim().now() + LIFETIME_SECONDS,
    )
    return {"access_token": token, "expires_in": LIFETIME_SECONDS}


def _replace(appid: str, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        sim().store.run("UPDATE tokens SET replaced = 1 WHERE appid = ? AND kind = ?", appid, kind)


@endpoint(pages, "cgi-bin/token", method="GET", token=False)
def token(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    if data.get("grant_type") != "client_credential":
        raise ApiError(40002, "invalid grant_type")
    secret_check(account, data)
    with sim().store.transaction():
        _replace(account["appid"], ("token",))
        return _issue(account["appid"], "token")


@endpoint(pages, "cgi-bin/stable_token", token=False)
def stable_token(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    if data.get("grant_type") != "client_credential":
        raise ApiError(40002, "invalid grant_type")
    secret_check(account, data)
    appid, now, store = account["appid"], sim().now(), sim().store
    with store.transaction():
        if data.get("force_refresh"):
            day = now - now % 86400
            forced = store.rows("SELECT at FROM tokens WHERE appid = ? AND kind LIKE '%forced' AND at >= ?", appid, day)
            if any(now - row["at"] < FORCED_APART_SECONDS for row in forced):
                raise ApiError(45011, "api minute-quota reach limit, force_refresh needs 30 seconds between calls")
            if len(forced) >= FORCED_A_DAY:
                raise ApiError(45009, "reach max api daily quota limit")
            _replace(appid, ("stable", "stable forced"))
            return _issue(appid, "stable forced")
        current = store.row(
            "SELECT token, expires_at FROM tokens WHERE appid = ? AND kind LIKE 'stable%' AND NOT replaced"
            " AND expires_at > ? ORDER BY expires_at DESC",
            appid,
            now + RENEW_SECONDS,
        )
        if current:
            return {"access_token": current["token"], "expires_in": int(current["expires_at"] - now)}
        return _issue(appid, "stable")


@endpoint(pages, "cgi-bin/ticket/getticket", method="GET")
def getticket(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    kind, now, store = data.get("type", ""), sim().now(), sim().store
    if kind not in ("jsapi", "wx_card"):
        raise ApiError(40097, "invalid args: type")
    with store.transaction():
        row = store.row("SELECT * FROM tickets WHERE appid = ? AND type = ?", account["appid"], kind)
        if row is None or row["expires_at"] <= now:
            ticket, expires_at = secrets.token_urlsafe(64), now + LIFETIME_SECONDS
            store.run("INSERT OR REPLACE INTO tickets VALUES (?, ?, ?, ?)", account["appid"], kind, ticket, expires_at)
        else:
            ticket, expires_at = row["ticket"], row["expires_at"]
    return {"errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": int(expires_at - now)}


@endpoint(pages, "cgi-bin/clear_quota")
def clear_quota(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    month = sim().china_now().strftime("%Y-%m")
    if data.get("appid") != account["appid"]:
        raise ApiError(40013, "invalid appid")
    used = sim().store.row(
        "SELECT SUM(total) AS n FROM calls WHERE appid = ? AND path = 'cgi-bin/clear_quota' AND day LIKE ?",
        account["appid"],
        f"{month}%",
    )
    if used and (used["n"] or 0) > 10:
        raise ApiError(48006, "forbid to clear quota because of reaching the limit")
    sim().store.run("UPDATE calls SET used = 0 WHERE appid = ?", account["appid"])
    return {"errcode": 0, "errmsg": "ok"}


@endpoint(pages, "cgi-bin/openapi/quota/get")
def quota_get(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    path = str(data.get("cgi_path", "")).strip("/")
    limit = account["quotas"].get(path, DAILY_LIMITS.get(path))
    if limit is None:
        raise ApiError(76021, "cgi_path not found, please check")
    day = sim().china_now().strftime("%Y-%m-%d")
    row = sim().store.row(
        "SELECT used FROM calls WHERE appid = ? AND path = ? AND day = ?", account["appid"], path, day
    )
    used = row["used"] if row else 0
    quota = {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}
    return {"errcode": 0, "errmsg": "ok", "quota": quota}
