"""What is said at once, in the answer to WeChat's own request. Nothing here writes: a repeated push gets the same answer."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from wechatpy.messages import BaseMessage
from wechatpy.replies import ArticlesReply, TextReply

from tenants.models import Factory
from wechat.cries import cry_language
from wechat.links import sign_in_link
from wechat.queries import LessonCard, lesson_of_help, lessons_matching
from wechat.services.accounts import AccountKeys
from wechat.services.effects import CHANNEL, address_of
from wechat.services.inbox import Inbound
from workers.models import Worker
from workers.services import contact_owner

HELP_KEY = "HELP"


def reply_to(*, inbound: Inbound, factory: Factory, account: AccountKeys, base: str) -> str:
    """The reply's XML, or "" when there is nothing to say. base: scheme and host of the factory's pages."""
    kind, message = inbound.kind, inbound.message
    if language := cry_language(_words(inbound)):
        return _text(message, cry_text(base=base, language=language))
    if kind in ("subscribe", "subscribe_scan"):
        owner = contact_owner(channel=CHANNEL, address=address_of(account, message.source))
        return _text(message, welcome_text(factory=factory, base=base, owner=owner))
    if kind == "scan":
        return _text(message, _link(base, "/", _("Open this week's lessons")))
    if kind == "click":
        return _text(message, hint_text(base=base))
    if kind == "text":
        return _answer(message, _words(inbound), factory, account, base)
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
    return _hint_text(base, get_language())


@lru_cache(maxsize=4096)
def _hint_text(base: str, language: str) -> str:
    """The answer to most of what people write, put together once."""
    return "\n\n".join(
        [
            _("Write a word, such as “sleep”, or “lesson 3”, and you get the lesson."),
            _link(base, "/lessons/", _("All lessons")) + "　" + _link(base, "/me/", _("My learning")),
        ]
    )


def _answer(message: BaseMessage, text: str, factory: Factory, account: AccountKeys, base: str) -> str:
    if _("bind") in text.casefold():
        owner = contact_owner(channel=CHANNEL, address=address_of(account, message.source))
        if owner is not None and owner.left_on is None:
            return _text(message, _welcome_back(owner, factory, base))
        return _text(message, _link(base, "/bind/", _("Join in") if factory.is_open else _("Go and bind")))
    cards = lessons_matching(text)
    if not cards:
        return _text(message, "\n\n".join([_("No lesson was found for this."), hint_text(base=base)]))
    if len(cards) == 1:
        return _news(message, cards[0], base)
    links = [_link(base, card.path, card.title) for card in cards]
    return _text(message, "\n\n".join([_("These lessons fit:"), *links]))


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
