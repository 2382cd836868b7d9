"""Proving that nobody has changed the audit trail.

The chain shows an entry that was changed, taken out or put in. That the end was cut off shows only where the length is known
elsewhere too: with its first entry, and every hour from then on, each trail's head (number and hash of its last entry) goes into
public and into the log. What was written since the last head and cut off again does not show.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from django.db import connection
from django_tenants.utils import schema_context

from tenants.audit.chain import FIRST_HASH
from tenants.audit.models import AuditEntry
from tenants.audit.services import entry_hash
from tenants.models import AuditHead, Factory

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """number, hash: of the last entry that holds. fault: what is wrong with what comes after it, or with what guards them all;
    empty when nothing is. noted: the last entry that a known head names; None where none was known. What came after it and was
    cut off again does not show."""

    number: int
    hash: str
    fault: str = ""
    noted: int | None = None


# Of this schema's trail: its triggers that fire, each whole and with the whole of its function; any rule, and any table whose
# rows would be read as its own.
GUARDS = """
    SELECT tgname, pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid = to_regclass(quote_ident(%(schema)s) || '.audit_auditentry') AND tgenabled IN ('O', 'A') AND NOT tgisinternal
    UNION ALL
    SELECT 'rule ' || rulename, '', '' FROM pg_rules WHERE schemaname = %(schema)s AND tablename = 'audit_auditentry'
    UNION ALL
    SELECT 'table ' || inhrelid::regclass, '', '' FROM pg_inherits
    WHERE inhparent = to_regclass(quote_ident(%(schema)s) || '.audit_auditentry')
"""
EMPTY = {"number": 0, "hash": FIRST_HASH}
FUNCTION = "BEGIN RAISE EXCEPTION 'The audit trail is only appended to.'; END"  # migrations/0002_append_only.py
GUARDED = {
    "audit_trail_is_appended_only": "BEFORE DELETE OR UPDATE ON {trail} FOR EACH ROW",
    "audit_trail_is_not_emptied": "BEFORE TRUNCATE ON {trail} FOR EACH STATEMENT",
}


def trail_verify(*, noted: Mapping[int, str] | None = None) -> Verdict:
    """Read the whole trail of the present schema. noted: number -> hash of entries that somebody wrote down; the head kept in
    public is always among them."""
    head = head_kept()
    known = {**({head.number: head.hash} if head else {}), **(noted or {})}
    number, last_hash = 0, FIRST_HASH
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2000):
        if fault := _fault(entry, number + 1, last_hash, known):
            return Verdict(number, last_hash, fault)
        number, last_hash = entry.number, entry.hash
    end = max(known, default=0)
    fault = _span(number + 1, end) if end > number else guard_fault()
    return Verdict(number, last_hash, fault, noted=max(known, default=None))


def guard_fault() -> str:
    """What somebody has done to the guards of the present schema's trail: switched one off, taken it away, made it toothless,
    or put something beside it; "" for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDS, {"schema": connection.schema_name})
        found = {name: (definition, " ".join(source.split())) for name, definition, source in cursor.fetchall()}
        cursor.execute("SELECT quote_ident(%s)", [connection.schema_name])
        schema = cursor.fetchone()[0]
    for name, fires in GUARDED.items():
        if name not in found:
            return f"trigger {name} is switched off or gone"
        fires = fires.format(trail=f"{schema}.audit_auditentry")
        whole = f"CREATE TRIGGER {name} {fires} EXECUTE FUNCTION audit_trail_is_appended_only()"
        if found.pop(name) != (whole, FUNCTION):
            return f"trigger {name} is not the one that was made"
    return f"{min(found)} stands beside the trail's own guards" if found else ""


def _fault(entry: AuditEntry, expected: int, last_hash: str, known: Mapping[int, str]) -> str:
    if entry.number != expected:
        return _span(expected, entry.number - 1)
    if entry.previous_hash != last_hash:
        return f"entry {entry.number} does not follow the one before"
    if entry.hash != entry_hash(entry):
        return f"entry {entry.number} was changed"
    if known.get(entry.number, entry.hash) != entry.hash:
        return f"entry {entry.number} is not the one that was noted"
    return ""


def _span(first: int, last: int) -> str:
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"


def head_kept() -> AuditHead | None:
    """What public knows of the present schema's trail."""
    schema_name = connection.schema_name
    with schema_context("public"):
        return AuditHead.objects.filter(schema_name=schema_name).first()


def head_note() -> str:
    """Keep the head of the present schema's trail in public and in the log; what is wrong, or "".

    A head that is no longer part of the trail is not written over: it is the proof. The fault is kept beside it.
    """
    schema_name = connection.schema_name
    last = AuditEntry.objects.order_by("-number").values("number", "hash").first() or EMPTY
    kept = head_kept()
    if is_lost := kept and kept.number and not AuditEntry.objects.filter(number=kept.number, hash=kept.hash).exists():
        fault = f"entry {kept.number}, noted at {kept.updated_at:%Y-%m-%d %H:%M}, is missing or changed"
    else:
        fault = guard_fault()
    if fault:
        logger.error("audit_trail_broken", fault=fault, **last)
    else:
        logger.info("audit_head", **last)
    with schema_context("public"):
        if is_lost:
            AuditHead.objects.filter(schema_name=schema_name).update(fault=fault)
        else:
            factory = Factory.objects.filter(schema_name=schema_name).first()
            AuditHead.objects.update_or_create(
                schema_name=schema_name, defaults={**last, "factory": factory, "fault": fault}
            )
    return fault
