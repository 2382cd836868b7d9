"""Nobody learns from a link in a notice who is in an audience that nobody may know by name."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import tenant_context

from announcements.models import Announcement, Receipt
from announcements.services import (
    AnnouncementRefused,
    announcement_aim_set,
    announcement_schedule,
    announcement_send,
    announcement_send_due,
)
from lessons.models import Lesson, Series
from workers.models import Audience, Worker
from workers.services.audience_rules import Rule
from workers.services.audiences import Aim, audience_save

PARENTS, YOUNG_GIRLS = Rule(groups=("parent",)), Rule(genders=("female",))


@pytest.fixture
def to_everybody(crowd, hr) -> Announcement:
    """Sent to forty; thirteen of them have said that they are parents."""
    cache.clear()
    return announcement_send(announcement=Announcement.objects.create(title="停电", body="<p>周六。</p>"), by=hr)


def draft(rule: Rule | None, address: str, **columns) -> Announcement:
    audience = audience_save(audience=Audience(name="有孩子的"), rule=rule) if rule else None
    announcement = Announcement(title="开放日", body=f'<p><a href="{address}">看看</a></p>', **columns)
    announcement_aim_set(announcement, Aim(audience=audience))
    announcement.save()
    return announcement


def page_of(announcement: Announcement) -> str:
    return reverse("announcements:detail", args=[announcement.uuid])


def refusal_of(service, **values) -> str:
    with pytest.raises(AnnouncementRefused) as refusal:
        service(**values)
    return refusal.value.code


@pytest.mark.parametrize("rule", [PARENTS, YOUNG_GIRLS])
def test_a_private_notice_cannot_lead_to_another_in_whose_receipts_its_readers_would_stand_out(to_everybody, hr, rule):
    notice = draft(rule, page_of(to_everybody))
    assert refusal_of(announcement_send, announcement=notice, by=hr) == "link_tells"
    at = timezone.now() + timedelta(hours=1)
    assert refusal_of(announcement_schedule, announcement=notice, at=at, by=hr) == "link_tells"
    assert not Receipt.objects.filter(announcement=notice).exists()


@pytest.mark.parametrize("privacy", Series.Privacy.values)
def test_a_private_notice_leads_to_lessons_of_private_series_only(to_everybody, hr, privacy):
    series = Series.objects.create(slug="a", title="a", privacy=privacy)
    lesson = Lesson.objects.create(series=series, title="a", audiences=["parent"])
    notice = draft(PARENTS, reverse("progress:lesson", args=[lesson.uuid]))
    if privacy == Series.Privacy.TRACKED:
        assert refusal_of(announcement_send, announcement=notice, by=hr) == "link_tells"
    else:
        assert announcement_send(announcement=notice, by=hr).is_sent


def test_an_address_in_the_title_is_a_link_too(to_everybody, hr):
    notice = draft(PARENTS, "/")
    notice.title = "sunrise.wesupport.test/s/abc"
    notice.save()
    assert refusal_of(announcement_send, announcement=notice, by=hr) == "link_tells"


@pytest.mark.parametrize("rule", [None, Rule(hired_within_days=30)])
def test_a_notice_about_work_links_where_it_likes(to_everybody, hr, rule):
    Worker.objects.update(hired_on=timezone.localdate())
    assert announcement_send(announcement=draft(rule, page_of(to_everybody)), by=hr).is_sent


def test_a_planned_one_whose_audience_became_private_stays_and_says_why(to_everybody, hr):
    notice = draft(Rule(hired_within_days=30), page_of(to_everybody))
    announcement_schedule(announcement=notice, at=timezone.now() + timedelta(hours=1), by=hr)
    notice.refresh_from_db()
    audience_save(audience=notice.audience, rule=PARENTS)
    Announcement.objects.filter(pk=notice.pk).update(send_at=timezone.now() - timedelta(minutes=1))
    announcement_send_due(announcement_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.unsent_because) == ("draft", Announcement.Unsent.LINK)
    assert not Receipt.objects.filter(announcement=notice).exists()


def test_the_send_page_says_so_before_and_offers_no_button(sunrise, to_everybody, hr, admin_of):
    notice = draft(PARENTS, page_of(to_everybody))
    client = admin_of(sunrise)
    url = reverse("admin:announcements_announcement_send", args=[notice.pk], urlconf="config.urls_tenant")
    html = client.get(url).content.decode()
    assert page_of(to_everybody) in html.split('class="prose"')[1].split("</section>")[1]
    assert 'id="send-count"' not in html
    client.post(url)
    with tenant_context(sunrise):
        assert Announcement.objects.get(pk=notice.pk).is_draft
