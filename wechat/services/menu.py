"""The account's menu in the chat: the way to everything that workers have here."""

from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.translation import pgettext

from wechat.client import client_of
from wechat.links import sign_in_link, site_base
from wechat.models import Account
from wechat.services.accounts import account_works, refusals_noted
from wechat.services.replies import HELP_KEY


def menu_push(*, account: Account) -> None:
    """Put our menu in place of the present one. Raises WeChatRefused, WeChatUnavailable."""
    client = client_of(account)
    with translation.override(connection.tenant.language), refusals_noted(account_id=account.pk):
        client.call(lambda: client.menu.create(menu_build(base=site_base(), is_open=connection.tenant.is_open)))
    account_works(account_id=account.pk)


def menu_build(*, base: str, is_open: bool) -> dict[str, Any]:
    """Names of at most 4 Chinese characters, in the second row 8.

    Every address is on the factory's own pages: WeChat reports each tap with openid and time, so none may lead to where
    people speak without a name.
    """

    def page(name: str, path: str) -> dict[str, Any]:
        return {"type": "view", "name": name, "url": sign_in_link(base, path)}

    learn = [
        page(pgettext("menu in the chat", "This week"), "/"),
        page(pgettext("menu in the chat", "All lessons"), "/lessons/"),
    ]
    mine = [
        page(pgettext("menu in the chat", "My learning"), "/me/"),
        page(
            pgettext("menu in the chat", "Join in") if is_open else pgettext("menu in the chat", "Bind number"),
            "/bind/",
        ),
        {"type": "click", "name": pgettext("menu in the chat", "How it works"), "key": HELP_KEY},
    ]
    return {
        "button": [
            {"name": pgettext("menu in the chat", "Learn"), "sub_button": learn},
            page(pgettext("menu in the chat", "Notices"), "/announcements/"),
            {"name": pgettext("menu in the chat", "Me"), "sub_button": mine},
        ]
    }
