"""What the two admin sites do not offer."""

import logging

import pytest

from tests.conftest import ADMIN_PASSWORD


@pytest.fixture
def hr(site_client, sunrise):
    browser = site_client(sunrise)
    browser.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    return browser


def test_there_is_no_jump_to_an_object_by_content_type(hr):
    for content_type in range(1, 40):
        assert hr.get(f"/admin/r/{content_type}/1/").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [("/admin/workers/worker/?lesson_progress=1", 400), ("/admin/progress/lessonprogress/add/", 403)],
)
def test_a_refusal_is_a_page_in_the_readers_language_and_one_line_in_the_log(hr, address, status, caplog):
    answer = hr.get(address)
    assert answer.status_code == status
    assert "<h1" in answer.content.decode()
    assert 'href="/admin/"' in answer.content.decode()
    assert "Request" not in answer.content.decode()
    assert "Forbidden" not in answer.content.decode()
    console = next(handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler)
    lines = [console.format(record) for record in caplog.records if console.filter(record)]
    assert any("not allowed" in line or "Permission denied" in line for line in lines)
    assert not [line for line in lines if "Traceback" in line]
