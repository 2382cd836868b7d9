"""An empty list says what to do now, not what has been done long ago."""

import pytest
from django.contrib.auth import get_user_model
from django_tenants.utils import tenant_context

from lessons.models import Lesson, Series
from progress.models import LessonProgress
from tenants.middleware import domains_forget
from tests.config.rows import row_make
from tests.config.test_dashboard import signed_in, somebody
from wechat.models import Account
from workers.models import Colleague, Contact, Department, Worker

PROGRESS = "/admin/progress/lessonprogress/"


@pytest.fixture
def hr(in_sunrise, site_client):
    return signed_in(site_client, in_sunrise, get_user_model().objects.get(username="hr"))


def hint(client, path: str) -> tuple[str, str]:
    found = client.get(path).context["cl"].hint
    return str(found["text"]), found["href"]


def test_learning_speaks_of_binding_only_while_nobody_is_bound(hr):
    row_make(Contact)
    text, href = hint(hr, PROGRESS)
    assert ("绑定后" in text, "scene" in href) == (True, True)
    row_make(Contact, worker=row_make(Worker))
    text, href = hint(hr, PROGRESS)
    assert ("还没有人打开" in text, href) == (True, "/admin/announcements/announcement/add/")
    assert hr.get(href).status_code == 200


def test_a_notice_is_offered_to_who_may_write_one(in_sunrise, site_client):
    row_make(Contact, worker=row_make(Worker))
    people = signed_in(site_client, in_sunrise, somebody("people"))
    text, href = hint(people, PROGRESS)
    assert ("还没有人打开" in text, "通知" in text, href) == (True, False, "")
    assert "写通知" not in people.get(PROGRESS).content.decode()


def test_a_line_leader_is_told_of_their_own_people(in_sunrise, site_client):
    leader = somebody("line_leader")
    row_make(Colleague, user=leader, worker=(chen := row_make(Worker)))
    line = row_make(Department, leader=chen)
    row_make(Contact, worker=row_make(Worker))
    client = signed_in(site_client, in_sunrise, leader)
    assert "绑定后" in hint(client, PROGRESS)[0]
    row_make(Contact, worker=row_make(Worker, department=line))
    text, _href = hint(client, PROGRESS)
    assert ("还没有人打开" in text, "通知" in text) == (True, False)


def test_where_anybody_may_join_nothing_is_said_of_binding(sunrise, site_client):
    sunrise.enrolment = sunrise.Enrolment.OPEN
    sunrise.save()
    domains_forget()
    with tenant_context(sunrise):
        hr = signed_in(site_client, sunrise, get_user_model().objects.get(username="hr"))
        text, href = hint(hr, PROGRESS)
    domains_forget()
    assert ("绑定" in text, href) == (False, "/admin/announcements/announcement/add/")


@pytest.mark.parametrize("label", ["wechat/follower", "wechat/scene"])
def test_followers_and_posters_ask_for_the_account_until_it_is_connected(hr, label):
    text, href = hint(hr, f"/admin/{label}/")
    assert ("先接入公众号" in text, "wechat/account" in href) == (True, True)
    assert hr.get(href, follow=True).status_code == 200
    Account.objects.filter(pk=row_make(Account).pk).update(is_active=True)
    text, href = hint(hr, f"/admin/{label}/")
    assert ("先接入" in text, "海报" in text, "account" in href) == (False, True, False)


def test_only_an_empty_list_asks_what_it_should_say(hr, django_assert_num_queries, django_assert_max_num_queries):
    hr.get(PROGRESS)
    with django_assert_max_num_queries(99) as empty:
        hr.get(PROGRESS)
    with django_assert_num_queries(len(empty) - 1):
        assert hr.get(f"{PROGRESS}?q=nobody").context["cl"].hint == {}
    assert sum("workers_contact" in query["sql"] for query in empty.captured_queries) == 1
    lesson = row_make(Lesson, series=row_make(Series, privacy="tracked"))
    row_make(LessonProgress, worker=row_make(Worker), lesson=lesson)
    with django_assert_max_num_queries(99) as full:
        assert hr.get(PROGRESS).context["cl"].hint == {}
    assert not any("workers_contact" in query["sql"] for query in full.captured_queries)


def test_another_factorys_people_are_not_asked(sunrise, lakeside, site_client):
    with tenant_context(sunrise):
        row_make(Contact, worker=row_make(Worker))
    with tenant_context(lakeside):
        outsider = signed_in(site_client, lakeside, get_user_model().objects.get(username="hr"))
    assert "绑定后" in hint(outsider, PROGRESS)[0]
