"""What HR should look at twice in a roster, though nothing in it is wrong."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.words import listed
from workers.models import Worker
from workers.services.people import hired_too_young

LEADING = (
    "班组长",
    "班长",
    "组长",
    "拉长",
    "线长",
    "领班",
    "主管",
)  # how positions end of those who lead people at work
POSITIONS_NAMED, ROWS_NAMED = 5, 20


def ways_told(ways: dict[str, str]) -> list[str]:
    """On department cells that were read as ways down. ways: as written -> as read."""
    if not ways:
        return []
    written, read = next(iter(ways.items()))
    text = _(
        "“/” in 部门 was read as levels, e.g. “%(written)s” as %(read)s. If it is part of a name, first add the department "
        "with exactly this name under “Departments”, then upload again."
    )
    return [text % {"written": written, "read": read}]


class PeopleNoticed:
    """Collects, row by row, who was a child when hired, and who leads by their position but not by the column for it."""

    def __init__(self):
        self.hired_young: list[int] = []  # rows
        self.unmarked: Counter[str] = Counter()  # position -> people
        self.marked = 0

    def look(self, row: int, worker: Worker) -> None:
        if worker.left_on is not None:
            return
        if hired_too_young(worker):
            self.hired_young.append(row)
        if worker.is_line_manager:
            self.marked += 1
        elif worker.position.endswith(LEADING):
            self.unmarked[worker.position] += 1

    def remarks(self) -> list[str]:
        told = []
        if self.hired_young:
            text = _(
                "By birth date and hire date these people were not yet 16 when they came: row %(rows)s. The law forbids that. "
                "Check both dates with the ID card. If they are right, speak to the owner of the factory and to CCR CSR."
            )
            told.append(text % {"rows": listed(self.hired_young, most=ROWS_NAMED)})
        if (count := self.unmarked.total()) > self.marked:
            text = ngettext(
                "%(count)d person is %(positions)s by position, but the column 班组长 does not say 是. What is sent to line "
                "leaders does not reach them.",
                "%(count)d people are %(positions)s by position, but the column 班组长 does not say 是. What is sent to line "
                "leaders does not reach them.",
                count,
            )
            positions = [position for position, _people in self.unmarked.most_common()]
            told.append(text % {"count": count, "positions": listed(positions, most=POSITIONS_NAMED)})
        return told
