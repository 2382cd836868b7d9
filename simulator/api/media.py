"""Pictures and other files, temporary (three days) and permanent; the phone loads them from /media/<media_id>."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, request

from simulator.api.gate import ApiError, endpoint
from simulator.context import sim

pages = Blueprint("media", __name__)

TEMPORARY_SECONDS = 3 * 86400
MOST_BYTES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10, "content": 1 << 20}
ERRCODE_OF_SIZE = {"image": 40009, "content": 40009, "voice": 40010, "video": 40011, "thumb": 40012}
# Never hand out what a browser would run.
SERVED_TYPES = ("image/png", "image/jpeg", "image/gif", "image/bmp", "audio/amr", "audio/mpeg", "video/mp4")


def _store(account: dict[str, Any], kind: str, *, permanent: bool) -> str:
    upload = request.files.get("media")
    if upload is None:
        raise ApiError(41005, "media data missing")
    if kind not in MOST_BYTES:
        raise ApiError(40004, "invalid media type")
    body = upload.read(MOST_BYTES[kind] + 1)
    if not body:
        raise ApiError(44001, "empty media data")
    if len(body) > MOST_BYTES[kind]:
        raise ApiError(ERRCODE_OF_SIZE[kind], f"invalid {kind} size")
    content_type = (upload.mimetype or "").lower()
    if content_type not in SERVED_TYPES:
        raise ApiError(40005, f"invalid file type {content_type}")
    media_id = secrets.token_urlsafe(48)
    sim().store.run(
        "INSERT INTO media (media_id, appid, type, content_type, body, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        media_id,
        account["appid"],
        kind,
        content_type,
        body,
        None if permanent else sim().now() + TEMPORARY_SECONDS,
    )
    return media_id


@endpoint(pages, "cgi-bin/media/upload", form=True)
def upload(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    kind = data.get("type", "")
    return {"type": kind, "media_id": _store(account, kind, permanent=False), "created_at": int(sim().now())}


@endpoint(pages, "cgi-bin/media/uploadimg", form=True)
def uploadimg(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    return {"url": f"{sim().url}/media/{_store(account, 'content', permanent=True)}"}


@endpoint(pages, "cgi-bin/material/add_material", form=True)
def add_material(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    media_id = _store(account, data.get("type", ""), permanent=True)
    return {"media_id": media_id, "url": f"{sim().url}/media/{media_id}"}


@endpoint(pages, "cgi-bin/material/del_material")
def del_material(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    sim().store.run("DELETE FROM media WHERE media_id = ? AND appid = ?", data.get("media_id"), account["appid"])
    return {"errcode": 0, "errmsg": "ok"}


@endpoint(pages, "cgi-bin/media/get", method="GET")
def get(account: dict[str, Any], data: dict[str, Any]) -> Response:
    row = sim().store.row(
        "SELECT * FROM media WHERE media_id = ? AND appid = ? AND (expires_at IS NULL OR expires_at > ?)",
        data.get("media_id"),
        account["appid"],
        sim().now(),
    )
    if row is None:
        raise ApiError(40007, "invalid media_id")
    return Response(row["body"], content_type=row["content_type"])


@pages.get("/media/<media_id>")
def show(media_id: str):
    row = sim().store.row("SELECT body, content_type FROM media WHERE media_id = ?", media_id)
    if row is None:
        abort(404)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=86400"}
    return Response(row["body"], content_type=row["content_type"], headers=headers)
