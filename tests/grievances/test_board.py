"""A closed case may be told of in the officers' words: with the worker's agreement, and when two officers agree."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django_tenants.utils import tenant_context

from grievances.errors import VaultRefused
from grievances.models import BoardEntry, Case, CaseWrap, Officer
from grievances.services.board import cases_to_tell, entry_approve, entry_draft, entry_edit, entry_withdraw
from grievances.services.calendar import today
from tests.grievances.cast import staff_make
from tests.grievances.rows import closed, officer_row, wrap

WORDS = {"you_said": "饭堂的菜常常是凉的。", "we_did": "添了保温台，每餐检查。"}
OTHER = {"you_said": "饭菜凉。", "we_did": "添了保温台。"}


@pytest.fixture
def chen(in_sunrise) -> Officer:
    return officer_row("陈主管", user=User.objects.get(username="hr"))


@pytest.fixture
def wang(in_sunrise) -> Officer:
    return officer_row("王芳", user=staff_make("wang", role="grievance_officer"))


@pytest.fixture
def case(chen, wang) -> Case:
    case = closed(today(), after=0, category="living", agreed_publication=True)
    for officer in (chen, wang):
        wrap(case, officer)
    return case


@pytest.fixture
def draft(case, chen) -> BoardEntry:
    return entry_draft(case_id=case.pk, officer=chen, **WORDS)


@pytest.fixture
def published(draft, chen, wang) -> BoardEntry:
    for officer in (chen, wang):
        entry = entry_approve(entry=draft, officer=officer, **WORDS)
    return entry


def refused(code: str):
    return pytest.raises(VaultRefused, check=lambda refusal: refusal.code == code)


def test_two_officers_publish_it_and_one_does_not(draft, chen, wang):
    assert entry_approve(entry=draft, officer=chen, **WORDS).state == BoardEntry.State.DRAFT
    assert entry_approve(entry=draft, officer=chen, **WORDS).state == BoardEntry.State.DRAFT
    entry = entry_approve(entry=draft, officer=wang, **WORDS)
    assert (entry.state, entry.published_on) == (BoardEntry.State.PUBLISHED, today())
    assert entry_approve(entry=entry, officer=wang, **WORDS) == entry
    assert list(draft.case.events.values_list("kind", flat=True))[1:] == ["board_drafted", "board_published"]


def test_drafting_again_returns_the_first_draft(draft, case, wang):
    assert entry_draft(case_id=case.pk, officer=wang, **OTHER) == draft
    assert BoardEntry.objects.get().you_said == WORDS["you_said"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agreed_publication": False}, "not_agreed"),
        ({"state": "answered", "closed_on": None}, "not_closed"),
        ({"closing": "withdrawn"}, "not_closed"),
        ({"closing": "emptied"}, "not_closed"),
    ],
)
def test_it_takes_a_closed_case_and_the_workers_agreement(case, chen, change, code):
    Case.objects.update(**change)
    with refused(code):
        entry_draft(case_id=case.pk, officer=chen, **WORDS)
    assert not cases_to_tell(chen)
    assert not BoardEntry.objects.exists()


def test_only_an_officer_who_holds_the_case_drafts_and_approves(case, draft, chen, wang):
    stranger = officer_row("刘洋", user=staff_make("liu", role="grievance_officer"))
    with refused("not_held"):
        entry_draft(case_id=case.pk, officer=stranger, **WORDS)
    with refused("not_held"):
        entry_approve(entry=draft, officer=stranger, **WORDS)
    Officer.objects.filter(pk=wang.pk).update(state="left", passphrase_wrap=None, recovery_wrap=None)
    with refused("not_officer"):
        entry_approve(entry=draft, officer=wang, **WORDS)


def test_approvals_of_one_person_with_old_and_new_keys_count_once(draft, case, chen):
    entry_approve(entry=draft, officer=chen, **WORDS)
    Officer.objects.filter(pk=chen.pk).update(state="left")
    again = officer_row("陈主管", user=chen.user)
    wrap(case, again)
    assert entry_approve(entry=draft, officer=again, **WORDS).state == BoardEntry.State.DRAFT


def test_other_words_are_a_draft_again_which_nobody_has_approved(published, chen, wang):
    entry = entry_edit(entry=published, officer=chen, **OTHER)
    assert (entry.state, entry.published_on, entry.approvals.count()) == (BoardEntry.State.DRAFT, None, 0)
    with refused("words_changed"):
        entry_approve(entry=entry, officer=wang, **WORDS)
    assert entry.case.events.last().kind == "board_withdrawn"


def test_the_same_words_change_nothing(published, chen):
    assert entry_edit(entry=published, officer=chen, **WORDS).state == BoardEntry.State.PUBLISHED


def test_taken_off_it_stays_off_until_the_words_change(published, chen, wang):
    assert entry_withdraw(entry=published).state == entry_withdraw(entry=published).state == "withdrawn"
    with refused("not_waiting"):
        entry_approve(entry=published, officer=wang, **WORDS)
    assert entry_edit(entry=published, officer=chen, **OTHER).state == "draft"


# --- what workers read -----------------------------------------------------------------------------------------------


def test_everybody_reads_what_is_published_and_nothing_else(draft, chen, wang, sunrise, lakeside, site_client):
    client = site_client(sunrise)
    assert WORDS["you_said"] not in client.get("/board/").content.decode()
    for officer in (chen, wang):
        entry_approve(entry=draft, officer=officer, **WORDS)
    page = client.get("/board/").content.decode()
    assert WORDS["you_said"] in page
    assert WORDS["we_did"] in page
    assert draft.case.reference not in page
    assert chen.name not in page
    with tenant_context(lakeside):
        assert WORDS["you_said"] not in site_client(lakeside).get("/board/").content.decode()


def test_the_board_takes_few_statements(published, sunrise, site_client, django_assert_max_num_queries):
    client = site_client(sunrise)
    client.get("/board/")
    with django_assert_max_num_queries(2):
        client.get("/board/")


def test_home_leads_to_the_voice_host_without_saying_where_from(chen, wang, sunrise, lakeside, site_client):
    page = site_client(sunrise).get("/").content.decode()
    link = page[page.index("voice-sunrise") - 40 :][:200]
    assert 'rel="noreferrer noopener"' in link
    assert 'referrerpolicy="no-referrer"' in link
    assert reverse("grievances:board") in page
    assert "voice-lakeside" not in site_client(lakeside).get("/").content.decode()  # nobody receives cases there


def test_the_card_costs_home_no_statement(chen, wang, sunrise, site_client, django_assert_max_num_queries):
    client = site_client(sunrise)
    for _ in range(2):  # the address is looked up in public; the next request comes back from there
        client.get("/")
    with django_assert_max_num_queries(1):
        client.get("/")


# --- what officers do ------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(sunrise, site_client):
    """`desk(officer)` is their browser on the admin site."""

    def of(user):
        client = site_client(sunrise)
        client.force_login(user)
        return client

    return of


BOARD = "/admin/grievances/boardentry/"


def test_from_a_closed_case_to_the_board(case, chen, wang, desk):
    first, second = desk(chen.user), desk(wang.user)
    chooser = first.get(f"{BOARD}add/").content.decode()
    assert f"?case={case.pk}" in chooser
    response = first.post(f"{BOARD}add/?case={case.pk}", WORDS)
    entry = BoardEntry.objects.get()
    review = f"{BOARD}{entry.pk}/review/"
    assert response["Location"] == review
    for client in (first, second):
        assert WORDS["we_did"] in client.get(review).content.decode()
        assert client.post(review, {**WORDS, "approve": ""})["Location"] == review
    entry.refresh_from_db()
    assert entry.state == BoardEntry.State.PUBLISHED
    second.post(review, {"withdraw": ""})
    entry.refresh_from_db()
    assert entry.state == BoardEntry.State.WITHDRAWN


def test_a_refusal_stands_in_the_form(case, chen, desk):
    Case.objects.update(agreed_publication=False)
    response = desk(chen.user).post(f"{BOARD}add/?case={case.pk}", WORDS)
    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors()
    assert not BoardEntry.objects.exists()


def test_editing_in_the_form_begins_anew(published, wang, desk):
    desk(wang.user).post(f"{BOARD}{published.pk}/change/", OTHER)
    published.refresh_from_db()
    assert (published.state, published.you_said) == (BoardEntry.State.DRAFT, OTHER["you_said"])


def test_who_is_no_officer_looks_on_and_may_take_it_off(published, desk):
    boss = desk(staff_make("boss"))
    assert boss.get(f"{BOARD}add/").status_code == 403
    assert boss.post(f"{BOARD}{published.pk}/change/", OTHER).status_code == 403
    review = f"{BOARD}{published.pk}/review/"
    assert boss.post(review, {**WORDS, "approve": ""}).status_code == 403
    assert boss.post(f"{BOARD}{published.pk}/delete/", {"post": "yes"}).status_code == 403
    boss.post(review, {"withdraw": ""})
    published.refresh_from_db()
    assert published.state == BoardEntry.State.WITHDRAWN


def test_the_empty_list_offers_an_entry_only_to_who_may_write_one(in_sunrise, desk):
    officer = staff_make("li", role="grievance_officer")
    assert f"{BOARD}add/" not in desk(officer).get(BOARD).content.decode()
    officer_row("李主管", user=officer)
    assert f"{BOARD}add/" in desk(officer).get(BOARD).content.decode()


def test_a_draft_is_for_those_who_can_read_its_case(draft, case, chen, wang, desk):
    """It may still hold what gives the writer away: to others, and to an officer whom the case is about, it is not there."""
    review = f"{BOARD}{draft.pk}/review/"
    boss = desk(staff_make("boss"))
    CaseWrap.objects.filter(officer=wang).delete()
    for client in (boss, desk(wang.user)):
        assert client.get(review).status_code == 404
        assert client.post(review, {**WORDS, "approve": ""}).status_code == 404
        assert WORDS["you_said"] not in client.get(BOARD).content.decode()
    assert desk(chen.user).get(review).status_code == 200


def test_an_editor_of_lessons_and_another_factory_see_none_of_it(published, lakeside, desk, site_client):
    editor = desk(staff_make("editor", role="content_editor"))
    for path in (BOARD, f"{BOARD}{published.pk}/review/", f"{BOARD}add/"):
        assert editor.get(path).status_code == 403
    with tenant_context(lakeside):
        other = site_client(lakeside)
        other.force_login(User.objects.get(username="hr"))
    assert other.get(f"{BOARD}{published.pk}/review/").status_code == 404
    assert WORDS["you_said"] not in other.get(BOARD).content.decode()
