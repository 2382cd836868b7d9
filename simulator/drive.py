"""The phone as JSON: what a script, and the phone's own page, post and read."""

import sqlite3
from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint, jsonify, request

from simulator import actions, chat, people
from simulator.accounts import account_or_404
from simulator.callbacks import ATTEMPTS, TIMEOUT_SECONDS, Delivery, Mischief
from simulator.context import sim
from simulator.errors import SimulatorError, json_body, number_of, text_of

pages = Blueprint("drive", __name__, url_prefix="/phone/<openid>")


def _mischief(body: dict) -> Mischief:
    timestamp = body.get("timestamp")
    return Mischief(
        duplicates=int(number_of(body, "duplicates", default=0, least=0, most=20)),
        delay_seconds=number_of(body, "delay_seconds", default=0, least=0, most=60),
        wrong_signature=body.get("wrong_signature") is True,
        wrong_appid=body.get("wrong_appid") is True,
        timestamp=int(number_of(body, "timestamp", default=0, least=0, most=2**33)) if timestamp else None,
    )


def _answer(contact: sqlite3.Row, delivery: Delivery | None, note: str = ""):
    """Wait as long as asked: ?wait=0 not at all, ?wait=N up to N seconds for the last attempt, else for the first."""
    if delivery:
        wait = request.args.get("wait", "")
        try:
            seconds = min(float(wait), 120.0) if wait else 0.0
        except ValueError as error:
            raise SimulatorError(400, "bad_wait", "?wait= takes a number of seconds.") from error
        if wait:
            delivery.finished.wait(seconds)
        else:
            delivery.first_attempt.wait(delivery.mischief.delay_seconds + ATTEMPTS * TIMEOUT_SECONDS + 1)
    fresh = people.contact_get(contact["openid"])
    assert fresh is not None
    return jsonify(
        {
            **_state(fresh),
            "reply": asdict(delivery.reply) if delivery and delivery.reply else None,
            "delivery": delivery.as_json() if delivery else None,
            "note": note,
        }
    )


def _state(contact: sqlite3.Row) -> dict:
    return {
        "openid": contact["openid"],
        "appid": contact["appid"],
        "person": {"id": contact["person_id"], "name": contact["name"]},
        "subscribed": bool(contact["subscribed"]),
        "blocked": bool(contact["blocked"]),
        "snapshot": bool(contact["snapshot"]),
    }


@pages.post("/follow")
def follow(openid: str):
    """Body: appid and name (for a new person), scene (the code they came by). All may be left out."""
    body = json_body()
    contact = people.contact_for_drive(openid, body)
    delivery = actions.follow(contact, scene=text_of(body, "scene", limit=64, default=""), mischief=_mischief(body))
    return _answer(contact, delivery, "" if delivery else "They follow already; nothing was sent.")


@pages.post("/unfollow")
def unfollow(openid: str):
    body = json_body()
    contact = people.contact_for_drive(openid, body)
    delivery = actions.unfollow(contact, mischief=_mischief(body))
    return _answer(contact, delivery, "" if delivery else "They did not follow; nothing was sent.")


@pages.post("/text")
def text(openid: str):
    """Body: content; for tests also msg_id and create_time."""
    body = json_body()
    contact = people.contact_for_drive(openid, body)
    delivery = actions.text(
        contact,
        text_of(body, "content", limit=2048),
        mischief=_mischief(body),
        msg_id=int(number_of(body, "msg_id", default=0, least=0, most=2**63 - 1)) or None,
        create_time=int(number_of(body, "create_time", default=0, least=0, most=2**33)) or None,
    )
    return _answer(contact, delivery)


@pages.post("/click")
def click(openid: str):
    """Body: key, which is a button's key, address or name. A button with an address answers with "open"."""
    body = json_body()
    contact = people.contact_for_drive(openid, body)
    button = actions.button_find(contact["appid"], key=text_of(body, "key", limit=1024))
    answer = _answer(contact, actions.click(contact, button, mischief=_mischief(body)))
    return jsonify({**answer.get_json(), "open": button.get("url")})


@pages.post("/scan")
def scan(openid: str):
    """Body: scene, ticket, or url (what the code says). A code of another account is scanned by the same person."""
    body = json_body()
    contact = people.contact_for_drive(openid, body)
    address = text_of(body, "ticket", limit=512, default="") or text_of(body, "url", limit=1024, default="")
    scene = text_of(body, "scene", limit=64, default="")
    if not address and not scene:
        raise SimulatorError(400, "missing_field", 'Send "scene", "ticket" or "url" in the JSON body.')
    code = actions.code_find(contact["appid"], scene=scene, address=address)
    if code["appid"] != contact["appid"]:
        contact = people.contact_of(person_id=contact["person_id"], appid=code["appid"])
    return _answer(contact, actions.scan(contact, code, mischief=_mischief(body)))


@pages.get("/inbox")
def inbox(openid: str):
    """The chat as a list, oldest first; ?after=<id> only what is newer."""
    contact = people.contact_or_404(openid)
    return jsonify(chat.messages_of(contact["openid"], after=request.args.get("after", 0, int)))


@pages.get("/state")
def state(openid: str):
    contact = people.contact_or_404(openid)
    account = account_or_404(contact["appid"])
    return jsonify({**_state(contact), "account": account["name"], "menu": account["menu"]})


def _switch(column: str) -> Callable:
    def view(openid: str):
        body = json_body()
        contact = people.contact_for_drive(openid, body)
        if not isinstance(body.get("on"), bool):
            raise SimulatorError(400, "missing_field", 'Send "on": true or false.')
        sim().store.run(f"UPDATE contacts SET {column} = ? WHERE openid = ?", body["on"], openid)
        return _answer(contact, None)

    return view


# Refuse what the account pushes; be a "snapshot" visitor, whose openid in web OAuth is not real.
pages.post("/blocked", endpoint="blocked")(_switch("blocked"))
pages.post("/snapshot", endpoint="snapshot")(_switch("snapshot"))
