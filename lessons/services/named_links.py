"""Links to this factory's own pages, most of which note by name who opens them."""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from django.conf import settings
from django.db import connection
from django.urls import Resolver404, resolve
from django.utils.html import strip_tags
from django_tenants.utils import schema_context

from lessons.models import Lesson, Series
from lessons.services.sides import in_library
from tenants.models import Domain

NOTING_NOBODY = frozenset(["progress:home", "progress:lesson-list", "announcements:list", "grievances:board"])
_HREF = re.compile(r'\shref="([^"]*)"')
_WORD = re.compile(r"[!-~]+")
_IGNORED = re.compile(r"[\x00-\x20]")
_ABSOLUTE = re.compile(r"(?:https?:)?//+(?:[^/?#]*@)?([^/?#]*?)(?::\d*)?(?![^/?#])([^?#]*)", re.IGNORECASE)
_UNLIKE = re.compile(r"[^a-z0-9]")


def named_link(html: str) -> str:
    """The first address in a cleaned text that leads to a page of this factory where it may be noted who opens it; or "".

    Home, lists, the board and lessons of private series pass, and other sites. Whatever else names a host of ours does
    not, however it is written: another spelling of a page, a site that leads on to us.
    """
    if in_library():
        return ""
    hosts = _hosts()
    return next((address for address in _addresses(html, hosts) if not _is_harmless(address, hosts)), "")


def _hosts() -> list[str]:
    schema = connection.schema_name
    with schema_context("public"):
        own = Domain.objects.filter(tenant__schema_name=schema, kind=Domain.Kind.WEB)
        return [_plain(host) for host in own.values_list("domain", flat=True)]


def _plain(address: str) -> str:
    """Latin letters and digits alone: browsers take other dots, wide letters and invisible signs in a host for the same."""
    return _UNLIKE.sub("", unicodedata.normalize("NFKC", unquote(unquote(address))).casefold())


def _names(address: str, hosts: list[str]) -> bool:
    plain = _plain(address)
    return any(host in plain for host in hosts)


def _addresses(html: str, hosts: list[str]) -> Iterator[str]:
    """Of links, and of a host of ours in plain text, which somebody may copy."""
    yield from map(unescape, _HREF.findall(html))
    for word in _WORD.findall(unescape(strip_tags(html.replace("<", " <")))):
        if _names(word, hosts):
            word = word.strip("\"'()[]<>.,;:!?")
            yield word if "//" in word else f"//{word}"


def _is_harmless(address: str, hosts: list[str]) -> bool:
    address = _IGNORED.sub("", address).replace("\\", "/")  # as browsers do
    found = _ABSOLUTE.match(address)
    if found and _plain(found[1]) not in hosts:
        return not _names(address[found.end(1) :], hosts)
    path = found[2] or "/" if found else re.split("[?#]", address)[0]
    try:
        match = resolve(unquote(path), settings.ROOT_URLCONF)
    except Resolver404:
        return False
    if match.view_name == "progress:lesson":
        return Lesson.objects.filter(series__privacy=Series.Privacy.PRIVATE, **match.kwargs).exists()
    return match.view_name in NOTING_NOBODY
