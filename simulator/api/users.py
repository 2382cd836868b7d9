"""Followers, as the API tells of them since December 2021: without nickname and picture."""

import sqlite3
from typing import Any

from flask import Blueprint

from simulator import people
from simulator.api.gate import ApiError, endpoint
from simulator.context import sim

pages = Blueprint("users", __name__)

PAGE = 10_000


def _info(contact: sqlite3.Row) -> dict[str, Any]:
    if not contact["subscribed"]:
        return {"subscribe": 0, "openid": contact["openid"]}
    scene = contact["scene"]
    tags = sim().store.rows("SELECT tag_id FROM taggings WHERE openid = ? ORDER BY tag_id", contact["openid"])
    return {
        "subscribe": 1,
        "openid": contact["openid"],
        "language": "zh_CN",
        "subscribe_time": int(contact["subscribed_at"]),
        "remark": contact["remark"],
        "groupid": 0,
        "tagid_list": [row["tag_id"] for row in tags],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH",
        "qr_scene": int(scene) if scene.isdigit() and len(scene) < 10 else 0,
        "qr_scene_str": "" if scene.isdigit() else scene,
    }


def _contact(account: dict[str, Any], openid: Any) -> sqlite3.Row:
    if contact := people.contact_find(str(openid), account["appid"]):
        return contact
    raise ApiError(40003, "invalid openid")


@endpoint(pages, "cgi-bin/user/info", method="GET")
def info(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    return _info(_contact(account, data.get("openid")))


@endpoint(pages, "cgi-bin/user/info/batchget")
def batchget(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    users = data.get("user_list")
    if not isinstance(users, list) or not 1 <= len(users) <= 100 or not all(isinstance(each, dict) for each in users):
        raise ApiError(40032, "invalid openid list size")
    return {"user_info_list": [_info(_contact(account, user.get("openid"))) for user in users]}


@endpoint(pages, "cgi-bin/user/info/updateremark")
def updateremark(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    contact = _contact(account, data.get("openid"))
    remark = str(data.get("remark") or "")
    if len(remark) >= 30:
        raise ApiError(40055, "invalid remark")
    sim().store.run("UPDATE contacts SET remark = ? WHERE openid = ?", remark, contact["openid"])
    return {"errcode": 0, "errmsg": "ok"}


@endpoint(pages, "cgi-bin/user/get", method="GET")
def get(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    store, appid = sim().store, account["appid"]
    (total,) = store.row("SELECT COUNT(*) FROM contacts WHERE appid = ? AND subscribed", appid) or (0,)
    rows = store.rows(
        "SELECT openid FROM contacts WHERE appid = ? AND subscribed AND openid > ? ORDER BY openid LIMIT ?",
        appid,
        data.get("next_openid", ""),
        PAGE,
    )
    openids = [row["openid"] for row in rows]
    answer: dict[str, Any] = {"total": total, "count": len(openids), "next_openid": openids[-1] if openids else ""}
    return {**answer, "data": {"openid": openids}} if openids else answer
