"""History of rows that were written in bulk, where no signal is sent."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

ADDED, CHANGED = "+", "~"


def history_insert(model: Any, ids: Sequence[int], *, kind: str, user_id: int | None = None, reason: str = "") -> None:
    """One statement for all rows: what they are now, as a new version each."""
    if not ids:
        return
    history = model.history.model
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in history.tracked_fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({columns}, history_date, history_type, history_change_reason, "
            f"history_user_id) SELECT {columns}, %s, %s, %s, %s FROM {quote(model._meta.db_table)} WHERE id = ANY(%s)",
            [timezone.now(), kind, reason or None, user_id, list(ids)],
        )
