"""What a roster would do, or has done, in facts and in sentences for HR."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tenants.words import listed

LEAVERS_FEW, LEAVERS_MANY, LEAVERS_SHARE = 3, 30, 5
BRINGS_SOMEBODY = ("new", "reused")  # kinds of changes
RUNS_TOLD = 10  # of rows in a sentence
PARTIAL_FROM = 10  # employees; a roster that small may well be halved by a file


@dataclass(frozen=True)
class RosterMistake:
    """row: as Excel shows it, or the index of a row given as a dict. attribute: of the worker, "" for the whole row. person: the
    name beside it, as written."""

    row: int
    attribute: str
    column: str
    message: str
    person: str = ""

    @property
    def told(self) -> str:
        """Without its row, where that stands beside it."""
        values = {"column": self.column, "message": self.message}
        return _("%(column)s: %(message)s") % values if self.column else self.message

    @property
    def sentence(self) -> str:
        values = {"row": self.row, "column": self.column, "message": self.message}
        return (_("Row %(row)d, %(column)s: %(message)s") if self.column else _("Row %(row)d: %(message)s")) % values


@dataclass(frozen=True)
class RosterMistakeGroup:
    """The same sentence in one column, once for all rows that it is true of."""

    column: str
    message: str
    mistakes: list[RosterMistake]

    @property
    def rows(self) -> str:
        """ "2–121", or "2、7、9–12"."""
        runs: list[list[int]] = []
        for row in sorted({mistake.row for mistake in self.mistakes}):
            if runs and row == runs[-1][1] + 1:
                runs[-1][1] = row
            else:
                runs.append([row, row])
        told = [str(first) if first == last else f"{first}–{last}" for first, last in runs]
        return listed(told, most=RUNS_TOLD)


@dataclass(frozen=True)
class RosterChange:
    """kind: "new", "changed", "back" (had left), "reused" (the number was somebody's who left). values: (heading, before, now)
    of what differs, of new ones of what was read. worker_id: 0 of new ones. person: number and name, for eyes."""

    row: int
    person: str
    kind: str
    values: list[tuple[str, str, str]] = field(default_factory=list)
    worker_id: int = 0
    number: str = ""
    name: str = ""


@dataclass(frozen=True)
class RosterReturn:
    """Somebody known who works here again, or goes by a new number, only if HR says so.

    left_on: empty of who has not left. former: who stands in the file under a number that nobody has; theirs so far. named: as
    the file has it, where that is another name and birth date and ID card are alike. is_by_name: nothing but the name is.
    """

    row: int
    number: str
    name: str
    left_on: str
    worker_id: int = 0
    former: str = ""
    named: str = ""
    is_by_name: bool = False


@dataclass(frozen=True)
class RosterClaim:
    """A number that stands beside another name than its holder's: corrected, or used again? HR may say for each.

    left_on: of a holder who has left; then, unless HR says otherwise, `name` is a new employee and the old record keeps all.
    signs: (heading, before, now) of what else is another's. known_number: of somebody of that name who stands nowhere in the
    file under it, known_id: they may have moved to this number. With signs or somebody known HR has to say; without, it is a
    name put right.
    """

    row: int
    number: str
    name: str
    holder: str
    worker_id: int
    left_on: str = ""
    signs: list[tuple[str, str, str]] = field(default_factory=list)
    known_id: int = 0
    known_number: str = ""

    @property
    def needs_answer(self) -> bool:
        return bool(self.signs or self.known_id)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """(name of the decision, words) of what HR may say; one where saying nothing is an answer as well."""
        names = {"name": self.name, "holder": self.holder, "known": self.known_number}
        moved = _("It is %(name)s, so far %(known)s: they have this number now, and keep phone and records")
        same = _("It is %(holder)s: the name was put right")
        if self.left_on:
            same = _("The same person: the name was put right, and they work here again")
            another = _("Somebody new of the same name")
        else:
            same = _("The same person: name and the rest were put right") if self.signs else same
            another = _("Another person: the number is used again, %(holder)s has left or has a new number")
            if self.known_id:
                another = _(
                    "Somebody new of the same name, not who had %(known)s; %(holder)s has left or has a new number"
                )
        if self.known_id:
            return [("given", moved % names), ("same", same % names), ("another", another % names)]
        if self.signs:
            return [("same", same), ("another", another % names)]
        return [("same", same)] if self.left_on else [("another", another % names)]


@dataclass(frozen=True)
class RosterMissing:
    """Employed, and not in the file. Nobody is taken for a leaver unless HR says so."""

    worker_id: int
    person: str
    place: str
    number: str = ""
    name: str = ""


@dataclass(frozen=True)
class RosterDecisions:
    """What HR has ticked in the preview. returning: numbers in the file of `RosterReturn`s who are that person; strangers: who
    are not. leaver_ids: of those missing from the file, who left on `left_on`. leavers_counted: how many leave, written by hand
    where they are many.

    Of holders of a number that the file gives to another name: same, they are that person and come back if they had left;
    given, it is now the number of who is known by that name; another, it is somebody new's. Who gives a number away and gets no
    other leaves on `left_on`.
    """

    returning: frozenset[str] = frozenset()
    strangers: frozenset[str] = frozenset()
    same: frozenset[int] = frozenset()
    given: frozenset[int] = frozenset()
    another: frozenset[int] = frozenset()
    leaver_ids: tuple[int, ...] = ()
    left_on: date | None = None
    leavers_counted: int | None = None


@dataclass
class RosterReport:
    """mistakes: if there is one, nothing was saved. changes: first of those who are here already; fifty of each kind, unless all
    were asked for. unread: headings in the file that no column of ours has. new_places, new_shifts: what the file adds;
    new_paths: the places by their names from the top down. remarks: what HR should look at twice. minors: the first fifty of
    the new ones who are 16 or 17.

    employed: before the file. leaving: by a leave date in the file. missing_count counts all; `missing` is empty when they are
    too many to be leavers (the file is a part of the roster).
    """

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
    employed: int = 0
    leaving: int = 0
    mistakes: list[RosterMistake] = field(default_factory=list)
    changes: list[RosterChange] = field(default_factory=list)
    returns: list[RosterReturn] = field(default_factory=list)
    claims: list[RosterClaim] = field(default_factory=list)
    missing: list[RosterMissing] = field(default_factory=list)
    missing_count: int = 0
    new_places: list[str] = field(default_factory=list)
    new_paths: list[list[str]] = field(default_factory=list)
    new_shifts: list[str] = field(default_factory=list)
    minors: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def renumbered(self) -> list[RosterReturn]:
        return [back for back in self.returns if back.former]

    @property
    def returned(self) -> list[RosterReturn]:
        return [back for back in self.returns if not back.former]

    @property
    def moving_ids(self) -> set[int]:
        """Who is asked about, whether they have another number now."""
        return {back.worker_id for back in self.renumbered} | {claim.known_id for claim in self.claims} - {0}

    @property
    def displaced(self) -> list[RosterReturn]:
        """Those of `renumbered` whose own number the file gives to somebody else: unless they have the new one, they leave."""
        holders = {claim.worker_id for claim in self.claims if not claim.left_on}
        return [back for back in self.renumbered if back.worker_id in holders]

    @property
    def open_numbers(self) -> list[str]:
        """Whose they are has to be said before the file can be saved."""
        claimed = [claim.number for claim in self.claims if claim.needs_answer]
        return [*claimed, *(back.number for back in self.displaced)]

    @property
    def asked_ids(self) -> set[int]:
        """Whom there is a question about."""
        return {back.worker_id for back in self.returns} | {claim.worker_id for claim in self.claims} | self.moving_ids

    @property
    def is_clean(self) -> bool:
        return not self.mistakes

    @property
    def is_idle(self) -> bool:
        """There is nothing that HR could save."""
        return self.is_clean and not (self.created or self.changed or self.returns or self.missing)

    @property
    def leavers_unasked(self) -> int:
        """So many may leave by one file without a second question: a fifth of the employed, at most thirty."""
        return max(LEAVERS_FEW, min(LEAVERS_MANY, self.employed // LEAVERS_SHARE))

    @property
    def asks_leave_date(self) -> bool:
        """Somebody may leave by a tick."""
        return bool(self.missing) or any(not claim.left_on for claim in self.claims)

    @property
    def is_partial(self) -> bool:
        return self.employed >= PARTIAL_FROM and self.rows * 2 < self.employed

    @property
    def mistake_groups(self) -> list[RosterMistakeGroup]:
        """Single ones first: among a hundred alike they would be overlooked."""
        groups: dict[tuple[str, str], list[RosterMistake]] = {}
        for mistake in self.mistakes:
            groups.setdefault((mistake.column, mistake.message), []).append(mistake)
        told = [RosterMistakeGroup(column, message, alike) for (column, message), alike in groups.items()]
        return sorted(told, key=lambda group: len(group.mistakes) > 1)

    @property
    def named_ids(self) -> set[int]:
        """Those of the roster whom a preview names."""
        named: list[RosterChange | RosterReturn | RosterClaim | RosterMissing]
        named = [*self.changes, *self.returns, *self.claims, *self.missing]
        return ({each.worker_id for each in named} | self.moving_ids) - {0}

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
        """The inverse of dataclasses.asdict, from a column of JSON; what no field has any more is passed over."""
        parts: dict[str, Any] = {
            "mistakes": RosterMistake,
            "changes": RosterChange,
            "returns": RosterReturn,
            "claims": RosterClaim,
            "missing": RosterMissing,
        }
        values = {key: [_made(parts[key], item) for item in kept.get(key, [])] for key in parts}
        return _made(cls, kept | values)


def _made(cls: type, values: dict[str, Any]) -> Any:
    return cls(**{each.name: values[each.name] for each in fields(cls) if each.name in values})
