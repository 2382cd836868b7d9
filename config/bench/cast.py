"""Who plays in the benchmarks: a library, a factory whose workers are all signed in, its account, its HR."""

import base64
import copy
import hashlib
import io
import secrets
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from announcements.models import Announcement
from announcements.services import announcement_send
from config.bench import floors
from config.bench.callbacks import Sender
from config.bench.load import request_bytes
from lessons.models import Lesson, Origin
from tenants.models import Factory
from tenants.services import factory_create
from wechat.services import account_create
from workers.management.commands.roster_sample import roster_sample
from workers.models import Contact, Worker
from workers.services import roster_import
from workers.sessions import COOKIE_NAME, session_open

PASSWORD = "correct-horse-battery"
CSRF = secrets.token_hex(16)
BROWSER = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.44"


@dataclass
class Cast:
    """cookies: of one browser a worker, that is signed in and has been here before. lessons: what the workers study. admin:
    HR's session cookie."""

    factory: Factory
    host: str
    cookies: list[str]
    lessons: list[uuid.UUID]
    sender: Sender
    admin: str
    notice: str  # path of an announcement

    def get(self, path: str, *, worker: int = 0) -> bytes:
        return request_bytes(path, host=self.host, headers=self._headers(self.cookies[worker % len(self.cookies)]))

    def post(self, path: str, body: str = "", *, worker: int = 0) -> bytes:
        """A form sent from a page of this site."""
        headers = self._headers(self.cookies[worker % len(self.cookies)])
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{self.host}"}
        fields = f"csrfmiddlewaretoken={CSRF}&{body}"
        return request_bytes(path, host=self.host, method="POST", body=fields.encode(), headers=headers)

    @staticmethod
    def _headers(cookie: str) -> dict[str, str]:
        return {"User-Agent": BROWSER, "Accept-Encoding": "gzip, deflate", "Cookie": cookie}


def stage_prepare() -> None:
    """The product as the launcher prepares it, and the floors' tables."""
    call_command("migrate_schemas", schema_name="public", interactive=False, verbosity=0)
    call_command("migrate_factories", stdout=io.StringIO())
    call_command("library_load", stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(floors.PREPARE)


def library_grow(count: int) -> None:
    """Fill the shared library up to `count` published lessons with copies under new UUIDs."""
    with schema_context("public"), transaction.atomic():
        originals = list(Lesson.objects.exclude(current_version=None).select_related("current_version").order_by("pk"))
        for number in range(len(originals), count):
            _lesson_copy(originals[number % 12], number)


def _lesson_copy(original: Lesson, number: int) -> None:
    lesson, version = copy.copy(original), copy.copy(original.current_version)
    lesson.pk = version.pk = None
    lesson._state.adding = version._state.adding = True
    lesson.uuid, lesson.current_version, lesson.file_checksum = uuid.uuid4(), None, ""
    lesson.title = version.title = f"{original.title[:50]} {number}"
    lesson.position = number
    lesson.save()
    version.lesson = lesson
    version.document = {**version.document, "uuid": str(lesson.uuid), "title": lesson.title}
    version.checksum = hashlib.sha256(lesson.uuid.bytes).hexdigest()
    version.save()
    lesson.current_version = version
    lesson.save(update_fields=["current_version"])


def factory_make(slug: str) -> Factory:
    return factory_create(slug=slug, name=f"{slug} 电子厂", admin_username="hr", admin_password=PASSWORD)


def cast_make(factory: Factory, *, workers: int) -> Cast:
    """Fill a new factory: `workers` bound workers with a session each, and an account in safe mode."""
    host = factory.get_primary_domain().domain
    with tenant_context(factory), transaction.atomic():
        roster_import(content=roster_sample(rows=workers))
        lessons = Lesson.objects.filter(origin=Origin.LIBRARY).order_by("pk")
        cookies = [_sign_in(worker) for worker in Worker.objects.order_by("pk")]
        progress_fill()
        return Cast(
            factory=factory,
            host=host,
            cookies=cookies,
            lessons=list(lessons.values_list("uuid", flat=True)),
            sender=_sender(host),
            admin=admin_cookie(host),
            notice=_notice_send(),
        )


def progress_fill(*, completed_share: float = 0) -> None:
    """Every worker has opened every lesson in the last thirty days; some have completed it.

    Written without triggers and key checks, which take a minute for a million rows (the database's owner may do that).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            DELETE FROM progress_lessonprogress;
            INSERT INTO progress_lessonprogress (worker_id, lesson_id, version_id, was_private, opened_at, read_at,
                completed_at, best_score_percent)
            SELECT worker.id, lesson.id, lesson.current_version_id, series.privacy = 'private', moment, done, done,
                CASE WHEN done IS NOT NULL THEN 80 END
            FROM workers_worker worker CROSS JOIN lessons_lesson lesson
            JOIN lessons_series series ON series.id = lesson.series_id
            CROSS JOIN LATERAL (
                SELECT now() - interval '1 second' * (((worker.id * 7919 + lesson.id * 104729) * 31) %% 2592000) AS moment
            ) opened
            CROSS JOIN LATERAL (
                SELECT CASE WHEN (worker.id * 31 + lesson.id * 17) %% 100 < %s THEN moment + interval '5 minutes' END AS done
            ) finished
            WHERE lesson.current_version_id IS NOT NULL
            """,
            [100 * completed_share],
        )


def _sign_in(worker: Worker) -> str:
    contact = Contact.objects.create(
        channel="wechat", address=f"wxbench:o{worker.pk}", worker=worker, bound_at=timezone.now()
    )
    response = HttpResponse()
    session_open(contact=contact, response=response)
    return f"{COOKIE_NAME}={response.cookies[COOKIE_NAME].value}; csrftoken={CSRF}"


def _notice_send() -> str:
    """An announcement to everybody; its path."""
    notice = Announcement.objects.create(title="防火演习", body="<p>周五下午三点，请走最近的出口。</p>")
    announcement_send(announcement=notice, by=get_user_model().objects.get(username="hr"))
    return reverse("announcements:detail", args=[notice.uuid], urlconf=settings.ROOT_URLCONF)


def _sender(host: str) -> Sender:
    account = account_create(
        name="基准",
        appid=f"wx{secrets.token_hex(8)}",
        original_id=f"gh_{secrets.token_hex(6)}",
        app_secret=secrets.token_hex(16),
        token=secrets.token_hex(12),
        encoding_aes_key=base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
    )
    return Sender(
        host=host,
        path=reverse("wechat:webhook", args=[account.uuid], urlconf=settings.ROOT_URLCONF),
        appid=account.appid,
        original_id=account.original_id,
        token=account.token,
        encoding_aes_key=account.encoding_aes_key,
    )


def admin_cookie(host: str) -> str:
    """HR's session, opened in the factory that the connection is in."""
    client = Client(headers={"host": host})
    client.force_login(get_user_model().objects.get(username="hr"), backend="django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
