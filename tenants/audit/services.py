"""Writing to the audit trail."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import NotSupportedError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import get_public_schema_name, schema_context

from tenants.audit.chain import FIRST_HASH, chain_hash
from tenants.audit.context import looked, support_uuid
from tenants.audit.models import AuditEntry
from tenants.errors import DomainError
from tenants.models import AuditHead, Factory

LONGEST_FACT = 200  # characters of one text; an address may be typed as long as one likes
MOST_FACTS = 100  # of one list
SEEN_SECONDS = 600


class TrailUnwritable(DomainError):
    code = "trail_unwritable"
    status = 503


@transaction.atomic
def audit_record(
    *,
    by: User | str,
    action: str,
    about: models.Model | type[models.Model] | None = None,
    subjects: Iterable[int] = (),
    **detail: Any,
) -> AuditEntry:
    """Append one entry, in the transaction of what it is about.

    by: a user, or the name of a program ("api:payroll", "system"). action: a stable key ("worker_exported"); its sentence stands
    in tenants.audit.sentences. about: the row it was done to, or the model of a list. subjects: ids of the workers whose data
    it concerns. detail: plain facts, never values of personal data.

    Call it last: until the transaction ends, nobody else of this factory can append. Raises TrailUnwritable.
    """
    with connection.cursor() as cursor:  # one entry after the other: each carries the hash of the one before
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext('audit'))", [connection.schema_name])
    last = AuditEntry.objects.order_by("-number").values_list("number", "hash").first()
    number, previous_hash = last or (0, FIRST_HASH)
    entry = AuditEntry(
        number=number + 1,
        at=timezone.now(),
        actor=(by if isinstance(by, str) else by.get_username())[:150],
        action=action,
        object_kind=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if isinstance(about, models.Model) else "",
        subject_ids=sorted({int(subject) for subject in subjects}),
        detail=_plain(detail),
        support=support_uuid.get(),
        previous_hash=previous_hash,
    )
    entry.hash = entry_hash(entry)
    try:
        entry.save(force_insert=True)
    except (TypeError, NotSupportedError) as fault:  # no row came back: a trigger or a rule swallows what is inserted
        text = _(
            "What is done here cannot be written into the audit trail, so nothing was done and nothing was handed out. "
            "Whoever runs the server must look at once: run audit_verify."
        )
        raise TrailUnwritable(text) from fault
    if entry.number == 1:
        _head_first(entry)
    if now := looked.get():
        now.is_told = True
    return entry


def _head_first(entry: AuditEntry) -> None:
    """Noted with the entry itself, so that a trail emptied within its first hour shows. A later head stays: then this entry is
    the first after somebody has emptied it."""
    schema_name, said = connection.schema_name, {"number": entry.number, "hash": entry.hash}
    with schema_context(get_public_schema_name()):
        if not AuditHead.objects.filter(schema_name=schema_name, number=0).update(**said, updated_at=entry.at):
            factory = Factory.objects.filter(schema_name=schema_name).first()
            AuditHead.objects.get_or_create(schema_name=schema_name, defaults={**said, "factory": factory})


def audit_seen(*, by: User | str, where: str, rows: Sequence[models.Model | int], **entry: Any) -> None:
    """`audit_record`, once in ten minutes for the same person or program, address and rows (or their ids)."""
    seen = [by if isinstance(by, str) else by.pk, where, [str(getattr(row, "pk", row)) for row in rows]]
    key = f"audit:{hashlib.sha256(json.dumps(seen).encode()).hexdigest()}"
    if not cache.get(key):
        audit_record(by=by, **entry)
        cache.set(key, True, SEEN_SECONDS)  # after the entry: what is not written is not taken for written
    elif now := looked.get():
        now.is_told = True


def entry_hash(entry: AuditEntry) -> str:
    """Over what the entry says and the hash before it."""
    return chain_hash(
        {
            "number": entry.number,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),  # as precise as PostgreSQL, in one zone
            "actor": entry.actor,
            "action": entry.action,
            "object": [entry.object_kind, entry.object_id],
            "subjects": entry.subject_ids,
            "detail": entry.detail,
            "support": entry.support,
            "previous": entry.previous_hash,
        }
    )


def _plain(value: Any) -> Any:
    """Only what comes back from PostgreSQL as it went in: whole numbers, yes and no, texts; lists and dicts of them. All
    else (days, UUIDs, fractions, translated words) becomes text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in list(value)[:MOST_FACTS]]
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST_FACT]
