"""Who has unfollowed without our hearing of it is found at night, all at once, and nobody is taken for gone by mistake."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from tests.wechat.test_delivery import follower_make
from wechat.errors import WeChatRefused, WeChatUnavailable
from wechat.models import Account, Follower
from wechat.services.following import _following, following_read
from wechat.tasks import factory_tags_read_task
from workers.models import Worker


@pytest.fixture
def gone(connected, simulator, li_na) -> Follower:
    """Li Na has unfollowed, and WeChat's word of it was lost."""
    follower = reachable(follower_make(connected, simulator, li_na))
    simulator.phone(follower.openid, "unfollow")
    return follower


@pytest.fixture
def there(connected, simulator, in_sunrise) -> Follower:
    worker = Worker.objects.create(employee_number="A777", name="周敏", name_pinyin="zhoumin")
    return reachable(follower_make(connected, simulator, worker))


def reachable(follower) -> Follower:
    follower.contact.is_reachable = True
    follower.contact.save()
    return follower


def assert_gone(follower, *, is_gone: bool = True) -> None:
    follower.refresh_from_db()
    follower.contact.refresh_from_db()
    assert (follower.is_following, follower.contact.is_reachable) == (not is_gone, not is_gone)
    assert (follower.unsubscribed_at is not None) == is_gone


def test_the_night_finds_who_has_gone_and_nobody_else(gone, there, sunrise):
    for _ in range(2):
        factory_tags_read_task(schema_name=sunrise.schema_name)
    assert_gone(gone)
    assert_gone(there, is_gone=False)


def test_asked_again_it_finds_nobody_more(gone, there, connected):
    assert [following_read(account=connected) for _ in range(2)] == [1, 0]


def test_of_whom_wechat_tells_meanwhile_that_holds(gone, there, connected):
    Follower.objects.filter(pk=gone.pk).update(changed_at=timezone.now() + timedelta(seconds=5))
    assert following_read(account=connected) == 0
    assert_gone(gone, is_gone=False)


def test_followers_of_another_account_are_left_alone(gone, there, connected, simulator):
    gone.account = Account.objects.create(
        name="旧号", appid="wxold", original_id="gh_old", app_secret="x", token="x", mode="plain", is_active=False
    )
    gone.save()
    assert following_read(account=connected) == 0


@pytest.mark.parametrize(("errcode", "error"), [(-1, WeChatUnavailable), (48001, WeChatRefused)])
def test_where_wechat_does_not_answer_nobody_is_taken_for_gone(gone, there, connected, simulator, errcode, error):
    simulator.fault("cgi-bin/user/get", errcode=errcode, times=5)
    with pytest.raises(error):
        following_read(account=connected)
    assert_gone(gone, is_gone=False)
    assert_gone(there, is_gone=False)


def answering(*pages: dict) -> SimpleNamespace:
    """A client to whom WeChat gives these pages, one after the other, each asked for by the last openid of the one before."""
    waiting = dict(zip([None, *(page["next_openid"] for page in pages)], pages, strict=False))
    return SimpleNamespace(call=lambda request: request(), user=SimpleNamespace(get_followers=waiting.__getitem__))


def test_page_after_page_is_read():
    first = {"total": 3, "count": 2, "data": {"openid": ["a", "b"]}, "next_openid": "b"}
    second = {"total": 3, "count": 1, "data": {"openid": ["c"]}, "next_openid": "c"}
    assert _following(answering(first, second, {"total": 3, "count": 0, "next_openid": ""})) == {"a", "b", "c"}


@pytest.mark.parametrize("data", [{}, {"data": {"openid": ["a"]}}])
def test_a_list_that_is_not_whole_takes_nobody_for_gone(data):
    with pytest.raises(WeChatUnavailable):
        _following(answering({"total": 2, "count": 1, "next_openid": "", **data}))
