"""What HR should look at twice in a roster, though nothing in it is wrong."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.words import listed
from workers.models import Worker
from workers.services.departments import WAY
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
POSITIONS_NAMED, PEOPLE_NAMED = 5, 20


def ways_told(ways: dict[str, str], new_paths: list[list[str]]) -> list[str]:
    """On department cells that were read as ways down to new places. ways: as written -> as read."""
    new = {WAY.join(names) for names in new_paths}
    written = next((written for written, read in ways.items() if read in new), None)
    if written is None:
        return []
    text = _(
        "“/” in 部门 was read as levels, e.g. “%(written)s” as %(read)s. If it is part of a name, first add the department "
        "with exactly this name under “Departments”, then upload again."
    )
    return [text % {"written": written, "read": ways[written]}]


class PeopleNoticed:
    """Collects, of rows that bring or change somebody, who was a child when hired, and who leads by their position while
    nothing says whether they do."""

    def __init__(self):
        self.hired_young: list[str] = []
        self.unmarked: Counter[str] = Counter()  # position -> people

    def look(self, row: int, worker: Worker, *, says_who_leads: bool) -> None:
        if worker.left_on is not None:
            return
        if hired_too_young(worker):
            self.hired_young.append(_("row %(row)d %(name)s") % {"row": row, "name": worker.name})
        if worker.position.endswith(LEADING) and not (worker.is_line_manager or says_who_leads):
            self.unmarked[worker.position] += 1

    def remarks(self) -> list[str]:
        told = []
        if self.hired_young:
            text = _(
                "By birth date and hire date these people were not yet 16 when they came: %(people)s. The law forbids that. "
                "Check both dates with the ID card. If they are right, speak to the owner of the factory and to CCR CSR."
            )
            told.append(text % {"people": listed(self.hired_young, most=PEOPLE_NAMED)})
        if count := self.unmarked.total():
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
