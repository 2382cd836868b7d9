"""The API of a factory's site: the same rules as the pages."""

import json
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lessons.models import Lesson
from progress.models import QuizAttempt
from tests.progress.learner.conftest import right_answers


def attempt_body(version, answers=None, key=None) -> dict:
    answers = right_answers(version) if answers is None else answers
    return {
        "version": version.number,
        "submission_key": str(key or uuid4()),
        "answers": {str(question): [str(choice) for choice in chosen] for question, chosen in answers.items()},
    }


def post(client, lesson, body):
    return client.post(f"/api/v1/lessons/{lesson.uuid}/quiz-attempts/", body, content_type="application/json")


def test_a_stranger_reads_library_lessons_only(stranger, shelf):
    listed = stranger.get("/api/v1/lessons/").json()["results"]
    assert [lesson["title"] for lesson in listed] == ["批评怎么说", "看懂孩子的难过"]
    assert stranger.get(f"/api/v1/lessons/{shelf.tracked.uuid}/").status_code == 200
    assert stranger.get(f"/api/v1/lessons/{shelf.own.uuid}/").status_code == 404


def test_a_bound_worker_reads_the_factorys_own_too(her, shelf):
    assert len(her.get("/api/v1/lessons/").json()["results"]) == 3
    assert her.get(f"/api/v1/lessons/{shelf.own.uuid}/").status_code == 200


def test_another_factorys_cookie_is_nobodys(outsider, shelf, version, tracked):
    assert outsider.get("/api/v1/me/progress/").status_code == 401
    assert post(outsider, tracked, attempt_body(version)).status_code == 401
    assert outsider.get(f"/api/v1/lessons/{shelf.own.uuid}/").status_code == 404
    assert not QuizAttempt.objects.exists()


def test_the_answer_key_never_leaves(her, tracked, version):
    answer = her.get(f"/api/v1/lessons/{tracked.uuid}/").content.decode()
    assert "说明甲" not in answer
    assert "right" not in answer
    assert "feedback" not in answer
    assert json.loads(answer)["document"] == version.document


def test_lists_are_filtered_and_paged(her, shelf):
    page = her.get("/api/v1/lessons/?limit=2&series=safety").json()
    assert len(page["results"]) == 2
    assert (page["next"], page["previous"]) == (None, None)
    assert len(her.get("/api/v1/lessons/?format=lesson").json()["results"]) == 3
    assert not her.get("/api/v1/lessons/?format=comic").json()["results"]
    page = her.get("/api/v1/lessons/?limit=2").json()
    assert len(her.get(page["next"]).json()["results"]) == 1


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "offset=-1", "audience=x", "format=x", "q=" + "a" * 41, "q=%00", "offset=9999999999"],
)
def test_odd_queries_are_refused_with_a_reason(her, query):
    response = her.get(f"/api/v1/lessons/?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert query.split("=")[0] in response.json()["errors"]


def test_an_attempt_sent_twice_counts_once(her, tracked, version):
    body = attempt_body(version, key=uuid4())
    first, second = post(her, tracked, body), post(her, tracked, body)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.json()["score_percent"] == 100
    assert len(first.json()["right_questions"]) == 2
    assert QuizAttempt.objects.count() == 1


def test_refusals_have_codes_and_write_nothing(her, tracked, version):
    answers = right_answers(version)
    gap = dict(list(answers.items())[:1])
    odd = {**answers, next(iter(answers)): {uuid4()}}
    assert post(her, tracked, attempt_body(version, gap)).json()["code"] == "quiz_incomplete"
    assert post(her, tracked, attempt_body(version, odd)).json()["code"] == "answer_unknown"
    assert post(her, tracked, {**attempt_body(version), "version": 99}).status_code == 400
    assert post(her, tracked, {**attempt_body(version), "submission_key": "x"}).status_code == 400
    assert post(her, tracked, {**attempt_body(version), "answers": {"x": []}}).status_code == 400
    assert post(her, tracked, {**attempt_body(version), "answers": []}).status_code == 400
    many = {str(uuid4()): [str(uuid4())] for _ in range(101)}
    assert post(her, tracked, {**attempt_body(version), "answers": many}).status_code == 400
    assert not QuizAttempt.objects.exists()


def test_sending_needs_the_csrf_token(her, tracked, version):
    her.handler.enforce_csrf_checks = True
    response = post(her, tracked, attempt_body(version))
    assert response.status_code == 403
    assert not QuizAttempt.objects.exists()


def test_a_stranger_has_no_progress_and_sends_no_answers(stranger, tracked, version):
    assert stranger.get("/api/v1/me/progress/").status_code == 401
    assert post(stranger, tracked, attempt_body(version)).status_code == 401


def test_own_progress_holds_private_lessons_too(her, shelf):
    her.get(f"/lessons/{shelf.private.uuid}/")
    post(her, shelf.tracked, attempt_body(shelf.tracked.current_version))
    her.post(f"/lessons/{shelf.tracked.uuid}/read/")
    done = her.get("/api/v1/me/progress/").json()["results"]
    begun = her.get("/api/v1/me/progress/?completed=false").json()["results"]
    assert [(lesson["title"], lesson["best_score_percent"]) for lesson in done] == [("批评怎么说", 100)]
    assert [(lesson["title"], lesson["is_private"]) for lesson in begun] == [("看懂孩子的难过", True)]


def test_a_lesson_taken_down_is_gone_and_stays_in_the_record(her, tracked, version):
    post(her, tracked, attempt_body(version))
    Lesson.objects.filter(pk=tracked.pk).update(is_hidden=True)
    assert her.get(f"/api/v1/lessons/{tracked.uuid}/").status_code == 404
    assert post(her, tracked, attempt_body(version)).status_code == 404
    record = her.get("/api/v1/me/progress/?completed=false").json()["results"]
    assert [lesson["is_visible"] for lesson in record] == [False]


def test_the_api_takes_few_statements(her, tracked):
    for path in ["/api/v1/lessons/", f"/api/v1/lessons/{tracked.uuid}/", "/api/v1/me/progress/"]:
        her.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert her.get(path).status_code == 200
        assert len(captured) <= 4, path


def test_too_many_attempts_are_slowed_down(her, tracked, version):
    codes = {post(her, tracked, {}).status_code for _ in range(21)}
    assert codes == {400, 429}
    assert int(post(her, tracked, {}).headers["Retry-After"]) > 0


def test_the_public_site_has_no_lessons_api(site_client, db):
    assert site_client(None).get("/api/v1/lessons/").status_code == 404


def test_the_schema_is_whole(tmp_path, settings):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))
    schema = (tmp_path / "schema.yaml").read_text()
    for name in ["lesson_list", "lesson_detail", "quiz_attempt_create", "my_progress", "workerSession"]:
        assert name in schema


def test_schema_and_its_page_open(stranger, settings):
    assert stranger.get("/api/schema/").status_code == 200
    assert stranger.get("/api/docs/").status_code == 200
