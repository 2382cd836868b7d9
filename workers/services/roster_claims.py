"""Whose a number is, where a file has another name beside it: a name put right, or a number used again?"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tenants.words import listed
from workers.models import Worker
from workers.services.people import another_person_by
from workers.services.roster_report import RosterClaim, RosterDecisions
from workers.services.spelling import name_key

CLAIMS_ASKED = 50  # more numbers that change hands are another factory's file
ROWS_NAMED = 20


def is_renamed(before: Mapping[str, Any], worker: Worker) -> bool:
    """Another name, not only another spelling of it. before: attribute -> value."""
    return before["name"] != worker.name and name_key(before["name"]) != name_key(worker.name)


class NumberClaims:
    """What is found out, row by row, about numbers beside another name than their holder's.

    is_asking: HR can be asked (a preview); else only what they have decided counts.
    """

    def __init__(self, decided: RosterDecisions, *, is_asking: bool):
        self.decided, self.is_asking = decided, is_asking
        self.told: list[RosterClaim] = []
        self.misplaced: set[int] = (
            set()
        )  # rows with the name of somebody else who works or worked here, and else as before
        self.known: dict[str, Worker] = {}  # number -> who may have moved to it from another
        self.unasked: list[int] = []  # rows of names put right, beyond those asked about

    def may_be_theirs(self, before: Mapping[str, Any], worker: Worker) -> bool:
        """Else the number's holder would hand phones and records over to somebody else."""
        if worker.pk in self.decided.same:
            return True
        if worker.employee_number not in self.known and not another_person_by(before, vars(worker)):
            return worker.pk not in self.decided.given
        return self._may_ask

    def may_be_new(self, number: str, former: Worker) -> bool:
        """Else somebody known would be there twice."""
        return number not in self.known or former.pk in self.decided.another or self._may_ask

    @property
    def _may_ask(self) -> bool:
        return self.is_asking and sum(claim.needs_answer for claim in self.told) < CLAIMS_ASKED

    def reused(self, row: int, worker: Worker, former: Worker) -> None:
        """The number was `former`'s, who left; `worker` is somebody new."""
        left_on = former.left_on.isoformat() if former.left_on else ""
        self.misplaced.discard(row)
        self._tell(row, worker, holder=former.name, worker_id=former.pk, left_on=left_on)

    def renamed(
        self, row: int, worker: Worker, before: Mapping[str, Any], values: Mapping[str, tuple[str, str, str]]
    ) -> None:
        """The holder works here. values: attribute -> (heading, before, now) of what the row changes."""
        signs = another_person_by(before, vars(worker))
        if not (signs or worker.employee_number in self.known) and len(self.told) >= CLAIMS_ASKED:
            self.unasked.append(row)
            return
        if signs:
            self.misplaced.discard(row)
        told = [values[attribute] for attribute in signs]
        self._tell(row, worker, holder=before["name"], worker_id=worker.pk, signs=told)

    def _tell(self, row: int, worker: Worker, **facts: Any) -> None:
        number = worker.employee_number
        if known := self.known.get(number):
            facts |= {"known_id": known.pk, "known_number": known.number_told}
        self.told.append(RosterClaim(row=row, number=number, name=worker.name, **facts))

    def refusal(self, number: str, name: str, holder: str) -> str:
        """Why a number cannot go to somebody else: nobody can be asked, or too many would be."""
        if number not in self.known:
            text = _(
                "%(number)s is %(known)s's, and more than the name differs. If the number has gone to somebody else, enter the "
                "leave of %(known)s first, then upload again. If this is the same person, correct their page first."
            )
            return text % {"number": number, "known": holder}
        if self.is_asking:
            text = _(
                "More than %(most)d numbers change hands in this file. Is the column 工号 or 姓名 sorted wrongly? If not, upload "
                "fewer rows at a time."
            )
            return text % {"most": CLAIMS_ASKED}
        text = _(
            "%(number)s is %(holder)s's, and %(name)s is known as %(known)s. Where numbers change hands, upload the roster as a "
            "file: it asks about each, and everybody keeps their phone and record."
        )
        return text % {"number": number, "holder": holder, "name": name, "known": self.known[number].number_told}

    def remarks(self) -> list[str]:
        told = []
        if self.misplaced:
            text = _(
                "In row %(rows)s stands the name of somebody else who is known here, and the rest is as before. Is the column "
                "姓名 sorted wrongly? If so, discard this file."
            )
            told.append(text % {"rows": listed(sorted(self.misplaced), most=ROWS_NAMED)})
        if self.unasked:
            text = _(
                "The name changes in row %(rows)s. If such a number has gone to somebody else, enter the leave of the person "
                "before first: else the new one gets their records and phones."
            )
            told.append(text % {"rows": listed(self.unasked, most=ROWS_NAMED)})
        return told
