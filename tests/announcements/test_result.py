"""What the page of a notice that was sent says later: as it was when it was sent, and figures that add up."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import tenant_context

from announcements.models import Announcement
from announcements.queries import announcement_result
from announcements.services import announcement_send
from workers.models import Contact, Worker, WorkerMessage
from workers.privacy.erasure import worker_erase
from workers.privacy.of_workers import messages_gone

State = WorkerMessage.State


def bound(workers: list[Worker]) -> None:
    Contact.objects.bulk_create(
        Contact(channel="wechat", address=f"o-{worker.pk}", worker=worker, bound_at=timezone.now())
        for worker in workers
    )


@pytest.fixture
def crowd(in_sunrise) -> list[Worker]:
    return Worker.objects.bulk_create(
        Worker(employee_number=f"C{n:03d}", name=f"周婷{n}", name_pinyin=f"{n:03d}") for n in range(12)
    )


@pytest.fixture
def sent(crowd, hr) -> Announcement:
    """To twelve, of whom four have a phone and get it."""
    bound(crowd[:4])
    announcement = announcement_send(
        announcement=Announcement.objects.create(title="停电", body="<p>周六。</p>"), by=hr
    )
    answers(crowd[:4], State.SENT)
    answers(crowd[4:], State.REFUSED, "unbound")
    return announcement


def answers(workers: list[Worker], state, code: str = "") -> None:
    WorkerMessage.objects.filter(worker__in=workers).update(state=state, refusal_code=code)


@pytest.fixture
def page(sunrise, site_client, sent):
    """What the notice's page says of it, as one line, to somebody who may do everything."""
    client = site_client(sunrise)
    user = User.objects.get(username="hr")
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    address = reverse("admin:announcements_announcement_change", args=[sent.pk], urlconf="config.urls_tenant")

    def read() -> str:
        html = client.get(address).content.decode()
        part = html.partition('class="grid grid-cols-2 gap-4 lg:grid-cols-5"')[2].partition("</fieldset>")[0]
        return " ".join(re.sub(r"<[^>]*>", " ", part).split())

    return read


@pytest.mark.parametrize("kind", ["is_private", "is_personal"])
def test_of_people_nobody_may_know_nothing_but_blurred_figures_is_told_later(sent, crowd, page, kind):
    Announcement.objects.update(**{kind: True})
    before = page()
    assert "绑定" not in before
    bound(crowd[4:10])
    assert page() == before
    worker_erase(worker=crowd[11], by="system", keeps_employment=True)
    answers(crowd[5:7], State.UNKNOWN)
    after = page()
    assert not re.search("绑定|删除|没有收到|没有答复", after)
    assert re.sub(r"\S*\d+\S*|不到|人", "", after) == re.sub(r"\S*\d+\S*|不到|人", "", before), "no line more"


def test_who_had_no_phone_then_is_counted_so_after_the_binding_too(sent, crowd, page):
    assert "8 人没有收到：发送时还没有绑定微信" in page()
    assert "后来绑定了" not in page()
    bound(crowd[4:10])
    assert "8 人没有收到：发送时还没有绑定微信" in page()
    assert "其中 6 人后来绑定了" in page()


def test_of_whom_it_is_not_known_whether_they_had_a_phone_no_more_is_said(sent, crowd, page):
    """Messages of before there was a code for it; and who follows nothing."""
    answers(crowd[4:], State.REFUSED, "unreachable")
    assert "8 人没有收到：员工没有关注公众号" in page()
    assert "绑定" not in page()


def test_the_figures_add_up_after_erasures_and_lost_answers(sent, crowd, page):
    answers(crowd[4:5], State.UNKNOWN)
    worker_erase(worker=crowd[0], by="system", keeps_employment=True)
    Worker.objects.filter(pk=crowd[11].pk).update(left_on=timezone.localdate())
    worker_erase(worker=crowd[11], by="system")
    found = announcement_result(sent)
    assert (found.recipients, found.delivered, found.waiting, found.undelivered) == (12, 3, 0, 6)
    assert (found.unknown, found.forgotten) == (1, 2)
    text = page()
    assert "2 人的发送记录已删除" in text
    assert "1 人不知道有没有收到" in text


def test_after_a_year_the_page_says_why_nothing_is_left_of_the_messages(sent, page):
    messages_gone(timezone.now() + timedelta(days=366))
    assert "12 人的发送记录已删除" in page()


def test_who_waits_for_it_without_a_phone_is_said_apart(sent, crowd, page):
    WorkerMessage.objects.filter(worker__in=crowd[2:6]).update(state=State.QUEUED, refusal_code="")
    text = page()
    assert "6 人没有收到" in text
    assert "其中 2 人没有绑定微信" in text


def test_what_became_of_it_costs_two_statements(sent, crowd, django_assert_num_queries):
    with django_assert_num_queries(2):
        announcement_result(sent)


def test_one_state_has_one_word_on_both_pages(sunrise, sent, page):
    word = str(State.SENT.label)
    text = page()
    with tenant_context(sunrise):
        assert f"4 {word}" in text
    assert "送达" not in text.replace("未送达", "")
