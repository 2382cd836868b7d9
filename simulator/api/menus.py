"""The account's menu: one to three buttons, each a leaf or a list of one to five leaves."""

from typing import Any

from flask import Blueprint

from simulator.api.gate import ApiError, endpoint
from simulator.context import sim, to_json

pages = Blueprint("menus", __name__)

# What each type of button must carry.
FIELD_OF_TYPE = {
    "click": "key",
    "view": "url",
    "miniprogram": "url",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}


@endpoint(pages, "cgi-bin/menu/create")
def create(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    buttons = data.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiError(40016, "invalid button size")
    menu = [_top(button) for button in buttons]
    sim().store.run("UPDATE accounts SET menu = ? WHERE appid = ?", to_json(menu), account["appid"])
    return {"errcode": 0, "errmsg": "ok"}


def _top(button: Any) -> dict[str, Any]:
    leaves = button.get("sub_button") if isinstance(button, dict) else None
    if not leaves:
        return _leaf(button, name_bytes=16)
    if not isinstance(leaves, list) or len(leaves) > 5:
        raise ApiError(40023, "invalid sub button size")
    return {"name": _name(button, 16), "sub_button": [_leaf(leaf, name_bytes=60) for leaf in leaves]}


def _leaf(button: Any, *, name_bytes: int) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise ApiError(40015, "invalid button")
    name, kind = _name(button, name_bytes), str(button.get("type"))
    if kind not in FIELD_OF_TYPE:
        raise ApiError(40017, "invalid button type")
    value = button.get(FIELD_OF_TYPE[kind])
    limit = 1024 if FIELD_OF_TYPE[kind] == "url" else 128
    if not isinstance(value, str) or not value or len(value.encode()) > limit:
        raise ApiError(40020 if FIELD_OF_TYPE[kind] == "url" else 40019, "invalid button url or key size")
    if kind == "view" and not value.startswith(("http://", "https://")):
        raise ApiError(40055, "invalid button url domain")
    return {**{key: each for key, each in button.items() if isinstance(each, str)}, "name": name, "type": kind}


def _name(button: dict[str, Any], most_bytes: int) -> str:
    name = button.get("name")
    if not isinstance(name, str) or not name or len(name.encode()) > most_bytes:
        raise ApiError(40018, "invalid button name size")
    return name


@endpoint(pages, "cgi-bin/menu/get", method="GET")
def get(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    if not account["menu"]:
        raise ApiError(46003, "menu no exist")
    return {"menu": {"button": [{"sub_button": [], **button} for button in account["menu"]]}}


@endpoint(pages, "cgi-bin/get_current_selfmenu_info", method="GET")
def current(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    buttons = [
        {**button, "sub_button": {"list": button["sub_button"]}} if "sub_button" in button else button
        for button in account["menu"]
    ]
    return {"is_menu_open": int(bool(buttons)), "selfmenu_info": {"button": buttons}}


@endpoint(pages, "cgi-bin/menu/delete", method="GET")
def delete(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    sim().store.run("UPDATE accounts SET menu = '[]' WHERE appid = ?", account["appid"])
    return {"errcode": 0, "errmsg": "ok"}
