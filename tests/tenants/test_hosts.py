import pytest
from django.core.cache import cache
from django.db import connection
from django_tenants.utils import tenant_context

from tenants import middleware
from tenants.models import Factory
from tests.conftest import ADMIN_PASSWORD


@pytest.fixture(autouse=True)
def _forget_hosts():
    middleware._domains.clear()
    yield
    middleware._domains.clear()


@pytest.mark.parametrize(
    "host", ["nobody.wesupport.test", "evil.example", "sunrise.wesupport.test.evil.example", "[::1]"]
)
def test_an_unknown_host_gets_a_page_that_says_so_and_never_public(client, db, host):
    answer = client.get("/admin/login/", headers={"host": host}, secure=True)
    assert answer.status_code == 404
    assert connection.schema_name == "public"
    assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_each_host_leads_to_its_own_admin(site_client, sunrise, lakeside):
    for factory in (sunrise, lakeside, None):
        answer = site_client(factory).get("/admin/login/")
        assert answer.status_code == 200
        assert answer.wsgi_request.factory == factory


def test_a_suspended_factory_is_gone_for_visitors(client, sunrise):
    Factory.objects.filter(pk=sunrise.pk).update(status=Factory.Status.SUSPENDED)
    assert client.get("/", headers={"host": "sunrise.wesupport.test"}, secure=True).status_code == 404


def test_the_host_is_looked_up_once(sunrise, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert middleware.domain_of_host("sunrise.wesupport.test").tenant == sunrise
    with django_assert_num_queries(0):
        assert middleware.domain_of_host("sunrise.wesupport.test").tenant == sunrise


def test_the_voice_host_is_a_second_host_of_the_factory_one_label_below_the_base(sunrise):
    domain = middleware.domain_of_host("voice-sunrise.wesupport.test")
    assert (domain.tenant, domain.kind, domain.is_primary) == (sunrise, "voice", False)
    assert sunrise.get_primary_domain().domain == "sunrise.wesupport.test"


def test_a_login_at_one_factory_is_none_at_another(site_client, sunrise, lakeside):
    browser = site_client(sunrise)
    answer = browser.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    assert answer.status_code == 302
    assert browser.get("/admin/").status_code == 200
    for other in (lakeside, None):
        stranger = site_client(other)
        stranger.cookies = browser.cookies
        assert stranger.get("/admin/").status_code == 302


def test_cache_keys_carry_the_factory(sunrise, lakeside):
    with tenant_context(sunrise):
        cache.set("secret", "of Sunrise", 30)
    with tenant_context(lakeside):
        assert cache.get("secret") is None
