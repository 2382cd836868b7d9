"""Tags on followers: at most 100 an account, 20 a follower, 50 openids a call. The ids 0 to 2 belong to WeChat."""

from typing import Any

from flask import Blueprint

from simulator import people
from simulator.api.gate import ApiError, endpoint, part
from simulator.context import sim

pages = Blueprint("tags", __name__)

FIRST_ID = 100
PAGE = 10_000


def _name(data: dict[str, Any]) -> str:
    name = part(data, "tag").get("name")
    if not isinstance(name, str) or not name.strip():
        raise ApiError(45158, "invalid tag name")
    if len(name) > 30:
        raise ApiError(45158, "tag name too long")
    return name


def _free_or_error(appid: str, name: str, *, but: int = 0) -> None:
    if sim().store.row("SELECT 1 FROM tags WHERE appid = ? AND name = ? AND id != ?", appid, name, but):
        raise ApiError(45157, "invalid tag name, it exists")


def _tag_or_error(appid: str, tag_id: Any) -> int:
    if not isinstance(tag_id, int) or not sim().store.row(
        "SELECT 1 FROM tags WHERE appid = ? AND id = ?", appid, tag_id
    ):
        raise ApiError(45159, "invalid tag id")
    return tag_id


@endpoint(pages, "cgi-bin/tags/create")
def create(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    name, appid, store = _name(data), account["appid"], sim().store
    with store.transaction():
        _free_or_error(appid, name)
        ids = [row["id"] for row in store.rows("SELECT id FROM tags WHERE appid = ?", appid)]
        if len(ids) >= 100:
            raise ApiError(45056, "too many tags")
        tag_id = max(ids, default=FIRST_ID - 1) + 1
        store.run("INSERT INTO tags (appid, id, name) VALUES (?, ?, ?)", appid, tag_id, name)
    return {"tag": {"id": tag_id, "name": name}}


@endpoint(pages, "cgi-bin/tags/get", method="GET")
def get(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    rows = sim().store.rows(
        "SELECT id, name,"
        " (SELECT COUNT(*) FROM taggings WHERE taggings.appid = tags.appid AND tag_id = tags.id) AS count"
        " FROM tags WHERE appid = ? ORDER BY id",
        account["appid"],
    )
    return {"tags": [dict(row) for row in rows]}


@endpoint(pages, "cgi-bin/tags/update")
def update(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    tag_id = _tag_or_error(account["appid"], part(data, "tag").get("id"))
    name = _name(data)
    _free_or_error(account["appid"], name, but=tag_id)
    sim().store.run("UPDATE tags SET name = ? WHERE appid = ? AND id = ?", name, account["appid"], tag_id)
    return {"errcode": 0, "errmsg": "ok"}


@endpoint(pages, "cgi-bin/tags/delete")
def delete(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    tag_id = _tag_or_error(account["appid"], part(data, "tag").get("id"))
    with sim().store.transaction():
        sim().store.run("DELETE FROM taggings WHERE appid = ? AND tag_id = ?", account["appid"], tag_id)
        sim().store.run("DELETE FROM tags WHERE appid = ? AND id = ?", account["appid"], tag_id)
    return {"errcode": 0, "errmsg": "ok"}


def _batch(account: dict[str, Any], data: dict[str, Any]) -> tuple[int, list[str]]:
    tag_id, openids = _tag_or_error(account["appid"], data.get("tagid")), data.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= 50:
        raise ApiError(40032, "invalid openid list size")
    for openid in openids:
        contact = people.contact_find(str(openid), account["appid"])
        if contact is None or not contact["subscribed"]:
            raise ApiError(40003 if contact is None else 43004, "invalid openid, or no follower")
    return tag_id, openids


@endpoint(pages, "cgi-bin/tags/members/batchtagging")
def batchtagging(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    tag_id, openids = _batch(account, data)
    store, appid = sim().store, account["appid"]
    with store.transaction():
        for openid in openids:
            store.run("INSERT OR IGNORE INTO taggings VALUES (?, ?, ?)", appid, tag_id, openid)
            (count,) = store.row("SELECT COUNT(*) FROM taggings WHERE openid = ?", openid) or (0,)
            if count > 20:
                raise ApiError(45059, "too many tags on a fan")
    return {"errcode": 0, "errmsg": "ok"}


@endpoint(pages, "cgi-bin/tags/members/batchuntagging")
def batchuntagging(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    tag_id, openids = _batch(account, data)
    with sim().store.transaction():
        for openid in openids:
            sim().store.run("DELETE FROM taggings WHERE tag_id = ? AND openid = ?", tag_id, openid)
    return {"errcode": 0, "errmsg": "ok"}


@endpoint(pages, "cgi-bin/tags/getidlist")
def getidlist(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    rows = sim().store.rows(
        "SELECT tag_id FROM taggings WHERE appid = ? AND openid = ? ORDER BY tag_id",
        account["appid"],
        data.get("openid"),
    )
    return {"tagid_list": [row["tag_id"] for row in rows]}


@endpoint(pages, "cgi-bin/user/tag/get")
def members(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    tag_id = _tag_or_error(account["appid"], data.get("tagid"))
    rows = sim().store.rows(
        "SELECT openid FROM taggings WHERE appid = ? AND tag_id = ? AND openid > ? ORDER BY openid LIMIT ?",
        account["appid"],
        tag_id,
        str(data.get("next_openid") or ""),
        PAGE,
    )
    openids = [row["openid"] for row in rows]
    answer: dict[str, Any] = {"count": len(openids), "next_openid": openids[-1] if openids else ""}
    return {**answer, "data": {"openid": openids}} if openids else answer
