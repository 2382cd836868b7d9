"""Support may write a notice with HR; sending is not offered."""

from django_tenants.utils import tenant_context

from announcements.models import Announcement
from tenants.roles import COMMUNICATIONS, role_on


def test_support_that_may_not_send_is_led_to_no_page_that_sends(inside, sunrise):
    with tenant_context(sunrise):
        role_on(COMMUNICATIONS)
        notice = Announcement.objects.create(title="停电", body="<p>周六。</p>")
    browser, _grant = inside(COMMUNICATIONS)
    page = browser.get(f"/admin/announcements/announcement/{notice.pk}/change/").content.decode()
    assert 'name="_save"' in page
    assert "下一步" not in page
    assert browser.get(f"/admin/announcements/announcement/{notice.pk}/send/").status_code in (403, 404)
