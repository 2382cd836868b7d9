import pytest
from django.contrib.auth.models import User

from announcements.models import Announcement
from workers.models import Worker
from workers.services import contact_seen, worker_bind


@pytest.fixture
def hr(in_sunrise) -> User:
    return User.objects.get(username="hr")


@pytest.fixture
def wang_qiang(in_sunrise) -> Worker:
    """Of Sunrise, in no department."""
    return Worker.objects.create(employee_number="A002", name="王强", name_pinyin="wang qiang", phone="13800000002")


@pytest.fixture
def notice(li_na, wang_qiang) -> Announcement:
    """A draft for everybody that asks for confirmation."""
    return Announcement.objects.create(
        title="周六停电通知", body="<p>周六 8:00–12:00 停电。</p>", requires_confirmation=True
    )


@pytest.fixture
def signed_in(site_client):
    """`signed_in(factory, worker)` is a browser in which that worker is known; run it inside the factory."""

    def on(factory, worker: Worker):
        contact = contact_seen(channel="wechat", address=f"openid-{worker.pk}")
        proof = worker.phone[-4:]
        worker_bind(contact=contact, employee_number=worker.employee_number, name=worker.name, proof=proof)
        return site_client(factory).force_phone(contact)

    return on
