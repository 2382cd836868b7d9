"""A worker takes along what they have learned to another factory of the group, by their own wish.

The record is sealed with a key made from a code that only the worker gets; it waits in public, which cannot open it. Code and
SECRET_KEY together make both the key and what the row is found by, so a stolen database tells nothing.
"""

import hashlib
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.models import Factory, RecordTransfer
from workers.models import Consent, SentRecord, Worker
from workers.privacy.register import Item, Unpacked, rooms
from workers.privacy.texts import TRANSFER
from workers.services.consents import consent_give
from workers.services.spelling import name_key

DAYS = 30  # a record waits so long, and may be sent so long after leaving
CODE_DIGITS = 12
TRIES, TRIES_WITHIN = 5, timedelta(hours=1)
SCRYPT = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 64}
NONCE_BYTES = 12
BY_WORKER = "worker"


class TransferRefused(DomainError):
    """codes: transfer_nowhere, transfer_nothing, transfer_too_late, transfer_unknown, transfer_name, transfer_too_often,
    transfer_two_phones."""

    code = "transfer_refused"


@dataclass(frozen=True)
class Sent:
    """code: shown once, kept nowhere."""

    code: str
    to: Factory


def destinations(factory: Factory) -> list[Factory]:
    """The other living factories of the group, by name; none without a group."""
    if factory.group_id is None:
        return []
    with schema_context("public"):
        return list(Factory.objects.living().filter(group=factory.group_id).exclude(pk=factory.pk).order_by("name"))


def luggage_offered(worker: Worker) -> list[Item]:
    return [item for room in rooms() if room.luggage for item in room.luggage.offered(worker)]


def may_send(worker: Worker) -> bool:
    return worker.left_on is None or worker.left_on >= timezone.localdate() - timedelta(days=DAYS)


@transaction.atomic
def record_send(*, worker: Worker, to: Factory, keys: Collection[str]) -> Sent:
    """Seal what the worker has ticked (`keys` of items offered) and let it wait for `to`. Sending is the consent to it.

    A record of theirs that waits already is replaced: its code opens nothing any more. Raises TransferRefused.
    """
    worker = Worker.objects.select_for_update().get(pk=worker.pk)
    here = connection.tenant
    if to.pk not in {factory.pk for factory in destinations(here)}:
        raise TransferRefused(
            _("This factory is not one of your group. Choose one of the list."), code="transfer_nowhere"
        )
    if not may_send(worker):
        raise TransferRefused(
            _("You left more than 30 days ago. Ask HR for a copy of your record."), code="transfer_too_late"
        )
    chosen = _chosen(worker, keys)
    if not chosen:
        raise TransferRefused(_("Tick at least one thing to take along."), code="transfer_nothing")
    sent_records_recall(worker=worker)
    consent_give(worker=worker, purpose=TRANSFER)
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    found_by, key = _keys_of(code, to)
    document = {"name": name_key(worker.name), "from": here.name, "rooms": chosen}
    expires_on = timezone.localdate() + timedelta(days=DAYS)
    with schema_context("public"):
        RecordTransfer.objects.create(
            from_factory=here,
            to_factory=to,
            code_hash=found_by,
            sealed=_seal(document, key, found_by),
            expires_on=expires_on,
        )
    SentRecord.objects.create(worker=worker, factory_name=to.name, code_hash=found_by, expires_on=expires_on)
    # Without how much: what is tracked can be counted elsewhere, and the rest would be the private lessons.
    audit_record(by=BY_WORKER, action="record_sent", about=worker, subjects=[worker.pk], to=to.name)
    return Sent(code, to)


def record_waiting(worker: Worker) -> SentRecord | None:
    """The record that still waits to be taken in."""
    record = worker.sent_records.filter(expires_on__gte=timezone.localdate()).order_by("-pk").first()
    if record is None:
        return None
    with schema_context("public"):
        return record if RecordTransfer.objects.filter(code_hash=record.code_hash).exists() else None


@transaction.atomic
def sent_records_recall(*, worker: Worker) -> int:
    """Take back what still waits, and end the consent it rested on. How many rows there were; again: none."""
    hashes = list(worker.sent_records.values_list("code_hash", flat=True))
    with schema_context("public"):
        RecordTransfer.objects.filter(code_hash__in=hashes).delete()
    standing = Consent.objects.filter(worker=worker, purpose=TRANSFER, withdrawn_at__isnull=True)
    standing.update(withdrawn_at=timezone.now())
    return worker.sent_records.all().delete()[0]


def expired_transfers_clean() -> int:
    """In public: records that nobody has taken in. How many rows; again: none."""
    return RecordTransfer.objects.filter(expires_on__lt=timezone.localdate()).delete()[0]


def record_take(*, worker: Worker, code: str) -> Unpacked:
    """Take in the record that waits behind `code`, once. The name must be the same there and here.

    A wrong code, one of another factory, one used before and one too old are the same refusal. Raises TransferRefused.
    """
    _tries_count(worker)
    digits = "".join(digit for digit in code if digit.isascii() and digit.isdigit())
    here = connection.tenant
    found_by, key = _keys_of(digits, here)
    with transaction.atomic():
        worker = Worker.objects.select_for_update().get(pk=worker.pk)
        document = _take_out(here, found_by, key)
        if document["name"] != name_key(worker.name):
            text = _("The name in this record is not yours here. Ask HR of both factories to write it the same way.")
            raise TransferRefused(text, code="transfer_name")
        unpacked = _unpack(worker, document)
        source = document["from"]
        audit_record(by=BY_WORKER, action="record_taken_in", about=worker, subjects=[worker.pk], source=source)
    cache.delete(_tries_key(worker))
    return unpacked


def _chosen(worker: Worker, keys: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    wanted = set(keys)
    chosen = {
        room.name: [item.facts for item in room.luggage.offered(worker) if item.key in wanted]
        for room in rooms()
        if room.luggage
    }
    return {name: facts for name, facts in chosen.items() if facts}


def _take_out(here: Factory, found_by: str, key: bytes) -> dict[str, Any]:
    """The document, and the row gone with this transaction."""
    with schema_context("public"):
        row = (
            RecordTransfer.objects.select_for_update()
            .filter(code_hash=found_by, to_factory=here.pk, expires_on__gte=timezone.localdate())
            .first()
        )
        if row is None:
            text = _("Nothing waits for this code. Look at the twelve digits again; a code works once and for 30 days.")
            raise TransferRefused(text, code="transfer_unknown")
        sealed = bytes(row.sealed)
        row.delete()
    try:
        opened = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], found_by.encode())
    except InvalidTag as damage:
        text = _("This record is damaged. Make a new code in the other factory.")
        raise TransferRefused(text, code="transfer_unknown") from damage
    return json.loads(opened)


def _unpack(worker: Worker, document: dict[str, Any]) -> Unpacked:
    done = [
        room.luggage.unpack(worker, document["rooms"][room.name], document["from"])
        for room in rooms()
        if room.luggage and room.name in document["rooms"]
    ]
    return Unpacked(sum(part.taken for part in done), tuple(title for part in done for title in part.left_behind))


def _seal(document: dict[str, Any], key: bytes, found_by: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(document, ensure_ascii=False).encode(), found_by.encode())


def _keys_of(code: str, to: Factory) -> tuple[str, bytes]:
    """(what the row is found by, the key), from one slow hash: trying all codes takes centuries, and needs SECRET_KEY."""
    salt = hashlib.sha256(f"record transfer:{to.schema_name}:{settings.SECRET_KEY}".encode()).digest()
    both = hashlib.scrypt(code.encode(), salt=salt, **SCRYPT)
    return both[:32].hex(), both[32:]


def _tries_key(worker: Worker) -> str:
    return f"record-tries:{worker.pk}"


def _tries_count(worker: Worker) -> None:
    """Counted before the slow hash, so that nobody keeps the processor busy."""
    key = _tries_key(worker)
    cache.add(key, 0, int(TRIES_WITHIN.total_seconds()))
    if cache.incr(key) > TRIES:
        raise TransferRefused(_("Too many tries. Try again in an hour."), code="transfer_too_often")
