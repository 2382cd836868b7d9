"""CCR CSR opens and suspends factories; a refusal stands beside its field and leaves nothing behind."""

import pytest
from django.contrib.auth import get_user_model
from django_tenants.utils import schema_exists, tenant_context

from tenants.models import Factory
from tenants.roles import role_on, roles_ensure

FACTORIES = "/admin/tenants/factory/"


@pytest.fixture
def staff_client(db, site_client):
    client = site_client(None)
    staff = get_user_model().objects.create_superuser("staff", password="correct-horse-battery")
    client.force_login(staff)
    return client


def form(**changes) -> dict:
    return {
        "name": "江边玩具厂",
        "slug": "riverside",
        "sector": "玩具",
        "region": "广东",
        "language": "zh-hans",
        "time_zone": "Asia/Shanghai",
        "enrolment": "roster",
        "follow_policy": "all",
        "admin_name": "张主任",
        "admin_email": "",
        **changes,
    }


def test_the_first_owner_of_a_new_factory_gets_a_link_that_is_shown_once(staff_client, site_client):
    response = staff_client.post(FACTORIES + "add/", form())
    assert response.status_code == 200
    link = response.context["address"]
    page = response.content.decode()
    assert link in page
    assert "张主任，你好！请打开链接" in page
    assert 'id="copy-link"' in page
    factory = Factory.objects.get(slug="riverside")
    assert (factory.name, factory.sector) == ("江边玩具厂", "玩具")
    for path in [FACTORIES, f"{FACTORIES}{factory.pk}/change/", f"{FACTORIES}{factory.pk}/history/"]:
        assert link not in staff_client.get(path).content.decode()
    with tenant_context(factory):
        assert not get_user_model().objects.exists()
        password = "green-river-seven"
        values = {"username": "zhang", "password": password, "again": password}
        joined = site_client(factory).post(link[link.index("/admin/") :], values)
        assert joined["Location"] == "/admin/"
        zhang = get_user_model().objects.get()
        assert (zhang.username, zhang.first_name, zhang.check_password(password)) == ("zhang", "张主任", True)
        assert zhang.has_perm("workers.view_worker")
        assert zhang.has_perm("staff.add_invitation")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "sunrise"}, "slug"),
        ({"slug": "admin"}, "slug"),
        ({"slug": "Not Good"}, "slug"),
        ({"slug": "x"}, "slug"),
        ({"name": ""}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"admin_name": ""}, "admin_name"),
        ({"admin_email": "nobody"}, "admin_email"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_makes_nothing(sunrise, staff_client, changes, field):
    before = Factory.objects.count()
    response = staff_client.post(FACTORIES + "add/", form(**changes))
    assert response.status_code == 200
    assert field in response.context["adminform"].errors
    assert Factory.objects.count() == before
    assert not schema_exists("f_riverside")


def test_the_slug_is_fixed_and_the_profile_is_not(sunrise, staff_client):
    values = form(name="晨光电子一厂", slug="other", status="active")
    assert staff_client.post(f"{FACTORIES}{sunrise.pk}/change/", values | management_form()).status_code == 302
    sunrise.refresh_from_db()
    assert (sunrise.slug, sunrise.name) == ("sunrise", "晨光电子一厂")


def test_a_suspended_factory_answers_nobody(lakeside, staff_client, site_client):
    values = form(name=lakeside.name, status="suspended")
    staff_client.post(f"{FACTORIES}{lakeside.pk}/change/", values | management_form())
    lakeside.refresh_from_db()
    assert not lakeside.is_living


def test_factories_are_never_deleted_here(sunrise, staff_client):
    assert staff_client.post(f"{FACTORIES}{sunrise.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Factory.objects.filter(pk=sunrise.pk).exists()


def management_form() -> dict:
    return {"domains-TOTAL_FORMS": "0", "domains-INITIAL_FORMS": "0"}


def test_the_public_home_loads_nothing_from_elsewhere(site_client, db):
    page = site_client(None).get("/")
    assert page.status_code == 200
    assert "//" not in page.content.decode().replace("http://www.w3.org/", "").split("</head>")[0].replace(
        "<!doctype", ""
    )


def test_an_unknown_host_is_told_so_kindly(db, client):
    response = client.get("/", headers={"host": "nobody.wesupport.test"})
    assert response.status_code == 404
    assert "这个网址没有对应的工厂" in response.content.decode()


def test_who_may_only_look_reads_words(sunrise, site_client):
    roles_ensure()
    client = site_client(None)
    user = get_user_model().objects.create_user("yan", is_staff=True)
    user.groups.add(role_on("researcher"))
    client.force_login(user)
    page = client.get(f"{FACTORIES}{sunrise.pk}/change/").content.decode()
    assert "北京" in page
    for raw in ("Asia/Shanghai", ">zh-hans<"):
        assert raw not in page
