"""Who is looking: the worker session, its border and its price."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context

from workers.models import WorkerSession
from workers.sessions import (
    COOKIE_NAME,
    STRANGER,
    bound_required,
    session_close,
    session_open,
    sessions_clean,
    visitor_of,
)


@pytest.fixture
def request_of(sunrise):
    """`request_of(token, factory)` is a request for a page of that factory with that cookie."""

    def make(token: str = "", factory=sunrise, path="/me/?tab=2", **headers):
        request = RequestFactory().get(path, **headers)
        request.factory = factory
        if token:
            request.COOKIES[COOKIE_NAME] = token
        return request

    return make


def opened(contact) -> str:
    response = HttpResponse()
    session_open(contact=contact, response=response)
    return response.cookies[COOKIE_NAME].value


def test_a_bound_visitor_costs_one_query_however_often_asked(li_na, bound_contact, request_of):
    request = request_of(opened(bound_contact))
    with CaptureQueriesContext(connection) as queries:
        visitor = visitor_of(request)
        assert visitor_of(request) is visitor
    assert len(queries) == 1
    assert (visitor.contact_id, visitor.worker_id, visitor.name) == (bound_contact.pk, li_na.pk, "李娜")
    assert visitor.is_bound


def test_a_browser_without_a_cookie_costs_no_query(in_sunrise, request_of, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert visitor_of(request_of()) is STRANGER
        assert visitor_of(request_of("x", factory=None)) is STRANGER


def test_the_cookie_stays_with_this_host_and_out_of_reach_of_scripts(contact):
    response = HttpResponse()
    session_open(contact=contact, response=response)
    cookie = response.cookies[COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]
    assert cookie["max-age"] == 180 * 24 * 3600
    assert not WorkerSession.objects.filter(token_hash=cookie.value).exists()


def test_a_contact_that_is_not_bound_is_known_but_not_a_worker(contact, request_of):
    visitor = visitor_of(request_of(opened(contact)))
    assert visitor.is_known
    assert not visitor.is_bound


def test_somebody_who_left_is_no_worker_any_more(li_na, bound_contact, request_of):
    token = opened(bound_contact)
    li_na.left_on = timezone.localdate()
    li_na.save()
    visitor = visitor_of(request_of(token))
    assert visitor.is_known
    assert not visitor.is_bound


def test_an_expired_session_names_nobody_and_is_cleaned_away(contact, request_of):
    token = opened(contact)
    WorkerSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert visitor_of(request_of(token)) is STRANGER
    assert sessions_clean() == 1
    assert sessions_clean() == 0


def test_another_factorys_cookie_finds_nothing(lakeside, contact, request_of):
    token = opened(contact)
    with tenant_context(lakeside):
        assert visitor_of(request_of(token, factory=lakeside)) is STRANGER


def test_opening_again_ends_the_session_the_browser_came_with(contact, request_of):
    old = opened(contact)
    response = HttpResponse()
    session_open(contact=contact, response=response, request=request_of(old))
    new = response.cookies[COOKIE_NAME].value
    assert visitor_of(request_of(old)) is STRANGER
    assert visitor_of(request_of(new)).is_known


def test_closing_forgets_the_browser_here_and_there(contact, request_of):
    request, response = request_of(opened(contact)), HttpResponse()
    session_close(request=request, response=response)
    assert not WorkerSession.objects.exists()
    assert response.cookies[COOKIE_NAME]["max-age"] == 0


def test_a_page_for_workers_sends_strangers_to_sign_in_and_contacts_to_bind(bound_contact, contact, request_of):
    page = bound_required(lambda request: HttpResponse("page"))
    assert page(request_of(opened(bound_contact))).content == b"page"
    assert page(request_of(opened(contact))).url == "/bind/?next=/me/%3Ftab%3D2"
    assert page(request_of()).url == f"{settings.SIGN_IN_URL}?next=/me/%3Ftab%3D2"


def test_a_fragment_moves_the_whole_page_to_sign_in(in_sunrise, request_of):
    request = request_of(HTTP_HX_REQUEST="true")
    response = bound_required(lambda request: HttpResponse("page"))(request)
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith(settings.SIGN_IN_URL)
