"""The quiz of a lesson: one page of questions, one of results. Works without a script."""

import uuid as uuids
from collections.abc import Set
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lessons.models import LessonVersion
from progress.forms import answers_from, number_from, uuid_from
from progress.models import QuizAttempt
from progress.queries import LessonState, lesson_after, lesson_state
from progress.services import (
    AnswerUnknown,
    QuizIncomplete,
    QuizResult,
    SubmissionKeyTaken,
    lesson_begin,
    quiz_attempt_submit,
    quiz_score,
)
from progress.services.quizzes import Answers
from progress.versions import StudyVersion, study_version, version_numbered
from progress.views.common import lesson_view, page, require_read

Version = StudyVersion | LessonVersion


@dataclass(frozen=True, slots=True)
class ChoiceMark:
    """A choice on the result page. is_right is None where it is not told, so that trying again stays worth it."""

    text: str
    is_chosen: bool
    is_right: bool | None
    feedback: str


@require_http_methods(["GET", "HEAD", "POST"])
@lesson_view
def quiz(request: HttpRequest, state: LessonState) -> HttpResponse:
    if request.method == "POST":
        return _submit(request, state)
    return _form(request, state, _shown(state), number=state.version.number)


@require_read
def result(request: HttpRequest, uuid: UUID, key: UUID) -> HttpResponse:
    """An attempt of the visitor's own, as it was answered and scored."""
    worker_id = request.visitor.worker_id
    mine = QuizAttempt.objects.filter(worker_id=worker_id, lesson__uuid=uuid, submission_key=key)
    attempt = worker_id and mine.select_related("version").first()
    if not attempt:
        raise Http404(_("This result is not there."))
    answers = {UUID(question): set(map(UUID, chosen)) for question, chosen in attempt.answers.items()}
    state = lesson_state(lesson_uuid=uuid, worker_id=worker_id)
    scored = quiz_score(version=attempt.version, answers=answers)
    return _result(request, state, attempt.version, answers, scored, lesson_uuid=uuid)


def _submit(request: HttpRequest, state: LessonState) -> HttpResponse:
    """Score against the version that was shown, though a newer one may have been published meanwhile."""
    number, key = number_from(request.POST, "version"), uuid_from(request.POST.get("submission_key", ""))
    version = number and version_numbered(lesson_id=state.lesson_id, number=number, newest=state.version)
    if not version or key is None:
        return _form(request, state, _shown(state), number=state.version.number, error=AnswerUnknown(), status=400)
    answers: Answers = {}
    try:
        answers = answers_from(request.POST, version)
        if worker_id := request.visitor.worker_id:
            lesson_begin(state, worker_id=worker_id)
            attempt = quiz_attempt_submit(worker_id=worker_id, version=version, answers=answers, submission_key=key)
            return redirect("progress:quiz-result", uuid=state.uuid, key=attempt.submission_key)
        scored = quiz_score(version=version, answers=answers)
    except QuizIncomplete as gap:
        return _form(request, state, version, number=number, error=gap, answers=answers, key=key)
    except SubmissionKeyTaken as taken:
        return _form(request, state, version, number=number, error=taken, answers=answers, status=409)
    except AnswerUnknown as unknown:
        return _form(request, state, version, number=number, error=unknown, status=400)
    return _result(request, state, version, answers, scored, lesson_uuid=state.uuid)


def _shown(state: LessonState) -> StudyVersion:
    version = study_version(state.version)
    if not version.document["questions"]:
        raise Http404(_("This lesson has no quiz."))
    return version


def _form(
    request: HttpRequest,
    state: LessonState,
    version: Version,
    *,
    number: int | None,
    error: Exception | None = None,
    answers: Answers | None = None,
    key: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen: Set[str] = {str(choice) for choices in (answers or {}).values() for choice in choices}
    answered = {str(question) for question in answers or {}}
    questions = [
        {
            **question,
            "is_missing": isinstance(error, QuizIncomplete) and question["uuid"] not in answered,
            "choices": [{**choice, "is_chosen": choice["uuid"] in chosen} for choice in question["choices"]],
        }
        for question in version.document["questions"]
    ]
    context = {
        "tab": "lessons",
        "lesson": state,
        "title": version.document["title"],
        "number": number,
        "submission_key": key or uuids.uuid4(),
        "questions": questions,
        "error": error,
    }
    return page(request, "progress/quiz.html", context, status=status)


def _result(
    request: HttpRequest,
    state: LessonState | None,
    version: Version,
    answers: Answers,
    scored: QuizResult,
    *,
    lesson_uuid: UUID,
) -> HttpResponse:
    questions = version.document["questions"]
    context = {
        "tab": "lessons",
        "lesson": state,
        "next": state and lesson_after(state, is_bound=request.visitor.is_bound),
        "lesson_uuid": lesson_uuid,
        "here": reverse("progress:quiz", args=[lesson_uuid]),
        "title": version.document["title"],
        "scored": scored,
        "right_count": len(scored.right),
        "is_near": 2 * len(scored.right) >= len(questions),
        "question_count": len(questions),
        "questions": [_marked(question, version, answers, scored) for question in questions],
    }
    return page(request, "progress/quiz_result.html", context)


def _marked(question: dict, version: Version, answers: Answers, scored: QuizResult) -> dict:
    """The question with its choices marked. What was not chosen is told right or wrong once the quiz is passed."""
    key, uuid = version.answer_key[question["uuid"]], UUID(question["uuid"])
    is_right = uuid in scored.right
    is_told = is_right or scored.is_passed
    choices = []
    for choice in question["choices"]:
        is_chosen = UUID(choice["uuid"]) in answers[uuid]
        told = choice["uuid"] in key["right"] if is_chosen or is_told else None
        feedback = key["feedback"].get(choice["uuid"], "") if is_chosen or (is_told and told) else ""
        choices.append(ChoiceMark(choice["text"], is_chosen, told, feedback))
    return {"prompt": question["prompt"], "is_right": is_right, "choices": choices}
