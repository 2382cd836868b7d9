"""The authorise page of open.weixin.qq.com: who holds the phone, and back to the account's site with a code.

Who it is, in this order: `openid` in the query (scripts); inside a frame, the holder of the phone around it, which takes
over by postMessage, so that two phones in two windows stay two people; the cookie of the start page; a page that asks.
"""

import secrets
import sqlite3
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, jsonify, make_response, redirect, render_template, request

from simulator import people
from simulator.accounts import account_get
from simulator.context import sim
from simulator.errors import SimulatorError

pages = Blueprint("oauth", __name__)

PERSON_COOKIE = "simulator_person"
SCOPES = ("snsapi_base", "snsapi_userinfo")


@pages.get("/connect/oauth2/authorize")
def authorize():
    account = account_get(request.args.get("appid", ""))
    if problem := _problem(account):
        return render_template("problem.html", problem=problem), 400
    assert account is not None
    contact, known_by_query = _contact(account["appid"]), "openid" in request.args
    if contact is None and known_by_query:
        return render_template("problem.html", problem="openid 不属于这个公众号"), 400
    in_frame = request.headers.get("Sec-Fetch-Dest") == "iframe"
    if in_frame and not known_by_query and "asked" not in request.args:
        return render_template("oauth_ask_phone.html")
    if contact is None:
        return render_template("oauth_who.html", account=account, choices=_choices(account["appid"]))
    if request.args["scope"] == "snsapi_userinfo" and not contact["subscribed"] and "agree" not in request.args:
        return render_template("oauth_consent.html", account=account, contact=contact, here=_here())
    response = make_response(redirect(_return_address(account["appid"], contact["openid"])))
    if "remember" in request.args:
        person_remember(response, contact["person_id"])
    return response


@pages.get("/phone/<openid>/authorize")
def authorize_in_phone(openid: str):
    """The same for the phone's own page, as JSON: where its frame goes, and whether the person must agree first."""
    account = account_get(request.args.get("appid", ""))
    holder = people.contact_or_404(openid)
    if problem := _problem(account):
        raise SimulatorError(400, "not_authorized", problem)
    assert account is not None
    contact = people.contact_of(person_id=holder["person_id"], appid=account["appid"])
    consent = request.args["scope"] == "snsapi_userinfo" and not contact["subscribed"]
    return jsonify({"url": _return_address(account["appid"], contact["openid"]), "consent": consent})


def person_remember(response, person_id: int) -> None:
    response.set_cookie(PERSON_COOKIE, str(person_id), httponly=True, samesite="Lax", max_age=30 * 86400)


def person_remembered() -> int | None:
    value = request.cookies.get(PERSON_COOKIE, "")
    known = value.isdigit() and sim().store.row("SELECT id FROM people WHERE id = ?", int(value))
    return int(value) if known else None


def _problem(account: dict | None) -> str:
    """What WeChat would complain of, or nothing."""
    if account is None:
        return "appid 不存在（错误码：10012）"
    if request.args.get("response_type") != "code":
        return "response_type 必须是 code"
    if request.args.get("scope") not in SCOPES:
        return "scope 参数错误或没有 scope 权限（错误码：10005）"
    if len(request.args.get("state", "")) > 128:
        return "state 超过 128 字节"
    target = urlsplit(request.args.get("redirect_uri", ""))
    allowed = account["oauth_domains"]
    if target.scheme not in ("http", "https") or not {target.hostname, target.netloc} & set(allowed):
        return f"redirect_uri 域名与后台配置不一致（错误码：10003）。后台配置的是：{'、'.join(allowed)}"
    return ""


def _contact(appid: str) -> sqlite3.Row | None:
    if openid := request.args.get("openid"):
        return people.contact_find(openid, appid)
    person_id = person_remembered()
    return people.contact_of(person_id=person_id, appid=appid) if person_id else None


def _choices(appid: str) -> list[dict[str, str]]:
    contacts = [people.contact_of(person_id=row["id"], appid=appid) for row in people.people_shown()]
    return [
        {"name": each["name"], "tint": each["person_id"], "url": _here(openid=each["openid"], remember="1")}
        for each in contacts
    ]


def _here(**more: str) -> str:
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'agree': '1', **more})}"


def _return_address(appid: str, openid: str) -> str:
    code = secrets.token_urlsafe(24)
    sim().store.run(
        "INSERT INTO oauth_codes (code, appid, openid, scope, at) VALUES (?, ?, ?, ?, ?)",
        code,
        appid,
        openid,
        request.args["scope"],
        sim().now(),
    )
    target = urlsplit(request.args["redirect_uri"])
    query = [*parse_qsl(target.query, keep_blank_values=True), ("code", code), ("state", request.args.get("state", ""))]
    return urlunsplit(target._replace(query=urlencode(query), fragment=""))
