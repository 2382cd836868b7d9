"""The outbox: what is to be said to whom, in the transaction of what it is about. A channel's own room sends it."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from psycopg2.extras import Json

from workers.models import Broadcast, Contact, Urgency, Worker, WorkerMessage
from workers.signals import messages_queued

NEEDED_VALUES = frozenset({"title", "path"})
# Said to a phone that has just been taken from the worker, and to no other; the second is forgotten once it is said.
PHONE_UNBOUND, DATA_ERASED = "phone_unbound", "data_erased"
GOODBYES = frozenset({PHONE_UNBOUND, DATA_ERASED})
# Whoever has left hears of these and of nothing else: what they asked about their data is answered (PIPL, art. 50).
DATA_ANSWERED = "privacy_answered"
TOLD_TO_LEAVERS = GOODBYES | {DATA_ANSWERED}


@transaction.atomic
def message_queue(
    *,
    worker: Worker,
    kind: str,
    values: dict[str, str],
    dedupe_key: str,
    urgency: Any = Urgency.NORMAL,
    contact: Contact | None = None,
) -> WorkerMessage:
    """Queue one message, once per `dedupe_key`: asked again, the first one is returned unchanged.

    values: "title" and "path" (a path on the factory's site), perhaps "summary". contact: where it must arrive, and at no
    other phone of the worker's.
    """
    _check(values)
    if contact is not None:
        values = {**values, "contact": str(contact.pk)}
    message, is_new = WorkerMessage.objects.get_or_create(
        dedupe_key=dedupe_key, defaults={"worker": worker, "kind": kind, "values": values, "urgency": urgency}
    )
    if is_new:
        _tell_on_commit()
    return message


@transaction.atomic
def broadcast_queue(
    *,
    audience: QuerySet[Worker],
    kind: str,
    values: dict[str, str],
    dedupe_key: str,
    urgency: Any = Urgency.NORMAL,
    is_private: bool = False,
) -> Broadcast:
    """Queue the same message to everybody in `audience` who has not left, once per `dedupe_key`.

    The audience is read now, in one statement; asked again, the first broadcast is returned and nobody is added to it.
    is_private: it rests on what workers have said of themselves, and nobody is shown who got it.
    """
    _check(values)
    broadcast, is_new = Broadcast.objects.get_or_create(
        dedupe_key=dedupe_key, defaults={"kind": kind, "values": values, "urgency": urgency, "is_private": is_private}
    )
    if is_new and _insert_messages(broadcast, audience):
        _tell_on_commit()
    return broadcast


def _insert_messages(broadcast: Broadcast, audience: QuerySet[Worker]) -> int:
    people = Worker.objects.employed().filter(pk__in=audience.order_by().values("pk")).order_by()
    people_sql, people_params = people.values("pk").query.sql_with_params()
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO workers_workermessage
                (created_at, updated_at, worker_id, broadcast_id, kind, urgency, "values", dedupe_key, state, attempts,
                 refusal_code)
            SELECT %s, %s, people.id, %s, %s, %s, %s::jsonb, %s || ':' || people.id, %s, 0, ''
            FROM ({people_sql}) people (id)
            ON CONFLICT (dedupe_key) DO NOTHING
            """,
            [
                *(now, now, broadcast.pk, broadcast.kind, broadcast.urgency),
                *(Json(broadcast.values), broadcast.dedupe_key, WorkerMessage.State.QUEUED),
                *people_params,
            ],
        )
        return cursor.rowcount


def _check(values: dict[str, str]) -> None:
    if missing := NEEDED_VALUES - values.keys():
        raise ValueError(f"A message needs {', '.join(sorted(missing))}.")


@dataclass(frozen=True)
class _Tell:
    schema_name: str

    def __call__(self):
        messages_queued.send(sender=WorkerMessage, schema_name=self.schema_name)


def _tell_on_commit() -> None:
    """Once a transaction, however much it queues; a hook of a savepoint rolled back is gone from the list."""
    tell = _Tell(connection.schema_name)
    if all(waiting != tell for _savepoints, waiting, _robust in connection.run_on_commit):
        transaction.on_commit(tell, robust=True)  # a channel that fails now finds the rows in its next sweep
