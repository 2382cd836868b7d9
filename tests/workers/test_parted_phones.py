"""What somebody has said of themselves when a second phone comes and one of the two goes: no phone shows it, nothing is kept."""

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from tests.workers.pages import admin_url
from tests.workers.phones import bind, phone_of
from workers.models import Child, Consent, Contact, SelfDescription, Worker
from workers.privacy.sweeps import retention_sweep
from workers.services import worker_unbind
from workers.services.binding import phone_disown
from workers.services.descriptions import description_children_say, description_of, description_say

TODAY = timezone.localdate()


@pytest.fixture
def own(li_na) -> Contact:
    """Her phone, on which she has said that she has a child."""
    own = phone_of("own")
    bind(own)
    say(li_na)
    own.refresh_from_db()
    return own


@pytest.fixture
def second(own) -> Contact:
    """Bound by somebody who knows number, name and proof."""
    second = phone_of("second")
    bind(second)
    second.refresh_from_db()
    return second


def say(worker) -> None:
    description_say(worker=worker, is_parent=True, is_young=False, is_line_manager=False)
    description_children_say(worker=worker, ages={1}, today=TODAY)


def kept() -> tuple[int, int, int]:
    """Rows of what was said, of children, and of consents in force."""
    return (
        SelfDescription.objects.count(),
        Child.objects.count(),
        Consent.objects.filter(withdrawn_at__isnull=True).count(),
    )


def assert_nothing_shows(browser) -> None:
    assert browser.get("/me/about/")["Location"] == "/me/about/you/"
    assert "checked" not in browser.get("/me/about/you/").content.decode()
    assert 'value="withdraw_consent"' not in browser.get("/me/data/").content.decode()
    copy = browser.get("/me/data/copy/").content.decode()
    assert "在这个微信上，你没有说过" in copy
    assert "2026-11" not in copy.partition("版本")[2].partition("</table>")[0]


def test_she_undoes_the_other_phone_and_nothing_is_kept_and_she_can_say_it_again(own, second, sunrise, browser_of):
    browser = browser_of(own)
    closed = browser.get("/me/about/").content.decode()
    assert "解除其中一个微信时就会删掉" in closed
    assert "在“关于我”里说过的会一起删掉" in browser.get("/bind/").content.decode()
    browser.post("/bind/disown/", {"phone": second.pk})
    with tenant_context(sunrise):
        assert Contact.objects.get(pk=second.pk).worker is None
        assert kept() == (0, 0, 0)
        assert Consent.objects.get().withdrawn_at, "that she had agreed stays as proof"
    assert_nothing_shows(browser)
    browser.post("/me/about/you/", {"fact": ["is_parent"]})
    assert browser.get("/me/about/").status_code == 200
    assert 'value="withdraw_consent"' in browser.get("/me/data/").content.decode()


def test_a_stranger_who_sends_her_phone_away_gets_nothing(li_na, sunrise, browser_of):
    """The stranger was first, so her phone is the newer one."""
    stranger, hers = phone_of("stranger"), phone_of("hers")
    bind(stranger)
    say(li_na)
    bind(hers)
    stranger.refresh_from_db()
    assert phone_disown(own=stranger, other=hers)
    assert kept() == (0, 0, 0)
    assert_nothing_shows(browser_of(stranger))


def test_hr_binds_a_phone_and_undoes_hers_and_gets_nothing(own, second, hr, browser_of):
    worker_unbind(contact=own, by=hr)
    assert kept() == (0, 0, 0)
    assert_nothing_shows(browser_of(second))


def test_the_next_phone_after_the_only_one_inherits_nothing(own, hr, browser_of):
    worker_unbind(contact=own, by=hr)
    assert kept() == (0, 0, 0)
    bind(own)
    assert_nothing_shows(browser_of(own))


def test_the_phone_of_one_who_left_that_is_bound_to_another_number_takes_it_away(own, li_na):
    Worker.objects.filter(pk=li_na.pk).update(left_on=TODAY)
    Worker.objects.create(employee_number="A009", name="李娜", name_pinyin="lina", phone="13900000001")
    bind(own, number="A009")
    assert kept() == (0, 0, 0)


def test_while_two_are_bound_she_can_delete_it_and_the_page_does_not_tell_whether_there_was_any(
    own, second, sunrise, browser_of
):
    browser = browser_of(own)
    before = browser.get("/me/about/").content.decode()
    assert 'action="/me/about/delete/"' in before
    answer = browser.post("/me/about/delete/").content.decode()
    with tenant_context(sunrise):
        assert kept() == (0, 0, 0)
    assert tokenless(browser.get("/me/about/").content.decode()) == tokenless(before)
    assert tokenless(browser.post("/me/about/delete/").content.decode()) == tokenless(answer)


def test_while_two_are_bound_the_page_of_consents_denies_nothing_and_leads_to_where_it_is_deleted(
    own, second, browser_of
):
    for phone in (own, second):
        page = browser_of(phone).get("/me/data/").content.decode()
        agreed = page.partition("我同意过的")[2].partition("</section>")[0]
        assert "你绑定了两个微信，这期间私密的内容这里不显示。" in agreed
        assert 'href="/me/about/"' in agreed
        assert "还没有" not in agreed


def tokenless(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line.lower() and "nonce" not in line]


def test_hr_reads_before_undoing_what_goes_in_the_same_words_for_everybody(li_na, hr_client, sunrise):
    with tenant_context(sunrise):
        phone = phone_of("own")
        bind(phone)
    before = hr_client.get(admin_url("phone_undo", li_na.pk, phone.pk)).content.decode()
    assert "员工如果说过自己的情况，也会一起删掉" in before


def test_the_night_deletes_what_was_put_to_sleep_before_that_was_so(own, second, li_na):
    Contact.objects.filter(pk=second.pk).update(worker=None)
    Contact.objects.filter(pk=own.pk).update(private_since=timezone.now())
    assert kept() == (1, 1, 1)
    assert retention_sweep()["self_descriptions_gone"] == 1
    assert kept() == (0, 0, 0)


def test_the_night_leaves_what_counts_and_what_two_phones_hide(own, li_na):
    assert "self_descriptions_gone" not in retention_sweep()
    bind(phone_of("second"))
    assert "self_descriptions_gone" not in retention_sweep()
    assert kept() == (1, 1, 1)
    assert description_of(worker_id=li_na.pk, today=TODAY).is_closed
