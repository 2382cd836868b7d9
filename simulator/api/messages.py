"""Customer messages and template messages: one follower at a time."""

import re
import sqlite3
from typing import Any

from flask import Blueprint

from simulator import callbacks, chat, people
from simulator.api import content
from simulator.api.gate import ApiError, endpoint
from simulator.callbacks import message_fields
from simulator.context import sim

pages = Blueprint("messages", __name__)

DEDUPE_SECONDS = 600
# Longest value shown for a keyword, by the kind in its name; the rest of a longer one is cut off.
SHOWN_CHARACTERS = {"thing": 20, "phrase": 5, "short_thing": 5}


def follower_or_error(account: dict[str, Any], openid: Any) -> sqlite3.Row:
    contact = people.contact_find(str(openid), account["appid"])
    if contact is None:
        raise ApiError(40003, "invalid openid")
    if not contact["subscribed"]:
        raise ApiError(43004, "require subscribe")
    return contact


@endpoint(pages, "cgi-bin/message/custom/send")
def custom_send(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    contact = follower_or_error(account, data.get("touser"))
    message = content.message_read(account, data)
    store, now = sim().store, sim().now()
    with store.transaction():
        windows = store.rows("SELECT * FROM windows WHERE openid = ? AND closes_at > ?", contact["openid"], now)
        if not windows:
            raise ApiError(45015, "response out of time limit or subscription is canceled")
        window = max(windows, key=lambda each: each["remaining"])
        if not window["remaining"]:
            raise ApiError(45047, "out of response count limit")
        store.run(
            "UPDATE windows SET remaining = remaining - 1 WHERE openid = ? AND kind = ?",
            contact["openid"],
            window["kind"],
        )
        chat.message_add(
            sim(), appid=account["appid"], openid=contact["openid"], direction="received", via="custom", **message
        )
    return {"errcode": 0, "errmsg": "ok"}


@endpoint(pages, "cgi-bin/message/custom/typing")
def custom_typing(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    follower_or_error(account, data.get("touser"))
    return {"errcode": 0, "errmsg": "ok"}


@endpoint(pages, "cgi-bin/template/get_all_private_template", method="GET")
def templates_list(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    fixed = {"primary_industry": "制造业", "deputy_industry": "教育", "example": ""}
    return {"template_list": [{**template, **fixed} for template in account["templates"]]}


@endpoint(pages, "cgi-bin/message/template/send")
def template_send(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Deliver once per openid and client_msg_id within ten minutes; then report by TEMPLATESENDJOBFINISH."""
    contact = follower_or_error(account, data.get("touser"))
    template = next((t for t in account["templates"] if t["template_id"] == data.get("template_id")), None)
    if template is None:
        raise ApiError(40037, "invalid template_id")
    values = data.get("data")
    if not isinstance(values, dict) or not all(isinstance(each, dict) for each in values.values()):
        raise ApiError(47001, "data format error hint: data.<keyword>.value")
    key = str(data.get("client_msg_id") or "")
    store, now, openid = sim().store, sim().now(), contact["openid"]
    with store.transaction():
        earlier = key and store.row(
            "SELECT msgid FROM template_sends WHERE openid = ? AND client_msg_id = ? AND at > ?",
            openid,
            key,
            now - DEDUPE_SECONDS,
        )
        if earlier:
            return {"errcode": 0, "errmsg": "ok", "msgid": earlier["msgid"]}
        msgid = store.run(
            "INSERT INTO template_sends (appid, openid, client_msg_id, at) VALUES (?, ?, ?, ?)",
            account["appid"],
            openid,
            key,
            now,
        )
        if not contact["blocked"]:
            card = {"title": template["title"], "rows": template_rows(template, values)}
            chat.message_add(
                sim(), appid=account["appid"], openid=openid, direction="received", via="template", msgtype="template",
                content="\n".join([card["title"], *(f"{row['label']}:{row['value']}" for row in card["rows"])]),
                url=str(data.get("url") or ""), card=card,
            )  # fmt: skip
    status = "failed:user block" if contact["blocked"] else "success"
    fields = message_fields(account, openid, now, "event", Event="TEMPLATESENDJOBFINISH", MsgID=msgid, Status=status)
    callbacks.push(account, openid, fields, tell_user=False, receipt=True)
    return {"errcode": 0, "errmsg": "ok", "msgid": msgid}


def template_rows(template: dict[str, str], values: dict[str, Any]) -> list[dict[str, str]]:
    """The lines as the phone shows them: first and remark are gone (2023), long values and second lines are cut."""
    rows = []
    for line in template["content"].splitlines():
        found = re.search(r"\{\{\s*(\w+)\.DATA\s*\}\}", line)
        if not found or found[1] in ("first", "remark"):
            continue
        value = str(values.get(found[1], {}).get("value", "")).split("\n")[0]
        kind = found[1].rstrip("0123456789")
        limit = SHOWN_CHARACTERS.get(kind, 64)
        rows.append({"label": line[: found.start()].rstrip(":\uff1a "), "value": value[:limit]})
    return rows
