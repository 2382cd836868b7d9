"""QR codes with a scene, for followers to come by; the picture drawn here, the address inside leads to the phone."""

import io
import secrets
from typing import Any

import segno
from flask import Blueprint, Response, abort, request

from simulator.api.gate import ApiError, endpoint, part
from simulator.context import sim

pages = Blueprint("qrcodes", __name__)

TEMPORARY_MOST_SECONDS = 2_592_000
PERMANENT_MOST = 100_000


@endpoint(pages, "cgi-bin/qrcode/create")
def create(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    action = data.get("action_name")
    scene = part(part(data, "action_info"), "scene")
    text = _scene(str(action), scene)
    store, now = sim().store, sim().now()
    permanent = str(action).startswith("QR_LIMIT_")
    lifetime = data.get("expire_seconds", 60)
    if not isinstance(lifetime, int) or not 1 <= lifetime <= TEMPORARY_MOST_SECONDS:
        raise ApiError(40052, "invalid expire_seconds")
    expires_at = None if permanent else now + lifetime
    ticket = f"gQ{secrets.token_urlsafe(18)}"  # short: the picture stays easy to scan from a poster
    with store.transaction():
        if permanent and (earlier := _permanent(account["appid"], str(action), text)):
            ticket = earlier
        else:
            store.run(
                "INSERT INTO qrcodes (ticket, appid, action_name, scene, at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
                ticket,
                account["appid"],
                action,
                text,
                now,
                expires_at,
            )
    answer: dict[str, Any] = {"ticket": ticket, "url": f"{sim().url}/q/{ticket}"}
    return answer if permanent else {**answer, "expire_seconds": lifetime}


def _scene(action: str, scene: dict[str, Any]) -> str:
    number, text = scene.get("scene_id"), scene.get("scene_str")
    if action in ("QR_SCENE", "QR_LIMIT_SCENE"):
        most = PERMANENT_MOST if action == "QR_LIMIT_SCENE" else 2**32 - 1
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
            raise ApiError(40053, "invalid action info: scene_id")
        return str(number)
    if action in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        if not isinstance(text, str) or not 1 <= len(text) <= 64:
            raise ApiError(40053, "invalid action info: scene_str of 1 to 64 characters")
        return text
    raise ApiError(40052, "invalid action name")


def _permanent(appid: str, action: str, scene: str) -> str:
    """The ticket of the same permanent code, if there is one. Raises ApiError when there are too many."""
    store = sim().store
    row = store.row(
        "SELECT ticket FROM qrcodes WHERE appid = ? AND action_name = ? AND scene = ?", appid, action, scene
    )
    if row:
        return row["ticket"]
    (count,) = store.row("SELECT COUNT(*) FROM qrcodes WHERE appid = ? AND expires_at IS NULL", appid) or (0,)
    if count >= PERMANENT_MOST:
        raise ApiError(45029, "qrcode count out of limit")
    return ""


@pages.get("/cgi-bin/showqrcode")
def show():
    """The picture, as mp.weixin.qq.com serves it: no token, the ticket is enough."""
    row = sim().store.row("SELECT ticket FROM qrcodes WHERE ticket = ?", request.args.get("ticket", ""))
    if row is None:
        abort(404)
    picture = io.BytesIO()
    segno.make(f"{sim().url}/q/{row['ticket']}", error="m", micro=False).save(picture, kind="png", scale=8, border=3)
    return Response(picture.getvalue(), content_type="image/png", headers={"Cache-Control": "max-age=86400"})
