"""WeChat's XML: what the account's server is sent, and what it may answer."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from typing import Any

from simulator import crypto

REPLY_MAX_BYTES = 256 * 1024


class ReplyError(ValueError):
    """An answer that WeChat would not accept; the user then reads that the account is out of service."""


@dataclass
class Reply:
    """A passive reply in the words of the chat. articles: title, description, picurl, url each."""

    msgtype: str
    content: str = ""
    media_id: str = ""
    articles: list[dict[str, str]] = field(default_factory=list)


def xml_of(fields: dict[str, Any], tag: str = "xml") -> str:
    """Text as CDATA, numbers bare, a dict as a nested element, a list as the element repeated."""
    return f"<{tag}>{''.join(_element(name, value) for name, value in fields.items())}</{tag}>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return xml_of(value, name)
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    safe = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{safe}]]></{name}>"


def parsed(text: str) -> ElementTree.Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ReplyError("a document type or entity in the XML")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ReplyError(f"not XML: {error}") from error
    if root.tag != "xml":
        raise ReplyError(f"the outermost element is <{root.tag}>, not <xml>")
    return root


def _text(root: ElementTree.Element, path: str) -> str:
    return (root.findtext(path) or "").strip()


def reply_read(body: bytes, *, account: dict[str, Any], openid: str) -> Reply | None:
    """What the account's server answered; None for "success" or nothing at all.

    In safe mode only an encrypted, signed reply counts, in plain mode only a plain one, in compatible mode either.
    Raises ReplyError.
    """
    if len(body) > REPLY_MAX_BYTES:
        raise ReplyError(f"longer than {REPLY_MAX_BYTES} bytes")
    try:
        text = body.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise ReplyError("not UTF-8") from error
    if text in ("", "success"):
        return None
    root = parsed(text)
    encrypted = _text(root, "Encrypt")
    if encrypted and account["mode"] == "plain":
        raise ReplyError("encrypted, although the account is in plain mode")
    if not encrypted and account["mode"] == "safe":
        raise ReplyError("not encrypted, although the account is in safe mode")
    if encrypted:
        root = parsed(_decrypted(root, encrypted, account))
    return _content(root, account=account, openid=openid)


def _decrypted(root: ElementTree.Element, encrypted: str, account: dict[str, Any]) -> str:
    expected = crypto.signature(account["token"], _text(root, "TimeStamp"), _text(root, "Nonce"), encrypted)
    if not crypto.same(expected, _text(root, "MsgSignature")):
        raise ReplyError("its MsgSignature is wrong")
    try:
        return crypto.decrypt(encrypted, appid=account["appid"], encoding_aes_key=account["encoding_aes_key"])
    except crypto.CryptoError as error:
        raise ReplyError(f"cannot be decrypted: {error}") from error


def _content(root: ElementTree.Element, *, account: dict[str, Any], openid: str) -> Reply | None:
    if _text(root, "ToUserName") != openid or _text(root, "FromUserName") != account["original_id"]:
        raise ReplyError("ToUserName must be the openid and FromUserName the account's original id")
    msgtype = _text(root, "MsgType")
    if msgtype == "text":
        if not (content := _text(root, "Content")):
            raise ReplyError("a text reply without Content")
        return Reply("text", content=content)
    if msgtype in ("image", "voice", "video"):
        if not (media_id := _text(root, f"{msgtype.title()}/MediaId")):
            raise ReplyError(f"a {msgtype} reply without MediaId")
        return Reply(msgtype, media_id=media_id, content=_text(root, "Video/Title"))
    if msgtype == "music":
        return Reply("text", content=f"♪ {_text(root, 'Music/Title')} {_text(root, 'Music/MusicUrl')}".strip())
    if msgtype == "news":
        return Reply("news", articles=_articles(root))
    if msgtype == "transfer_customer_service":
        return None
    raise ReplyError(f"unknown MsgType {msgtype!r}")


def _articles(root: ElementTree.Element) -> list[dict[str, str]]:
    """WeChat shows one article in a passive reply, however many were sent."""
    items = root.findall("Articles/item")
    if not items or _text(root, "ArticleCount") != str(len(items)):
        raise ReplyError("ArticleCount does not count the articles")
    first = items[0]
    return [
        {
            "title": _text(first, "Title"),
            "description": _text(first, "Description"),
            "picurl": _text(first, "PicUrl"),
            "url": _text(first, "Url"),
        }
    ]
