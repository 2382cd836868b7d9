"""Web OAuth from the server's side: a code for an openid, once and within five minutes."""

import base64
import hashlib
import secrets
from typing import Any

from flask import Blueprint, request

from simulator import people
from simulator.api.gate import ApiError, api_answer, endpoint
from simulator.api.tokens import secret_check
from simulator.context import sim

pages = Blueprint("web", __name__)

CODE_SECONDS = 300
TOKEN_SECONDS = 7200


def _snapshot_openid(openid: str) -> str:
    """The made-up openid of a snapshot page: looks real, belongs to nobody."""
    digest = hashlib.sha256(f"snapshot:{openid}:{secrets.token_hex(8)}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


@endpoint(pages, "sns/oauth2/access_token", method="GET", token=False)
def access_token(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    secret_check(account, data)
    if data.get("grant_type") != "authorization_code":
        raise ApiError(40002, "invalid grant_type")
    store, now = sim().store, sim().now()
    with store.transaction():
        code = store.row(
            "SELECT * FROM oauth_codes WHERE code = ? AND appid = ?", data.get("code", ""), account["appid"]
        )
        if code is None:
            raise ApiError(40029, "invalid code")
        if code["used"]:
            raise ApiError(40163, "code been used")
        if code["at"] + CODE_SECONDS <= now:
            raise ApiError(42003, "code expired")
        store.run("UPDATE oauth_codes SET used = 1 WHERE code = ?", code["code"])
    contact = people.contact_get(code["openid"])
    snapshot = bool(contact and contact["snapshot"])
    return _grant(
        account["appid"], _snapshot_openid(code["openid"]) if snapshot else code["openid"], code["scope"], snapshot
    )


def _grant(appid: str, openid: str, scope: str, snapshot: bool) -> dict[str, Any]:
    token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(64)}"
    sim().store.run(
        "INSERT INTO oauth_tokens (token, appid, openid, scope, expires_at) VALUES (?, ?, ?, ?, ?)",
        token,
        appid,
        openid,
        scope,
        sim().now() + TOKEN_SECONDS,
    )
    return {
        "access_token": token,
        "expires_in": TOKEN_SECONDS,
        "refresh_token": f"r_{secrets.token_urlsafe(64)}",
        "openid": openid,
        "scope": scope,
        **({"is_snapshotuser": 1} if snapshot else {}),
    }


@pages.get("/sns/userinfo")
def userinfo():
    """Nickname and picture of who agreed; the token here is the one of web OAuth, not the API's."""
    row = sim().store.row("SELECT * FROM oauth_tokens WHERE token = ?", request.args.get("access_token", ""))
    if row is None or row["openid"] != request.args.get("openid"):
        return api_answer({"errcode": 40001, "errmsg": "invalid credential"})
    if row["scope"] != "snsapi_userinfo":
        return api_answer({"errcode": 48001, "errmsg": "api unauthorized"})
    if row["expires_at"] <= sim().now():
        return api_answer({"errcode": 42001, "errmsg": "access_token expired"})
    contact = people.contact_get(row["openid"])
    nickname = contact["name"] if contact else "微信用户"
    return api_answer({"openid": row["openid"], "nickname": nickname, "sex": 0, "headimgurl": "", "privilege": []})
