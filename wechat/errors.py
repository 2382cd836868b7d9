"""What WeChat's error codes mean for us: ask again, or stop and do something.

The table follows the global return codes of the official documentation and the libraries' enumerations.
"""

from enum import Enum

from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError


class Refusal(Enum):
    """Who has to act on a refusal."""

    UNFOLLOWED = "unfollowed"  # nobody: the person does not follow
    BLOCKED = "blocked"  # nobody: the person takes no messages
    WINDOW = "window"  # we: another kind of message
    ACCOUNT = "account"  # HR: something in the account's settings
    CONTENT = "content"  # we or HR: what was sent
    CODE = "code"  # the browser: authorise once more


class WeChatUnavailable(DomainError):
    """No answer, or one that says "later". retry_after_seconds: not before. maybe_done: the request may have had its effect."""

    code = "wechat_unavailable"

    def __init__(self, reason: str, *, retry_after_seconds: int = 60, maybe_done: bool = False, errcode: int = 0):
        super().__init__(
            _("WeChat cannot be reached at the moment (%(reason)s). Try again later.") % {"reason": reason}
        )
        self.retry_after_seconds, self.maybe_done, self.errcode = retry_after_seconds, maybe_done, errcode


class WeChatRefused(DomainError):
    """WeChat said no, and asking again the same way changes nothing. `errcode` is WeChat's, the text says what to do."""

    def __init__(self, errcode: int, errmsg: str = ""):
        self.errcode, self.errmsg = errcode, errmsg
        self.refusal, advice = REFUSALS.get(errcode, (Refusal.CONTENT, _("WeChat refused this.")))
        super().__init__(f"{advice} ({errcode})", code=f"wechat_{errcode}")


_WHITELIST = _("Add this server's address to the IP whitelist of the account (Settings, Security Center).")
_SECRET = _("AppID or AppSecret is wrong. Copy both again from the account's basic configuration.")
_AUTHORISE = _("The account has withdrawn its permission. Authorise it again.")
_UNFOLLOWED = _("This person does not follow the account.")
_BLOCKED = _("This person takes no messages from the account.")
_WINDOW = _("The time for free answers is over.")
_CODE = _("Open the page again from WeChat.")

REFUSALS = {
    40013: (Refusal.ACCOUNT, _SECRET),
    40125: (Refusal.ACCOUNT, _SECRET),
    40001: (Refusal.ACCOUNT, _SECRET),
    40014: (Refusal.ACCOUNT, _SECRET),
    42001: (Refusal.ACCOUNT, _SECRET),
    40164: (Refusal.ACCOUNT, _WHITELIST),
    89501: (Refusal.ACCOUNT, _WHITELIST),
    89503: (Refusal.ACCOUNT, _WHITELIST),
    89506: (Refusal.ACCOUNT, _WHITELIST),
    89507: (Refusal.ACCOUNT, _WHITELIST),
    48001: (Refusal.ACCOUNT, _("The account may not use this function. It must be a verified service account.")),
    48004: (Refusal.ACCOUNT, _("WeChat has banned this function for the account. See the notices in its console.")),
    50002: (Refusal.ACCOUNT, _("WeChat has limited the account. See the notices in its console.")),
    61003: (Refusal.ACCOUNT, _AUTHORISE),
    61007: (Refusal.ACCOUNT, _AUTHORISE),
    61023: (Refusal.ACCOUNT, _AUTHORISE),
    40037: (Refusal.ACCOUNT, _("The template is not in the account's list. Choose it again.")),
    43004: (Refusal.UNFOLLOWED, _UNFOLLOWED),
    50005: (Refusal.UNFOLLOWED, _UNFOLLOWED),
    40003: (Refusal.UNFOLLOWED, _("This person belongs to another account.")),
    43019: (Refusal.BLOCKED, _BLOCKED),
    48002: (Refusal.BLOCKED, _BLOCKED),
    43101: (Refusal.BLOCKED, _BLOCKED),
    45015: (Refusal.WINDOW, _WINDOW),
    45047: (Refusal.WINDOW, _WINDOW),
    47001: (Refusal.CONTENT, _("WeChat could not read what was sent.")),
    47003: (Refusal.CONTENT, _("A field of the template has a value that WeChat does not take.")),
    45067: (Refusal.CONTENT, _("The message's own number is too long.")),
    40029: (Refusal.CODE, _CODE),
    40163: (Refusal.CODE, _CODE),
    42003: (Refusal.CODE, _CODE),
}
TOKEN_REFUSED = frozenset([40001, 40014, 42001])
BUSY = {-1: 30, -1000: 30, 45011: 60, 45066: 60, 43117: 600}  # errcode -> seconds to wait
QUOTA_OF_THE_DAY = frozenset([45009, 45028])
