"""What a benchmark found, as a table for people and as JSON for programs."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from unicodedata import east_asian_width


@dataclass
class Row:
    """One figure. `floor` names what a ratio is taken of, with its own figure; `met` is None where there is no budget."""

    name: str
    value: float
    unit: str
    budget: str = ""
    met: bool | None = None
    floor: str = ""


@dataclass
class Results:
    path: Path
    rows: list[Row] = field(default_factory=list)

    def at_least(self, name: str, value: float, unit: str, limit: float, floor: str = "") -> None:
        self._add(Row(name, round(value, 3), unit, f">= {limit:g}", value >= limit, floor))

    def at_most(self, name: str, value: float, unit: str, limit: float, floor: str = "") -> None:
        self._add(Row(name, round(value, 3), unit, f"<= {limit:g}", value <= limit, floor))

    def note(self, name: str, value: float, unit: str, floor: str = "") -> None:
        self._add(Row(name, round(value, 3), unit, floor=floor))

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        print(_line(row), flush=True)

    def write(self) -> None:
        """Keep the rows as a list of {"name", "value", "unit", "budget", "met", "floor"}."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps([asdict(row) for row in self.rows], ensure_ascii=False, indent=1))

    @property
    def missed(self) -> list[Row]:
        return [row for row in self.rows if row.met is False]


def _line(row: Row) -> str:
    mark = {True: "met", False: "MISSED", None: ""}[row.met]
    return f"{_pad(row.name, 68)}{row.value:>10g} {_pad(row.unit, 16)}{_pad(row.budget, 10)}{_pad(mark, 8)}{row.floor}"


def heading() -> str:
    """Above the table: how busy the machine is with other things, for whoever reads the figures, and the columns."""
    busy = f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} programs running on average in the last minute"
    return f"{busy}\n\n{_pad('what', 68)}{'value':>10} {_pad('unit', 16)}{_pad('budget', 10)}{_pad('', 8)}beside"


def _pad(text: str, width: int) -> str:
    shown = sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(1, width - shown)
