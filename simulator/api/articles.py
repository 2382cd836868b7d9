"""Articles: the draft box and publishing. A draft is sent by mpnews or published without a push."""

import json
import secrets
from typing import Any

from flask import Blueprint, abort, render_template

from simulator import callbacks
from simulator.accounts import account_get
from simulator.api.content import media_or_error
from simulator.api.gate import ApiError, endpoint
from simulator.callbacks import message_fields
from simulator.context import sim, to_json

pages = Blueprint("articles", __name__)


@endpoint(pages, "cgi-bin/draft/add")
def add(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    articles = data.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise ApiError(45008, "article size out of limit")
    media_id = secrets.token_urlsafe(48)
    sim().store.run(
        "INSERT INTO drafts (media_id, appid, articles, at) VALUES (?, ?, ?, ?)",
        media_id,
        account["appid"],
        to_json([_article(account, article) for article in articles]),
        sim().now(),
    )
    return {"media_id": media_id}


def _article(account: dict[str, Any], article: Any) -> dict[str, str]:
    if not isinstance(article, dict):
        raise ApiError(47001, "data format error hint: articles")
    keys = ("title", "author", "digest", "content", "content_source_url")
    values = {key: str(article.get(key) or "") for key in keys}
    if not values["title"] or len(values["title"]) > 64:
        raise ApiError(45003, "title size out of limit")
    if not values["content"] or len(values["content"]) > 20_000:
        raise ApiError(45002, "content size out of limit")
    return {**values, "thumb_media_id": media_or_error(account, article.get("thumb_media_id"))}


def _draft(account: dict[str, Any], column: str, value: Any):
    row = sim().store.row(f"SELECT * FROM drafts WHERE {column} = ? AND appid = ?", str(value), account["appid"])
    if row is None:
        raise ApiError(40007 if column == "media_id" else 53600, f"invalid {column}")
    return row


@endpoint(pages, "cgi-bin/draft/get")
def get(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    return {"news_item": json.loads(_draft(account, "media_id", data.get("media_id"))["articles"])}


@endpoint(pages, "cgi-bin/freepublish/submit")
def submit(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    draft = _draft(account, "media_id", data.get("media_id"))
    publish_id = draft["publish_id"] or str(2_247_000_000 + secrets.randbelow(10**6))
    sim().store.run("UPDATE drafts SET publish_id = ? WHERE media_id = ?", publish_id, draft["media_id"])
    system = "o" + "0" * 27
    fields = message_fields(account, system, sim().now(), "event", Event="PUBLISHJOBFINISH")
    fields["PublishEventInfo"] = _published(_draft(account, "publish_id", publish_id))
    callbacks.push(account, system, fields, tell_user=False, receipt=True)
    return {"errcode": 0, "errmsg": "ok", "publish_id": publish_id}


@endpoint(pages, "cgi-bin/freepublish/get")
def publish_get(account: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    return _published(_draft(account, "publish_id", data.get("publish_id")))


def _published(draft: Any) -> dict[str, Any]:
    items = [
        {"idx": index, "article_url": f"{sim().url}/s/{draft['media_id']}/{index}"}
        for index in range(1, len(json.loads(draft["articles"])) + 1)
    ]
    return {
        "publish_id": draft["publish_id"],
        "publish_status": 0,
        "article_id": draft["media_id"],
        "article_detail": {"count": len(items), "item": items},
    }


@pages.get("/s/<media_id>/<int:index>")
def show(media_id: str, index: int):
    """The article as a reader sees it."""
    draft = sim().store.row("SELECT * FROM drafts WHERE media_id = ?", media_id)
    articles = json.loads(draft["articles"]) if draft else []
    if not 1 <= index <= len(articles):
        abort(404)
    assert draft is not None
    account = account_get(draft["appid"])
    return render_template("article.html", article=articles[index - 1], account=account)
