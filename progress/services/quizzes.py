"""Quizzes: scored on the server against the version that was shown, recorded once per submission."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.models import LessonVersion
from progress.models import QuizAttempt
from tenants.errors import DomainError

Answers = Mapping[UUID, Set[UUID]]


class QuizIncomplete(DomainError):
    """A question has no answer. Nothing has been written."""

    code = "quiz_incomplete"


class AnswerUnknown(DomainError):
    """The answers name a question or a choice that this version does not have. Nothing has been written."""

    code = "answer_unknown"

    def __init__(self):
        super().__init__(_("One of the answers is not part of this quiz. Open the quiz again, then send it."))


class SubmissionKeyTaken(DomainError):
    """The key belongs to somebody else's attempt or to another lesson's. Nothing has been written."""

    code = "submission_key_taken"

    def __init__(self):
        super().__init__(_("This quiz page was used before. Open the quiz again, then send it."))


@dataclass(frozen=True, slots=True)
class QuizResult:
    """right: the questions that were answered exactly right. Percentages are whole, rounded down."""

    right: frozenset[UUID]
    score_percent: int
    pass_mark_percent: int

    @property
    def is_passed(self) -> bool:
        return self.score_percent >= self.pass_mark_percent


# One statement, so that nothing is half done and nobody waits: the attempt, unless its key or its number is taken, and
# with it the progress. Written out, because the same by model instances takes four times as long.
_SUBMIT = """
    WITH attempt AS (
        INSERT INTO progress_quizattempt (
            worker_id, lesson_id, version_id, attempt_number, score_percent, pass_mark_percent, answers,
            submission_key, created_at, updated_at
        )
        SELECT %(worker)s, %(lesson)s, %(version)s, COALESCE(max(attempt_number), 0) + 1, %(score)s, %(pass_mark)s,
            %(answers)s::jsonb, %(key)s, %(now)s, %(now)s
        FROM progress_quizattempt WHERE worker_id = %(worker)s AND lesson_id = %(lesson)s
        ON CONFLICT DO NOTHING
        RETURNING *
    ), progress AS (
        INSERT INTO progress_lessonprogress AS progress
            (worker_id, lesson_id, version_id, opened_at, best_score_percent)
        SELECT worker_id, lesson_id, version_id, created_at, score_percent FROM attempt
        ON CONFLICT (worker_id, lesson_id) DO UPDATE SET
            version_id = EXCLUDED.version_id,
            best_score_percent = GREATEST(progress.best_score_percent, EXCLUDED.best_score_percent),
            completed_at = COALESCE(
                progress.completed_at,
                CASE WHEN progress.read_at IS NOT NULL AND %(passed)s THEN EXCLUDED.opened_at END
            )
    )
    SELECT id, attempt_number FROM attempt
"""
_TRIES = 5


def quiz_score(*, version: LessonVersion, answers: Answers) -> QuizResult:
    """Compare with the version's answer key. A question with several right answers needs exactly these.

    answers: question UUID -> chosen choice UUIDs, one entry and at least one choice for every question of the version.
    Raises QuizIncomplete or AnswerUnknown.
    """
    asked = {UUID(q["uuid"]): {UUID(c["uuid"]) for c in q["choices"]} for q in version.document["questions"]}
    if any(chosen - asked.get(question, set()) for question, chosen in answers.items()) or set(answers) - set(asked):
        raise AnswerUnknown
    if not asked or not all(answers.get(question) for question in asked):
        raise QuizIncomplete(_("Answer every question, then send it again."))
    key = {
        UUID(question): {UUID(choice) for choice in marks["right"]} for question, marks in version.answer_key.items()
    }
    right = frozenset(question for question in asked if set(answers[question]) == key[question])
    return QuizResult(right, 100 * len(right) // len(asked), version.document["pass_mark_percent"])


def quiz_attempt_submit(
    *, worker_id: int, version: LessonVersion, answers: Answers, submission_key: UUID
) -> QuizAttempt:
    """Score a quiz and record the attempt, once per `submission_key`.

    answers: as in `quiz_score`. submission_key: made when the quiz page opens; posting it again returns the first
    attempt unchanged. Raises QuizIncomplete, AnswerUnknown or SubmissionKeyTaken, and then nothing has been written.
    """
    try:
        result = quiz_score(version=version, answers=answers)
    except DomainError:
        if earlier := _earlier(worker_id, version.lesson_id, submission_key):
            return earlier
        raise
    for _try in range(_TRIES):
        if attempt := _attempt_insert(worker_id, version, answers, submission_key, result):
            return attempt
        if earlier := _earlier(worker_id, version.lesson_id, submission_key):
            return earlier  # otherwise another attempt of this worker took the number at the same moment
    raise SubmissionKeyTaken


def _attempt_insert(
    worker_id: int, version: LessonVersion, answers: Answers, key: UUID, result: QuizResult
) -> QuizAttempt | None:
    attempt = QuizAttempt(
        worker_id=worker_id,
        lesson_id=version.lesson_id,
        version=version,
        score_percent=result.score_percent,
        pass_mark_percent=result.pass_mark_percent,
        answers={str(question): sorted(map(str, chosen)) for question, chosen in answers.items()},
        submission_key=key,
    )
    values = {
        "worker": worker_id,
        "lesson": version.lesson_id,
        "version": version.pk,
        "score": attempt.score_percent,
        "pass_mark": attempt.pass_mark_percent,
        "passed": attempt.is_passed,
        "answers": json.dumps(attempt.answers),
        "key": key,
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUBMIT, values)
        row = cursor.fetchone()
    if row is None:
        return None
    attempt.pk, attempt.attempt_number = row
    return attempt


def _earlier(worker_id: int, lesson_id: int, submission_key: UUID) -> QuizAttempt | None:
    earlier = QuizAttempt.objects.select_related("version").filter(submission_key=submission_key).first()
    if earlier and (earlier.worker_id, earlier.lesson_id) != (worker_id, lesson_id):
        raise SubmissionKeyTaken
    return earlier
