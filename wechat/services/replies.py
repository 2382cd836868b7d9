"""What is said at once, in the answer to WeChat's own request. Nothing here writes: a repeated push gets the same answer."""

import re
import unicodedata
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from wechatpy.messages import BaseMessage
from wechatpy.replies import ArticlesReply, TextReply

from tenants.models import Factory
from wechat.cries import harm_said
from wechat.links import sign_in_link
from wechat.queries import LessonCard, lesson_of_help, lessons_matching, lessons_touched
from wechat.services.accounts import AccountKeys
from wechat.services.effects import CHANNEL, address_of
from wechat.services.inbox import Inbound
from workers.models import Worker
from workers.services import contact_owner

HELP_KEY = "HELP"
# What people write instead of tapping, in any language.
HELP = frozenset(["help", "帮助", "怎么用", "?"])
ME = frozenset(["我的", "我的学习", "me", "my learning"])
DATA = re.compile(
    r"退订|取消订阅|(?:删除?|清除|注销)掉?我?的?(?:数据|信息|资料|记录|账号|帐号)|我的数据|^注销$"
    r"|unsubscribe|(?:delete|erase) my (?:data|account)|^my data$"
)
COMPLAINT = re.compile(
    r"投诉|举报|申诉|维权|告(?:状|[他她你]|主管|班长|组长|领导|老板|公司|厂里?)|complain|grievance|^report my "
)
# Numbers that one dials: fire, the city's line, youth, unions; those of need are answered as a cry or a danger.
HOTLINES = frozenset(["110", "119", "120", "122", "12333", "12338", "12345", "12351", "12355", "12356"])
# An employee number as people type it, without spaces and signs; neither a phone's nor a help line's. It is looked up nowhere:
# an answer that depends on the roster would let anybody ask who works here.
_NUMBER = r"(?!1[3-9]\d{9}(?!\d))[a-z]{0,4}\d{3,12}"
_NAME = "[^\\W\\da-z我你他她没不了的是怎么吗几谁哪工资钱块元班扣罚假课打第奖费欠岁]{2,4}"
_I_AM = "(?:我?[是叫]|姓名|名字)?"
EMPLOYEE_NUMBER = re.compile(
    rf"{_NUMBER}|{_I_AM}{_NAME}(?!123\d\d$){_NUMBER}|(?!123\d\d\D){_NUMBER}{_I_AM}{_NAME}"
    rf"|(?:{_I_AM}{_NAME})?(?:我?的?(?:员工)?工号|员工编?号|(?:my)?(?:employee)?number)[是为]?(?:is)?{_NUMBER}(?:{_I_AM}{_NAME})?"
)


def reply_to(*, inbound: Inbound, factory: Factory, account: AccountKeys, base: str) -> str:
    """The reply's XML, or "" when there is nothing to say. base: scheme and host of the factory's pages."""
    kind, message, words = inbound.kind, inbound.message, _words(inbound)
    harm, language = harm_said(words)
    if harm == "cry":
        return _text(message, cry_text(base=base, language=language))
    if harm == "danger":
        return _text(message, danger_text(words=words, base=base, language=language))
    if harm == "rage":
        return _text(message, rage_text(base=base, language=language))
    if harm == "low":
        return _text(message, low_text(words=words, base=base, language=language))
    if kind in ("subscribe", "subscribe_scan"):
        owner = contact_owner(channel=CHANNEL, address=address_of(account, message.source))
        return _text(message, welcome_text(factory=factory, base=base, owner=owner))
    if kind == "scan":
        return _text(message, _link(base, "/", _("Open this week's lessons")))
    if kind == "click":
        return _text(message, hint_text(base=base))
    if kind == "text":
        return _answer(message, words, factory, account, base)
    if kind in ("image", "voice", "video", "shortvideo", "location", "link"):
        return _text(message, hint_text(base=base))
    return ""


def _words(inbound: Inbound) -> str:
    """What was written, or what WeChat has made out of a voice message. It is answered and kept nowhere."""
    return str(inbound.fields.get("Content") or inbound.fields.get("Recognition") or "")


def cry_text(*, base: str, language: str) -> str:
    """To somebody who wants to die: whom to call now. It looks like any other answer from outside: nothing tells that it was
    given, and its links are those that every answer has."""
    lesson = lesson_of_help()
    links = {"lesson": lesson and _link(base, lesson.path, lesson.title), "home": sign_in_link(base, "/")}
    with override(language):
        return render_to_string("wechat/cry.txt", links).strip()


def danger_text(*, words: str, base: str, language: str) -> str:
    """To somebody who is hurt or threatened: 110 first, and nothing of how this chat works."""
    with override(language):
        call = _(
            "Somebody hurts you, threatens you or locks you up? Call 110 now and say where you are. Injured? Call 120."
        )
        alone = _("Go where there are people. This answer comes by itself: nobody can see your message at once.")
        women = _(
            "Is it somebody at home or at work? Women can also call 12338, the line for women's rights, and ask what to do."
        )
        papers = _("Your ID card is kept, or you may not leave the job? 12333, the labour line, tells you what to do.")
        cards = lessons_matching(words, most=2)
        fitting = _these_fit(cards, base) if cards else ""
        return "\n\n".join(filter(None, [call, alone, women, papers, fitting, _voice_text(base)]))


def rage_text(*, base: str, language: str) -> str:
    """To somebody who wants to hurt somebody else."""
    with override(language):
        away = _("So angry that you could hurt somebody? Put down what you hold, and go away from them first.")
        call = _(
            "Then call 12356, the national psychological help line: somebody listens, and you need not give your name. "
            "Somebody is in danger already? Call 110. Injured? Call 120."
        )
        itself = _("This answer comes by itself: nobody can see your message at once.")
        return "\n\n".join(filter(None, [away, call, itself, _voice_text(base)]))


def low_text(*, words: str, base: str, language: str) -> str:
    """To somebody whose heart is heavy: to speak with somebody, and the lessons that fit."""
    with override(language):
        speak = _("That is hard. Speak with somebody you trust; you need not carry it alone.")
        call = _(
            "You can also call 12356, the national psychological help line: somebody listens, and asks for no name."
        )
        helping = lesson_of_help()
        cards = lessons_matching(words, most=3) or lessons_touched(words) or ([helping] if helping else [])
        fitting = _these_fit(cards, base) if cards else ""
        return "\n\n".join(filter(None, [speak, call, fitting, _voice_text(base)]))


def welcome_text(*, factory: Factory, base: str, owner: Worker | None = None) -> str:
    """owner: whom this WeChat is bound to already. They are greeted by name and asked nothing again."""
    if owner is not None:
        return _welcome_back(owner, factory, base)
    bind = _("Join in") if factory.is_open else _("Bind your employee number")
    return "\n\n".join(
        [
            _("Welcome to %(factory)s.") % {"factory": factory.name},
            _("Short lessons of five minutes: about work, about your family, about yourself. Free, no password."),
            _link(base, "/", _("Start here")),
            _link(base, "/bind/", bind) + _(", then what you learn is kept."),
        ]
    )


def _welcome_back(owner: Worker, factory: Factory, base: str) -> str:
    if owner.left_on is not None:
        is_over = _("%(name)s, your time at this factory is over. Thank you.")
        over = (_("%(name)s, you are no longer enrolled here.") if factory.is_open else is_over) % {"name": owner.name}
        rest = _("The lessons of the shared library stay open to you.")
        return "\n\n".join([over, rest, _link(base, "/lessons/", _("All lessons"))])
    parts = [_("Welcome back, %(name)s.") % {"name": owner.name}, _("Nothing to fill in again: your record is here.")]
    return "\n\n".join([*parts, _link(base, "/", _("Start here")) + "　" + _link(base, "/me/", _("My learning"))])


def hint_text(*, base: str) -> str:
    """The same for everybody, whatever they wrote: that it names the voice channel says nothing of who is told."""
    return "\n\n".join(filter(None, [_hint_text(base, get_language()), _voice_text(base)]))


def _voice_text(base: str) -> str:
    return render_to_string("wechat/voice.txt", {"home": sign_in_link(base, "/")}).strip()


@lru_cache(maxsize=4096)
def _hint_text(base: str, language: str) -> str:
    """Its part that stays, put together once."""
    return "\n\n".join(
        [
            _("Write a word, such as “sleep”, or “lesson 3”, and you get the lesson."),
            _link(base, "/lessons/", _("All lessons")) + "　" + _link(base, "/me/", _("My learning")),
        ]
    )


def _answer(message: BaseMessage, text: str, factory: Factory, account: AccountKeys, base: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if _("bind") in plain:
        return _text(message, _bind_text(message, factory, account, base))
    if plain in HELP:
        return _text(message, hint_text(base=base))
    if plain in ME:
        return _text(message, _link(base, "/me/", _("My learning")))
    if DATA.search(plain):
        what = _("See what is kept of you, or ask for it to be deleted. No more messages? Unfollow this account.")
        return _text(message, "\n\n".join([what, _link(base, "/me/data/", _("My data"))]))
    cards = lessons_matching(text)
    if len(cards) == 1:
        return _news(message, cards[0], base)
    if cards:
        return _text(message, _these_fit(cards, base))
    if plain not in HOTLINES and is_employee_number(plain) and not factory.is_open:
        return _text(message, _bind_text(message, factory, account, base))
    if plain in HOTLINES:
        dial = _("%(number)s is a number to dial: call it with your phone. Nobody reads here.") % {"number": plain}
        return _text(message, "\n\n".join([dial, hint_text(base=base)]))
    if COMPLAINT.search(plain) and (voice := _voice_text(base)):
        return _text(message, "\n\n".join([voice, _hint_text(base, get_language())]))
    touched = lessons_touched(text)
    found = _these_fit(touched, base) if touched else _("No lesson was found for this.")
    return _text(message, "\n\n".join([found, hint_text(base=base)]))


def is_employee_number(text: str) -> bool:
    """Whether somebody writes their number, as one does who thinks that this binds: "01006", "工号01006", "赵磊 01006"."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return bool(EMPLOYEE_NUMBER.fullmatch("".join(filter(str.isalnum, plain))))


def _bind_text(message: BaseMessage, factory: Factory, account: AccountKeys, base: str) -> str:
    owner = contact_owner(channel=CHANNEL, address=address_of(account, message.source))
    if owner is not None and owner.left_on is None:
        return _welcome_back(owner, factory, base)
    return _link(base, "/bind/", _("Join in") if factory.is_open else _("Go and bind"))


def _these_fit(cards: list[LessonCard], base: str) -> str:
    return "\n\n".join([_("These lessons fit:"), *(_link(base, card.path, card.title) for card in cards)])


def _text(message: BaseMessage, content: str) -> str:
    return TextReply(message=message, content=_cdata(content)).render()


def _news(message: BaseMessage, card: LessonCard, base: str) -> str:
    article = {
        "title": _cdata(card.title),
        "description": _cdata(card.summary),
        "image": base + card.cover if card.cover else "",
        "url": sign_in_link(base, card.path),
    }
    return ArticlesReply(message=message, articles=[article]).render()


def _link(base: str, path: str, label: str) -> str:
    """A link as the chat shows it; the label may come from an editor, so it cannot close the tag."""
    safe = label.replace("<", "‹").replace(">", "›")
    return f'<a href="{sign_in_link(base, path)}">{safe}</a>'


def _cdata(text: str) -> str:
    """wechatpy puts values into CDATA as they are."""
    return text.replace("]]>", "]] >")
