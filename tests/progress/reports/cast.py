"""A small factory with two departments, a tracked and a private series, and what some of its workers have learned."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from lessons.models import Lesson, LessonVersion, Series
from progress.models import LessonProgress
from workers.models import Department, Worker


@dataclass
class Cast:
    """Names are what the tests look for in pages: a private title or a private reader's name must never be found there."""

    tracked: Series
    private: Series
    safety: Lesson
    distress: Lesson
    departments: dict[str, Department]
    workers: list[Worker] = field(default_factory=list)


def lesson_make(series: Series, title: str) -> Lesson:
    now = timezone.now()
    lesson = Lesson.objects.create(
        series=series, title=title, audiences=["parent"], state=Lesson.State.PUBLISHED, published_at=now
    )
    version = LessonVersion.objects.create(
        lesson=lesson,
        number=1,
        checksum="0" * 64,
        title=title,
        format=lesson.format,
        audiences=lesson.audiences,
        minutes=5,
        pass_mark_percent=60,
        document={"title": title, "questions": []},
        published_at=now,
    )
    Lesson.objects.filter(pk=lesson.pk).update(current_version=version)
    lesson.refresh_from_db()
    return lesson


def department_make(name: str, parent: Department | None = None) -> Department:
    department = Department.objects.create(name=name, parent=parent, path="")
    department.path = f"{parent.path if parent else ''}{department.pk}/"
    department.save(update_fields=["path"])
    return department


def workers_make(count: int, *, department: Department, name: str = "工友") -> list[Worker]:
    start = (Worker.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    return Worker.objects.bulk_create(
        Worker(
            employee_number=f"N{number:05}",
            name=f"{name}{number}",
            name_pinyin=f"gong you {number:05}",
            department=department,
        )
        for number in range(start, start + count)
    )


def progress_make(
    workers: list[Worker], lesson: Lesson, *, at: datetime, completed: bool = True, score: int = 80
) -> None:
    LessonProgress.objects.bulk_create(
        LessonProgress(
            worker=worker,
            lesson=lesson,
            version_id=lesson.current_version_id,
            opened_at=at,
            read_at=at if completed else None,
            completed_at=at if completed else None,
            best_score_percent=score if completed else None,
        )
        for worker in workers
    )
