"""Whose rows somebody of the admin may see: everybody's, or only those of the people they lead; and whether what is personal."""

from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet

from workers.models import Department, Worker

SEES_PERSONAL = "workers.see_personal_worker"
Row = TypeVar("Row", bound=Model)


def sees_everybody(user: User) -> bool:
    return user.has_perm("workers.see_all_departments")


def sees_personal(user: User) -> bool:
    """Birth date, phone and the like (Worker.PERSONAL), and who is a minor."""
    return user.has_perm(SEES_PERSONAL)


def visible_departments(user: User) -> QuerySet[Department]:
    """All, or those that this user, as an employee, leads, with what is below them; one who has left leads none."""
    departments = Department.objects.standing()
    if sees_everybody(user):
        return departments
    led = departments.filter(leader__colleague__user=user, leader__left_on__isnull=True)
    below = Q(pk__in=())
    for path in led.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return departments.filter(below)


def visible_workers(user: User) -> QuerySet[Worker]:
    if sees_everybody(user):
        return Worker.objects.all()
    return Worker.objects.filter(department__in=visible_departments(user))


def rows_in_scope(rows: QuerySet[Row], *, user: User, worker: str = "worker") -> QuerySet[Row]:
    """Of rows that each belong to a worker (by the field `worker`), those whose worker is visible."""
    return rows if sees_everybody(user) else rows.filter(**{f"{worker}__in": visible_workers(user)})
