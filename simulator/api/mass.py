"""Mass messages: to everybody, to a tag or to a list; each follower gets at most four in a calendar month (China)."""

import json
import sqlite3
from typing import Any

from flask import Blueprint

from simulator import callbacks, chat, people
from simulator.api import content
from simulator.api.gate import ApiError, endpoint
from simulator.callbacks import message_fields
from simulator.context import sim, to_json

pages = Blueprint("mass", __name__)

A_MONTH = 4
FIRST_MSG_ID = 1_000_000_000


@endpoint(pages, "cgi-bin/message/mass/sendall")
def sendall(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    wanted = data.get("filter")
    if not isinstance(wanted, dict):
        raise ApiError(47001, "data format error hint: filter")
    store, appid = sim().store, account["appid"]
    everybody = wanted.get("is_to_all") is True
    if everybody:
        targets = store.rows("SELECT * FROM contacts WHERE appid = ? AND subscribed", appid)
        return _send(account, data, targets, to_all=True)
    if not store.row("SELECT 1 FROM tags WHERE appid = ? AND id = ?", appid, wanted.get("tag_id")):
        raise ApiError(45159, "invalid tag_id")
    targets = store.rows(
        "SELECT contacts.* FROM contacts JOIN taggings USING (appid, openid)"
        " WHERE appid = ? AND tag_id = ? AND subscribed",
        appid,
        wanted["tag_id"],
    )
    return _send(account, data, targets, to_all=False)


@endpoint(pages, "cgi-bin/message/mass/send")
def send(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    openids = data.get("touser")
    if not isinstance(openids, list) or not 2 <= len(openids) <= 10_000:
        raise ApiError(40130, "invalid openid list size, at least two openid")
    found = (people.contact_find(str(openid), account["appid"]) for openid in dict.fromkeys(openids))
    targets = [contact for contact in found if contact]
    if not targets:
        raise ApiError(40003, "invalid openid")
    return _send(account, data, targets, to_all=False)


def _send(account: dict[str, Any], data: dict[str, Any], targets: list[sqlite3.Row], *, to_all: bool) -> dict[str, Any]:
    message = content.message_read(account, data)
    key = str(data.get("clientmsgid") or "")
    if len(key.encode()) > 64:
        raise ApiError(45067, "clientmsgid longer than 64 bytes")
    store, today = sim().store, sim().china_now()
    month, day = today.strftime("%Y-%m"), today.strftime("%Y-%m-%d")
    with store.transaction():
        _repeat_check(account["appid"], key)
        if to_all:
            _to_all_check(account["appid"], month=month, day=day)
        (count,) = store.row("SELECT COUNT(*) FROM mass_sends") or (0,)
        msg_id = FIRST_MSG_ID + count + 1
        reached = [each for each in targets if _deliver(each, message, month)]
        result = {
            "Status": "send success" if reached or not targets else "send fail",
            "TotalCount": len(targets),
            "FilterCount": len(reached),
            "SentCount": len(reached),
            "ErrorCount": 0,
        }
        store.run(
            "INSERT INTO mass_sends (msg_id, appid, clientmsgid, to_all, month, day, at, result)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            msg_id,
            account["appid"],
            key,
            to_all,
            month,
            day,
            sim().now(),
            to_json(result),
        )
    _report(account, msg_id, result, reporter=targets[0]["openid"] if targets else "o" + "0" * 27)
    return {"errcode": 0, "errmsg": "send job submission success", "msg_id": msg_id, "msg_data_id": msg_id + 10**9}


def _repeat_check(appid: str, key: str) -> None:
    """A clientmsgid is taken once in 24 hours."""
    asked = "SELECT msg_id FROM mass_sends WHERE appid = ? AND clientmsgid = ? AND at > ?"
    earlier = key and sim().store.row(asked, appid, key, sim().now() - 86400)
    if earlier:
        raise ApiError(45065, "clientmsgid exist", msg_id=earlier["msg_id"])


def _to_all_check(appid: str, *, month: str, day: str) -> None:
    """is_to_all enters the history page: once a day, four times a month."""
    rows = sim().store.rows("SELECT day FROM mass_sends WHERE appid = ? AND to_all AND month = ?", appid, month)
    if len(rows) >= A_MONTH or any(row["day"] == day for row in rows):
        raise ApiError(45028, "has no masssend quota")


def _deliver(contact: sqlite3.Row, message: dict[str, Any], month: str) -> bool:
    """False, silently as WeChat does, for who does not follow, refuses messages, or had four this month."""
    store = sim().store
    row = store.row("SELECT received FROM mass_receipts WHERE openid = ? AND month = ?", contact["openid"], month)
    received = row["received"] if row else 0
    if received >= A_MONTH or contact["blocked"] or not contact["subscribed"]:
        return False
    store.run("INSERT OR REPLACE INTO mass_receipts VALUES (?, ?, ?)", contact["openid"], month, received + 1)
    chat.message_add(
        sim(), appid=contact["appid"], openid=contact["openid"], direction="received", via="mass", **message
    )
    return True


def _report(account: dict[str, Any], msg_id: int, result: dict[str, Any], *, reporter: str) -> None:
    fields = message_fields(account, reporter, sim().now(), "event", Event="MASSSENDJOBFINISH", MsgID=msg_id, **result)
    fields["CopyrightCheckResult"] = {"Count": 0, "ResultList": "", "CheckState": 0}
    callbacks.push(account, reporter, fields, tell_user=False, receipt=True)


@endpoint(pages, "cgi-bin/message/mass/get")
def mass_get(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    row = sim().store.row(
        "SELECT msg_id, result FROM mass_sends WHERE msg_id = ? AND appid = ?", data.get("msg_id"), account["appid"]
    )
    if row is None:
        raise ApiError(40059, "invalid msg id")
    success = json.loads(row["result"])["Status"] == "send success"
    return {"msg_id": row["msg_id"], "msg_status": "SEND_SUCCESS" if success else "SEND_FAIL"}


@endpoint(pages, "cgi-bin/message/mass/preview")
def mass_preview(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    contact = people.contact_find(str(data.get("touser")), account["appid"])
    if contact is None:
        raise ApiError(40003, "invalid openid")
    message = content.message_read(account, data)
    chat.message_add(
        sim(), appid=account["appid"], openid=contact["openid"], direction="received", via="mass", **message
    )
    return {"errcode": 0, "errmsg": "preview success"}
