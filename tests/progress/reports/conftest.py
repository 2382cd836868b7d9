"""Sunrise, with something to report on, and its HR signed in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from lessons.models import Series
from progress.models import QuizAttempt
from tests.progress.reports.cast import Cast, department_make, lesson_make, progress_make, workers_make


@pytest.fixture
def cast(in_sunrise) -> Cast:
    """Everything happened two days ago. Leaves the test inside Sunrise."""
    tracked = Series.objects.create(slug="safety", title="安全生产", privacy=Series.Privacy.TRACKED)
    private = Series.objects.create(slug="distress", title="心里的事")
    workshop = department_make("一车间")
    cast = Cast(
        tracked=tracked,
        private=private,
        safety=lesson_make(tracked, "开机之前"),
        distress=lesson_make(private, "难过的时候"),
        departments={
            "workshop": workshop,
            "line": department_make("一线", workshop),
            "office": department_make("办公室"),
        },
    )
    cast.workers = workers_make(3, department=cast.departments["line"])
    cast.workers += workers_make(2, department=cast.departments["office"], name="职员")
    before = timezone.now() - timedelta(days=2)
    progress_make(cast.workers[:2], cast.safety, at=before)
    progress_make(cast.workers[2:3], cast.safety, at=before, completed=False)
    progress_make(cast.workers[3:], cast.distress, at=before)
    for learner, lesson, percent in [(cast.workers[0], cast.safety, 80), (cast.workers[3], cast.distress, 47)]:
        QuizAttempt.objects.create(
            worker=learner,
            lesson=lesson,
            version_id=lesson.current_version_id,
            attempt_number=1,
            score_percent=percent,
            pass_mark_percent=60,
            answers={},
            submission_key=uuid4(),
        )
    return cast
