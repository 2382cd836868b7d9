"""Template messages: which template says what, and values as WeChat takes them."""

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from wechat.client import client_of
from wechat.models import Account

DEFAULT_KIND = "default"
_KEYWORD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")
# Longest value by the kind in a keyword's name; WeChat cuts or refuses longer ones.
LONGEST = {"thing": 20, "short_thing": 5, "phrase": 5, "name": 10, "character_string": 32}


def template_of(account: Account, kind: str) -> dict[str, Any] | None:
    """How this kind of message is shown: {"id", "fields"}, or None when the account has no template for it."""
    return account.template_ids.get(kind) or account.template_ids.get(DEFAULT_KIND)


def templates_learn(*, account: Account) -> bool:
    """Choose a template for all kinds from those the account has, the one for notices before others; False if it has none.

    Raises WeChatRefused, WeChatUnavailable.
    """
    client = client_of(account)
    answer = client.call(lambda: client.get("template/get_all_private_template"))
    usable = [(template, fields_of(template["content"])) for template in answer.get("template_list", [])]
    usable = [(template, fields) for template, fields in usable if "title" in fields.values()]
    if not usable:
        return False
    template, fields = max(usable, key=lambda each: "通知" in each[0]["title"])
    account.template_ids = {**account.template_ids, DEFAULT_KIND: {"id": template["template_id"], "fields": fields}}
    account.save(update_fields=["template_ids", "updated_at"])
    return True


def fields_of(content: str) -> dict[str, str]:
    """What goes into each keyword of a template's text: title, summary, time, or a fixed word.

    first and remark are not shown any more (WeChat's notice of 2023), so nothing is put there.
    """
    fields: dict[str, str] = {}
    for keyword in _KEYWORD.findall(content):
        sort = keyword.rstrip("0123456789")
        if sort in ("first", "remark"):
            continue
        if sort == "thing" or sort == "keyword":
            fields[keyword] = "summary" if "title" in fields.values() else "title"
        elif sort in ("time", "date"):
            fields[keyword] = "time"
        else:
            fields[keyword] = pgettext("word in a template message", "New")
    return fields


def template_data(*, fields: dict[str, str], values: dict[str, str]) -> dict[str, dict[str, str]]:
    """The keyword values of one message, none empty and none too long; a line break would cut the rest off."""
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    known = {"title": values["title"], "summary": values.get("summary") or values["title"], "time": now}
    return {keyword: {"value": value_fit(keyword, known.get(source, source))} for keyword, source in fields.items()}


def value_fit(keyword: str, value: str) -> str:
    text = " ".join(value.split())
    longest = LONGEST.get(keyword.rstrip("0123456789"), 64)
    return text if len(text) <= longest else text[: longest - 1] + "…"
