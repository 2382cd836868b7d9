"""Pushing messages and events to an account's server: signed, encrypted, timed, retried; and the passive reply.

An attempt that gets no 200 within five seconds is repeated, three attempts in all, each starting `retry_seconds` after
the one before. A 200 with something that is no reply is not repeated. In both cases the person who is waiting reads
"该公众号暂时无法提供服务".
"""

import http.client
import json
import logging
import secrets
import time
from dataclasses import asdict, dataclass, field
from threading import Event
from typing import Any
from urllib.parse import urlencode, urlsplit

from simulator import chat, crypto
from simulator.context import Simulator, sim, to_json
from simulator.payloads import REPLY_MAX_BYTES, Reply, ReplyError, reply_read, xml_of

log = logging.getLogger("simulator.callbacks")

TIMEOUT_SECONDS = 5.0
ATTEMPTS = 3
KEPT_DELIVERIES = 500
OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"


@dataclass(frozen=True)
class Mischief:
    """What a test may ask for. duplicates: how often the same push is sent again after the first was answered."""

    duplicates: int = 0
    delay_seconds: float = 0.0
    wrong_signature: bool = False
    wrong_appid: bool = False
    timestamp: int | None = None


@dataclass
class Delivery:
    """One push on its way. state: waiting, answered, silent (nothing to say), refused (a broken reply) or failed."""

    account: dict[str, Any]
    openid: str
    kind: str
    fields: dict[str, Any]
    tell_user: bool
    mischief: Mischief = Mischief()
    id: int = 0
    state: str = "waiting"
    attempts: list[dict[str, Any]] = field(default_factory=list)
    reply: Reply | None = None
    first_attempt: Event = field(default_factory=Event)
    finished: Event = field(default_factory=Event)

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.kind, "state": self.state, "attempts": self.attempts}


def message_fields(account: dict[str, Any], openid: str, at: float, msgtype: str, **more: Any) -> dict[str, Any]:
    head = {"ToUserName": account["original_id"], "FromUserName": openid, "CreateTime": int(at), "MsgType": msgtype}
    return {**head, **more}


def push(
    account: dict[str, Any],
    openid: str,
    fields: dict[str, Any],
    *,
    tell_user: bool,
    mischief: Mischief = Mischief(),
    receipt: bool = False,
) -> Delivery:
    """Start a push in the background. tell_user: show the notice in the chat if the account's server fails.

    receipt: one of possibly many reports on a broadcast; these wait in a queue of their own.
    """
    simulator = sim()
    kind = f"event:{fields['Event']}" if fields["MsgType"] == "event" else fields["MsgType"]
    delivery = Delivery(account, openid, kind, fields, tell_user, mischief)
    delivery.id = simulator.store.run(
        "INSERT INTO deliveries (appid, openid, kind, at, state) VALUES (?, ?, ?, ?, 'waiting')",
        account["appid"],
        openid,
        kind,
        simulator.now(),
    )
    simulator.store.run(
        "DELETE FROM deliveries WHERE appid = ? AND id < ?", account["appid"], delivery.id - KEPT_DELIVERIES
    )
    (simulator.jobs if receipt else simulator.hands).submit(_run, simulator, delivery)
    return delivery


def _run(simulator: Simulator, delivery: Delivery) -> None:
    try:
        if simulator.stopping.wait(delivery.mischief.delay_seconds):
            return
        _attempts(simulator, delivery)
        for _ in range(delivery.mischief.duplicates):
            delivery.attempts.append({**_attempt(simulator, delivery)[0], "duplicate": True})
        _conclude(simulator, delivery)
    except Exception:
        log.exception("callback %s broke", delivery.kind)
    finally:
        delivery.first_attempt.set()
        delivery.finished.set()


def _attempts(simulator: Simulator, delivery: Delivery) -> None:
    for number in range(1, ATTEMPTS + 1):
        started = time.monotonic()
        attempt, body = _attempt(simulator, delivery)
        delivery.attempts.append(attempt)
        if body is not None:
            try:
                delivery.reply = reply_read(body, account=delivery.account, openid=delivery.openid)
                delivery.state = "answered" if delivery.reply else "silent"
            except ReplyError as error:
                attempt |= {"code": "bad_reply", "error": f"the reply: {error}"}
                delivery.state = "refused"
            return
        _save(simulator, delivery)
        delivery.first_attempt.set()
        pause = max(0.0, simulator.retry_seconds - (time.monotonic() - started))
        if number < ATTEMPTS and simulator.stopping.wait(pause):
            return
    delivery.state = "failed"


def _attempt(simulator: Simulator, delivery: Delivery) -> tuple[dict[str, Any], bytes | None]:
    """One POST. The body is None if there was no 200 in time."""
    path, body = _signed(simulator, delivery)
    started = time.monotonic()
    attempt: dict[str, Any] = {"status": None, "code": "", "error": ""}
    answer = None
    try:
        status, answer = _http(delivery.account["webhook_url"], "POST", path, body)
        attempt["status"] = status
        if status != 200:
            attempt |= {"code": "http_error", "error": f"HTTP {status}"}
            answer = None
    except TimeoutError:
        attempt |= {"code": "timeout", "error": f"no answer within {TIMEOUT_SECONDS:g} seconds"}
    except (OSError, http.client.HTTPException) as error:
        attempt |= {"code": "unreachable", "error": f"no connection: {error}"}
    attempt["milliseconds"] = round((time.monotonic() - started) * 1000)
    return attempt, answer


def _signed(simulator: Simulator, delivery: Delivery) -> tuple[dict[str, str], bytes]:
    account, mischief = delivery.account, delivery.mischief
    timestamp, nonce = str(mischief.timestamp or int(simulator.now())), str(secrets.randbelow(10**9))
    fields = delivery.fields
    query = {"timestamp": timestamp, "nonce": nonce, "openid": delivery.openid}
    query["signature"] = crypto.signature(account["token"], timestamp, nonce)
    if account["mode"] != "plain":
        appid = "wx0000000000000000" if mischief.wrong_appid else account["appid"]
        encrypted = crypto.encrypt(xml_of(fields), appid=appid, encoding_aes_key=account["encoding_aes_key"])
        query |= {
            "encrypt_type": "aes",
            "msg_signature": crypto.signature(account["token"], timestamp, nonce, encrypted),
        }
        bare = {"ToUserName": account["original_id"]} if account["mode"] == "safe" else fields
        fields = {**bare, "Encrypt": encrypted}
    if mischief.wrong_signature:
        query |= {name: "0" * 40 for name in ("signature", "msg_signature") if name in query}
    return query, xml_of(fields).encode()


def _http(url: str, method: str, query: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
    """Names under .localhost do not resolve everywhere: they are this machine, with their own Host header."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    address = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(address, parts.port, timeout=TIMEOUT_SECONDS)
    separator = "&" if parts.query else "?"
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}{separator}{urlencode(query)}"
    headers = {"Host": parts.netloc.rpartition("@")[2], "Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
    try:
        connection.request(method, target, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(REPLY_MAX_BYTES + 1)
    finally:
        connection.close()


def webhook_verify(account: dict[str, Any]) -> dict[str, Any]:
    """The signed GET that WeChat sends when a server address is saved; ok if the echostr came back as it was."""
    timestamp, nonce, echo = str(int(sim().now())), str(secrets.randbelow(10**9)), secrets.token_hex(10)
    signature = crypto.signature(account["token"], timestamp, nonce)
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    try:
        status, answer = _http(account["webhook_url"], "GET", query, None)
    except (OSError, http.client.HTTPException) as error:
        return {"ok": False, "error": str(error) or "no answer"}
    return {"ok": status == 200 and answer == echo.encode(), "status": status}


def _conclude(simulator: Simulator, delivery: Delivery) -> None:
    appid, openid = delivery.account["appid"], delivery.openid
    if delivery.reply and delivery.fields.get("Event") != "unsubscribe":
        chat.message_add(
            simulator, appid=appid, openid=openid, direction="received", via="passive", **asdict(delivery.reply)
        )
    elif delivery.tell_user and delivery.state in ("refused", "failed"):
        chat.message_add(
            simulator, appid=appid, openid=openid, direction="received", via="notice", msgtype="notice",
            content=OUT_OF_SERVICE,
        )  # fmt: skip
    _save(simulator, delivery)
    level = logging.WARNING if delivery.state in ("refused", "failed") else logging.INFO
    log.log(level, "%s %s -> %s %s", appid, delivery.kind, delivery.state, json.dumps(delivery.attempts))


def _save(simulator: Simulator, delivery: Delivery) -> None:
    simulator.store.run(
        "UPDATE deliveries SET state = ?, attempts = ?, reply = ? WHERE id = ?",
        delivery.state,
        to_json(delivery.attempts),
        to_json(asdict(delivery.reply) if delivery.reply else None),
        delivery.id,
    )
