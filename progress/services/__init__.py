"""What others may call: every write about learning goes through here."""

from progress.services.quizzes import (
    AnswerUnknown,
    QuizIncomplete,
    QuizResult,
    SubmissionKeyTaken,
    quiz_attempt_submit,
    quiz_score,
)
from progress.services.reading import lesson_begin, lesson_open, lesson_read
from progress.services.sharing import NotShareable, share_link_create
from progress.services.visits import visit_note, visits_flush, visits_waiting

__all__ = [
    "AnswerUnknown",
    "NotShareable",
    "QuizIncomplete",
    "QuizResult",
    "SubmissionKeyTaken",
    "lesson_begin",
    "lesson_open",
    "lesson_read",
    "quiz_attempt_submit",
    "quiz_score",
    "share_link_create",
    "visit_note",
    "visits_flush",
    "visits_waiting",
]
