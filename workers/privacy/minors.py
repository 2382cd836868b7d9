"""Employees of 16 and 17 (未成年工): what is shown of them to fewer roles. Why so, and what stays visible: docs/privacy.md."""

from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils import timezone

from workers.models import Worker

Row = TypeVar("Row", bound=Model)


def sees_minors(user: User) -> bool:
    return user.has_perm("workers.see_personal_worker")


def without_minors(rows: QuerySet[Row], *, user: User) -> QuerySet[Row]:
    """Of rows with a key `worker`, those that this user may see: of minors only with the right to see personal data."""
    minors = Worker.objects.minors(timezone.localdate())
    return rows if sees_minors(user) else rows.exclude(worker__in=minors)
