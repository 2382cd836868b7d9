"""What a person can do with the phone. Each action changes the store and tells the account's server."""

import secrets
import sqlite3
from typing import Any

from simulator import callbacks, chat
from simulator.accounts import account_or_404
from simulator.callbacks import Delivery, Mischief, message_fields
from simulator.context import sim
from simulator.errors import SimulatorError

PLAIN = Mischief()
# Room for customer messages by occasion: how many, and for how many seconds (WeChat's rules since June 2023).
WINDOWS = {"message": (5, 48 * 3600), "tap": (3, 60)}


def follow(contact: sqlite3.Row, *, scene: str = "", mischief: Mischief = PLAIN) -> Delivery | None:
    """Follow, perhaps by a code with a scene. None if nothing happened because they follow already, without a code."""
    if contact["subscribed"]:
        return (
            _event(contact, "SCAN", scene, ticket=ticket_of(contact["appid"], scene), mischief=mischief)
            if scene
            else None
        )
    sim().store.run(
        "UPDATE contacts SET subscribed = 1, subscribed_at = ?, scene = ? WHERE openid = ?",
        sim().now(),
        scene,
        contact["openid"],
    )
    if scene:
        ticket = ticket_of(contact["appid"], scene)
        return _event(contact, "subscribe", f"qrscene_{scene}", ticket=ticket, mischief=mischief)
    return _event(contact, "subscribe", "", mischief=mischief)


def unfollow(contact: sqlite3.Row, *, mischief: Mischief = PLAIN) -> Delivery | None:
    """Leave: tags and windows go, the chat stays on the phone. None if they did not follow."""
    if not contact["subscribed"]:
        return None
    store = sim().store
    with store.transaction():
        store.run("UPDATE contacts SET subscribed = 0, scene = '', remark = '' WHERE openid = ?", contact["openid"])
        store.run("DELETE FROM taggings WHERE openid = ?", contact["openid"])
        store.run("DELETE FROM windows WHERE openid = ?", contact["openid"])
    return _event(contact, "unsubscribe", "", mischief=mischief)


def text(
    contact: sqlite3.Row,
    content: str,
    *,
    mischief: Mischief = PLAIN,
    msg_id: int | None = None,
    create_time: int | None = None,
) -> Delivery:
    """msg_id, create_time: as a test wants them; else a new number, and now."""
    _must_follow(contact)
    _message_add(contact, content)
    window_open(contact["openid"], "message")
    account = account_or_404(contact["appid"])
    at = create_time or sim().now()
    more = {"Content": content, "MsgId": msg_id or 24_800_000_000_000_000 + secrets.randbelow(10**14)}
    fields = message_fields(account, contact["openid"], at, "text", **more)
    return callbacks.push(account, contact["openid"], fields, tell_user=True, mischief=mischief)


def click(contact: sqlite3.Row, button: dict[str, Any], *, mischief: Mischief = PLAIN) -> Delivery:
    """Tap a button of the menu: CLICK may be answered and opens a window, VIEW may not and does not."""
    _must_follow(contact)
    if button["type"] == "view":
        return _event(contact, "VIEW", button["url"], mischief=mischief, MenuId=430_000_001)
    return _event(contact, "CLICK", button["key"], mischief=mischief)


def scan(contact: sqlite3.Row, code: sqlite3.Row, *, mischief: Mischief = PLAIN) -> Delivery | None:
    """Scan a code of the account: a stranger follows by it, a follower only says where they are."""
    if code["expires_at"] is not None and code["expires_at"] <= sim().now():
        raise SimulatorError(410, "qrcode_expired", "This QR code has expired.")
    return follow(contact, scene=code["scene"], mischief=mischief)


def button_find(appid: str, *, key: str) -> dict[str, Any]:
    """The button with this key, name or address in the account's menu."""
    buttons = [leaf for top in account_or_404(appid)["menu"] for leaf in (top.get("sub_button") or [top])]
    for button in buttons:
        if key in (button.get("key"), button.get("url"), button.get("name")) and button.get("type") in (
            "click",
            "view",
        ):
            return button
    known = [{name: button[name] for name in ("name", "key", "url") if name in button} for button in buttons]
    raise SimulatorError(404, "no_such_button", f"The menu of {appid} has no button {key!r}.", buttons=known)


def code_find(appid: str, *, scene: str = "", address: str = "") -> sqlite3.Row:
    """The QR code with this ticket, address ending in a ticket, or scene (the newest of this account)."""
    store = sim().store
    if address:
        ticket = address.split("?")[0].rstrip("/").rpartition("/")[2]
        code = store.row("SELECT * FROM qrcodes WHERE ticket = ?", ticket)
    else:
        code = store.row("SELECT * FROM qrcodes WHERE appid = ? AND scene = ? ORDER BY at DESC LIMIT 1", appid, scene)
    if code:
        return code
    scenes = [row["scene"] for row in store.rows("SELECT DISTINCT scene FROM qrcodes WHERE appid = ? LIMIT 50", appid)]
    wanted = address or scene
    raise SimulatorError(404, "no_such_qrcode", f"The account has made no QR code for {wanted!r}.", scenes=scenes)


def ticket_of(appid: str, scene: str) -> str:
    row = sim().store.row("SELECT ticket FROM qrcodes WHERE appid = ? AND scene = ? ORDER BY at DESC", appid, scene)
    return row["ticket"] if row else "gQ_no_such_code"


def window_open(openid: str, kind: str) -> None:
    remaining, seconds = WINDOWS[kind]
    sim().store.run(
        "INSERT OR REPLACE INTO windows (openid, kind, closes_at, remaining) VALUES (?, ?, ?, ?)",
        openid,
        kind,
        sim().now() + seconds,
        remaining,
    )


def _event(
    contact: sqlite3.Row, event: str, key: str, *, mischief: Mischief, ticket: str = "", **more: Any
) -> Delivery:
    if event in ("subscribe", "SCAN", "CLICK"):
        window_open(contact["openid"], "tap")
    account = account_or_404(contact["appid"])
    extra = {"Event": event, "EventKey": key, **({"Ticket": ticket} if ticket else {}), **more}
    fields = message_fields(account, contact["openid"], sim().now(), "event", **extra)
    tell_user = event in ("subscribe", "SCAN", "CLICK")
    return callbacks.push(account, contact["openid"], fields, tell_user=tell_user, mischief=mischief)


def _message_add(contact: sqlite3.Row, content: str) -> None:
    chat.message_add(
        sim(),
        appid=contact["appid"],
        openid=contact["openid"],
        direction="sent",
        via="user",
        msgtype="text",
        content=content,
    )


def _must_follow(contact: sqlite3.Row) -> None:
    if not contact["subscribed"]:
        raise SimulatorError(
            409, "not_following", f"{contact['name']} does not follow {contact['appid']}: POST …/follow first."
        )
