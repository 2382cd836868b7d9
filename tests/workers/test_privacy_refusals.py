"""HR refuses what somebody asks of their data: for a reason, in words, and the employee reads it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants.audit.models import AuditEntry
from tests.workers.test_privacy_pages import signed_in, url
from workers.models import PrivacyRequest, Worker, WorkerMessage
from workers.privacy.copies import worker_copy
from workers.privacy.erasure import worker_erase
from workers.privacy.refusals import REFUSALS, reasons_for
from workers.privacy.requests import (
    ASKED_MOST,
    AskedTooOften,
    RefusalUnclear,
    RequestGone,
    open_requests,
    request_answer,
    request_open,
    request_refuse,
    request_withdraw,
)
from workers.services import worker_leave

WORDS = "培训记录依法要保存到 2028 年。"


@pytest.fixture
def officer(in_sunrise) -> User:
    return User.objects.create_user("officer", is_staff=True)


@pytest.fixture
def asked(li_na) -> PrivacyRequest:
    return request_open(worker=li_na, kind="erase")


@pytest.fixture
def people(sunrise, site_client):
    return signed_in(sunrise, site_client, role="people")


@pytest.fixture
def phone(sunrise, bound_contact, site_client):
    return site_client(sunrise).force_phone(bound_contact)


def page(worker: Worker) -> str:
    return url("worker_personal_data", worker.pk)


def refuse(client, asked: PrivacyRequest, **said):
    form = {"do": "refuse", "request": asked.pk, "reason": "law_keeps", "words": WORDS} | said
    return client.post(page(asked.worker), form)


# --- the rule ----------------------------------------------------------------------------------------------------------


def test_a_refusal_says_why_tells_the_employee_and_is_written_down(asked, officer):
    for _time in range(2):
        refused = request_refuse(request=asked, by=officer, reason="law_keeps", words=WORDS)
    assert (refused.state, refused.reason, refused.words, refused.done_by) == ("refused", "law_keeps", WORDS, officer)
    assert not open_requests().exists(), "nothing waits any more"
    entry = AuditEntry.objects.get(action="privacy_request_refused")
    assert entry.subject_ids == [asked.worker_id]
    assert WORDS not in str(entry.detail), "the trail holds the reason, never the words"
    assert WorkerMessage.objects.filter(worker=asked.worker).count() == 1


def test_the_message_says_nothing_of_the_answer(li_na, officer, contact):
    copy, erasure = (request_open(worker=li_na, kind=kind) for kind in ("export", "erase"))
    request_answer(request=copy, by=officer)
    request_refuse(request=erasure, by=officer, reason="work_needs")
    values = [message.values for message in WorkerMessage.objects.filter(kind="privacy_answered")]
    assert len(values) == 2
    assert values[0] == values[1]


@pytest.mark.parametrize(("kind", "reason", "words"), [
    ("erase", "", WORDS), ("erase", "mood", WORDS), ("erase", "law_keeps", ""), ("erase", "other", "  不行  "),
    ("export", "law_keeps", WORDS), ("export", "work_needs", WORDS), ("export", "identity", ""), ("export", "answered", " "),
])  # fmt: skip
def test_without_a_lawful_reason_that_is_explained_nothing_is_refused(li_na, officer, kind, reason, words):
    asked = request_open(worker=li_na, kind=kind)
    with pytest.raises(RefusalUnclear):
        request_refuse(request=asked, by=officer, reason=reason, words=words)
    assert open_requests().get() == asked
    assert not WorkerMessage.objects.exists()


def test_what_is_answered_otherwise_or_taken_back_is_not_refused_and_the_other_way_round(li_na, officer):
    for close in (
        lambda asked: request_answer(request=asked, by=officer),
        lambda asked: request_withdraw(request=asked),
    ):
        asked = request_open(worker=li_na, kind="export")
        close(asked)
        with pytest.raises(RequestGone):
            request_refuse(request=asked, by=officer, reason="other", words=WORDS)
    refused = request_refuse(
        request=request_open(worker=li_na, kind="erase"), by=officer, reason="dispute", words=WORDS
    )
    for attempt in (
        lambda: request_answer(request=refused, by=officer),
        lambda: request_withdraw(request=refused),
        lambda: request_refuse(request=refused, by=officer, reason="other", words=WORDS),
    ):
        with pytest.raises(RequestGone):
            attempt()
    refused.refresh_from_db()
    assert (refused.state, refused.reason) == ("refused", "dispute")


def test_a_refused_request_may_be_asked_again_a_few_times_a_month(li_na, officer):
    for _time in range(ASKED_MOST):
        asked = request_open(worker=li_na, kind="erase")
        request_refuse(request=asked, by=officer, reason="work_needs")
    with pytest.raises(AskedTooOften):
        request_open(worker=li_na, kind="erase")
    assert request_open(worker=li_na, kind="export"), "the other kind is counted by itself"
    PrivacyRequest.objects.filter(kind="erase").update(created_at=timezone.now() - timedelta(days=31))
    assert request_open(worker=li_na, kind="erase").state == "open"


def test_a_refusal_without_a_reason_and_a_reason_without_a_refusal_cannot_be_kept(asked):
    for columns in ({"state": "refused"}, {"reason": "other"}, {"words": WORDS}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PrivacyRequest.objects.filter(pk=asked.pk).update(**columns)


def test_the_words_go_with_the_employee_the_reason_stays_as_proof(asked, officer):
    request_refuse(request=asked, by=officer, reason="law_keeps", words=WORDS)
    Worker.objects.filter(pk=asked.worker_id).update(left_on=timezone.localdate())
    worker_erase(worker=asked.worker, by=officer)
    asked.refresh_from_db()
    assert (asked.state, asked.reason, asked.words) == ("refused", "law_keeps", "")


def test_only_what_can_be_true_is_offered_as_a_reason(li_na, officer):
    first = request_open(worker=li_na, kind="erase")
    assert "answered" not in dict(reasons_for(first)), "nothing was answered before"
    request_refuse(request=first, by=officer, reason="work_needs")
    second = request_open(worker=li_na, kind="erase")
    assert dict(reasons_for(second)).keys() == REFUSALS.keys()
    worker_leave(worker=li_na, on=timezone.localdate())
    second.refresh_from_db()
    assert "work_needs" not in dict(reasons_for(second)), "they work here no more"
    with pytest.raises(RefusalUnclear):
        request_refuse(request=second, by=officer, reason="work_needs")


def test_every_reason_fits_its_column():
    assert max(map(len, REFUSALS)) <= PrivacyRequest._meta.get_field("reason").max_length


# --- pages -------------------------------------------------------------------------------------------------------------


def test_hr_refuses_on_the_employees_page_and_the_employee_reads_why(people, phone, li_na):
    asked = request_open(worker=li_na, kind="erase")
    assert "refuse-" in people.get(page(li_na)).content.decode()
    assert refuse(people, asked).status_code == 302
    shown = people.get(page(li_na)).content.decode()
    assert WORDS in shown
    assert f'value="{asked.pk}"' not in shown, "an answered request has no form any more"
    theirs = phone.get("/me/data/").content.decode()
    assert WORDS in theirs
    assert "网信办" in theirs
    copy = worker_copy(worker=li_na, is_own=True)
    assert any(WORDS in row for part in copy["parts"] for row in part.rows)


def test_hr_reads_beside_the_field_what_is_missing_and_the_words_stay(people, li_na):
    asked = request_open(worker=li_na, kind="export")
    answer = refuse(people, asked, reason="identity", words="短了")
    assert answer.status_code == 200
    refusal = next(form for each, form in answer.context["requests"] if each == asked)
    assert "words" in refusal.errors
    assert "短了" in answer.content.decode()
    for said in ({"reason": "law_keeps"}, {"reason": ""}, {"words": "长" * 501}):
        assert refuse(people, asked, **said).status_code == 200
    assert open_requests().get() == asked


def test_words_of_hr_are_text_on_every_page(people, phone, li_na):
    asked = request_open(worker=li_na, kind="erase")
    refuse(people, asked, words="<script>alert(1)</script> 八个字以上")
    for shown in (people.get(page(li_na)), phone.get("/me/data/"), phone.get("/me/data/copy/?file=1")):
        assert "<script>alert(1)" not in shown.content.decode()


def test_a_request_refused_meanwhile_says_so_and_keeps_the_first_answer(people, li_na, officer):
    asked = request_open(worker=li_na, kind="erase")
    request_refuse(request=asked, by=officer, reason="dispute", words=WORDS)
    assert refuse(people, asked, reason="other").status_code == 302
    asked.refresh_from_db()
    assert asked.reason == "dispute"


def test_a_request_of_somebody_else_or_of_no_number_is_not_found(people, li_na):
    other = Worker.objects.create(employee_number="B7", name="王芳")
    asked = request_open(worker=other, kind="erase")
    for pk in (asked.pk, "0", "x", "9" * 30, ""):
        assert people.post(page(li_na), {"do": "refuse", "request": pk, "reason": "other"}).status_code == 404
    assert open_requests().get() == asked


def test_only_who_may_erase_refuses(sunrise, lakeside, site_client, li_na):
    asked = request_open(worker=li_na, kind="erase")
    for factory, options in (
        (sunrise, {"only": ("view_worker", "change_privacyrequest")}),
        (lakeside, {"role": "people"}),
    ):
        assert refuse(signed_in(factory, site_client, **options), asked).status_code in (403, 404)
    assert open_requests().get() == asked


def test_the_list_shows_no_due_day_of_what_is_answered(people, li_na, officer):
    asked = request_open(worker=li_na, kind="erase")
    due = asked.due_on.isoformat()
    assert due in people.get(url("privacyrequest_changelist")).content.decode()
    request_refuse(request=asked, by=officer, reason="work_needs")
    listed = people.get(url("privacyrequest_changelist"))
    assert due not in listed.content.decode()
    assert people.get(url("privacyrequest_changelist") + "?state__exact=refused").status_code == 200


def test_asking_too_often_is_told_on_the_phone(phone, li_na):
    for _time in range(ASKED_MOST):
        phone.post("/me/data/", {"do": "ask", "what": "erase"})
        phone.post("/me/data/", {"do": "withdraw_request", "what": "erase"})
    answer = phone.post("/me/data/", {"do": "ask", "what": "erase"})
    assert answer.status_code == 200
    assert answer.context["refusal"]
    assert not open_requests().exists()
