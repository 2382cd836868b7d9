"""What is answered at once to a worker's words."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import schema_context

from grievances.templatetags import voice
from lessons.models import Lesson, LessonVersion, Origin, Series
from lessons.services.publishing import version_columns
from tenants.middleware import domains_forget
from tenants.models import Factory
from tests.grievances.cast import holder_enrol, staff_make
from tests.wechat.wire import event_xml, statements_of, text_xml
from wechat import queries
from workers.models import Contact, Worker


@pytest.fixture
def lessons(in_sunrise):
    """Two lessons of the library in one series, a third in another, and one of the factory's own."""
    first, second = (
        Series.objects.create(slug=f"s{number}", title=f"系列{number}", position=number) for number in (1, 2)
    )
    return [
        lesson_make(series=first, title="睡得好", position=1),
        lesson_make(series=first, title="用电安全", position=2, summary="拔插头前先擦干手"),
        lesson_make(series=second, title="睡前讲故事", position=1),
        lesson_make(series=second, title="本厂睡眠调查", position=2, origin=Origin.OWN),
    ]


def lesson_make(*, origin=Origin.LIBRARY, **columns) -> Lesson:
    lesson = Lesson.objects.create(origin=origin, state=Lesson.State.PUBLISHED, **columns)
    lesson.current_version = LessonVersion.objects.create(
        lesson=lesson, number=1, checksum="0" * 64, document={}, published_at=timezone.now(), **version_columns(lesson)
    )
    lesson.save()
    return lesson


@pytest.mark.parametrize("words", ["安全", " 插头 ", "用电安全"])
def test_one_fitting_lesson_comes_as_a_card(wire, account, lessons, words):
    reply = wire.reply(wire.post(text_xml(account, words)))
    assert (reply["MsgType"], reply["ArticleCount"], reply["Title"]) == ("news", "1", "用电安全")
    assert reply["Url"].endswith(f"/wechat/oauth/?next=/lessons/{lessons[1].uuid}/")


@pytest.mark.parametrize("words", ["睡", "第1课", "第一课", "1"])
def test_several_come_as_links_and_own_lessons_are_not_told(wire, account, lessons, words):
    content = wire.reply(wire.post(text_xml(account, words)))["Content"]
    assert str(lessons[0].uuid) in content
    assert str(lessons[2].uuid) in content
    assert str(lessons[3].uuid) not in content


@pytest.mark.parametrize("words", ["没有", "你好", "", "x" * 500, "第99课", "%", "]]><a>"])
def test_otherwise_a_hint_comes(wire, account, lessons, words):
    content = wire.reply(wire.post(text_xml(account, words.replace("]]>", ""))))["Content"]
    assert "/wechat/oauth/?next=/lessons/" in content


def test_a_title_cannot_break_the_answer(wire, account, in_sunrise):
    series = Series.objects.create(slug="s", title="s")
    lesson_make(series=series, title="怪]]><b>题目", position=1)
    assert wire.reply(wire.post(text_xml(account, "怪")))["Title"] == "怪]] ><b>题目"


def test_the_menus_help_and_a_scan_are_answered(wire, account):
    for event, key in (("CLICK", "HELP"), ("SCAN", "workshop-1")):
        reply = wire.reply(wire.post(event_xml(account, event, EventKey=key)))
        assert "/wechat/oauth/?next=/" in reply["Content"]


TROUBLES = ["被欺负", "工资没发", "没钱吃饭了", "没有这个词"]


@pytest.mark.parametrize("words", TROUBLES)
def test_the_hint_names_the_voice_channel_to_everybody_and_only_while_it_is_open(wire, account, words):
    def answered(content: str, number: int) -> str:
        return wire.reply(wire.post(text_xml(account, content, msg_id=number)))["Content"]

    assert "不写名字" not in answered(words, 1)
    first = holder_enrol(get_user_model().objects.get(username="hr"), name="陈主管")
    holder_enrol(staff_make("wang"), name="王芳", by=first)
    voice._addresses.clear()
    told = answered(words, 2)
    assert "不写名字" in told
    assert "voice-" not in told, "WeChat knows who was sent which address"
    with CaptureQueriesContext(connection) as asked:
        assert answered("什么都行", 3) == told
    assert len(statements_of(asked)) <= 1


@pytest.mark.parametrize("words", ["想投诉主管", "投诉", "举报", "申诉", "我要维权", "I want to complain"])
def test_who_wants_to_complain_reads_of_the_voice_channel_first(wire, account, in_sunrise, words):
    assert "没找到" in wire.reply(wire.post(text_xml(account, words)))["Content"], (
        "while it is closed nothing is promised"
    )
    voice._addresses.put(in_sunrise.schema_name, "https://voice.example")
    content = wire.reply(wire.post(text_xml(account, words, msg_id=2)))["Content"]
    assert "没找到" not in content
    assert content.index("不写名字") < content.index("发一个词")
    assert content.count("不写名字") == 1


@pytest.mark.parametrize(
    "number", ["12345", "１２３４５", " 12355 ", "12338", "12333", "12351", "119", "122", "110", "120", "12356"]
)
def test_a_number_that_one_dials_is_nobodys_employee_number(wire, account, number):
    content = wire.reply(wire.post(text_xml(account, number)))["Content"]
    assert "/bind/" not in content
    assert "没找到" not in content


@pytest.mark.parametrize("words", ["help", "帮助", "？"])
def test_who_asks_for_help_is_told_how_it_works(wire, account, words):
    content = wire.reply(wire.post(text_xml(account, words)))["Content"]
    assert content == wire.reply(wire.post(event_xml(account, "CLICK", EventKey="HELP")))["Content"]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        *[(words, "/me/") for words in ("我的", " 我的学习 ", "Me")],
        *[(words, "/me/data/") for words in ("退订", "怎么取消订阅？", "删除我的数据", "注销", "delete my data")],
        *[(words, "/bind/") for words in ("绑定", "1024", "20260017", "１０２４")],
    ],
)
def test_words_for_what_the_menu_has_get_its_link(wire, account, words, path):
    assert f'next={path}"' in wire.reply(wire.post(text_xml(account, words)))["Content"]


@pytest.mark.parametrize(
    "words",
    [
        "工号 01006", "01006 赵磊", "01008吴刚", "吴刚01008", "我的工号是01008", "我的工号：０１００８。",
        "我叫赵磊，工号01006", "A-1024",
        "工号A1024 赵磊", "我是赵磊 01006", "欧阳小丽，20260017", "my employee number is 1024", "员工号01006", "员工编号：01006",
    ],
)  # fmt: skip
def test_who_writes_a_number_is_led_to_binding_whoever_it_is(wire, account, words):
    """The roster is empty: the answer does not depend on it."""
    with CaptureQueriesContext(connection) as asked:
        content = wire.reply(wire.post(text_xml(account, words)))["Content"]
    assert 'next=/bind/"' in content
    assert "没找到" not in content
    assert not [
        statement for statement in statements_of(asked) if "employee_number" in statement and "赵磊" in statement
    ]


@pytest.mark.parametrize("words", ["工号 01006", "01006 赵磊"])
def test_who_is_bound_and_writes_a_number_is_welcomed(wire, account, words):
    worker = Worker.objects.create(employee_number="01006", name="赵磊")
    Contact.objects.create(channel="wechat", address=f"{account.appid}:oBound", worker=worker)
    content = wire.reply(wire.post(text_xml(account, words, FromUserName="oBound")))["Content"]
    assert "赵磊" in content
    assert "/bind/" not in content


@pytest.mark.parametrize(
    "words",
    [
        "第3课", "3", "12", "13800138000", "赵磊13800138000", "工号", "工资3000", "扣了200", "加班费500", "440301199901011234",
        "赵磊12356", "我打12345", "上个月少发我500", "工号01006的工资没发", "1月工资", "孩子", "01006为什么没有年假",
    ],
)  # fmt: skip
def test_other_numbers_do_not_ask_to_bind(wire, account, words):
    assert "/bind/" not in wire.reply(wire.post(text_xml(account, words)))["Content"]


def test_a_number_is_nobodys_on_an_open_account(wire, account, sunrise):
    with schema_context("public"):
        Factory.objects.filter(pk=sunrise.pk).update(enrolment=Factory.Enrolment.OPEN)
    domains_forget()
    try:
        assert "/bind/" not in wire.reply(wire.post(text_xml(account, "20260017")))["Content"]
    finally:
        domains_forget()


@pytest.mark.parametrize("words", ["搜索 插头", "搜索插头", "搜索：插头", "search 插头"])
def test_the_word_for_searching_is_not_searched(wire, account, lessons, words):
    assert wire.reply(wire.post(text_xml(account, words)))["Title"] == "用电安全"


def test_a_sentence_is_answered_by_the_subject_it_speaks_of_and_by_the_hint(wire, account, lessons):
    lesson_make(series=lessons[0].series, title="看懂孩子的难过", position=3)
    queries._cards.clear()
    content = wire.reply(wire.post(text_xml(account, "我家孩子最近不理我，我该怎么办" * 4)))["Content"]
    assert "看懂孩子的难过" in content
    assert "用电安全" not in content
    assert 'next=/lessons/"' in content
