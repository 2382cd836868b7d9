"""What the two admin sites do not offer."""

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
def test_a_refusal_is_a_page_in_the_readers_language(hr, address, status):
    answer = hr.get(address)
    assert answer.status_code == status
    assert "<h1" in answer.content.decode()
    assert "Request" not in answer.content.decode()
    assert "Forbidden" not in answer.content.decode()
