"""What a roster would do, or has done, in facts and in sentences for HR."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class RosterMistake:
    """row: as Excel shows it, or the index of a row given as a dict. attribute: of the worker, "" for the whole row."""

    row: int
    attribute: str
    column: str
    message: str

    @property
    def sentence(self) -> str:
        values = {"row": self.row, "column": self.column, "message": self.message}
        return (_("Row %(row)d, %(column)s: %(message)s") if self.column else _("Row %(row)d: %(message)s")) % values


@dataclass(frozen=True)
class RosterChange:
    """kind: "new", "changed", "back" (had left), "reused" (the number was somebody's who left). values: (heading, before, now)
    of what differs."""

    row: int
    person: str
    kind: str
    values: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class RosterReturn:
    """Somebody who has left and stands in the file again; comes back only if HR says so."""

    row: int
    number: str
    name: str
    left_on: str


@dataclass(frozen=True)
class RosterReuse:
    """The number of somebody who left, now a new person's. The old record keeps all, under `released`."""

    row: int
    number: str
    name: str
    former: str
    left_on: str
    released: str


@dataclass(frozen=True)
class RosterMissing:
    """Employed, and not in the file. Nobody is taken for a leaver unless HR says so."""

    worker_id: int
    person: str
    place: str


@dataclass(frozen=True)
class RosterDecisions:
    """What HR has ticked in the preview. returning: employee numbers of those who come back. leaver_ids: of those missing from
    the file, who left on `left_on`."""

    returning: frozenset[str] = frozenset()
    leaver_ids: tuple[int, ...] = ()
    left_on: date | None = None


@dataclass
class RosterReport:
    """mistakes: if there is one, nothing was saved. changes: the first fifty of each kind. unread: headings in the file that
    no column of ours has. new_places: departments that the file adds. remarks: what HR should look at twice.

    missing_count counts all; `missing` is empty when they are too many to be leavers (the file is a part of the roster).
    """

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
    mistakes: list[RosterMistake] = field(default_factory=list)
    changes: list[RosterChange] = field(default_factory=list)
    returns: list[RosterReturn] = field(default_factory=list)
    reuses: list[RosterReuse] = field(default_factory=list)
    missing: list[RosterMissing] = field(default_factory=list)
    missing_count: int = 0
    new_places: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.mistakes

    @property
    def problems(self) -> list[str]:
        return [mistake.sentence for mistake in self.mistakes]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "left": self.left,
        }

    @classmethod
    def from_json(cls, kept: Any) -> "RosterReport":
        """The inverse of dataclasses.asdict, from a column of JSON."""
        parts: dict[str, Any] = {
            "mistakes": RosterMistake,
            "changes": RosterChange,
            "returns": RosterReturn,
            "reuses": RosterReuse,
            "missing": RosterMissing,
        }
        values: dict[str, Any] = {
            key: [parts[key](**item) for item in value] if key in parts else value for key, value in kept.items()
        }
        return cls(**values)
