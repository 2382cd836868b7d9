"""What a worker takes along from one factory to another."""

from lessons.models import Lesson, Origin, Series
from tests.progress.reports.cast import lesson_make
from workers.services.transfers import luggage_offered, record_send

LESSONS = [("开机之前", "tracked"), ("难过的时候", "private")]


def library_make(titles=LESSONS) -> dict[str, Lesson]:
    """Lessons of the library, with the same UUIDs in every factory."""
    made = {}
    for number, (title, privacy) in enumerate(titles):
        series = Series.objects.create(slug=f"s{number}-{privacy}", title=f"系列{number}", privacy=privacy)
        lesson = lesson_make(series, title)
        Lesson.objects.filter(pk=lesson.pk).update(
            origin=Origin.LIBRARY, uuid=f"00000000-0000-4000-8000-00000000000{number}"
        )
        lesson.refresh_from_db()
        made[title] = lesson
    return made


def keys(worker, *titles) -> list[str]:
    return [item.key for item in luggage_offered(worker) if item.title in titles]


def code_for(worker, lakeside, *titles) -> str:
    return record_send(worker=worker, to=lakeside, keys=keys(worker, *titles)).code
