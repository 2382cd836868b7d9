"""The paths that everybody takes, under load: pages, what is written, and WeChat's callbacks, each beside its floor."""

import uuid
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

from django.db.models import Q
from django_tenants.utils import tenant_context

from config.bench.cast import Cast
from config.bench.load import OK, Figures, request_bytes, steady, throughput
from config.bench.results import Results
from config.bench.server import Server, database_memory_mb
from lessons.models import Lesson
from progress.models import LessonProgress, QuizAttempt, Visit
from progress.services import visits_flush
from wechat.models import InboundCallback

SEEN_OTHER = frozenset([302, 303])
WORDS = ["你好", "睡眠", "压力", "孩子", "第3课"]


@dataclass
class Course:
    """One kind of request, run again and again: `make` gets numbers that never repeat."""

    name: str
    make: Callable[[int], bytes]
    statuses: Container[int] = OK
    sent: int = 0
    number: int = 0  # the next one to use; those in flight at a run's end are answered, yet not counted
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def run(self, server: Server, *, seconds: float, connections: int = 8) -> Figures:
        begin, cpu = self.number, server.cpu_seconds()
        figures = throughput(
            server.port, self._numbered(begin), seconds=seconds, connections=connections, statuses=self.statuses
        )
        self._count(figures)
        self.rates.append(figures.per_second)
        self.cpu_ms.append(1000 * (server.cpu_seconds() - cpu) / figures.count)
        return figures

    def run_steady(self, server: Server, *, per_second: int, seconds: float) -> Figures:
        figures = steady(
            server.port, self._numbered(self.number), per_second=per_second, seconds=seconds, statuses=self.statuses
        )
        self._count(figures)
        return figures

    def _count(self, figures: Figures) -> None:
        self.sent += figures.count
        self.number += figures.count + 100

    def _numbered(self, begin: int) -> Callable[[int], bytes]:
        return lambda number: self.make(begin + number)

    def beside(self, floor: "Course") -> float:
        """The median of the rounds' ratios: neighbours on the machine disturb both of a round alike."""
        return median(own / least for own, least in zip(self.rates, floor.rates, strict=True))

    def told(self) -> str:
        return f"{self.name} {median(self.rates):.0f}/s, {median(self.cpu_ms):.2f} ms CPU"


class Callbacks:
    """Text messages sealed beforehand, so that sealing costs the load generator nothing while it measures."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.ready: dict[int, bytes] = {}

    def prepare(self, first: int, count: int) -> None:
        self.ready = {number: self._seal(number) for number in range(first, first + count)}

    def __call__(self, number: int) -> bytes:
        return self.ready.get(number) or self._seal(number)

    def _seal(self, number: int) -> bytes:
        return self.cast.sender.text(number=10**9 + number, openid=f"o{number % 500}", content=WORDS[number % 5])


def floor_courses() -> dict[str, Course]:
    def at(path: str) -> Callable[[int], bytes]:
        return lambda number: request_bytes(path.format(number % 1000), host="floor")

    return {name: Course(f"floor {name}", at(f"/floor/{name}/{{}}")) for name in ("plain", "page", "write")}


def lesson_course(cast: Cast) -> Course:
    """Every worker in turn, every lesson in turn."""
    return Course("lesson page", lambda n: cast.get(_lesson_path(cast, n), worker=n))


def throughputs(results: Results, server: Server, cast: Cast, *, rounds: int, seconds: float) -> None:
    floors, callbacks = floor_courses(), Callbacks(cast)
    webhook = Course("webhook", callbacks)
    quiz = Course("quiz", _quiz_maker(cast), SEEN_OTHER)
    read = Course("read", lambda n: cast.post(_lesson_path(cast, n) + "read/", worker=n), SEEN_OTHER)
    lesson = lesson_course(cast)
    shelf = Course("lesson list", lambda n: cast.get("/lessons/", worker=n))
    order = [floors["plain"], webhook, floors["page"], lesson, shelf, floors["write"], read, quiz]
    for course in order:
        course.run(server, seconds=seconds / 2)
        course.rates.clear()
        course.cpu_ms.clear()
    for _round in range(rounds):
        callbacks.prepare(webhook.number, int(seconds * 4000))
        for course in order:
            course.run(server, seconds=seconds)
    for floor in floors.values():
        results.note(floor.name, median(floor.rates), "requests/s", f"{median(floor.cpu_ms):.2f} ms CPU")
    rows: list[tuple[str, Course, str, float]] = [
        ("lesson page, signed in, state and visit recorded", lesson, "page", 0.4),
        ("lesson list", shelf, "page", 0.4),
        ("progress write", read, "write", 0.5),
        ("whole quiz submitted", quiz, "write", 0.25),
        ("webhook, safe mode", webhook, "plain", 0.25),
    ]
    for name, course, least, limit in rows:
        beside = f"{course.told()}; {floors[least].told()}"
        results.at_least(f"{name}, beside floor {least}", course.beside(floors[least]), "x", limit, beside)
    results.note("webhook, beside floor write, as it stores a row", webhook.beside(floors["write"]), "x")
    _effects(results, server, cast, visits=lesson.sent, reads=read.sent, attempts=quiz.sent, callbacks=webhook.sent)


def tails(results: Results, server: Server, cast: Cast, *, rounds: int, seconds: float) -> None:
    """How long the slowest hundredth waits at a fixed rate; the median of the rounds."""
    callbacks = Callbacks(cast)
    webhook, lesson = Course("webhook", callbacks, sent=10**6), lesson_course(cast)
    lesson_p99, webhook_p99 = [], []
    for _round in range(rounds):
        lesson_p99.append(lesson.run_steady(server, per_second=300, seconds=seconds).percentile_ms(99))
        callbacks.prepare(webhook.number, int(500 * seconds))
        webhook_p99.append(webhook.run_steady(server, per_second=500, seconds=seconds).percentile_ms(99))
    results.at_most("lesson page at 300 requests/s, 99th percentile", median(lesson_p99), "ms", 25)
    results.at_most("webhook at 500 requests/s, 99th percentile", median(webhook_p99), "ms", 10)


def memory(results: Results, server: Server, cast: Cast, *, requests: int) -> None:
    """The two web processes and the database, before and after `requests` pages; both are warm from what ran before."""
    lesson = lesson_course(cast)
    before = server.memory_mb() + database_memory_mb()
    while lesson.sent < requests:
        lesson.run(server, seconds=1)
    web, database = server.memory_mb(), database_memory_mb()
    results.at_most(
        "memory of two web processes and the database",
        web + database,
        "MB",
        350,
        f"web {web:.0f}, database {database:.0f}",
    )
    growth = 100 * ((web + database) / before - 1)
    results.at_most(f"its growth in {lesson.sent} requests", growth, "%", 5, f"before {before:.0f} MB")


def _effects(
    results: Results, server: Server, cast: Cast, *, visits: int, reads: int, attempts: int, callbacks: int
) -> None:
    """What was answered is in the database, once."""
    repeated = Callbacks(cast)
    repeated.prepare(2 * 10**6, 100)
    course = Course("repeated", lambda n: repeated(2 * 10**6 + n % 100), sent=0)
    while course.sent < 500:
        course.run(server, seconds=0.2)
    with tenant_context(cast.factory):
        visits_flush()
        pairs = len(cast.cookies) * len(cast.lessons)
        read = LessonProgress.objects.filter(read_at__isnull=False).count()
        stored = InboundCallback.objects.filter(~Q(dedupe_key__in=repeated_keys(repeated))).count()
        once = InboundCallback.objects.filter(dedupe_key__in=repeated_keys(repeated)).count()
        counted = Visit.objects.count() / visits
        kept = {
            "reads": read / min(reads, pairs),
            "quizzes": QuizAttempt.objects.count() / attempts,
            "callbacks": stored / callbacks,
        }
    told = ", ".join(f"{name} {share:.4f}" for name, share in kept.items())
    results.at_least("acknowledged and stored: reads, quizzes, callbacks", min(kept.values()), "share", 1, told)
    results.note("visits counted; a page never waits for it, so one may be lost", counted, "share")
    results.at_most(
        "effects of one callback delivered again and again", once / 100, "rows", 1, f"{course.sent} deliveries"
    )


def repeated_keys(callbacks: Callbacks) -> list[str]:
    return [f"message:{10**9 + number}" for number in callbacks.ready]


def _lesson_path(cast: Cast, number: int) -> str:
    """With `number` counting up, each worker meets each lesson once before anyone meets one again."""
    turn = number // len(cast.cookies) + number
    return f"/lessons/{cast.lessons[turn % len(cast.lessons)]}/"


def _quiz_maker(cast: Cast) -> Callable[[int], bytes]:
    """Right answers, as the quiz's form sends them, under a fresh submission key."""
    with tenant_context(cast.factory):
        lessons = Lesson.objects.exclude(current_version__answer_key={}).select_related("current_version")
        forms = [(f"/lessons/{lesson.uuid}/quiz/", _answers(lesson.current_version)) for lesson in lessons]

    def make(number: int) -> bytes:
        path, answers = forms[number % len(forms)]
        return cast.post(path, f"submission_key={uuid.uuid4()}&{answers}", worker=number)

    return make


def _answers(version) -> str:
    right = {f"q-{question}": marks["right"] for question, marks in version.answer_key.items()}
    return urlencode({"version": version.number, **right}, doseq=True)
