"""A factory's requests and tasks run by its own clock, and leave none behind."""

from datetime import datetime

import pytest
from celery import shared_task
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django_tenants.utils import schema_context

from tenants import middleware
from tenants.models import Factory
from tenants.tasks import FactoryTask

NOON = datetime.fromisoformat("2026-11-27T12:00+08:00")


@shared_task(bind=True, base=FactoryTask)
def clock_task(self) -> str:
    return timezone.get_current_timezone_name()


@pytest.fixture
def in_jakarta(sunrise):
    with schema_context("public"):
        Factory.objects.filter(pk=sunrise.pk).update(time_zone="Asia/Jakarta")
    return sunrise


def test_a_task_runs_by_the_clock_of_its_factory(in_jakarta, lakeside):
    assert clock_task(schema_name=in_jakarta.schema_name) == "Asia/Jakarta"
    assert clock_task(schema_name=lakeside.schema_name) == settings.TIME_ZONE
    assert timezone.get_current_timezone_name() == settings.TIME_ZONE


def test_a_request_is_answered_by_the_clock_of_its_factory(rf):
    answer = middleware.LanguageMiddleware(lambda request: HttpResponse(timezone.localtime(NOON).hour))
    hours = []
    for factory in (Factory(time_zone="Asia/Jakarta"), None):
        request = rf.get("/")
        request.factory = factory
        hours.append(answer(request).content)
    assert hours == [b"11", b"12"]
    assert timezone.get_current_timezone_name() == settings.TIME_ZONE
