"""The content of a customer or mass message, checked and turned into what the chat stores."""

import json
from typing import Any

from simulator.api.gate import ApiError, part
from simulator.context import sim

TEXT_MAX_BYTES = 2048
MEDIA_TYPES = ("image", "voice", "video", "mpvideo")


def message_read(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The chat's fields (msgtype, content, articles, media_id) of a message as the API takes it. Raises ApiError."""
    msgtype = data.get("msgtype")
    body = data.get(str(msgtype))
    if msgtype == "images":
        media_ids = part(data, "images").get("media_ids")
        msgtype, body = "image", {"media_id": media_ids[0] if isinstance(media_ids, list) and media_ids else ""}
    if not isinstance(body, dict):
        raise ApiError(40008, "invalid message type")
    if msgtype == "text":
        return {"msgtype": "text", "content": _text(body)}
    if msgtype in MEDIA_TYPES:
        return {"msgtype": msgtype, "media_id": media_or_error(account, body.get("media_id"))}
    if msgtype == "news":
        return {"msgtype": "news", "articles": _news(body)}
    if msgtype in ("mpnews", "mpnewsarticle"):
        return {"msgtype": "news", "articles": _draft_links(account, str(body.get("media_id") or ""))}
    raise ApiError(40008, "invalid message type")


def _text(body: dict[str, Any]) -> str:
    content = body.get("content")
    if not isinstance(content, str) or not content.strip():
        raise ApiError(44004, "empty content")
    if len(content.encode()) > TEXT_MAX_BYTES:
        raise ApiError(45002, "content size out of limit")
    return content


def _news(body: dict[str, Any]) -> list[dict[str, str]]:
    articles = body.get("articles")
    if not isinstance(articles, list) or not articles:
        raise ApiError(44003, "empty news data")
    if len(articles) > 1:
        raise ApiError(45008, "article size out of limit")
    article = articles[0]
    if not isinstance(article, dict):
        raise ApiError(47001, "data format error hint: articles")
    return [{key: str(article.get(key) or "") for key in ("title", "description", "picurl", "url")}]


def media_or_error(account: dict[str, Any], media_id: Any) -> str:
    row = sim().store.row(
        "SELECT media_id FROM media WHERE media_id = ? AND appid = ? AND (expires_at IS NULL OR expires_at > ?)",
        str(media_id),
        account["appid"],
        sim().now(),
    )
    if row is None:
        raise ApiError(40007, "invalid media_id")
    return row["media_id"]


def _draft_links(account: dict[str, Any], media_id: str) -> list[dict[str, str]]:
    draft = sim().store.row("SELECT * FROM drafts WHERE media_id = ? AND appid = ?", media_id, account["appid"])
    if draft is None:
        raise ApiError(40007, "invalid media_id")
    return [
        {
            "title": article["title"],
            "description": article["digest"],
            "picurl": f"{sim().url}/media/{article['thumb_media_id']}",
            "url": f"{sim().url}/s/{media_id}/{index}",
        }
        for index, article in enumerate(json.loads(draft["articles"]), start=1)
    ]
