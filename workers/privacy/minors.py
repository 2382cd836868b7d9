"""Employees of 16 and 17 (未成年工): what is shown of them to fewer roles. Why so, and what stays visible: docs/privacy.md."""

from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils import timezone

from workers.models import Worker
from workers.scope import sees_personal

Row = TypeVar("Row", bound=Model)


def without_minors(rows: QuerySet[Row], *, user: User) -> QuerySet[Row]:
    """Of rows with a key `worker`, those that this user may see: of minors only with the right to see personal data."""
    minors = Worker.objects.minors(timezone.localdate())
    return rows if sees_personal(user) else rows.exclude(worker__in=minors)
