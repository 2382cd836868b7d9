"""The register of personal data: what every room keeps of a person, field by field, and how it is handed out and erased.

A room fills in a `Room` in its own `personal_data.py`, read when the app is ready; this room knows no other. A test holds
that no field of a model that points at a person is missing (tests/config/test_personal_fields.py).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from workers.models import Worker

Words = Any  # a str, or one to be translated when it is read
TECHNICAL = frozenset({"id", "created_at", "updated_at"})
UNTIL_ASKED = _("until you ask us to delete it")  # where nobody is employed, and so nobody leaves


class Reader(models.TextChoices):
    """Who sees it: a sentence's part for people. By permission where there is one."""

    SELF = "self", _("the employee")
    PEOPLE = "people", _("HR that looks after the employee list")
    PERSONAL = "personal", _("HR that may see personal data")
    LEADER = "leader", _("the leader of the line")
    LEARNING = "learning", _("HR that looks after learning")
    NOTICES = "notices", _("HR that looks after notices")
    CHANNEL = "channel", _("who looks after the official account")
    OWNER = "owner", _("the administrator")
    COUNTS = "counts", _("HR, as rounded counts of ten or more")
    NOBODY = "nobody", _("nobody: only the system uses it")


@dataclass(frozen=True)
class Kept:
    """How long. sweep: which of the rooms' sweeps carries it out; "": it goes with the row it belongs to, or when asked."""

    text: Words
    sweep: str = ""


@dataclass(frozen=True)
class Entry:
    """Some fields of one model that are kept for one purpose. model: "app.Model"; fields: names, parted by spaces; title: what
    people call them."""

    model: str
    fields: str
    title: Words
    purpose: Words
    kept: Kept
    seen_by: tuple[Any, ...]  # of Reader

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.fields.split())


@dataclass(frozen=True)
class Part:
    """A table of what is kept of one worker. note: what is left out of it, and why."""

    title: Words
    columns: tuple[Words, ...] = ()
    rows: tuple[tuple, ...] = ()
    note: Words = ""


def hidden_note(worker: Worker) -> Words:
    """Of the worker's own copy: that two phones are bound, and so what is private does not show; else ""."""
    return (
        _("While two WeChats are bound to you, what is private does not show here.")
        if worker.contacts.count() > 1
        else ""
    )


class Scope(StrEnum):
    """How much goes. ALL: who has left. UNNEEDED: of somebody who works here, all that the work does not need."""

    ALL = "all"
    UNNEEDED = "unneeded"


@dataclass(frozen=True)
class Item:
    """One thing learned that a worker may take along to another factory. facts: what the other side needs, as JSON values."""

    key: str
    title: str
    is_private: bool
    facts: dict[str, Any]


@dataclass(frozen=True)
class Unpacked:
    """taken: how many came in. left_behind: titles of what this factory does not have."""

    taken: int
    left_behind: tuple[str, ...] = ()


@dataclass(frozen=True)
class Luggage:
    """offered: what there is to take along. unpack: facts of items into a worker's record, from the factory of that name;
    inside a transaction; facts come from another factory and are checked."""

    offered: Callable[[Worker], list[Item]]
    unpack: Callable[[Worker, list[dict[str, Any]], str], Unpacked]


@dataclass(frozen=True)
class Room:
    """What one room keeps.

    for_worker: the short kind words a worker reads: what and why, how long, who sees it. for_member: the same where nobody is
    employed, if it differs. impersonal: "app.Model" -> fields
    that say nothing of the person the row points at. parts: a worker's data; is_own: for the worker, not for HR. erase:
    inside a transaction, called again it finds nothing; answers counts. sweeps: name -> deletes what is past its time before
    a moment, answers a count; each may run twice. forget: what a channel knows of the phones themselves.
    """

    name: str
    entries: tuple[Entry, ...] = ()
    impersonal: dict[str, str] = field(default_factory=dict)
    for_worker: tuple[tuple[Words, Words, Words], ...] = ()
    for_member: tuple[tuple[Words, Words, Words], ...] = ()
    parts: Callable[[Worker, bool], Iterable[Part]] | None = None
    erase: Callable[[Worker, Scope], dict[str, int]] | None = None
    sweeps: dict[str, Callable[[datetime], int]] = field(default_factory=dict)
    forget: Callable[[Worker], dict[str, int]] | None = None
    luggage: Luggage | None = None

    def told(self, *, is_open: bool) -> tuple[tuple[Words, Words, Words], ...]:
        """What a worker reads here."""
        return self.for_member if is_open and self.for_member else self.for_worker


_rooms: dict[str, Room] = {}


def after_leaving(words: Words) -> Words:
    """Words with {months}: how long the row of somebody who has left names them."""
    return format_lazy(words, months=settings.PRIVACY_LEFT_MONTHS)


def to_the_day(column: str) -> models.Func:
    """What is left of a moment where only the day may be known: its first moment here."""
    zone = models.Value(timezone.get_current_timezone_name())
    output = models.DateTimeField()
    return models.Func(models.Value("day"), models.F(column), zone, function="date_trunc", output_field=output)


def room_register(room: Room) -> None:
    """Once, when its app is ready."""
    _rooms[room.name] = room


def rooms() -> list[Room]:
    return list(_rooms.values())


def entries() -> Iterator[Entry]:
    for room in _rooms.values():
        yield from room.entries


def parts_of(worker: Worker, *, is_own: bool) -> list[Part]:
    """Everything kept of one worker. For HR without what only the worker may see; it says so where something is left out."""
    return [part for room in rooms() if room.parts for part in room.parts(worker, is_own)]
