"""Somebody writes that they want to die, or that they are hurt: they are told whom to call, and nobody else ever learns that
they wrote it."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grievances.templatetags import voice
from lessons.models import Series
from tests.grievances.cast import holder_enrol, staff_make
from tests.wechat.test_replies import lesson_make
from tests.wechat.wire import message_xml, statements_of, text_xml
from tests.workers.phones import phone_of
from wechat import queries
from wechat.cries import LESSONS
from wechat.models import InboundCallback
from wechat.services.replies import cry_text, danger_text, low_text
from wechat.tasks import callbacks_handle_task

CRY, DANGER, RAGE, LOW = "我不想活了", "老公打我", "我要杀了他", "我抑郁了"


@pytest.fixture
def lesson(in_sunrise):
    """The library's lesson on stress, in a private series."""
    series = Series.objects.create(slug="young", title="青年工人", privacy=Series.Privacy.PRIVATE)
    return lesson_make(series=series, title="压力大的时候", uuid=LESSONS[0], position=1)


def answer(wire, account, words: str = CRY, **fields) -> str:
    return wire.reply(wire.post(text_xml(account, words, **fields)))["Content"]


def all_rows(schema: str) -> dict[str, list[str]]:
    """Every row of every table of a factory and of public, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN (%s, 'public')", [schema])
        rows = {}
        for place, name in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{place}"."{name}" t')
            rows[f"{place}.{name}"] = [text for (text,) in cursor.fetchall()]
    return rows


def test_the_answer_says_whom_to_call_now(wire, account):
    content = answer(wire, account)
    assert content.index("12356") < content.index("120") < content.index("110")
    assert "你" in content
    assert "No lesson" not in content


def test_english_words_are_answered_in_english(wire, account):
    content = answer(wire, account, "I want to die")
    assert "12356" in content
    assert "call" in content
    assert "你" not in content


def test_a_voice_message_that_wechat_has_written_down_is_heard(wire, account):
    xml = message_xml(account, MsgType="voice", MediaId="M", Format="amr", MsgId=7, Recognition="我想死，没人管我。")
    assert "12356" in wire.reply(wire.post(xml))["Content"]
    assert "想死" not in str(InboundCallback.objects.get().payload)


def test_a_cry_that_is_also_a_word_of_a_lesson_or_of_binding_is_still_heard(wire, account, in_sunrise):
    series = Series.objects.create(slug="s", title="s")
    lesson_make(series=series, title="预防自杀", position=1)
    assert "12356" in answer(wire, account, "自杀")
    assert "12356" in answer(wire, account, "绑定了也不想活", msg_id=2)


def test_a_lesson_is_named_where_the_factory_shows_it_and_reading_it_stays_unknown(wire, account, lesson):
    assert str(lesson.uuid) in answer(wire, account)
    lesson.is_hidden = True
    lesson.save()
    queries._cards.clear()
    assert str(lesson.uuid) not in answer(wire, account)
    lesson.is_hidden = False
    lesson.save()
    Series.objects.update(privacy=Series.Privacy.TRACKED)
    queries._cards.clear()
    assert str(lesson.uuid) not in answer(wire, account)


def test_the_voice_channel_is_named_only_where_somebody_receives_cases(wire, account):
    assert "不写名字" not in answer(wire, account)
    voice._addresses.clear()
    first = holder_enrol(get_user_model().objects.get(username="hr"), name="陈主管")
    assert "不写名字" not in answer(wire, account)
    holder_enrol(staff_make("wang"), name="王芳", by=first)
    voice._addresses.clear()
    content = answer(wire, account)
    assert "不写名字" in content
    assert "voice-" not in content, "WeChat knows who was sent which address"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_longest_answer_fits_into_a_passive_reply(in_sunrise, language):
    """WeChat cuts a text at 2048 bytes."""
    series = Series.objects.create(slug="s", title="s", privacy=Series.Privacy.PRIVATE)
    lesson_make(series=series, title="压" * 60, uuid=LESSONS[0], position=1)
    voice._addresses.put(in_sunrise.schema_name, "https://voice.example")
    text = cry_text(base=f"https://{'a' * 30}.{'b' * 30}.example.com", language=language)
    assert len(text.encode()) < 2048


def test_who_is_beaten_reads_110_first_and_nothing_of_how_the_chat_works(wire, account, in_sunrise):
    voice._addresses.put(in_sunrise.schema_name, "https://voice.example")
    content = answer(wire, account, DANGER)
    assert content.index("110") < content.index("12338") < content.index("不写名字")
    assert "没找到" not in content
    assert "发一个词" not in content
    assert "发一个词" in answer(wire, account, "没有这个词", msg_id=2)
    assert "Call 110" in answer(wire, account, "My husband beats me", msg_id=3)
    lesson_make(series=Series.objects.create(slug="s", title="s"), title="遇到家暴怎么办", position=1)
    queries._cards.clear()
    assert "遇到家暴怎么办" in answer(wire, account, "家暴", msg_id=4)


def test_who_wants_to_hurt_somebody_is_told_to_go_away_and_whom_to_call(wire, account, sunrise, site_client):
    content = answer(wire, account, RAGE)
    assert content.index("12356") < content.index("110") < content.index("120")
    assert "发一个词" not in content
    assert "Call 110" not in content
    assert "12356" in answer(wire, account, "I want to kill him", msg_id=2)
    page = site_client(sunrise).get("/lessons/", {"q": "我要杀了他"}).content.decode()
    assert page.index('href="tel:12356"') < page.index('href="tel:110"')
    assert "没有找到" not in page


@pytest.mark.parametrize("words", ["主管骚扰我", "老板扣我身份证"])
def test_who_is_harassed_or_kept_is_told_of_every_line_and_of_the_voice_channel(
    wire, account, sunrise, in_sunrise, site_client, words
):
    voice._addresses.put(in_sunrise.schema_name, "https://voice.example")
    content = answer(wire, account, words)
    assert content.index("110") < content.index("12338") < content.index("12333") < content.index("不写名字")
    page = site_client(sunrise).get("/lessons/", {"q": words}).content.decode()
    assert page.index('href="tel:110"') < page.index('href="tel:12338"') < page.index('href="tel:12333"')
    assert page.index('href="tel:12333"') < page.index("不写名字")


def test_who_is_low_is_told_of_somebody_to_speak_with_and_gets_the_lessons_too(
    wire, account, lesson, sunrise, site_client
):
    assert str(lesson.uuid) in answer(wire, account, "睡不着")
    assert "12356" in answer(wire, account, "睡不着", msg_id=2)
    assert "call 12356" in answer(wire, account, "I feel depressed", msg_id=3)
    fitting = lesson_make(series=lesson.series, title="失眠怎么办", position=2)
    queries._cards.clear()
    content = answer(wire, account, "失眠", msg_id=4)
    assert content.index("12356") < content.index("失眠怎么办")
    page = site_client(sunrise).get("/lessons/", {"q": "失眠"}).content.decode()
    assert page.index('href="tel:12356"') < page.index(str(fitting.uuid))


def test_who_is_beaten_and_wants_to_die_is_told_of_both(wire, account):
    content = answer(wire, account, "老公打我，我不想活了")
    assert content.index("12356") < content.index("110")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_longest_other_answers_fit_too(in_sunrise, language):
    series = Series.objects.create(slug="s", title="s")
    for position in range(1, 6):
        lesson_make(series=series, title="家暴" + "压" * 58, position=position)
    voice._addresses.put(in_sunrise.schema_name, "https://voice.example")
    base = f"https://{'a' * 30}.{'b' * 30}.example.com"
    for text in (danger_text, low_text):
        assert len(text(words="家暴", base=base, language=language).encode()) < 2048


@pytest.mark.parametrize("words", [CRY, DANGER, RAGE, LOW])
def test_the_answer_comes_at_once_and_a_repeated_push_gets_the_same(wire, account, lesson, words):
    first = answer(wire, account, words)
    with CaptureQueriesContext(connection) as asked:
        assert answer(wire, account, words) == first
    assert len(statements_of(asked)) <= 1  # the callback itself


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_who_types_it_where_lessons_are_searched_is_told_the_same(sunrise, site_client, lesson, headers, caplog):
    client = site_client(sunrise)
    page = client.get("/lessons/", {"q": "不想 活了"}, headers=headers).content.decode()
    assert 'href="tel:12356"' in page
    assert "没有找到" not in page
    assert "12356" not in client.get("/lessons/", {"q": "睡"}, headers=headers).content.decode()
    assert "活了" not in caplog.text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_who_is_beaten_is_told_whom_to_call_where_lessons_are_searched(sunrise, site_client, lesson, headers):
    client = site_client(sunrise)
    page = client.get("/lessons/", {"q": "老公 打我"}, headers=headers).content.decode()
    assert page.index('href="tel:110"') < page.index('href="tel:120"') < page.index('href="tel:12338"')
    assert "没有找到" not in page
    assert 'href="tel:12356"' not in page
    both = client.get("/lessons/", {"q": "老公打我，我不想活了"}, headers=headers).content.decode()
    assert 'href="tel:12356"' in both
    assert "tel:" not in client.get("/lessons/", {"q": "打卡"}, headers=headers).content.decode()


@pytest.mark.parametrize("words_of_harm", [CRY, DANGER, RAGE, LOW])
def test_searching_for_it_leaves_what_any_search_leaves(sunrise, site_client, lesson, caplog, words_of_harm):
    client, left = site_client(sunrise).force_phone(phone_of("somebody")), []
    client.get("/lessons/")
    before = all_rows(sunrise.schema_name)
    for words in ("没有这个词", words_of_harm):
        client.get("/lessons/", {"q": words})
        after = all_rows(sunrise.schema_name)
        left.append({name: len(rows) - len(before[name]) for name, rows in after.items()})
        before = after
    assert left[0] == left[1]
    assert words_of_harm not in json.dumps(before, ensure_ascii=False) + caplog.text


@pytest.mark.parametrize("words_of_harm", [CRY, DANGER, RAGE, LOW])
def test_nothing_keeps_the_words_nor_that_this_answer_was_given(
    wire, account, sunrise, lesson, caplog, capsys, words_of_harm
):
    """It leaves the same rows as any other message: the same tables, and in them the same but for number and time."""
    before = all_rows(sunrise.schema_name)
    left = []
    for number, words in ((1, "没有这个词"), (2, words_of_harm)):
        wire.post(text_xml(account, words, msg_id=number, FromUserName=f"oSomebody_{number}"))
        for _ in range(2):
            callbacks_handle_task(schema_name=sunrise.schema_name)
        after = all_rows(sunrise.schema_name)
        left.append({name: len(rows) - len(before[name]) for name, rows in after.items()})
        before = after
    assert left[0] == left[1]
    assert left[1][f"{sunrise.schema_name}.wechat_inboundcallback"] == 1
    harmless, cry = (
        {**row.payload, "kind": row.kind, "error": row.error, "state": row.state}
        for row in InboundCallback.objects.order_by("pk")
    )
    assert {name for name in cry if cry[name] != harmless[name]} <= {"FromUserName", "CreateTime", "MsgId"}
    said = capsys.readouterr()
    everywhere = json.dumps(before, ensure_ascii=False) + caplog.text + said.out + said.err
    assert words_of_harm not in everywhere
    assert "cry" not in caplog.text
    assert "danger" not in caplog.text
