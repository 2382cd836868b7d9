"""The mail that carries a one-time link. Whatever becomes of it, the link itself is there: the screen says what to do now."""

from enum import StrEnum
from smtplib import SMTPException, SMTPRecipientsRefused

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.staff.models import Invitation
from tenants.words import moment_to_the_minute

logger = structlog.get_logger(__name__)

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
MOST_AN_HOUR = 60  # from one site: nobody makes a mail cannon of it


class Mailed(StrEnum):
    """What became of it."""

    NOT_ASKED = "not_asked"
    SENT = "sent"
    NO_SERVER = "no_server"
    TOO_MANY = "too_many"
    REFUSED = "refused"
    FAILED = "failed"


# As whoever made the link reads it, above the text to copy.
SAID = {
    Mailed.NOT_ASKED: gettext_lazy("Copy this text and send it by WeChat, to this person only:"),
    Mailed.SENT: gettext_lazy("It has been mailed to %(email)s. If nothing arrives there, send this text by WeChat:"),
    Mailed.NO_SERVER: gettext_lazy(
        "No mail was sent: this server is not set up for it. Send this text yourself, for example by WeChat:"
    ),
    Mailed.TOO_MANY: gettext_lazy(
        "No mail was sent: there were too many in this hour. Send this text yourself, for example by WeChat:"
    ),
    Mailed.REFUSED: gettext_lazy(
        "No mail was sent: the address %(email)s is refused. Look whether it is right. Send this text yourself, for"
        " example by WeChat:"
    ),
    Mailed.FAILED: gettext_lazy(
        "The mail could not be sent: the mail server does not work. Send this text yourself, for example by WeChat:"
    ),
}


def mail_is_set_up() -> bool:
    return settings.EMAIL_BACKEND != NO_MAIL


def link_mail(*, invitation: Invitation, address: str, place: str, reply_to: str = "") -> Mailed:
    """Send the link where its invitation names an address. Call it when the link is committed: it may take `EMAIL_TIMEOUT`.

    place: whose account it is, the factory's name. reply_to: where an answer goes, of whoever made the link.
    """
    if not invitation.email:
        return Mailed.NOT_ASKED
    if not mail_is_set_up():
        return Mailed.NO_SERVER
    if _is_one_too_many():
        return Mailed.TOO_MANY
    letter = EmailMessage(
        subject=" ".join(_subject(invitation, place).split()),
        body=_body(invitation, address, place),
        to=[invitation.email],
        reply_to=[reply_to] if reply_to else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        letter.send()
    except ValueError:  # no address that could be written into a header
        return Mailed.REFUSED
    except (SMTPException, OSError) as error:
        logger.warning("link_mail_failed", error=type(error).__name__)
        return Mailed.REFUSED if _is_for_good(error) else Mailed.FAILED
    return Mailed.SENT


def _is_for_good(error: OSError) -> bool:
    """The server does not know the address; a code below 500 says: not now."""
    return isinstance(error, SMTPRecipientsRefused) and all(code >= 500 for code, _said in error.recipients.values())


def _is_one_too_many() -> bool:
    key = f"link-mails:{timezone.now():%Y%m%d%H}"
    cache.add(key, 0, timeout=3600)
    return cache.incr(key) > MOST_AN_HOUR


def _subject(invitation: Invitation, place: str) -> str:
    text = _("Your new password at %(place)s") if invitation.user_id else _("Your account at %(place)s")
    return f"WeSupport: {text % {'place': place}}"


def _body(invitation: Invitation, address: str, place: str) -> str:
    """The address stands in a line of its own: nothing that belongs to the sentence is taken for a part of it."""
    if invitation.user_id:
        text = _("%(name)s, with this link you set a new password for WeSupport at %(place)s:")
    else:
        text = _("%(name)s, with this link you open your WeSupport account at %(place)s:")
    until = moment_to_the_minute(invitation.expires_at)
    return "\n\n".join(
        [
            text % {"name": invitation.name, "place": place},
            address,
            _("It works once, until %(until)s. Pass it on to nobody.") % {"until": until},
            _("If you did not expect this mail, do nothing, and tell whoever looks after accounts at %(place)s.")
            % {"place": place},
        ]
    )
