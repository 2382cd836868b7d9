"""Floods are held off without knowing who sends: limits by the hour, and work for the phone while one lasts."""

import uuid

import pytest

from grievances import protocol
from grievances.errors import TooMany, WorkNeeded
from grievances.models import Attachment, Case, Channel
from grievances.sample import new_case
from grievances.services import flood, sealed
from grievances.services.calendar import today
from grievances.services.desk import quarantine_empty, quarantine_release
from grievances.services.intake import case_submit
from tests.grievances.voice import VoiceClient, case_json


@pytest.fixture
def flooded(make_case):
    """Two cases came in this hour, and two are a flood here."""
    Channel.objects.update(flood_from=2, most_per_hour=4)
    return [make_case(), make_case()]


def solved(new) -> dict:
    with pytest.raises(WorkNeeded) as refusal:
        case_submit(new=new)
    challenge = refusal.value.extra["challenge"]
    return {"challenge": challenge, "numbers": protocol.work_solve(challenge)}


def test_without_a_flood_nobody_has_to_work(make_case):
    assert not make_case().row.is_quarantined


def test_in_a_flood_a_case_takes_work_and_waits_in_quarantine(flooded):
    new, _written = new_case()
    assert case_submit(new=new, work=solved(new)).is_quarantined


def test_work_is_good_for_one_case_and_once(flooded):
    first, second = new_case()[0], new_case()[0]
    work = solved(first)
    with pytest.raises(WorkNeeded):
        case_submit(new=second, work=work)
    case_submit(new=first, work=work)
    with pytest.raises(WorkNeeded):
        flood.work_require(case_id=first.id, work=work)


@pytest.mark.parametrize("work", [None, {}, {"challenge": "x", "numbers": []}, {"numbers": ["1"] * 16}])
def test_no_work_and_nonsense_get_a_challenge(flooded, work):
    with pytest.raises(WorkNeeded) as refusal:
        case_submit(new=new_case()[0], work=work)
    assert refusal.value.extra["challenge"]


def test_unsolved_puzzles_are_refused(flooded):
    new, _written = new_case()
    work = solved(new)
    with pytest.raises(WorkNeeded):
        case_submit(new=new, work={**work, "numbers": ["0"] * 16})


def test_above_the_most_of_an_hour_nothing_is_taken(flooded):
    for _more in range(2):
        new, _written = new_case()
        case_submit(new=new, work=solved(new))
    new, _written = new_case()
    with pytest.raises(TooMany):
        case_submit(new=new, work=solved(new))


def test_officers_let_out_of_quarantine_or_empty_it(flooded, officers):
    cases = []
    for _more in range(2):
        new, _written = new_case()
        cases.append(case_submit(new=new, work=solved(new)))
    quarantine_release(case_id=cases[0].pk, officer=officers[0].row)
    assert quarantine_empty(case_ids=[case.pk for case in cases], officer=officers[0].row) == 1
    states = dict(Case.objects.filter(pk__in=[case.pk for case in cases]).values_list("pk", "closing"))
    assert states == {cases[0].pk: "", cases[1].pk: "emptied"}


def test_the_voice_host_says_what_work_is_wanted(flooded, sunrise):
    voice, (new, _written) = VoiceClient("sunrise"), new_case()
    response = voice.post_json("/api/cases/", case_json(new))
    assert (response.status_code, response.json()["code"]) == (428, "work_needed")
    challenge = response.json()["challenge"]
    work = {"challenge": challenge, "numbers": protocol.work_solve(challenge)}
    assert voice.post_json("/api/cases/", {**case_json(new), "work": work}).status_code == 201


@pytest.mark.parametrize(
    ("length", "status"), [(str(3 * 1024 * 1024), 413), ("", 411), ("nonsense", 411)], ids=["too large", "none", "odd"]
)
def test_what_is_too_large_is_refused_before_it_is_read(sunrise, length, status):
    response = VoiceClient("sunrise").post("/api/cases/", "{}", content_type="application/json", CONTENT_LENGTH=length)
    assert response.status_code == status
    assert response.json()["title"]


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{", '{"id": 1}', '{"message": {"sealed": "!"}}', '"' + "x" * 100_000 + '"']
)
def test_nonsense_is_refused_in_words(sunrise, officers, body):
    for path in ["cases", "cases/open", "cases/messages", "cases/withdraw", "cases/hand", "cases/attachment"]:
        response = VoiceClient("sunrise").post(f"/api/{path}/", body, content_type="application/json")
        assert response.status_code in (400, 411), (path, body[:20])


def test_an_upload_is_taken_once_whole_and_never_replaced(sunrise, officers):
    voice, address = VoiceClient("sunrise"), f"/api/attachments/{uuid.uuid4()}/"
    whole = bytes(24 + 65_553)

    def put(content: bytes) -> int:
        return voice.put(address, content, content_type="application/octet-stream").status_code

    assert [put(whole[:-1]), put(whole), put(whole), put(b"x" + whole[1:])] == [409, 204, 204, 409]


def test_uploads_that_nobody_claims_leave_room_for_others(sunrise, in_sunrise, make_case):
    """One more than fits: half of what waits is dropped by lot, what belongs to a case stays."""
    written = make_case(files=(b"\xff\xd8picture",))
    row = {"sealed": b"", "arrived_on": today(), "size": sealed.MOST_STAGED_BYTES // 8}
    Attachment.objects.bulk_create(Attachment(pk=uuid.uuid4(), **row) for _upload in range(8))
    sealed.attachment_store(attachment_id=uuid.uuid4(), sealed=bytes(24 + 65_553))
    assert Attachment.objects.filter(message=None).count() == 5
    assert Attachment.objects.filter(message__case=written.row).count() == 1
