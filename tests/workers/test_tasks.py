"""The daily clean-up may run twice, and runs in living factories only."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from tenants.tasks import FactoryGone
from workers.models import WorkerSession
from workers.tasks import factory_sessions_clean_task, sessions_clean_task


@pytest.fixture
def expired(sunrise, contact) -> WorkerSession:
    yesterday = timezone.now() - timedelta(days=1)
    return WorkerSession.objects.create(contact=contact, token_hash="0" * 64, expires_at=yesterday)


def test_every_factory_is_cleaned_and_a_second_run_finds_nothing(sunrise, expired, eager):
    connection.set_schema_to_public()
    sessions_clean_task()
    sessions_clean_task()
    with tenant_context(sunrise):
        assert not WorkerSession.objects.exists()


def test_without_a_living_factory_nothing_is_cleaned(sunrise, expired):
    with pytest.raises(FactoryGone):
        factory_sessions_clean_task(schema_name="f_gone")
    assert WorkerSession.objects.exists()
