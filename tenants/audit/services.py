"""Writing to the audit trail, and proving that nobody has changed it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.utils import timezone

from tenants.audit.models import AuditEntry

FIRST_HASH = "0" * 64


@transaction.atomic
def audit_record(
    *,
    by: User | str,
    action: str,
    about: models.Model | None = None,
    subjects: Iterable[int] = (),
    **detail: Any,
) -> AuditEntry:
    """Append one entry, in the transaction of what it is about.

    by: a user, or the name of a program ("api:payroll", "system"). action: a stable key ("worker_exported"). about: the row
    it was done to. subjects: ids of the workers whose data it concerns. detail: plain facts, never values of personal data.
    """
    with connection.cursor() as cursor:  # one entry after the other: each carries the hash of the one before
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext('audit'))", [connection.schema_name])
    last = AuditEntry.objects.order_by("-number").values_list("number", "hash").first() or (0, FIRST_HASH)
    entry = AuditEntry(
        number=last[0] + 1,
        at=timezone.now(),
        actor=by if isinstance(by, str) else by.get_username(),
        action=action,
        object_kind=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        subject_ids=sorted(subjects),
        detail=detail,
        previous_hash=last[1],
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    return entry


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over what the entry says and the hash before it, hex."""
    said = {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "object": [entry.object_kind, entry.object_id],
        "subjects": entry.subject_ids,
        "detail": entry.detail,
        "support": entry.support,
        "previous": entry.previous_hash,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
