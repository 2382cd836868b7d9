"""What workers agree to, word by word. A text that changes gets a new version and the old one stays: consents name it."""

from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAMILY_FACTS = "family_facts"
TRANSFER = "transfer"


@dataclass(frozen=True)
class ConsentText:
    """title: what it is about, in a line. points: what the worker agrees to, a thought each; shown before every agreement.
    is_open: for accounts that anybody may join, where no factory is."""

    version: str
    title: str | Promise
    points: tuple[str | Promise, ...]
    is_open: bool = False


# purpose -> its texts, the one in force first
CONSENT_TEXTS: dict[str, tuple[ConsentText, ...]] = {
    FAMILY_FACTS: (
        ConsentText(
            "2026-11",
            _("What I say about myself and my family"),
            (
                _("You get lessons and notices that fit your life, for example as a parent."),
                _("The factory sees only how many people, rounded. It never sees who said what."),
                _("You can change it or take it back at any time. Then it is deleted at once."),
                _("Saying nothing has no disadvantage."),
            ),
        ),
        ConsentText(
            "2026-11-open",
            _("What I say about myself and my family"),
            (
                _("You get lessons and notices that fit your life, for example as a parent."),
                _("CCR CSR, that runs this account, sees only how many people, rounded. It never sees who said what."),
                _("No factory gets to know it."),
                _("You can change it or take it back at any time. Then it is deleted at once."),
                _("Saying nothing has no disadvantage."),
            ),
            is_open=True,
        ),
    ),
    TRANSFER: (
        ConsentText(
            "2026-11",
            _("Taking my learning along to another factory"),
            (
                _("The other factory gets your name and the lessons that you tick here, nothing else."),
                _("It is locked with a code that only you get. Without the code nobody can open it."),
                _("You can take it back as long as the code has not been used."),
            ),
        ),
    ),
}


def text_in_force(purpose: str) -> ConsentText:
    texts = CONSENT_TEXTS[purpose]
    return next((text for text in texts if text.is_open == connection.tenant.is_open), texts[0])


def text_of(purpose: str, version: str) -> ConsentText | None:
    """The words somebody agreed to then."""
    return next((text for text in CONSENT_TEXTS.get(purpose, ()) if text.version == version), None)
