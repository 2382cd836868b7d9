"""Employee numbers that too many wrong tries have locked. Anybody in WeChat can lock somebody's number; HR sees and lifts it."""

from functools import reduce
from operator import or_

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from tenants.audit.services import audit_record
from workers.models import BindAttempt, Contact, Worker
from workers.services.binding import NUMBER_LIMITS


def workers_locked() -> QuerySet[Worker]:
    """Who cannot bind but with a slip; `locked_at`: the last wrong try. Not who has bound since."""
    longest = max(within for _most, within in NUMBER_LIMITS)
    failed = BindAttempt.objects.filter(succeeded=False, attempted_at__gt=Now() - longest).order_by()
    counts = {
        f"within_{number}": Count("pk", filter=Q(attempted_at__gt=Now() - within))
        for number, (_most, within) in enumerate(NUMBER_LIMITS)
    }
    is_over = reduce(or_, (Q(**{f"within_{number}__gte": most}) for number, (most, _) in enumerate(NUMBER_LIMITS)))
    numbers = failed.values("employee_number").annotate(**counts).filter(is_over).values("employee_number")
    own = failed.filter(employee_number=OuterRef("employee_number")).values("employee_number")
    last = own.annotate(last=Max("attempted_at")).values("last")
    since = Contact.objects.filter(worker=OuterRef("pk"), bound_at__gt=OuterRef("locked_at"))
    locked = Worker.objects.employed().filter(employee_number__in=numbers).annotate(locked_at=Subquery(last))
    return locked.filter(~Exists(since))


@transaction.atomic
def number_unlock(*, worker: Worker, by: User) -> int:
    """Let anybody try this number again. How many wrong tries it was locked by; again: none.

    They still count for the phones they came from, and for the alarm.
    """
    failed = BindAttempt.objects.filter(succeeded=False, employee_number=worker.employee_number)
    count = failed.update(employee_number=BindAttempt.LIFTED)
    if count:
        audit_record(by=by, action="binding_unlocked", about=worker, subjects=[worker.pk], tries=count)
    return count
