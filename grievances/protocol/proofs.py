"""What officers sign for the server: the payload of each purpose of a proof, and what an officer's keys must be like."""

import uuid
from collections.abc import Iterable

from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox

from grievances.protocol.encoding import blake2b


def officer_id(sign_key: bytes, box_key: bytes) -> str:
    """The id that belongs to an officer's two public keys: nobody else can have it, here or in another place."""
    return str(uuid.UUID(bytes=blake2b(16, b"wesupport.officer.id.v1" + sign_key + box_key)))


def box_key_is_sound(key: bytes) -> bool:
    """Whether something can be sealed to it: not for keys of low order, which would stop every browser that seals."""
    try:
        SealedBox(PublicKey(key)).encrypt(b"")
    except (CryptoError, ValueError, TypeError):
        return False
    return True


def enrol_payload(sign_key: bytes, box_key: bytes) -> bytes:
    """Purpose `enrol`, signed by the very keys that enrol."""
    return sign_key + box_key


def leave_payload(officer: str) -> bytes:
    """Purpose `leave`. officer: id of whose enrolment ends."""
    return officer.encode()


def grant_payload(case: str, wraps: Iterable[tuple[str, int, bytes]]) -> bytes:
    """Purpose `grant`. wraps: (officer's id, epoch, sealed)."""
    parts = [officer.encode() + epoch.to_bytes(4, "big") + sealed for officer, epoch, sealed in sorted(wraps)]
    return case.encode() + b"".join(parts)


def rekey_payload(
    case: str, *, epoch: int, public_key: bytes, worker_wrap: bytes, wraps: Iterable[tuple[str, bool, bytes]]
) -> bytes:
    """Purpose `rekey`. wraps: (officer's id, held, sealed)."""
    parts = [officer.encode() + bytes([held]) + sealed for officer, held, sealed in sorted(wraps)]
    return case.encode() + epoch.to_bytes(4, "big") + public_key + worker_wrap + b"".join(parts)
