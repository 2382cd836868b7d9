"""The worker's notices: only for whom they were sent to, in few statements; HR's pages around them."""

import io
import uuid

import pytest
from django.urls import reverse
from django_tenants.utils import tenant_context
from PIL import Image

from announcements.models import Announcement, Receipt
from announcements.services import announcement_send
from workers.models import Worker, WorkerMessage


@pytest.fixture
def sent(notice, hr) -> Announcement:
    return announcement_send(announcement=notice, by=hr)


def test_unread_then_read(sunrise, sent, li_na, signed_in):
    client = signed_in(sunrise, li_na)
    assert "notice_unread" in client.get("/announcements/").content.decode()
    page = client.get(f"/announcements/{sent.uuid}/").content.decode()
    assert "停电" in page
    client.get(f"/announcements/{sent.uuid}/")
    assert "notice_unread" not in client.get("/announcements/").content.decode()
    with tenant_context(sunrise):
        assert Receipt.objects.get(worker=li_na).open_count == 2


def test_confirming_works_without_javascript(sunrise, sent, li_na, signed_in):
    client = signed_in(sunrise, li_na)
    address = f"/announcements/{sent.uuid}/"
    assert 'type="submit"' in client.get(address).content.decode()
    response = client.post(f"{address}confirm/", follow=True)
    assert response.status_code == 200
    assert 'type="submit"' not in response.content.decode()
    with tenant_context(sunrise):
        assert Receipt.objects.get(worker=li_na).confirmed_at is not None


def test_a_draft_and_a_notice_for_others_are_not_there(sunrise, lakeside, notice, hr, li_na, wang_qiang, signed_in):
    client = signed_in(sunrise, wang_qiang)
    address = f"/announcements/{notice.uuid}/"
    assert client.get(address).status_code == 404
    with tenant_context(sunrise):
        notice.department = li_na.department
        notice.save()
        announcement_send(announcement=notice, by=hr)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}confirm/").status_code == 404
    assert "停电" not in client.get("/announcements/").content.decode()
    assert client.get(f"/announcements/{uuid.uuid4()}/").status_code == 404


def test_the_outsider_of_another_factory_finds_nothing(lakeside, sunrise, sent, signed_in):
    with tenant_context(lakeside):
        outsider = Worker.objects.create(employee_number="A001", name="李娜", name_pinyin="li na", phone="0001")
        client = signed_in(lakeside, outsider)
    assert client.get(f"/announcements/{sent.uuid}/").status_code == 404
    assert "停电" not in client.get("/announcements/").content.decode()


def test_a_stranger_is_sent_to_sign_in(sunrise, sent, site_client):
    response = site_client(sunrise).get(f"/announcements/{sent.uuid}/")
    assert response.status_code == 302
    assert response["Location"].startswith("/wechat/oauth/")


def test_pages_cost_few_statements(sunrise, sent, hr, li_na, signed_in, django_assert_max_num_queries):
    for n in range(30):
        announcement_send(announcement=Announcement.objects.create(title=f"通知 {n}", body="<p>x</p>"), by=hr)
    client = signed_in(sunrise, li_na)
    client.get("/announcements/")
    with django_assert_max_num_queries(6) as queries:
        client.get("/announcements/")
    assert len(queries) <= 3
    with django_assert_max_num_queries(6):
        client.get(f"/announcements/{sent.uuid}/")
    assert client.get("/announcements/?page=2").status_code == 200
    assert client.get("/announcements/?page=x").status_code == 200


def picture(name="停电.png") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (900, 400), "#7ac").save(file, "PNG")
    file.seek(0)
    file.name = name
    return file


def test_hr_writes_looks_and_sends(sunrise, li_na, wang_qiang, hr_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    add = reverse("admin:announcements_announcement_add", urlconf="config.urls_tenant")
    values = {
        "title": "周六停电",
        "body": "<p>请提前保存。</p>",
        "aim": f"department:{li_na.department_id}",
        "_save": "1",
    }
    response = hr_client.post(add, {**values, "picture_file": picture()})
    with tenant_context(sunrise):
        announcement = Announcement.objects.select_related("picture").get()
        assert announcement.picture.width == 900
    assert response["Location"].endswith(f"/{announcement.pk}/send/")
    assert "1" in hr_client.get(response["Location"]).content.decode()
    with tenant_context(sunrise):
        assert not Receipt.objects.exists()
    hr_client.post(response["Location"])
    hr_client.post(response["Location"])
    with tenant_context(sunrise):
        assert Receipt.objects.get().worker == li_na
        assert WorkerMessage.objects.count() == 1


def test_a_bad_picture_is_refused_beside_its_field(sunrise, li_na, hr_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    add = reverse("admin:announcements_announcement_add", urlconf="config.urls_tenant")
    bad = io.BytesIO(b"<svg/>")
    bad.name = "x.png"
    response = hr_client.post(
        add, {"title": "x", "body": "<p>x</p>", "aim": "everybody", "picture_file": bad, "_save": "1"}
    )
    assert response.status_code == 200
    assert "picture_file" in response.context["adminform"].form.errors
    with tenant_context(sunrise):
        assert not Announcement.objects.exists()


def test_what_was_sent_is_read_only_and_shows_who_has_seen_it(sunrise, sent, hr_client):
    change = reverse("admin:announcements_announcement_change", args=[sent.pk], urlconf="config.urls_tenant")
    assert hr_client.get(change).status_code == 200
    assert hr_client.post(change, {"title": "anders", "body": "<p>x</p>", "_save": "1"}).status_code == 403
    unopened = reverse("admin:announcements_receipt_changelist", urlconf="config.urls_tenant")
    page = hr_client.get(f"{unopened}?announcement__id__exact={sent.pk}&seen=no").content.decode()
    assert "李娜" in page
    with tenant_context(sunrise):
        Receipt.objects.update(opened_at=sent.sent_at)
    assert "李娜" not in hr_client.get(f"{unopened}?announcement__id__exact={sent.pk}&seen=no").content.decode()


def test_who_sent_it_is_a_name_and_no_way_to_an_account(sunrise, sent, hr_client):
    with tenant_context(sunrise):
        address = reverse("admin:announcements_announcement_change", args=[sent.pk], urlconf="config.urls_tenant")
        page = hr_client.get(address).content.decode()
        assert "发送人" in page
        assert f"/admin/auth/user/{sent.sent_by_id}/" not in page


def test_admin_lists_do_not_cost_more_with_more_rows(sunrise, sent, hr, hr_client, django_assert_max_num_queries):
    for n in range(20):
        announcement_send(announcement=Announcement.objects.create(title=f"通知 {n}", body="<p>x</p>"), by=hr)
    for name in ("announcements_announcement", "announcements_receipt"):
        address = reverse(f"admin:{name}_changelist", urlconf="config.urls_tenant")
        hr_client.get(address)
        with django_assert_max_num_queries(14):
            assert hr_client.get(address).status_code == 200


def test_the_button_that_saves_a_draft_says_that_sending_comes_next(sunrise, notice, hr, hr_client):
    change = reverse("admin:announcements_announcement_change", args=[notice.pk], urlconf="config.urls_tenant")
    add = reverse("admin:announcements_announcement_add", urlconf="config.urls_tenant")
    for address in (change, add):
        page = hr_client.get(address).content.decode()
        assert page.count('name="_save"') == page.count("保存，下一步：发送") == 1
    with tenant_context(sunrise):
        announcement_send(announcement=notice, by=hr)
    assert "下一步" not in hr_client.get(change).content.decode()


def test_the_editor_brings_its_words_and_signs_to_every_page_it_stands_on(hr_client):
    for room in ("announcements_announcement", "lessons_lesson"):
        page = hr_client.get(reverse(f"admin:{room}_add", urlconf="config.urls_tenant")).content.decode()
        assert "lessons/editor" in page
        assert page.count("editor_words") == page.count("lessons/editor.") == 1, room
