"""A record goes from one factory of the group to another by the worker's wish, sealed, once."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from lessons.models import Lesson, LessonVersion, Series
from progress.models import LessonProgress
from tenants.audit.models import AuditEntry
from tenants.models import RecordTransfer
from tests.progress.reports.cast import progress_make
from tests.workers.records import code_for
from workers.models import Consent, Contact, SentRecord, Worker
from workers.services.consents import consent_withdraw
from workers.services.transfers import (
    TransferRefused,
    destinations,
    luggage_offered,
    record_send,
    record_take,
    record_waiting,
    sent_records_recall,
)
from workers.sessions import COOKIE_NAME


def waiting() -> int:
    with schema_context("public"):
        return RecordTransfer.objects.count()


def test_only_library_lessons_that_are_completed_are_offered(learned):
    offered = luggage_offered(learned)
    assert [(item.title, item.is_private) for item in offered] == [("开机之前", False), ("难过的时候", True)]


def test_a_phone_bound_since_takes_along_nothing_private(learned, lakeside):
    Contact.objects.update(bound_at=timezone.now())
    assert [item.title for item in luggage_offered(learned)] == ["开机之前"]
    Contact.objects.update(bound_at=timezone.now() - timedelta(days=99))
    Contact.objects.create(channel="wechat", address="second", worker=learned, bound_at=timezone.now())
    assert [item.title for item in luggage_offered(learned)] == ["开机之前"]


def test_what_was_ticked_arrives_with_its_score_and_where_it_comes_from(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前")
    assert len(code) == 12
    assert code.isdigit()
    with tenant_context(lakeside):
        assert record_take(worker=newcomer, code=f" {code[:4]}-{code[4:8]} {code[8:]} ").taken == 1
        row = LessonProgress.objects.get(worker=newcomer)
        assert (row.lesson.title, row.best_score_percent, row.brought_from) == ("开机之前", 80, "晨光电子厂")
        assert row.completed_at < timezone.now() - timedelta(days=1)
        assert AuditEntry.objects.get(action="record_taken_in").subject_ids == [newcomer.pk]
    assert AuditEntry.objects.get(action="record_sent").subject_ids == [learned.pk]
    assert waiting() == 0
    assert record_waiting(learned) is None


def test_the_trail_says_where_to_and_not_how_much(learned, newcomer, lakeside):
    """HR can count the tracked lessons; what is above that would be the private ones."""
    code = code_for(learned, lakeside, "开机之前", "难过的时候")
    with tenant_context(lakeside):
        record_take(worker=newcomer, code=code)
        assert AuditEntry.objects.get(action="record_taken_in").detail == {"source": "晨光电子厂"}
    assert AuditEntry.objects.get(action="record_sent").detail == {"to": lakeside.name}


def test_a_private_lesson_stays_private_whatever_its_series_is_there(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "难过的时候")
    with tenant_context(lakeside):
        Series.objects.update(privacy="tracked")
        record_take(worker=newcomer, code=code)
        assert LessonProgress.objects.get().was_private
        assert not LessonProgress.objects.tracked().exists()


def test_a_private_lesson_does_not_complete_one_that_hr_sees_there(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "难过的时候")
    with tenant_context(lakeside):
        Series.objects.update(privacy="tracked")
        lesson = Lesson.objects.get(title="难过的时候")
        progress_make([newcomer], lesson, at=timezone.now(), completed=False)
        assert record_take(worker=newcomer, code=code).taken == 0
        assert LessonProgress.objects.get().completed_at is None


def test_the_code_works_once(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前")
    with tenant_context(lakeside):
        record_take(worker=newcomer, code=code)
        with pytest.raises(TransferRefused) as refusal:
            record_take(worker=newcomer, code=code)
        assert refusal.value.code == "transfer_unknown"
        assert LessonProgress.objects.count() == 1


def test_a_name_that_is_not_the_same_takes_nothing_and_the_record_goes_on_waiting(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前")
    with tenant_context(lakeside):
        other = Worker.objects.create(employee_number="L78", name="王强")
        with pytest.raises(TransferRefused) as refusal:
            record_take(worker=other, code=code)
        assert refusal.value.code == "transfer_name"
        assert not LessonProgress.objects.exists()
        assert record_take(worker=newcomer, code=code).taken == 1


def test_guessing_is_limited(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前")
    cache.clear()
    with tenant_context(lakeside):
        for number in range(5):
            with pytest.raises(TransferRefused) as refusal:
                record_take(worker=newcomer, code=f"00000000000{number}")
            assert refusal.value.code == "transfer_unknown"
        with pytest.raises(TransferRefused) as refusal:
            record_take(worker=newcomer, code=code)
        assert refusal.value.code == "transfer_too_often"


def test_a_version_that_is_not_there_stays_behind_and_is_named(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前", "难过的时候")
    with tenant_context(lakeside):
        Lesson.objects.filter(title="难过的时候").update(current_version=None)
        LessonVersion.objects.filter(title="难过的时候").delete()
        done = record_take(worker=newcomer, code=code)
        assert (done.taken, done.left_behind) == (1, ("难过的时候",))


def test_what_is_completed_there_already_is_left_as_it_is(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前")
    with tenant_context(lakeside):
        now = timezone.now()
        progress_make([newcomer], Lesson.objects.get(title="开机之前"), at=now)
        before = LessonProgress.objects.values().get()
        assert record_take(worker=newcomer, code=code).taken == 0
        assert LessonProgress.objects.values().get() == before


def test_the_row_in_public_says_nothing_without_the_code(learned, newcomer, lakeside, settings):
    code = code_for(learned, lakeside, "开机之前")
    with schema_context("public"):
        row = RecordTransfer.objects.get()
        sealed = bytes(row.sealed)
        said = f"{row.code_hash}{sealed!r}"
    for word in [code, "李娜", "开机之前", "00000000-0000-4000"]:
        assert word not in said
        assert word.encode() not in sealed
    settings.SECRET_KEY = "another" * 9
    with tenant_context(lakeside), pytest.raises(TransferRefused):
        record_take(worker=newcomer, code=code)


def test_a_record_for_another_factory_or_too_old_is_not_found(learned, newcomer, lakeside, sunrise):
    code = code_for(learned, lakeside, "开机之前")
    with pytest.raises(TransferRefused):
        record_take(worker=learned, code=code)  # at home
    with schema_context("public"):
        RecordTransfer.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    with tenant_context(lakeside), pytest.raises(TransferRefused) as refusal:
        record_take(worker=newcomer, code=code)
    assert refusal.value.code == "transfer_unknown"


def test_damage_is_noticed_and_takes_nothing(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前")
    with schema_context("public"):
        row = RecordTransfer.objects.get()
        row.sealed = bytes(row.sealed)[:-1] + b"x"
        row.save()
    with tenant_context(lakeside), pytest.raises(TransferRefused):
        record_take(worker=newcomer, code=code)
    assert waiting() == 1


def test_a_factory_outside_the_group_gets_nothing(learned, lakeside):
    with schema_context("public"):
        lakeside.group = None
        lakeside.save()
    assert destinations(connection.tenant) == []
    with pytest.raises(TransferRefused) as refusal:
        code_for(learned, lakeside, "开机之前")
    assert refusal.value.code == "transfer_nowhere"
    assert not SentRecord.objects.exists()
    assert not Consent.objects.exists()


def test_nothing_ticked_sends_nothing(learned, lakeside):
    with pytest.raises(TransferRefused):
        record_send(worker=learned, to=lakeside, keys=["99999999-0000-4000-8000-000000000000"])
    assert waiting() == 0


def test_a_second_code_takes_the_place_of_the_first(learned, newcomer, lakeside):
    first, second = code_for(learned, lakeside, "开机之前"), code_for(learned, lakeside, "开机之前")
    assert waiting() == SentRecord.objects.count() == 1
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 1
    with tenant_context(lakeside):
        with pytest.raises(TransferRefused):
            record_take(worker=newcomer, code=first)
        assert record_take(worker=newcomer, code=second).taken == 1


@pytest.mark.parametrize(
    "take_back", [sent_records_recall, lambda worker: consent_withdraw(worker=worker, purpose="transfer")]
)
def test_taken_back_it_opens_nothing_and_the_consent_has_ended(learned, newcomer, lakeside, take_back):
    code = code_for(learned, lakeside, "开机之前")
    take_back(worker=learned)
    take_back(worker=learned)
    assert waiting() == SentRecord.objects.count() == 0
    assert Consent.objects.get().withdrawn_at is not None
    with tenant_context(lakeside), pytest.raises(TransferRefused):
        record_take(worker=newcomer, code=code)


@pytest.mark.parametrize(("days", "allowed"), [(29, True), (31, False)])
def test_after_leaving_there_are_thirty_days(learned, lakeside, days, allowed):
    Worker.objects.update(left_on=timezone.localdate() - timedelta(days=days))
    learned.refresh_from_db()
    if allowed:
        assert code_for(learned, lakeside, "开机之前")
    else:
        with pytest.raises(TransferRefused) as refusal:
            code_for(learned, lakeside, "开机之前")
        assert refusal.value.code == "transfer_too_late"


# --- the page ----------------------------------------------------------------------------------------------------------


def phone_of(factory, worker, site_client):
    with tenant_context(factory):
        bound_at = timezone.now() - timedelta(days=99)
        contact = worker.contacts.first() or Contact.objects.create(
            channel="wechat", address=f"of-{worker.pk}", worker=worker, bound_at=bound_at
        )
        return site_client(factory).force_phone(contact)


def test_from_page_to_page(learned, newcomer, sunrise, lakeside, site_client):
    old, new = phone_of(sunrise, learned, site_client), phone_of(lakeside, newcomer, site_client)
    page = old.get("/me/transfer/").content.decode()
    assert "湖畔服装厂" in page
    assert "难过的时候" in page
    sent = old.post("/me/transfer/", {"do": "send", "to": "lakeside", "item": ["work"]})
    assert sent.status_code == 200
    assert "no-store" in sent["Cache-Control"]
    code = sent.context["code"]
    assert code in sent.content.decode()
    assert code not in old.get("/me/transfer/").content.decode(), "shown once"
    assert code.replace(" ", "") not in sent.context["address"]
    taken = new.post("/me/transfer/", {"do": "take", "code": code})
    assert taken.context["unpacked"].taken == 1
    with tenant_context(lakeside):
        assert [row.lesson.title for row in LessonProgress.objects.all()] == ["开机之前"]


def test_loading_the_page_with_the_code_again_makes_no_other_code(learned, newcomer, sunrise, lakeside, site_client):
    old, new = phone_of(sunrise, learned, site_client), phone_of(lakeside, newcomer, site_client)
    form = {"do": "send", "to": "lakeside", "item": ["work"], "csrfmiddlewaretoken": "one"}
    code = old.post("/me/transfer/", form).context["code"]
    assert old.post("/me/transfer/", form).status_code == 302
    assert new.post("/me/transfer/", {"do": "take", "code": code}).context["unpacked"].taken == 1
    assert old.post("/me/transfer/", form).status_code == 302, "nor when it has been used"
    assert waiting() == 0
    assert old.post("/me/transfer/", {**form, "csrfmiddlewaretoken": "two"}).context["code"] != code


def test_the_page_tells_what_was_wrong(learned, newcomer, sunrise, lakeside, site_client):
    old, new = phone_of(sunrise, learned, site_client), phone_of(lakeside, newcomer, site_client)
    for client, form in [
        (old, {"do": "send", "to": "nowhere", "item": ["work"]}),
        (old, {"do": "send", "to": "lakeside"}),
        (new, {"do": "take", "code": "abc"}),
        (new, {"do": "take"}),
    ]:
        response = client.post("/me/transfer/", form)
        assert response.status_code == 200
        assert response.context["refusal"] in response.content.decode()
    assert old.post("/me/transfer/", {"do": "nonsense"}).status_code == 302


def test_a_stranger_is_sent_to_sign_in_and_an_unbound_phone_to_bind(sunrise, site_client, contact):
    assert site_client(sunrise).get("/me/transfer/")["Location"].startswith("/wechat/oauth/")
    client = site_client(sunrise).force_phone(contact)
    assert client.get("/me/transfer/")["Location"].startswith("/bind/")


def test_the_phone_of_another_factory_is_nobody_here(learned, newcomer, sunrise, lakeside, site_client):
    client = phone_of(lakeside, newcomer, site_client)
    here = site_client(sunrise)
    here.cookies[COOKIE_NAME] = client.cookies[COOKIE_NAME].value
    assert here.get("/me/transfer/")["Location"].startswith("/wechat/oauth/")


def test_a_factory_without_a_group_says_so(li_na, sunrise, site_client):
    page = phone_of(sunrise, li_na, site_client).get("/me/transfer/")
    assert page.status_code == 200
    assert page.context["factories"] == []
