"""Small words of the admin: a page for adding says so, an empty cell has one sign, nobody is offered what they cannot do."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth import get_user_model

from tests.config.rows import row_make
from tests.config.test_admin_sites import client_of
from wechat.models import Account, Scene
from workers.models import Worker


@pytest.fixture
def hr(in_sunrise, site_client):
    return client_of(site_client, in_sunrise, get_user_model().objects.get(username="hr"))


def heading(page: str) -> str:
    return " ".join(page.partition("<h1")[2].partition("</h1>")[0].split())


@pytest.mark.parametrize(
    ("path", "name"), [("wechat/account", "公众号"), ("workers/audience", "人群"), ("workers/department", "部门")]
)
def test_a_page_for_adding_is_headed_so_and_leads_to_no_other_empty_form(hr, path, name):
    page = hr.get(f"/admin/{path}/add/").content.decode()
    assert f"增加{name}" in heading(page)
    assert "addlink" not in page
    listed = hr.get(f"/admin/{path}/").content.decode()
    assert ("增加" in heading(listed), "addlink" in listed) == (False, True)


def test_a_row_that_is_there_is_headed_by_its_name(hr):
    worker = row_make(Worker, name="李娜")
    page = hr.get(f"/admin/workers/worker/{worker.pk}/change/").content.decode()
    assert "增加" not in heading(page)
    assert "addlink" in page


def test_there_is_one_account_and_no_button_for_another(hr):
    assert "_addanother" not in hr.get("/admin/wechat/account/add/").content.decode()
    account = row_make(Account)
    assert "_addanother" not in hr.get(f"/admin/wechat/account/{account.pk}/change/").content.decode()


def test_what_is_deleted_is_named_without_a_gap(hr):
    scene = row_make(Scene)
    page = " ".join(hr.get(f"/admin/wechat/scene/{scene.pk}/change/").content.decode().split())
    assert "删除海报" in page
    assert "删除 海报" not in page


def test_an_empty_cell_has_one_sign(hr):
    row_make(Worker, left_on=None, birth_date=None)
    page = " ".join(hr.get("/admin/workers/worker/").content.decode().split())
    assert "> - <" not in page
    assert "–" in page


def test_ones_own_account_does_not_speak_of_a_tick_that_cannot_be_cleared(hr):
    users = get_user_model().objects
    own = hr.get(f"/admin/auth/user/{users.get(username='hr').pk}/change/").content.decode()
    other = users.create_user("wang", is_staff=True)
    assert ("取消勾选" in own, "不能自己改" in own) == (False, True)
    assert "取消勾选" in hr.get(f"/admin/auth/user/{other.pk}/change/").content.decode()


def test_everybody_is_called_by_the_same_word():
    for source in Path(settings.BASE_DIR).glob("*/locale/zh_Hans/LC_MESSAGES/*.po"):
        with source.open("rb") as file:
            said = [str(entry.string) for entry in read_po(file, locale="zh_Hans")]
        assert not [text for text in said if "您" in text], source
