"""Recognising a worker in WeChat's browser: out to its authorise page, and back once, in the same browser."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tenants.errors import DomainError
from wechat.client import answered, oauth_of
from wechat.errors import Refusal, WeChatRefused
from wechat.models import Account, OAuthState
from wechat.services.accounts import refusals_noted
from wechat.services.effects import follower_ensure
from workers.models import Contact

STATE_LIFETIME = timedelta(minutes=10)
STATE_KEPT = timedelta(days=1)
NEXT_MOST = 500
MOST_RESTARTS = 1
_STATE = re.compile(r"[0-9a-f]{32}\Z")


class OAuthRefused(DomainError):
    """codes: wrong_state (another browser, another factory, made up), expired, used, snapshot, denied."""

    code = "wrong_state"


@dataclass(frozen=True)
class Return:
    """Who came back: whose contact, and where they wanted to go."""

    contact: Contact
    next_path: str


def next_path_clean(path: str) -> str:
    """A path of this site, or "/" for anything else."""
    is_local = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_local and len(path) <= NEXT_MOST and not path.startswith("/wechat/oauth") else "/"


def oauth_start(*, account: Account, browser: str, redirect_uri: str, next_path: str, restarts: int = 0) -> str:
    """The address of WeChat's authorise page for this browser. browser: the secret in its cookie."""
    nonce = secrets.token_hex(16)
    OAuthState.objects.create(
        account=account,
        nonce_hash=_hash(nonce),
        browser_hash=_hash(browser),
        next_path=next_path_clean(next_path),
        restarts=restarts,
    )
    return oauth_of(account, redirect_uri=redirect_uri, state=nonce).authorize_url


def state_take(*, state: str, browser: str) -> OAuthState:
    """The state that this browser went out with, used up now. Raises OAuthRefused, with the state in `state` if it is its own."""
    row = OAuthState.objects.filter(nonce_hash=_hash(state)).first() if _STATE.match(state) else None
    if row is None or not browser or not compare_digest(row.browser_hash, _hash(browser)):
        raise OAuthRefused(_("This link belongs to another phone or is too old. Open the page again from WeChat."))
    if row.created_at < timezone.now() - STATE_LIFETIME:
        raise StateOver(row, code="expired")
    if not OAuthState.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now()):
        raise StateOver(row, code="used")
    return row


class StateOver(OAuthRefused):
    """The browser's own state, but expired or used: a page reloaded, or left open. It may start once more."""

    def __init__(self, state: OAuthState, *, code: str):
        super().__init__(_("This page has been open for too long. Open it again from WeChat."), code=code)
        self.state = state


def oauth_finish(*, state: OAuthState, code: str) -> Return:
    """Trade the code for who it is, once. Raises OAuthRefused (snapshot), WeChatRefused, WeChatUnavailable.

    Somebody who looks at a snapshot page has an openid that is made up: nobody is to be recognised by it.
    """
    oauth = oauth_of(state.account, redirect_uri="")
    with refusals_noted(account_id=state.account_id):
        answer = answered(lambda: oauth.fetch_access_token(code))
    openid = str(answer.get("openid") or "")
    if answer.get("is_snapshotuser") or not 0 < len(openid) <= 64:
        raise OAuthRefused(
            _("This is only a preview. Tap “Use full service” below, then open the page again."), code="snapshot"
        )
    with transaction.atomic():
        follower = follower_ensure(account=state.account, openid=openid)
    return Return(contact=follower.contact, next_path=state.next_path)


def may_restart(state: OAuthState) -> bool:
    return state.restarts < MOST_RESTARTS


def wants_restart(refusal: WeChatRefused) -> bool:
    return refusal.refusal is Refusal.CODE


def states_clean() -> int:
    return OAuthState.objects.filter(created_at__lt=timezone.now() - STATE_KEPT).delete()[0]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
