"""What a guest is shown leads nowhere that is shut to guests."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from announcements.models import Announcement
from announcements.services import announcement_schedule
from config.navigation import FACTORY, Page

NOTICES = "/admin/announcements/announcement/"


@pytest.fixture
def notice(in_sunrise, li_na) -> Announcement:
    return Announcement.objects.create(title="周六停电通知", body="<p>8:00–12:00 停电。</p>")


def test_no_entry_of_the_side_bar_and_no_menu_leads_to_a_refusal(guest_of_all):
    page = guest_of_all.get("/admin/").content.decode()
    pages = [entry for section in FACTORY for entry in section.entries if isinstance(entry, Page)]
    addresses = {reverse(entry.url_name, urlconf="config.urls_tenant") for entry in pages}
    shown = {address for address in addresses if f'"{address}"' in page}
    assert "/admin/account/" not in shown
    assert "/admin/password_change/" not in page
    assert shown, "there are others"
    assert {guest_of_all.get(address).status_code for address in shown} == {200}


def test_others_keep_their_account(owner):
    page = owner.get("/admin/").content.decode()
    assert page.count('"/admin/account/"') == 3  # side bar, menu, and the second step below the checklist


def test_a_guest_is_not_offered_to_send_what_is_planned(guest_of_all, notice):
    hr = User.objects.get(username="hr")
    announcement_schedule(announcement=notice, at=timezone.now() + timedelta(hours=3), by=hr)
    page = guest_of_all.get(f"{NOTICES}{notice.pk}/change/")
    assert page.status_code == 200
    assert f"{notice.pk}/send/" not in page.content.decode()


def test_a_draft_that_a_guest_saves_leads_back_to_where_they_may_look(guest_of_all, notice, li_na):
    aim = f"department:{li_na.department_id}"
    values = {"title": "停电", "body": "<p>停电。</p>", "aim": aim, "_save": ""}
    answer = guest_of_all.post(f"{NOTICES}{notice.pk}/change/", values)
    assert answer.status_code == 302
    assert guest_of_all.get(answer["Location"]).status_code == 200
