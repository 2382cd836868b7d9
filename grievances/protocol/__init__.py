"""The grievance vault's protocol (docs/vault-protocol.md): the readable twin of `grievances/web/vault/`.

It knows nothing of Django. In production the server itself only checks proofs, work and case ids; sealing and opening are
for tests, auditors and the command `vault_open`.
"""

from grievances.protocol.attachments import attachment_open, attachment_seal
from grievances.protocol.cases import (
    LANES,
    Case,
    ReadMessage,
    case_id,
    case_new,
    case_wraps,
    message_seal,
    note_seal,
    rekey,
)
from grievances.protocol.encoding import from_base64, sealed_digest, to_base64, wrap_seal
from grievances.protocol.errors import ProtocolError
from grievances.protocol.officers import (
    Officer,
    admit_payload,
    fingerprint,
    officer_new,
    officer_recover,
    officer_unlock,
    passphrase_read,
    passphrase_wrap_make,
    proof_holds,
    proof_make,
    recovery_wrap_make,
    wraps_payload,
)
from grievances.protocol.proofs import (
    box_key_is_sound,
    enrol_payload,
    grant_payload,
    leave_payload,
    officer_id,
    rekey_payload,
)
from grievances.protocol.reading import case_read
from grievances.protocol.receipts import (
    Worker,
    receipt_new,
    receipt_read,
    receipt_words,
    worker_of_receipt,
)
from grievances.protocol.work import work_holds, work_solve

__all__ = [
    "rekey_payload",
    "officer_id",
    "leave_payload",
    "grant_payload",
    "enrol_payload",
    "box_key_is_sound",
    "LANES",
    "Case",
    "Officer",
    "ProtocolError",
    "ReadMessage",
    "Worker",
    "admit_payload",
    "attachment_open",
    "attachment_seal",
    "case_id",
    "case_new",
    "case_read",
    "case_wraps",
    "fingerprint",
    "from_base64",
    "message_seal",
    "note_seal",
    "officer_new",
    "officer_recover",
    "officer_unlock",
    "passphrase_read",
    "passphrase_wrap_make",
    "proof_holds",
    "proof_make",
    "receipt_new",
    "receipt_read",
    "receipt_words",
    "recovery_wrap_make",
    "rekey",
    "sealed_digest",
    "to_base64",
    "work_holds",
    "work_solve",
    "worker_of_receipt",
    "wrap_seal",
    "wraps_payload",
]
