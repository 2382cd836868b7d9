"""Private reading and phones: it shows on the one phone that read it, and on no other, whatever HR does."""

import pytest
from django_tenants.utils import tenant_context

from progress import queries
from workers.models import Worker
from workers.services import contact_seen, worker_bind, worker_unbind


@pytest.fixture
def bound(sunrise, li_na, shelf, site_client):
    """`bound("a")` binds a new WeChat to Li Na and returns (contact, its browser)."""

    def on(name: str):
        with tenant_context(sunrise):
            contact = contact_seen(channel="test", address=name)
            worker_bind(contact=contact, employee_number="A001", name="李娜", proof="0001")
        return contact, site_client(sunrise).force_phone(contact)

    return on


@pytest.fixture
def opened(li_na, shelf):
    """Whether her record shows that the private lesson was opened."""

    def on() -> bool:
        return bool(queries.lesson_state(lesson_uuid=shelf.private.uuid, worker_id=li_na.pk).opened_at)

    return on


def test_a_second_phone_sees_nothing_private_of_the_first_nor_the_first_of_it(bound, opened, shelf):
    _first, hers = bound("a")
    hers.get(f"/lessons/{shelf.private.uuid}/")
    assert opened()
    _second, other = bound("b")
    for client in (hers, other):
        assert "看懂孩子的难过" not in client.get("/me/").content.decode()
    other.get(f"/lessons/{shelf.private.uuid}/")
    assert not opened()


@pytest.mark.parametrize("undone", [0, 1])
def test_what_either_read_while_two_were_bound_is_shown_to_neither_afterwards(bound, opened, shelf, undone):
    phones = [bound("a"), bound("b")]
    for _contact, client in phones:
        client.get(f"/lessons/{shelf.private.uuid}/")
    worker_unbind(contact=phones[undone][0], by="hr")
    assert not opened()
    phones[undone - 1][1].get(f"/lessons/{shelf.private.uuid}/")
    assert opened()


def test_work_lessons_stay_with_the_employee_on_every_phone(bound, shelf):
    first, hers = bound("a")
    hers.get(f"/lessons/{shelf.tracked.uuid}/")
    worker_unbind(contact=first, by="hr")
    _second, other = bound("b")
    assert "批评怎么说" in other.get("/me/").content.decode()


def test_a_number_used_again_brings_no_record_along(bound, shelf, li_na, site_client, sunrise):
    _first, hers = bound("a")
    for lesson in (shelf.private, shelf.tracked):
        hers.get(f"/lessons/{lesson.uuid}/")
    Worker.objects.filter(pk=li_na.pk).update(employee_number="A001~2026-11-26", left_on="2026-11-26")
    Worker.objects.create(employee_number="A001", name="李娜", name_pinyin="li na", phone="13900000001")
    _second, other = bound("b")  # the same name, even
    page = other.get("/me/").content.decode()
    assert "批评怎么说" not in page
    assert "看懂孩子的难过" not in page
    assert "批评怎么说" not in hers.get("/me/").content.decode()


def test_what_is_read_on_a_page_from_before_the_binding_counts_and_begins_anew(bound, shelf, li_na):
    first, hers = bound("a")
    hers.get(f"/lessons/{shelf.private.uuid}/")
    hers.post(f"/lessons/{shelf.private.uuid}/read/")
    worker_unbind(contact=first, by="hr")
    _second, other = bound("b")
    other.post(f"/lessons/{shelf.private.uuid}/read/")  # the page was opened before she bound again
    read = queries.lesson_state(lesson_uuid=shelf.private.uuid, worker_id=li_na.pk)
    assert read is not None
    assert None not in (read.opened_at, read.read_at)
    other.get(f"/lessons/{shelf.private.uuid}/")
    assert queries.lesson_state(lesson_uuid=shelf.private.uuid, worker_id=li_na.pk) == read
