"""Officers and cases as browsers make them, made here by the protocol's twin: for the demo, the benchmarks and the tests."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from grievances import protocol
from grievances.models import Case, Lane, Officer, ReceiptSalt
from grievances.services.intake import NewCase, recipients_of
from grievances.services.officers import WrappedSeed, officer_admit, officer_enrol
from grievances.services.sealed import SealedMessage, SealedWrap, attachment_store
from grievances.wire import officer_out


def officer_sample(
    user: User, *, name: str, passphrase: str, by: tuple[Officer, protocol.Officer] | None = None
) -> tuple[Officer, protocol.Officer]:
    """Enrol somebody with this passphrase, and let them in by one who is: (as the server keeps them, unlocked)."""
    keys, record, _code = protocol.officer_new(passphrase)
    seed = WrappedSeed(
        passphrase_wrap=record["passphrase_wrap"], recovery_wrap=protocol.from_base64(record["recovery_wrap"])
    )
    row = officer_enrol(
        user=user,
        officer_id=uuid.UUID(keys.author),
        name=name,
        box_key=keys.box_key,
        sign_key=keys.sign_key,
        seed=seed,
        proof=protocol.proof_make(keys, "enrol", protocol.enrol_payload(keys.sign_key, keys.box_key)),
    )
    return (officer_let_in(row, keys, by=by) if by else row), keys


def officer_let_in(row: Officer, keys: protocol.Officer, *, by: tuple[Officer, protocol.Officer]) -> Officer:
    """What the browser of one who is in does for a colleague who waits, without any case to hand over."""
    proof = protocol.proof_make(by[1], "admit", keys.sign_key + keys.box_key)
    return officer_admit(officer_id=row.pk, by=by[0], wraps=[], note_wraps=[], proof=proof)


@dataclass
class Written:
    """A case as its worker knows it. `case` is what their browser knows, fit to write on."""

    row: Case
    case: protocol.Case
    worker: protocol.Worker
    receipt: str

    def seal(self, text: str, *, kind: str = "message", attachments: list[dict] | None = None, **body) -> SealedMessage:
        """What the worker writes next; the number and what it follows are those of `case`."""
        body = {"text": text, "attachments": attachments or [], **body}
        return sealed_message(protocol.message_seal(self.case, self.worker, kind=kind, body=body), attachments)


def sealed_message(made: dict[str, Any], attachments: list[dict] | None = None) -> SealedMessage:
    return SealedMessage(
        id=uuid.UUID(made["id"]),
        number=made["number"],
        epoch=made["epoch"],
        kind=made["kind"],
        sealed=protocol.from_base64(made["sealed"]),
        attachments=[uuid.UUID(each["id"]) for each in attachments or []],
    )


def salt_out() -> dict[str, Any]:
    salt = ReceiptSalt.objects.first()
    return {"version": salt.version, "salt": protocol.to_base64(salt.salt), "ops": salt.ops, "mem": salt.mem}


def new_case(
    text: str = "饭堂的菜不新鲜。",
    *,
    to: Iterable[Any] = (Lane.FACTORY,),
    category: str = "living",
    name: str = "",
    agreed_escalation: bool = False,
    agreed_publication: bool = False,
    files: tuple[bytes, ...] = (),
    cheap: bool = True,
) -> tuple[NewCase, Written]:
    """A case as a browser sends it, not sent yet. cheap: a receipt's keys without the cost of Argon2."""
    receipt, salt = protocol.receipt_new(), salt_out()
    worker = protocol.worker_of_receipt(receipt, {**salt, "ops": 1, "mem": 8192} if cheap else salt, floor=not cheap)
    case = protocol.case_new(connection.tenant.slug, worker)
    readers = _readers(frozenset(to), agreed_escalation=agreed_escalation)
    entries = [_file_store(case, content) for content in files]
    body = {
        "text": text,
        "attachments": entries,
        "category": category,
        "name": name,
        "recipients": _named(readers),
        "agreed": {"escalation": agreed_escalation, "publication": agreed_publication},
    }
    new = NewCase(
        id=case.id,
        public_key=case.keys[0].public,
        worker_sign_key=worker.sign_key,
        worker_box_key=worker.box_key,
        worker_wrap=_worker_wrap(case, worker),
        lookup_digest=worker.lookup_digest,
        salt_version=salt["version"],
        category=category,
        to=frozenset(to),
        wraps=[_wrap(case, row, is_held=is_held) for row, is_held in readers],
        message=sealed_message(protocol.message_seal(case, worker, kind="message", body=body), entries),
        agreed_escalation=agreed_escalation,
        agreed_publication=agreed_publication,
    )
    return new, Written(row=None, case=case, worker=worker, receipt=receipt)  # type: ignore[arg-type]


def _readers(to: frozenset[Any], *, agreed_escalation: bool) -> list[tuple[dict[str, Any], bool]]:
    """(an officer as the server shows them, whether their wrap is kept back) for whom a case is sealed."""
    recipients = recipients_of(to=to, agreed_escalation=agreed_escalation)
    return [(officer_out(Officer.objects.get(pk=pk)), is_held) for pk, is_held in recipients]


def _named(readers: list[tuple[dict[str, Any], bool]]) -> list[dict[str, str]]:
    """As the worker's first message names them."""
    return [{key: row[key] for key in ("id", "name", "sign_key", "box_key")} for row, _held in readers]


def _wrap(case: protocol.Case, officer: dict[str, Any], *, is_held: bool) -> SealedWrap:
    [wrap] = protocol.case_wraps(case, [officer], held=is_held)
    return SealedWrap(officer=uuid.UUID(officer["id"]), sealed=protocol.from_base64(wrap["sealed"]), is_held=is_held)


def _worker_wrap(case: protocol.Case, worker: protocol.Worker) -> bytes:
    private = case.keys[0].private
    assert private is not None  # just made
    return protocol.from_base64(protocol.wrap_seal(bytes(private), worker.box_key))


def _file_store(case: protocol.Case, content: bytes) -> dict[str, Any]:
    """Upload a picture as a browser does; its entry for the message."""
    about = {"place": case.place, "case": case.id, "content_type": "image/jpeg", "name": "1.jpg"}
    sealed, entry = protocol.attachment_seal(data=content, **about)
    attachment_store(attachment_id=uuid.UUID(entry["id"]), sealed=sealed)
    return entry
