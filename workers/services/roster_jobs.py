"""An uploaded roster's way: checked, looked at by HR, saved. Long ones in the background, each step whole or not at all."""

import gzip
import json
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from tablib import Dataset

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.words import listed
from workers import widgets
from workers.formats import ROW_KEY
from workers.models import RosterImport, Worker
from workers.services.people import leave_fault
from workers.services.roster import RosterFormat, dataset_import, headings_unread
from workers.services.roster_claims import CLAIMS_ASKED
from workers.services.roster_report import RosterDecisions, RosterReport

State = RosterImport.State
WAITING = [State.CHECKED, State.REFUSED, State.FAILED]
KEPT = timedelta(days=1)
SILENT = timedelta(minutes=3)  # a running import tells its progress much more often
ROUNDED = 10**15  # stands for a whole ID number that Excel has rounded
UNREADABLE = "?"


class RosterRefused(DomainError):
    """codes: roster_gone, roster_busy, roster_claims, roster_leave_date, roster_many_leave."""

    code = "roster_refused"


def roster_receive(*, content: bytes, file_name: str, by: User) -> RosterImport:
    """Keep an upload to be checked: only the columns that are read, of ID cards only the last four. Raises UnreadableSheet."""
    dataset = RosterFormat().create_dataset(content)
    return RosterImport.objects.create(
        by=by, file_name=file_name[-120:], content=_packed(dataset), row_count=len(dataset), state=State.CHECKING
    )


def is_long(job: RosterImport) -> bool:
    return job.row_count > settings.ROSTER_INLINE_ROWS


def roster_check(*, job_id: int) -> RosterImport:
    """Find out what saving would do. Run again, or of a file that is gone, it does nothing."""
    with transaction.atomic():
        job = RosterImport.objects.select_for_update().get(pk=job_id)
        if job.state != State.CHECKING or job.content is None:
            return job
        report = _run(job, RosterDecisions(), is_dry=True)
        job.state = State.CHECKED if report.is_clean else State.REFUSED
        job.report = {"found": asdict(report)}
        if report.is_idle:  # nothing waits for anybody
            job.state, job.content, job.report = State.SAVED, None, report.counts
        job.save(update_fields=["state", "content", "report", "updated_at"])
    return job


@transaction.atomic
def roster_changes(*, job: RosterImport) -> RosterReport:
    """All that saving would change, found out anew and not kept. Raises RosterRefused: the file is gone, or wrong by now."""
    _check_waiting(job)
    report = dataset_import(
        roster_dataset(job), by=None, dry_run=True, decisions=RosterDecisions(), changes_kept=job.row_count
    )
    if not report.is_clean:
        raise RosterRefused(
            _("The roster has changed since this file was checked. Upload it again."), code="roster_gone"
        )
    return report


@transaction.atomic
def roster_confirm(*, job: RosterImport, by: User, decisions: RosterDecisions) -> RosterImport:
    """HR has looked and says: save. Raises RosterRefused: another one is being saved, the file is gone, of a number it is not
    said whose it is, somebody ticked was hired after the leave date, or so many leave that their number has to be written by
    hand."""
    job = RosterImport.objects.select_for_update().get(pk=job.pk)
    _check_waiting(job)
    other = RosterImport.objects.filter(state=State.SAVING).exclude(pk=job.pk).first()
    if other is not None and roster_watch(job=other).state == State.SAVING:
        text = _("“%(file)s” is being saved just now. Wait a minute, then press the button again.")
        raise RosterRefused(text % {"file": other.file_name}, code="roster_busy")
    found = report_found(job) or RosterReport()
    decisions = _decisions_asked(found, decisions)
    _check_claims(found, decisions)
    _check_leave_date(found, decisions)
    _check_leavers(found, decisions)
    uploader, job.by, job.state, job.leaver_ids = job.by, by, State.SAVING, list(decisions.leaver_ids)
    day = decisions.left_on.isoformat() if decisions.left_on else ""
    job.report = {"found": job.report["found"], "returning": sorted(decisions.returning), "left_on": day}
    job.report |= {"same": sorted(decisions.same), "given": sorted(decisions.given)}
    job.report |= {"another": sorted(decisions.another)}
    job.save(update_fields=["by", "state", "leaver_ids", "report", "updated_at"])
    _told(job, uploader, by, "save")
    return job


def roster_save(*, job_id: int) -> RosterImport:
    """Save what was confirmed, in one transaction with its outcome: whatever stops it, nobody is half saved. The file is checked
    again, as the roster may have changed since; where that brings another question, nothing is saved and HR looks anew."""
    with transaction.atomic():
        job = RosterImport.objects.select_for_update().get(pk=job_id)
        if job.state != State.SAVING or job.content is None:
            return job
        found = report_found(job) or RosterReport()
        with suppress(_Changed), transaction.atomic():
            report, is_as_seen = _run(job, _decisions(job), is_dry=False), True
            if report.is_clean and not _came_true(found, _decisions(job), report):
                is_as_seen = False
                raise _Changed
        if not is_as_seen:
            report = _run(job, RosterDecisions(), is_dry=True)
            report.remarks.insert(0, _("The roster has changed since you looked. Nothing was saved: look again."))
        if report.is_clean and is_as_seen:
            job.state, job.content, job.rows_done, job.report = State.SAVED, None, report.rows, report.counts
            _overtaken(job)
        else:
            job.state = State.CHECKED if report.is_clean else State.REFUSED
            job.report, job.leaver_ids = {"found": asdict(report)}, []
        job.save(update_fields=["state", "content", "rows_done", "report", "leaver_ids", "updated_at"])
    return job


class _Changed(Exception):
    """Undoes what was saved."""


def _came_true(found: RosterReport, decisions: RosterDecisions, report: RosterReport) -> bool:
    """No other question came up than HR has answered, and everybody who was to move has the number."""
    moved = {back.worker_id: back.number for back in found.renumbered if back.number in decisions.returning}
    moved |= {claim.known_id: claim.number for claim in found.claims if claim.worker_id in decisions.given}
    numbers = dict(Worker.objects.filter(pk__in=moved).values_list("pk", "employee_number"))
    is_cut = len(found.claims) >= CLAIMS_ASKED  # an answer makes room for one that the preview could not show
    return numbers == moved and (is_cut or report.asked_ids <= found.asked_ids)


def _run(job: RosterImport, decisions: RosterDecisions, *, is_dry: bool) -> RosterReport:
    return dataset_import(
        roster_dataset(job),
        by=None if is_dry else job.by,
        dry_run=is_dry,
        decisions=decisions,
        file_name="" if is_dry else job.file_name,
        progress=_progress_of(job),
    )


def roster_fail(*, job_id: int) -> None:
    """Something of ours broke. Nothing was saved; the file stays for a day, to be tried again."""
    running = RosterImport.objects.filter(pk=job_id, state__in=[State.CHECKING, State.SAVING])
    running.update(state=State.FAILED, updated_at=timezone.now())


def roster_watch(*, job: RosterImport) -> RosterImport:
    """The import as it stands now. One whose process has died is found out here, because nobody holds its row any more."""
    if job.state not in (State.CHECKING, State.SAVING) or timezone.now() - job.updated_at < SILENT:
        return job
    with transaction.atomic():
        free = RosterImport.objects.select_for_update(skip_locked=True).filter(pk=job.pk).first()
        if free is not None and free.state in (State.CHECKING, State.SAVING):
            roster_fail(job_id=job.pk)
    job.refresh_from_db()
    return job


@transaction.atomic
def roster_retry(*, job: RosterImport, by: User) -> bool:
    """Check a file again that something of ours broke on, or whose mistakes were not in the file. False: it is gone."""
    waiting = RosterImport.objects.filter(pk=job.pk, state__in=[State.FAILED, State.REFUSED], content__isnull=False)
    is_there = bool(waiting.update(state=State.CHECKING, report={}, updated_at=timezone.now()))
    if is_there:
        _told(job, job.by, by, "retry")
    return is_there


@transaction.atomic
def roster_give_up(*, job: RosterImport, by: User) -> None:
    """Throw the file away without saving it."""
    waiting = RosterImport.objects.filter(pk=job.pk, state__in=WAITING, content__isnull=False)
    if waiting.update(content=None, report=_counts_only(job), updated_at=timezone.now()):
        _told(job, job.by, by, "give_up")


def _told(job: RosterImport, uploader: User, by: User, step: str) -> None:
    """What somebody else does with a file than who brought it is on record."""
    if by != uploader:
        facts = {"file": job.file_name, "of": uploader.get_username()}
        audit_record(by=by, action=f"roster_of_another_{step}", about=job, **facts)


def _overtaken(saved: RosterImport) -> None:
    """What the same person brought before it and was put right since waits no longer; a good file of another department does."""
    earlier = RosterImport.objects.filter(pk__lt=saved.pk, by=saved.by, state__in=WAITING, content__isnull=False)
    for job in earlier.exclude(~Q(file_name=saved.file_name), state=State.CHECKED).defer("content"):
        roster_give_up(job=job, by=saved.by)


def rosters_clean() -> int:
    """Forget files and names a day after the last step; the list keeps who, when and how many. Returns how many files went."""
    old = RosterImport.objects.filter(content__isnull=False, updated_at__lt=timezone.now() - KEPT)
    count = 0
    for job in old.defer("content"):
        state = State.FAILED if job.state in (State.CHECKING, State.SAVING) else job.state
        count += old.filter(pk=job.pk).update(content=None, report=_counts_only(job), leaver_ids=[], state=state)
    return count


def rows_done(job: RosterImport) -> int:
    """How far a running import is. Its own transaction shows nobody anything, so it tells the cache."""
    return min(cache.get(_progress_key(job), 0), job.row_count)


def report_found(job: RosterImport) -> RosterReport | None:
    """What the check found, while the file is kept."""
    return RosterReport.from_json(job.report["found"]) if "found" in job.report else None


def roster_dataset(job: RosterImport) -> Dataset:
    kept = json.loads(gzip.decompress(bytes(job.content or b"")))
    dataset = Dataset(headers=kept["headers"])
    dataset.extend(kept["rows"])
    dataset.remarks, dataset.unread, dataset.written = kept["remarks"], kept["unread"], kept.get("written", {})
    return dataset


def _packed(dataset: Dataset) -> bytes:
    """Gzipped JSON of what is read: no salary, no whole ID number."""
    kept = [name for name in dataset.headers if name in widgets.HEADINGS or name == ROW_KEY]
    columns = [dataset[name] for name in kept]
    if widgets.ID_CARD in kept:
        place = kept.index(widgets.ID_CARD)
        columns[place] = [_last_four(cell) for cell in columns[place]]
    value = {
        "headers": kept,
        "rows": list(zip(*columns, strict=True)),
        "remarks": dataset.remarks,
        "unread": headings_unread(dataset),
        "written": {heading: words for heading, words in dataset.written.items() if heading in kept},
    }
    return gzip.compress(json.dumps(value, default=_plain, ensure_ascii=False).encode(), compresslevel=1)


def _plain(cell: Any) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def _last_four(cell: Any) -> str | int:
    if isinstance(cell, int | float) and cell >= ROUNDED:
        return ROUNDED
    try:
        return widgets.IdCardWidget().clean(cell)
    except ValueError:
        return UNREADABLE


def _decisions(job: RosterImport) -> RosterDecisions:
    day = job.report.get("left_on")
    return RosterDecisions(
        returning=frozenset(job.report.get("returning", [])),
        same=frozenset(job.report.get("same", [])),
        given=frozenset(job.report.get("given", [])),
        another=frozenset(job.report.get("another", [])),
        leaver_ids=tuple(job.leaver_ids),
        left_on=date.fromisoformat(day) if day else None,
    )


def _decisions_asked(found: RosterReport, decisions: RosterDecisions) -> RosterDecisions:
    """Without answers to what the preview did not ask. Whoever has a new number has given theirs away."""
    asked = {claim.worker_id for claim in found.claims}
    here = {claim.worker_id for claim in found.claims if not claim.left_on}
    given = decisions.given & {claim.worker_id for claim in found.claims if claim.known_id}
    moved = _moved(found, replace(decisions, given=given))
    another = decisions.another & asked - given | moved & here
    return replace(decisions, same=decisions.same & asked - given, given=given, another=another)


def _moved(found: RosterReport, decisions: RosterDecisions) -> set[int]:
    """Who gets a new number."""
    said = {back.worker_id for back in found.renumbered if back.number in decisions.returning}
    return said | {claim.known_id for claim in found.claims if claim.worker_id in decisions.given}


def _leaving(found: RosterReport, decisions: RosterDecisions) -> set[int]:
    """Who leaves by a tick: also who gives a number up and gets no other."""
    here = {claim.worker_id for claim in found.claims if not claim.left_on}
    return {*decisions.leaver_ids, *(decisions.another | decisions.given) & here} - _moved(found, decisions)


def _check_waiting(job: RosterImport) -> None:
    if job.content is None or job.state != State.CHECKED:
        raise RosterRefused(_("This file is not waiting any more. Upload it again."), code="roster_gone")


def _check_claims(found: RosterReport, decisions: RosterDecisions) -> None:
    said = decisions.same | decisions.given | decisions.another
    unsaid = [claim.number for claim in found.claims if claim.needs_answer and claim.worker_id not in said]
    unsaid += [back.number for back in found.displaced if back.number not in decisions.returning | decisions.strangers]
    if unsaid:
        text = _("Say first whose number this is: %(numbers)s. Nothing has been saved yet.")
        numbers = listed(unsaid, most=10)
        raise RosterRefused(text % {"numbers": numbers}, code="roster_claims")
    moved = _moved(found, decisions)
    if twice := [claim for claim in found.claims if claim.worker_id in decisions.same & moved]:
        text = _(
            "You say that %(people)s have a new number, and also that they keep the old one under another name. Only one of the "
            "two can be: choose again. Nothing has been saved yet."
        )
        people = listed([f"{claim.holder} ({claim.number})" for claim in twice], most=10)
        raise RosterRefused(text % {"people": people}, code="roster_claims")


def _check_leave_date(found: RosterReport, decisions: RosterDecisions) -> None:
    leavers = _leaving(found, decisions)
    if leavers and (fault := leave_fault(worker_ids=leavers, on=decisions.left_on)):
        raise RosterRefused(fault, code="roster_leave_date")


def _check_leavers(found: RosterReport, decisions: RosterDecisions) -> None:
    """One careless tick must not empty the factory."""
    leavers = len(_leaving(found, decisions)) + found.leaving
    if leavers > found.leavers_unasked and decisions.leavers_counted != leavers:
        text = _(
            "%(count)d of %(employed)d employees would be marked as left: nothing is sent to them any more, and their pages "
            "close. If that is right, write the number %(count)d below, then save again. Nothing has been saved yet."
        )
        raise RosterRefused(text % {"count": leavers, "employed": found.employed}, code="roster_many_leave")


def _counts_only(job: RosterImport) -> dict[str, int]:
    found = report_found(job)
    return {**found.counts, "mistakes": len(found.mistakes)} if found else {}


def _progress_key(job: RosterImport) -> str:
    return f"roster-rows:{job.pk}"


def _progress_of(job: RosterImport):
    key = _progress_key(job)
    cache.set(key, 0, 3600)
    return lambda count: cache.set(key, count, 3600)
