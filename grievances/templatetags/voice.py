"""What other pages say about the voice channel."""

from functools import lru_cache
from typing import Any

from django import template
from django.db import connection
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from grievances.queries.addresses import voice_address
from grievances.services.channel import channel_is_open, ombudsman_is_open
from tenants.memory import Remembered

register = template.Library()
# schema -> the voice host's address, empty where nobody receives cases: then nothing is offered.
_addresses: Remembered[str] = Remembered(seconds=30)


@register.simple_tag(takes_context=True)
def voice_card(context: dict[str, Any]) -> SafeString | str:
    """The way to the voice host. It leads there without a referrer and says nothing of who follows it."""
    if not (address := _address_known()):
        return ""
    is_elsewhere = context["request"].resolver_match.view_name != "grievances:board"
    return _card(get_language(), address, is_elsewhere)


@register.simple_tag
def voice_is_open() -> bool:
    """Whether the first page shows the way there, for words that name it: nothing is promised where nobody receives cases."""
    return bool(_address_known())


@lru_cache(maxsize=1024)
def _card(language: str, address: str, is_elsewhere: bool) -> SafeString:
    """The same for all who are shown it, in their language."""
    return mark_safe(
        render_to_string("grievances/_voice_card.html", {"address": address, "is_elsewhere": is_elsewhere})
    )


def _address_known() -> str:
    if (address := _addresses.get(connection.schema_name)) is None:
        address = _addresses.put(connection.schema_name, _address())
    return address


def _address() -> str:
    return voice_address(connection.tenant) if channel_is_open() or ombudsman_is_open() else ""
