"""The vault's cast: two officers with seeds, cases as a worker's browser makes them, and desks to work on them."""

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django_tenants.utils import schema_context

from grievances.models import Channel, Officer
from grievances.sample import Written, new_case
from grievances.services.carrier import carry
from grievances.services.intake import case_submit
from tests.grievances.cast import Holder, holder_enrol, staff_make
from tests.grievances.desk import Desk


@pytest.fixture(autouse=True)
def fresh_counters(request):
    """Counters of an hour live in a cache, which the tests share."""
    if "db" in request.fixturenames:
        caches["default"].clear()
        caches["volatile"].clear()


@pytest.fixture
def officers(in_sunrise) -> list[Holder]:
    """Sunrise's two officers: the channel is open. The test is inside Sunrise."""
    first = holder_enrol(get_user_model().objects.get(username="hr"), name="陈主管")
    Channel.objects.update(shows_next_day=False)
    return [first, holder_enrol(staff_make("wang"), name="王芳", by=first)]


@pytest.fixture
def ombudsmen(db) -> list[Holder]:
    """CCR CSR's two ombudsmen, enrolled in public."""
    with schema_context("public"):
        first = holder_enrol(staff_make("ombudsman", role="ombudsman"), name="周老师")
        return [first, holder_enrol(staff_make("ombudsman2", role="ombudsman"), name="吴老师", by=first)]


@pytest.fixture
def ombudsmen_keys(officers, ombudsmen) -> list[Holder]:
    """The same, as Sunrise knows them: public keys, carried down."""
    carry()
    return [Holder(Officer.objects.get(pk=each.row.pk), each.keys) for each in ombudsmen]


@pytest.fixture
def make_case(officers) -> Callable[..., Written]:
    """`make_case("text", to={"factory"}, ...)` is a case that has arrived in the present schema."""

    def make(*args, **kwargs) -> Written:
        new, written = new_case(*args, **kwargs)
        written.row = case_submit(new=new)
        return written

    return make


@pytest.fixture
def desk_of(in_sunrise, site_client):
    """`desk_of(holder or user)` is that person signed in at Sunrise's desk."""

    def sit(who) -> Desk:
        holder = who if isinstance(who, Holder) else None
        client = site_client(in_sunrise)
        client.force_login(holder.user if holder else who)
        return Desk(client, holder)

    return sit


@pytest.fixture
def chen(officers, desk_of) -> Desk:
    return desk_of(officers[0])


@pytest.fixture
def wang(officers, desk_of) -> Desk:
    return desk_of(officers[1])


@pytest.fixture
def zhao(officers, desk_of) -> Desk:
    """A third one, who has enrolled and waits to be let in."""
    return desk_of(holder_enrol(staff_make("zhao"), name="赵敏"))
