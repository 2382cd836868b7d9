import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from django_tenants.utils import tenant_context

from announcements.models import Announcement
from workers.models import Contact, SelfDescription, Worker
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


@pytest.fixture
def crowd(in_sunrise) -> list[Worker]:
    """Forty with a phone each; the first thirteen have said that they are parents."""
    made = Worker.objects.bulk_create(
        Worker(employee_number=f"C{n:03d}", name=f"周婷{n}", name_pinyin=f"{n:03d}", gender="female") for n in range(40)
    )
    Contact.objects.bulk_create(
        Contact(channel="wechat", address=f"o-{worker.pk}", worker=worker, bound_at=timezone.now()) for worker in made
    )
    SelfDescription.objects.bulk_create(SelfDescription(worker=worker, is_parent=True) for worker in made[:13])
    return made


@pytest.fixture
def hr_client(sunrise, site_client):
    """All that an owner may do."""
    client = site_client(sunrise)
    with tenant_context(sunrise):
        user = User.objects.get(username="hr")
        user.user_permissions.set(Permission.objects.all())
        client.force_login(user)
    return client
