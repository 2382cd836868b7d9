"""What WeChat posts to us: checked, opened, and kept as one row before it is answered."""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from wechatpy.messages import BaseMessage
from wechatpy.parser import parse_message

from tenants.errors import DomainError
from tenants.postgresql.prepared import prepared_execute
from wechat.crypto import MessageCipher, Undecipherable, signature_matches
from wechat.models import Account, InboundCallback
from wechat.services.accounts import AccountKeys

MAX_BYTES = 64 * 1024
MAX_AGE_SECONDS = 600
MAX_DEPTH = 12
READ_FIELDS = ("ToUserName", "FromUserName", "CreateTime", "MsgId", "Event", "EventKey", "Content", "Recognition")
# What is kept. The words, pictures and places that people send are answered at once and stored nowhere.
KEPT_FIELDS = ("FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey", "MsgID", "Status", "ExpiredTime")
_NUMBER = re.compile(r"[0-9]{1,19}\Z")


class CallbackRefused(DomainError):
    """codes: wrong_signature, stale, wrong_account (all 403), malformed (400), too_large (413). Nothing has been stored."""

    code = "malformed"


@dataclass(frozen=True)
class Inbound:
    """A genuine message or event. cipher: the one that opened it, and that the reply is to be sealed with."""

    message: BaseMessage
    cipher: MessageCipher | None

    @property
    def fields(self) -> dict[str, Any]:
        return self.message._data

    @property
    def kept(self) -> dict[str, Any]:
        return {name: self.fields[name] for name in KEPT_FIELDS if self.fields.get(name)}

    @property
    def kind(self) -> str:
        """The type, or the event in small letters: text, image, subscribe, subscribe_scan, scan, click ..."""
        kind = self.fields.get("Event") or self.fields["MsgType"]
        return str(kind).lower()[:60]

    @property
    def dedupe_key(self) -> str:
        """One value for all deliveries: the message's id; of an event, who, when and what (two may share a second).

        MsgID, with a capital D, is no message's id but that of the job a report is about; the library's `id` mixes them.
        """
        if message_id := self.fields.get("MsgId"):
            return f"message:{message_id}"
        parts = [self.fields.get(name) for name in ("FromUserName", "CreateTime", "Event", "EventKey", "MsgID")]
        return "event:" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def callback_open(*, keys: AccountKeys, query: Mapping[str, str], body: bytes) -> Inbound:
    """Check who sent this and open it. Raises CallbackRefused.

    Not in plain mode the signature over the cipher text counts, and only what was encrypted is read: the copy in clear that
    compatible mode adds is not signed. The time stamp may be ten minutes old: WeChat repeats an unanswered push within
    seconds. One from the future is taken, for it takes the token to sign it, and clocks differ.
    """
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if keys.mode == Account.Mode.PLAIN:
        _check_signature(query.get("signature", ""), keys.token, timestamp, nonce)
        text, cipher = _decode(body), None
    else:
        encrypted = _encrypted(body)
        _check_signature(query.get("msg_signature", ""), keys.token, timestamp, nonce, encrypted)
        text, cipher = _decipher(keys, encrypted)
    if not timestamp.isdecimal() or int(timestamp) < time.time() - MAX_AGE_SECONDS:
        raise CallbackRefused("The time stamp is too old.", code="stale")
    message = message_read(text)
    if message.target != keys.original_id:
        raise CallbackRefused("ToUserName is another account.", code="wrong_account")
    return Inbound(message=message, cipher=cipher)


def echo_check(*, keys: AccountKeys, query: Mapping[str, str]) -> str:
    """The echo string of the check that WeChat makes when the address is saved. Raises CallbackRefused."""
    _check_signature(query.get("signature", ""), keys.token, query.get("timestamp", ""), query.get("nonce", ""))
    return query.get("echostr", "")[:200]


def callback_store(*, keys: AccountKeys, inbound: Inbound) -> bool:
    """Keep a callback, in one statement; False if it is here already. Stored before it is answered: nothing gets lost.

    A connection that the database has dropped is noticed by this statement instead of by a check before it, which would
    cost every callback a fifth of its time. Saying it again on a new one is harmless.
    """
    connection.health_check_done = True
    try:
        return _insert(keys, inbound)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
    connection.close()
    return _insert(keys, inbound)


_INSERT = """
    INSERT INTO wechat_inboundcallback (account_id, dedupe_key, kind, payload, state, attempts, error, received_at)
    VALUES (%(account)s, %(dedupe_key)s, %(kind)s, %(payload)s, %(state)s, 0, '', %(now)s) ON CONFLICT DO NOTHING
"""


def _insert(keys: AccountKeys, inbound: Inbound) -> bool:
    values = {
        "account": keys.id,
        "dedupe_key": inbound.dedupe_key,
        "kind": inbound.kind,
        "payload": json.dumps(inbound.kept, ensure_ascii=False),
        "state": InboundCallback.State.RECEIVED,
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        prepared_execute(cursor, _INSERT, values)
        return cursor.rowcount == 1


def message_read(text: str) -> BaseMessage:
    """A message from its XML; an unknown type is no error. Raises CallbackRefused (not WeChat's XML, entities, too deep)."""
    if text.count("<") > 2000:
        raise CallbackRefused("Too many elements.")
    try:
        message = parse_message(text)
    except (ExpatError, ValueError, KeyError, TypeError, AttributeError):
        message = None
    if message is None or not _is_shallow(message._data, MAX_DEPTH):
        raise CallbackRefused("This is no message of WeChat.")
    fields = message._data
    if any(not isinstance(fields.get(name) or "", str) for name in READ_FIELDS):
        raise CallbackRefused("A field is there twice.")
    numbers = [fields.get("CreateTime") or "", fields.get("MsgId") or "0"]
    if not (message.source and message.target and all(_NUMBER.match(number) for number in numbers)):
        raise CallbackRefused("Sender, receiver, time or number are missing or wrong.")
    return message


def _is_shallow(value: Any, depth: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_is_shallow(each, depth - 1) for each in inner)


def _check_signature(given: str, *parts: str) -> None:
    if not signature_matches(given, *parts):
        raise CallbackRefused("The signature is wrong.", code="wrong_signature")


def _decode(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise CallbackRefused("This is not UTF-8.") from error


def _encrypted(body: bytes) -> str:
    try:
        encrypted = xmltodict.parse(_decode(body))["xml"]["Encrypt"]
    except (ExpatError, ValueError, KeyError, TypeError):
        encrypted = None
    if not isinstance(encrypted, str):
        raise CallbackRefused("There is no Encrypt in this.")
    return encrypted


def _decipher(keys: AccountKeys, encrypted: str) -> tuple[str, MessageCipher]:
    for cipher in keys.ciphers:
        try:
            return cipher.open(encrypted), cipher
        except Undecipherable:
            continue
    raise CallbackRefused("The cipher text is not for this account.", code="wrong_account")
