""" "You said, we did": an officer tells in their own words what a case led to. It shows when two of them have agreed."""

from django.db import transaction
from django.utils.translation import gettext as _

from grievances.errors import VaultRefused
from grievances.models import BoardApproval, BoardEntry, Case, Officer, State
from grievances.services.calendar import today
from grievances.services.log import event_add

APPROVALS_NEEDED = 2
# A case taken back by its worker, or swept out of a flood, is not told of, whatever was agreed.
TELLING = (Case.Closing.RESOLVED, Case.Closing.MERGED)


def cases_to_tell(officer: Officer):
    """Closed cases the officer holds, whose workers agreed, and which are not on the board yet."""
    agreed = Case.objects.filter(state=State.CLOSED, closing__in=TELLING, agreed_publication=True, erased_on=None)
    return agreed.filter(board_entry=None).held_by(officer).order_by("-closed_on", "id")


@transaction.atomic
def entry_draft(*, case_id: str, officer: Officer, you_said: str, we_did: str) -> BoardEntry:
    """Write what a closed case led to. Asked again for the same case, the first draft is returned.

    Raises VaultRefused (not_officer, not_held, not_closed, not_agreed).
    """
    _require_active(officer)
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None or not Case.objects.held_by(officer).filter(pk=case_id).exists():
        raise VaultRefused(_("You do not hold this case (any more)."), code="not_held")
    if earlier := BoardEntry.objects.filter(case=case).first():
        return earlier
    if case.state != State.CLOSED or case.closing not in TELLING:
        raise VaultRefused(_("Only a case that was resolved and closed can be told of."), code="not_closed")
    if not case.agreed_publication:
        raise VaultRefused(_("The worker has not agreed that this case is told of."), code="not_agreed")
    entry = BoardEntry.objects.create(
        case=case, category=case.category, you_said=you_said, we_did=we_did, drafted_by=officer, drafted_on=today()
    )
    event_add(case, "board_drafted", officer=officer)
    return entry


@transaction.atomic
def entry_edit(*, entry: BoardEntry, officer: Officer, you_said: str, we_did: str) -> BoardEntry:
    """Other words: they are a draft again, off the board, and nobody has approved them. The same words change nothing.

    Raises VaultRefused (not_officer).
    """
    _require_active(officer)
    entry = _locked(entry)
    if (entry.you_said, entry.we_did) == (you_said, we_did):
        return entry
    _take_off(entry, officer)
    entry.approvals.all().delete()
    entry.you_said, entry.we_did, entry.state, entry.published_on = you_said, we_did, BoardEntry.State.DRAFT, None
    entry.save(update_fields=["you_said", "we_did", "state", "published_on"])
    return entry


@transaction.atomic
def entry_approve(*, entry: BoardEntry, officer: Officer, you_said: str, we_did: str) -> BoardEntry:
    """Agree to these very words; the second officer's agreement publishes them. Agreeing again changes nothing.

    Raises VaultRefused (not_officer, not_held: who cannot read the case cannot judge what gives its writer away,
    words_changed, not_waiting).
    """
    _require_active(officer)
    entry = _locked(entry)
    if (entry.you_said, entry.we_did) != (you_said, we_did):
        raise VaultRefused(_("The words were changed in the meantime. Read them again."), code="words_changed")
    if entry.state == BoardEntry.State.WITHDRAWN:
        raise VaultRefused(_("This was taken off the board. Change the words to begin again."), code="not_waiting")
    if entry.state == BoardEntry.State.PUBLISHED:
        return entry
    if not Case.objects.held_by(officer).filter(pk=entry.case_id).exists():
        raise VaultRefused(_("You do not hold this case (any more)."), code="not_held")
    BoardApproval.objects.get_or_create(entry=entry, officer=officer, defaults={"on": today()})
    people = entry.approvals.filter(officer__state=Officer.State.ACTIVE, officer__place="")
    if people.values("officer__user").distinct().count() >= APPROVALS_NEEDED:
        entry.state, entry.published_on = BoardEntry.State.PUBLISHED, today()
        entry.save(update_fields=["state", "published_on"])
        event_add(_case_of(entry), "board_published", officer=officer)
    return entry


@transaction.atomic
def entry_withdraw(*, entry: BoardEntry, officer: Officer | None = None) -> BoardEntry:
    """Take it off the board at once. Anybody may who may change the board, officer or not. Again changes nothing."""
    entry = _locked(entry)
    if entry.state != BoardEntry.State.WITHDRAWN:
        _take_off(entry, officer)
        entry.approvals.all().delete()
        entry.state, entry.published_on = BoardEntry.State.WITHDRAWN, None
        entry.save(update_fields=["state", "published_on"])
    return entry


def _take_off(entry: BoardEntry, officer: Officer | None) -> None:
    if entry.state == BoardEntry.State.PUBLISHED:
        event_add(_case_of(entry), "board_withdrawn", officer=officer)


def _locked(entry: BoardEntry) -> BoardEntry:
    return BoardEntry.objects.select_for_update().get(pk=entry.pk)


def _case_of(entry: BoardEntry) -> Case:
    return Case.objects.select_for_update().get(pk=entry.case_id)


def _require_active(officer: Officer) -> None:
    if not Officer.objects.active().own().filter(pk=officer.pk).exists():
        raise VaultRefused(_("Only somebody who receives cases can do this."), code="not_officer")
