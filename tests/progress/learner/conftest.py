"""Sunrise with two library lessons, one tracked and one private, and one of its own; Li Na's browser, and others'."""

import re
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from lessons.models import Asset, Block, Choice, Lesson, LessonVersion, Origin, Question, Series
from lessons.services import lesson_publish
from progress.services import visits
from workers.models import Contact, Worker
from workers.sessions import COOKIE_NAME

# What may stand in Latin letters on a Chinese page: names and a licence.
ALLOWED_WORDS = {"WeSupport", "CCR", "CSR", "CC", "BY", "NC", "SA"}


@pytest.fixture(autouse=True)
def _counters_empty(request):
    """Visits and throttles of an earlier test are gone."""
    yield
    visits.valkey().push()
    visits.valkey().client.flushdb()
    cache.clear()


def lesson_make(*, series: Series, title: str, questions: int = 2, origin: str = Origin.LIBRARY, **columns) -> Lesson:
    """A published lesson in the present schema. Its first question has one right answer, its second has two."""
    cover, _ = Asset.objects.get_or_create(
        sha256="a" * 64, defaults={"mime": "image/jpeg", "byte_count": 9, "width": 720, "height": 360, "widths": [360]}
    )
    lesson = Lesson.objects.create(
        series=series, title=title, summary="三句话说清楚", audiences=["parent"], cover=cover, **columns
    )
    Block.objects.create(lesson=lesson, position=1, body="<p>先讲自己一件小事。</p>")
    for number in range(questions):
        kind = Question.Kind.MULTIPLE if number % 2 else Question.Kind.SINGLE
        question = Question.objects.create(
            lesson=lesson, kind=kind, prompt=f"第{'一二三四'[number]}题", position=number
        )
        for place in range(3):
            Choice.objects.create(
                question=question,
                text=f"答案{'甲乙丙'[place]}",
                is_right=place <= number % 2,
                feedback=f"说明{'甲乙丙'[place]}",
                position=place,
            )
    lesson_publish(lesson=lesson, by=None)
    Lesson.objects.filter(pk=lesson.pk).update(origin=origin)
    lesson.refresh_from_db()
    return lesson


def right_answers(version: LessonVersion) -> dict[UUID, set[UUID]]:
    return {UUID(question): set(map(UUID, marks["right"])) for question, marks in version.answer_key.items()}


def quiz_form(version: LessonVersion, answers: dict[UUID, set[UUID]], *, key: UUID | None = None) -> dict:
    """What the quiz page posts."""
    form = {f"q-{question}": [str(choice) for choice in chosen] for question, chosen in answers.items()}
    return {**form, "version": version.number, "submission_key": str(key or uuid4())}


def words_seen(html: str) -> set[str]:
    """The Latin words of two letters or more that a page shows or reads out, without the allowed ones."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", html)
    spoken = re.findall(r'(?:alt|aria-label|placeholder|title)="([^"]*)"', body)
    text = re.sub(r"<[^>]*>", " ", body) + " ".join(spoken)
    title = re.findall(r"<title>(.*?)</title>", html)
    return (
        set(re.findall(r"[A-Za-z]{2,}", text + " ".join(title))) - ALLOWED_WORDS - {"nbsp", "quot", "amp", "lt", "gt"}
    )


@dataclass
class Shelf:
    tracked: Lesson
    private: Lesson
    own: Lesson


@pytest.fixture
def shelf(in_sunrise) -> Shelf:
    tracked = Series.objects.create(slug="safety", title="安全生产", privacy=Series.Privacy.TRACKED, position=1)
    private = Series.objects.create(slug="parents", title="打工的爸妈", position=2)
    return Shelf(
        tracked=lesson_make(series=tracked, title="批评怎么说"),
        private=lesson_make(series=private, title="看懂孩子的难过"),
        own=lesson_make(series=tracked, title="本厂的消防通道", origin=Origin.OWN, questions=0),
    )


@pytest.fixture
def tracked(shelf) -> Lesson:
    return shelf.tracked


@pytest.fixture
def version(tracked) -> LessonVersion:
    return tracked.current_version


@pytest.fixture
def browser(site_client):
    """`browser(factory, worker=None, known=False)`: a visitor's browser on that factory's site."""

    def on(factory, *, worker: Worker | None = None, known: bool = False):
        client = site_client(factory)
        if worker or known:
            with tenant_context(factory):
                contact = Contact.objects.create(
                    channel="test", address=uuid4().hex, worker=worker, bound_at=timezone.now()
                )
            client.force_phone(contact)
        return client

    return on


@pytest.fixture
def her(browser, sunrise, li_na, shelf):
    """Li Na's browser, bound, with her factory's lessons on the shelf."""
    return browser(sunrise, worker=li_na)


@pytest.fixture
def stranger(browser, sunrise, shelf):
    return browser(sunrise)


@pytest.fixture
def outsider(browser, sunrise, lakeside, shelf):
    """A bound worker of Lakeside whose cookie is sent to Sunrise's site."""
    with tenant_context(lakeside):
        worker = Worker.objects.create(employee_number="B001", name="王强", name_pinyin="wang qiang")
    cookie = browser(lakeside, worker=worker).cookies[COOKIE_NAME].value
    client = browser(sunrise)
    client.cookies[COOKIE_NAME] = cookie
    assert connection.schema_name == sunrise.schema_name
    return client
