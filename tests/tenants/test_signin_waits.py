"""After wrong passwords one waits: longer each time, and nobody for somebody else."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from tenants.staff.lockout import FREE_GUESSES, LONGEST_WAIT, wait_after
from tests.tenants.signing_in import PASSWORD, sign_in

SUBMITTED = {"_form_submitted": "on"}  # of a dialog


def test_waits_grow_and_end():
    waits = [wait_after(failures) for failures in range(20)]
    assert not any(waits[:FREE_GUESSES])
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT == wait_after(10**6)


def guess(client, count=FREE_GUESSES, username="hr", address="127.0.0.1"):
    answer = None
    for _guess in range(count):
        answer = sign_in(client, username, "wrong", x_forwarded_for=address)
    return answer


def test_too_many_wrong_passwords_wait_and_the_page_says_until_when(hr, browser):
    answer = guess(browser)
    assert answer.status_code == 429
    assert timezone.localtime(timezone.now() + timedelta(minutes=2)).strftime("%H:")[:2] in answer.content.decode()
    assert sign_in(browser, x_forwarded_for="127.0.0.1").status_code == 429


def test_nobody_locks_the_real_person_out_from_elsewhere(hr, browser, in_sunrise, site_client):
    assert guess(site_client(in_sunrise), 12, address="203.0.113.9").status_code == 429
    assert sign_in(browser, x_forwarded_for="198.51.100.7")["Location"] == "/admin/"


def test_a_colleague_at_the_next_desk_does_not_lock_a_browser_that_has_signed_in_before(
    hr, browser, in_sunrise, site_client
):
    sign_in(browser)
    browser.post("/admin/logout/")
    assert guess(site_client(in_sunrise), 12).status_code == 429  # the same address
    assert sign_in(site_client(in_sunrise)).status_code == 429  # another browser of it must wait
    assert sign_in(browser)["Location"] == "/admin/"


def test_a_known_browser_has_a_count_of_its_own(hr, browser):
    sign_in(browser)
    browser.post("/admin/logout/")
    assert guess(browser).status_code == 429


def test_a_forged_or_borrowed_mark_of_a_known_browser_counts_for_nothing(
    hr, browser, lakeside, site_client, in_sunrise
):
    other = site_client(lakeside)
    sign_in(other)
    stranger = site_client(in_sunrise)
    guess(stranger)
    for value in ["x", "", other.cookies["known_browser"].value]:
        stranger.cookies["known_browser"] = value
        assert sign_in(stranger).status_code == 429


def test_an_owner_lifts_the_wait(hr, browser, in_sunrise, site_client):
    wang = get_user_model().objects.create_user("wang", password=PASSWORD, is_staff=True)
    wang.groups.add(Group.objects.get(name="owner"))
    guess(browser, username="wang")
    owner = site_client(in_sunrise)
    sign_in(owner)
    owner.post(f"/admin/auth/user/{wang.pk}/lift-wait/", SUBMITTED)
    assert sign_in(browser, "wang")["Location"] == "/admin/"


def test_a_visitor_cannot_choose_the_address_that_is_counted(hr, browser):
    for last in range(FREE_GUESSES):
        answer = sign_in(browser, "hr", "wrong", x_forwarded_for=f"10.0.0.{last}, 203.0.113.9")
    assert answer.status_code == 429
