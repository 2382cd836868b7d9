"""The lines of a chat, as the person holding the phone sees them."""

import json
from typing import Any

from simulator.context import Simulator, sim, to_json


def message_add(
    simulator: Simulator,
    *,
    appid: str,
    openid: str,
    direction: str,
    via: str,
    msgtype: str,
    content: str = "",
    articles: list[dict[str, str]] | None = None,
    url: str = "",
    media_id: str = "",
    card: dict[str, Any] | None = None,
) -> int:
    """One line of the chat. direction: "received" or "sent", as the person holding the phone sees it.

    via: user, passive, custom, template, mass or notice (a line of WeChat's own). card: a template's title and rows.
    """
    return simulator.store.run(
        "INSERT INTO messages (appid, openid, direction, via, msgtype, content, articles, url, media_id, card, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        appid,
        openid,
        direction,
        via,
        msgtype,
        content,
        to_json(articles or []),
        url,
        media_id,
        to_json(card),
        simulator.now(),
    )


def messages_of(openid: str, *, after: int = 0) -> list[dict[str, Any]]:
    """The chat, oldest first. at: Unix seconds; media_url: a path of the simulator; card: see message_add."""
    rows = sim().store.rows("SELECT * FROM messages WHERE openid = ? AND id > ? ORDER BY id", openid, after)
    keys = ("id", "direction", "via", "msgtype", "content", "url", "at")
    return [
        {
            **{key: row[key] for key in keys},
            "articles": json.loads(row["articles"]),
            "card": json.loads(row["card"]),
            "media_url": f"/media/{row['media_id']}" if row["media_id"] else "",
        }
        for row in rows
    ]
