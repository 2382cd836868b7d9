"""The account's tags come into the contacts: all or nothing, in bounded pages, with every failure where HR sees it."""

from types import SimpleNamespace

import pytest
from celery.exceptions import Retry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.urls import reverse
from django_tenants.utils import tenant_context

from wechat.errors import WeChatRefused, WeChatUnavailable
from wechat.models import Account, Follower
from wechat.services.tags import MOST_PAGES, TagsUnreadable, _members, tags_read
from wechat.tasks import factory_tags_read_task, tags_read_task
from workers.models import Contact


class Tags:
    """Tags in the simulated account, set as its owner would."""

    def __init__(self, simulator, account):
        self.simulator, self.account = simulator, account
        body = {"grant_type": "client_credential", "appid": account.appid, "secret": account.app_secret}
        self.token = simulator.ask("POST", "/cgi-bin/stable_token", **body)["access_token"]

    def call(self, path: str, **body):
        answer = self.simulator.ask("POST", f"/cgi-bin/{path}?access_token={self.token}", **body)
        assert not answer.get("errcode"), answer
        return answer

    def create(self, name: str) -> int:
        return self.call("tags/create", tag={"name": name})["tag"]["id"]

    def give(self, tag: int, *openids: str) -> None:
        self.call("tags/members/batchtagging", tagid=tag, openid_list=list(openids))

    def take(self, tag: int, *openids: str) -> None:
        self.call("tags/members/batchuntagging", tagid=tag, openid_list=list(openids))


@pytest.fixture
def tags(simulator, connected) -> Tags:
    return Tags(simulator, connected)


def follower(simulator, account: Account, name: str = "李娜") -> Contact:
    openid = simulator.person(account.appid, name)
    simulator.phone(openid, "follow")
    contact = Contact.objects.create(channel="wechat", address=openid, is_reachable=True)
    Follower.objects.create(account=account, contact=contact, openid=openid, is_following=True)
    return contact


def test_tags_come_and_go_with_those_of_the_account(tags, simulator, connected):
    one, other = follower(simulator, connected), follower(simulator, connected, "王强")
    night, club = tags.create("夜班"), tags.create("老乡会")
    tags.give(night, one.address)
    tags.give(club, one.address, other.address)
    read = tags_read(account=connected)
    assert (read.tags, read.tagged, read.changed) == (2, 2, 2)
    one.refresh_from_db()
    assert sorted(one.tags) == ["夜班", "老乡会"]
    tags.take(night, one.address)
    tags.call("tags/delete", tag={"id": club})
    assert tags_read(account=connected).changed == 2
    one.refresh_from_db()
    assert one.tags == []


def test_reading_twice_changes_nothing(tags, simulator, connected):
    one = follower(simulator, connected)
    tags.give(tags.create("夜班"), one.address)
    assert [tags_read(account=connected).changed for _ in range(2)] == [1, 0]


def test_followers_of_another_account_and_strangers_are_left_alone(tags, simulator, connected):
    kept = Contact.objects.create(channel="wechat", address="o-of-before", tags=["从前"])
    stranger = simulator.person(connected.appid, "路人")
    simulator.phone(stranger, "follow")
    tags.give(tags.create("夜班"), stranger)
    assert tags_read(account=connected).changed == 0
    kept.refresh_from_db()
    assert kept.tags == ["从前"]


def test_a_failure_half_way_leaves_all_tags_as_they_were(tags, simulator, connected):
    one = follower(simulator, connected)
    Contact.objects.filter(pk=one.pk).update(tags=["从前"])
    tags.give(tags.create("夜班"), one.address)
    tags.create("另一个")
    simulator.fault("cgi-bin/user/tag/get", errcode=-1, times=5)
    with pytest.raises(WeChatUnavailable):
        tags_read(account=connected)
    one.refresh_from_db()
    assert one.tags == ["从前"]


def test_what_hr_has_to_mend_stands_on_the_account(tags, simulator, connected):
    simulator.fault("cgi-bin/tags/get", errcode=48001, times=5)
    with pytest.raises(WeChatRefused):
        tags_read(account=connected)
    connected.refresh_from_db()
    assert connected.status == Account.Status.TROUBLE
    assert connected.last_error


def test_people_without_end_are_not_read_for_ever():
    """The pages of a tag are counted; a page that leads back ends it."""
    asked = []

    def page(tag_id, after):
        asked.append(after)
        return {"data": {"openid": ["x"]}, "next_openid": f"o{len(asked)}"}

    endless = SimpleNamespace(call=lambda request: request(), tag=SimpleNamespace(get_tag_users=page))
    with pytest.raises(TagsUnreadable):
        list(_members(endless, 1))
    assert len(asked) == MOST_PAGES
    same = SimpleNamespace(
        call=lambda request: request(),
        tag=SimpleNamespace(get_tag_users=lambda tag_id, after: {"data": {"openid": ["x"]}, "next_openid": "o"}),
    )
    assert list(_members(same, 1)) == ["x", "x"]
    pages = {None: {"data": {"openid": ["a"]}, "next_openid": "a"}, "a": {"count": 0, "next_openid": ""}}
    short = SimpleNamespace(
        call=lambda request: request(), tag=SimpleNamespace(get_tag_users=lambda tag_id, after: pages[after])
    )
    assert list(_members(short, 1)) == ["a"]


def test_the_nightly_task_runs_twice_and_only_where_there_is_an_account(tags, simulator, connected, lakeside, eager):
    one = follower(simulator, connected)
    tags.give(tags.create("夜班"), one.address)
    schema = connection.schema_name
    for _ in range(2):
        factory_tags_read_task.delay(schema_name=schema)
    factory_tags_read_task.delay(schema_name=lakeside.schema_name)
    tags_read_task.delay()
    one.refresh_from_db()
    assert one.tags == ["夜班"]


def test_the_task_tries_again_when_wechat_is_away_and_not_when_it_refuses(tags, simulator, connected, eager):
    simulator.fault("cgi-bin/tags/get", errcode=48001, times=1)
    factory_tags_read_task.delay(schema_name=connection.schema_name)
    simulator.fault("cgi-bin/tags/get", errcode=-1, times=20)
    with pytest.raises((Retry, WeChatUnavailable)):
        factory_tags_read_task.delay(schema_name=connection.schema_name)


def test_hr_reads_the_tags_by_a_button(sunrise, tags, simulator, connected, site_client):
    one = follower(simulator, connected)
    tags.give(tags.create("夜班"), one.address)
    client = site_client(sunrise)
    with tenant_context(sunrise):
        user = User.objects.create_user("tong", password=None, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename="view_follower"))
        client.force_login(user)
    followers = reverse("admin:wechat_follower_changelist", urlconf="config.urls_tenant")
    button = reverse("admin:wechat_follower_read_tags", urlconf="config.urls_tenant")
    assert button not in client.get(followers).content.decode()
    assert client.post(button, {"confirm": "1"}).status_code in (302, 403)
    with tenant_context(sunrise):
        user.user_permissions.add(Permission.objects.get(codename="change_audience"))
    assert button in client.get(followers).content.decode()
    client.get(button)
    with tenant_context(sunrise):
        one.refresh_from_db()
        assert one.tags == []
    response = client.post(button, {"_form_submitted": "True"}, headers={"HX-Request": "true"})
    assert response.status_code == 200, response.content
    with tenant_context(sunrise):
        one.refresh_from_db()
        assert one.tags == ["夜班"]
    assert "夜班" in client.get(followers).content.decode()
