"""Retention carried out: once a day, in every factory, what is past its time goes."""

from django.db import transaction
from django.utils import timezone

from tenants.audit.services import audit_record
from workers.privacy.register import rooms


def retention_sweep() -> dict[str, int]:
    """Run every room's sweeps, each in a transaction of its own; run again, nothing is left to do. Sweep -> rows.

    One that fails holds up no other; what failed is raised together in the end, and the task tries again.
    """
    now, counts, failures = timezone.now(), {}, []
    for room in rooms():
        for name, sweep in room.sweeps.items():
            try:
                with transaction.atomic():
                    counts[name] = sweep(now)
            except Exception as failure:
                failures.append(failure)
    counts = {name: count for name, count in counts.items() if count}
    if counts:
        audit_record(by="system", action="retention_swept", counts=counts)
    if failures:
        raise ExceptionGroup("some of what is past its time could not be deleted", failures)
    return counts
