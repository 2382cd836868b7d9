"""How many a notice reaches is said beforehand and afterwards, of people whom HR may know."""

import pytest
from django.contrib.auth.models import User
from django_tenants.utils import tenant_context

from announcements.models import Announcement
from announcements.services import announcement_send
from tests.announcements.notices import admin_url, draft
from workers.models import Contact
from workers.services.audience_rules import Rule


def test_how_many_it_cannot_reach_is_said_before_it_is_sent(sunrise, crowd, hr_client):
    with tenant_context(sunrise):
        Contact.objects.filter(worker__in=crowd[:3]).delete()
        notice = Announcement.objects.create(title="停电", body="<p>周六。</p>")
    page = hr_client.get(admin_url("announcements_announcement_send", notice.pk)).content.decode()
    assert "发给 40 人（37 人能收到）" in page, "on the button"
    assert "其中 3 人没有绑定微信" in page


def test_how_many_cannot_read_it_is_said_after_it_is_sent(sunrise, crowd, hr_client):
    with tenant_context(sunrise):
        Contact.objects.filter(worker__in=crowd[:3]).delete()
        notice = Announcement.objects.create(title="停电", body="<p>周六。</p>")
    answer = hr_client.post(admin_url("announcements_announcement_send", notice.pk), follow=True)
    page = answer.content.decode()
    assert "已发给 40 人（37 人能收到）" in page
    assert "其中 3 人没有绑定微信" in page, "on the page that stays"


def test_where_nobody_can_receive_it_no_arrival_is_promised(sunrise, crowd, hr_client):
    with tenant_context(sunrise):
        Contact.objects.all().delete()
        notice = Announcement.objects.create(title="停电", body="<p>周六。</p>")
    address = admin_url("announcements_announcement_send", notice.pk)
    assert "发给 40 人（0 人能收到）" in hr_client.get(address).content.decode()
    page = hr_client.post(address, follow=True).content.decode()
    assert "已发给 40 人。他们都还没有绑定微信" in page
    assert "几分钟内" not in page


def test_where_all_can_receive_it_their_number_is_enough(sunrise, crowd, hr_client):
    with tenant_context(sunrise):
        notice = Announcement.objects.create(title="停电", body="<p>周六。</p>")
    address = admin_url("announcements_announcement_send", notice.pk)
    pages = hr_client.get(address).content.decode(), hr_client.post(address, follow=True).content.decode()
    assert all("发给 40 人" in page and "能收到" not in page for page in pages)


@pytest.mark.parametrize("kind", ["is_private", "is_personal"])
def test_of_people_nobody_may_know_nobody_is_told_afterwards_how_many_cannot_read_it(sunrise, crowd, hr_client, kind):
    with tenant_context(sunrise):
        Contact.objects.filter(worker__in=crowd[:3]).delete()
        notice = Announcement.objects.create(title="停电", body="<p>周六。</p>")
        announcement_send(announcement=notice, by=User.objects.get(username="hr"))
        Announcement.objects.update(**{kind: True})
    page = hr_client.get(admin_url("announcements_announcement_change", notice.pk)).content.decode()
    assert "没有绑定微信" not in page


def test_of_a_private_audience_nobody_is_told_how_many_it_cannot_reach(sunrise, crowd, hr_client):
    with tenant_context(sunrise):
        notice = draft(Rule(groups=("parent",)))
        Contact.objects.filter(worker__in=crowd[:3]).update(worker=None, bound_at=None)
    address = admin_url("announcements_announcement_send", notice.pk)
    pages = hr_client.get(address).content.decode(), hr_client.post(address, follow=True).content.decode()
    assert all("发给 约" in page or "发给 不到" in page for page in pages), "their size stays blurred"
    assert not any("没有绑定微信" in page or "能收到" in page for page in pages)
