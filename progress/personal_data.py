"""What this room keeps of people, for the register of personal data (workers.privacy.register)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import pre_delete
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress.models import LessonProgress, QuizAttempt, ShareLink, Visit
from progress.services.luggage import luggage_offered, luggage_unpack, own_rows
from workers.models import Contact, Worker
from workers.privacy.register import (
    UNTIL_ASKED,
    Entry,
    Kept,
    Luggage,
    Part,
    Reader,
    Room,
    Scope,
    after_leaving,
    hidden_note,
    room_register,
    to_the_day,
)

VISITS_NAMED = timedelta(days=365)
BY_NAME = (Reader.SELF, Reader.LEARNING, Reader.LEADER)
RECORD_KEPT = Kept(
    after_leaving(
        gettext_lazy(
            "{months} months after leaving; then completions of work lessons stay without a name, the rest is deleted"
        )
    ),
    "employees_gone",
)


def parts(worker: Worker, is_own: bool) -> Iterable[Part]:
    note = hidden_note(worker) if is_own else _("Without private series: the employee sees these on the phone.")
    learned = own_rows(LessonProgress.objects, worker, "opened_at") if is_own else _tracked(LessonProgress, worker)
    fields = ("lesson__title", "opened_at", "read_at", "completed_at", "best_score_percent", "brought_from")
    yield Part(
        _("Learning record"),
        (_("lesson"), _("opened"), _("read"), _("completed"), _("best score (%)"), _("brought along from")),
        tuple(learned.order_by("-opened_at").values_list(*fields)),
        note,
    )
    tried = own_rows(QuizAttempt.objects, worker, "created_at") if is_own else _tracked(QuizAttempt, worker)
    yield Part(
        _("Quiz attempts"),
        (_("lesson"), _("attempt"), _("score (%)"), _("made at")),
        tuple(
            tried.order_by("-created_at").values_list("lesson__title", "attempt_number", "score_percent", "created_at")
        ),
        note,
    )
    visits = Visit.objects.filter(worker=worker) if is_own else Visit.objects.tracked().filter(worker=worker)
    yield Part(
        _("Visits to lessons"),
        (_("day"), _("lesson"), _("came by")),
        tuple(visits.order_by("-on").values_list("on", "lesson__title", "source")),
        "" if is_own else note,
    )


def _tracked(model: type, worker: Worker) -> QuerySet:
    return model.objects.tracked().filter(worker=worker)  # type: ignore[attr-defined]


def erase(worker: Worker, scope: Scope) -> dict[str, int]:
    """Completions of work lessons stay, to the day and without a name: the factory has to show that it trains."""
    progress, attempts = LessonProgress.objects.filter(worker=worker), QuizAttempt.objects.filter(worker=worker)
    kept = progress.tracked().values("pk")
    counts = {
        "private_lessons": progress.exclude(pk__in=kept).delete()[0],
        "visits": Visit.objects.filter(worker=worker).update(worker=None),
    }
    if scope == Scope.UNNEEDED:
        counts["private_attempts"] = attempts.exclude(pk__in=attempts.tracked().values("pk")).delete()[0]
        return counts
    counts["attempts"] = attempts.delete()[0]
    counts["lessons_begun"] = progress.filter(completed_at__isnull=True).delete()[0]
    day = to_the_day("completed_at")
    if worker.erased_on is None:
        counts["completions_without_name"] = progress.update(
            opened_at=day, read_at=day, completed_at=day, brought_from=""
        )
    return counts


def share_links_release(sender: Any, instance: Contact, **kwargs: Any) -> None:
    """Before a contact goes: what it shared still opens, shared by nobody; once for a lesson."""
    links = ShareLink.objects.filter(contact=instance)
    nobodys = ShareLink.objects.filter(contact__isnull=True, lesson__in=links.values("lesson"))
    links.filter(lesson__in=list(nobodys.values_list("lesson", flat=True))).delete()
    links.update(contact=None)


def visits_unnamed(now: datetime) -> int:
    """A visit is counted for good; who it was is known for a year."""
    before = timezone.localdate(now) - VISITS_NAMED
    return Visit.objects.filter(on__lt=before, worker__isnull=False).update(worker=None)


_ENTRIES = (
    Entry(
        "progress.LessonProgress",
        "worker lesson version opened_at read_at completed_at best_score_percent was_private brought_from",
        gettext_lazy("What somebody has learned"),
        gettext_lazy("the employee's own record; for work lessons also the factory's proof that it trains"),
        RECORD_KEPT,
        (*BY_NAME, Reader.COUNTS),
    ),
    Entry(
        "progress.QuizAttempt",
        "worker lesson version attempt_number score_percent pass_mark_percent answers submission_key was_private",
        gettext_lazy("Quiz attempts"),
        gettext_lazy("to say what was right, and to see which lessons are hard"),
        RECORD_KEPT,
        (Reader.SELF, Reader.LEARNING),
    ),
    Entry(
        "progress.Visit",
        "lesson worker on source",
        gettext_lazy("Visits to lessons"),
        gettext_lazy("to see which lessons and posters work; in private series without a name from the start"),
        Kept(gettext_lazy("the name 12 months, the count for good"), "visits_unnamed"),
        (Reader.COUNTS,),
    ),
    Entry(
        "progress.ShareLink",
        "code lesson contact",
        gettext_lazy("Shared lessons"),
        gettext_lazy("so that a shared lesson opens; in private series without a name from the start"),
        Kept(gettext_lazy("as long as the phone is known"), "strangers_gone"),
        (Reader.NOBODY,),
    ),
)
_FOR_WORKER = (
    (
        gettext_lazy("Work lessons you have learned, and quiz results"),
        gettext_lazy("your record, and the factory's proof that it trains. HR and your line leader see it."),
        after_leaving(gettext_lazy("until {months} months after you have left; then only a count without your name")),
    ),
    (
        gettext_lazy("Lessons with a lock: family, mood, rights"),
        gettext_lazy("your own record. Nobody in the factory sees it, only about how many people learned."),
        after_leaving(gettext_lazy("until you ask us to delete it, at most {months} months after you have left")),
    ),
)
_FOR_MEMBER = (
    (
        gettext_lazy("Work lessons you have learned, and quiz results"),
        gettext_lazy("your own record. CCR CSR sees it under the name you gave yourself. No factory sees it."),
        UNTIL_ASKED,
    ),
    (
        gettext_lazy("Lessons with a lock: family, mood, rights"),
        gettext_lazy("your own record. CCR CSR sees only about how many people learned, never who."),
        UNTIL_ASKED,
    ),
)

pre_delete.connect(share_links_release, sender=Contact, dispatch_uid="progress_share_links")
room_register(
    Room(
        name="progress",
        entries=_ENTRIES,
        for_worker=_FOR_WORKER,
        for_member=_FOR_MEMBER,
        parts=parts,
        erase=erase,
        sweeps={"visits_unnamed": visits_unnamed},
        luggage=Luggage(luggage_offered, luggage_unpack),
    )
)
