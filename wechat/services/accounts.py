"""The factory's account: made, changed, tested; and its keys as the webhook needs them, kept in the process."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.memory import Remembered
from wechat.client import client_of
from wechat.crypto import MessageCipher
from wechat.errors import Refusal, WeChatRefused, WeChatUnavailable
from wechat.models import Account
from wechat.services.pause import sending_resume
from wechat.services.templates import templates_learn

# Keywords of the template that most service accounts can choose: subject, time, remark.
DEFAULT_FIELDS = {"thing1": "title", "time2": "time", "thing3": "summary"}


@dataclass(frozen=True)
class AccountKeys:
    """What a callback is checked with. ciphers: the present key first, then the one before it."""

    id: int
    appid: str
    original_id: str
    mode: str
    token: str = field(repr=False)
    ciphers: tuple[MessageCipher, ...] = field(repr=False)


# (schema, account uuid) -> keys. A change reaches every process within the time to live.
_keys: Remembered[AccountKeys] = Remembered(seconds=15)
# schema -> whether it has an active account
_ready: Remembered[bool] = Remembered(seconds=15)


def account_keys(uuid: UUID) -> AccountKeys | None:
    """The keys of this factory's account with this uuid, if it is active and may be used."""
    place = (connection.schema_name, uuid)
    if (keys := _keys.get(place)) is None:
        account = Account.objects.filter(uuid=uuid, is_active=True).first()
        if account is None or (account.mode == Account.Mode.PLAIN and not settings.DEMO):
            return None
        keys = _keys.put(place, _read_keys(account))
    return keys


def _read_keys(account: Account) -> AccountKeys:
    aes_keys = [key for key in (account.encoding_aes_key, account.previous_encoding_aes_key) if key]
    return AccountKeys(
        id=account.pk,
        appid=account.appid,
        original_id=account.original_id,
        mode=account.mode,
        token=account.token,
        ciphers=tuple(MessageCipher(encoding_aes_key=key, appid=account.appid) for key in aes_keys),
    )


def account_active() -> Account | None:
    return Account.objects.filter(is_active=True).first()


def account_is_ready() -> bool:
    """Whether this factory has an active account; known without a query most of the time."""
    schema = connection.schema_name
    if (ready := _ready.get(schema)) is None:
        ready = _ready.put(schema, Account.objects.filter(is_active=True).exists())
    return ready


def mode_check(mode: str) -> str:
    """The mode, if it may be used here. Raises ValidationError: plain text carries no signature over what it says."""
    if mode == Account.Mode.PLAIN and not settings.DEMO:
        raise ValidationError(_("Plain text is not signed. Choose the safe mode here and in WeChat's console."))
    return mode


@transaction.atomic
def account_save(*, account: Account) -> Account:
    """Check and store an account, new or changed. A replaced EncodingAESKey stays readable as the previous one.

    Raises ValidationError.
    """
    mode_check(account.mode)
    before = Account.objects.select_for_update().filter(pk=account.pk).first() if account.pk else None
    if before and before.encoding_aes_key not in ("", account.encoding_aes_key):
        account.previous_encoding_aes_key = before.encoding_aes_key
    account.full_clean()
    account.save()
    transaction.on_commit(_forget)
    return account


def _forget() -> None:
    """In this process a change counts at once."""
    _keys.clear()
    _ready.clear()


def account_create(
    *,
    name: str,
    appid: str,
    original_id: str,
    app_secret: str,
    token: str,
    encoding_aes_key: str = "",
    mode: Any = Account.Mode.SAFE,
    template_ids: dict[str, str | dict] | None = None,
) -> Account:
    """The active account with this AppID, made or brought up to date.

    template_ids: kind -> template id, or the fuller form of `Account.template_ids`.
    """
    account = Account.objects.filter(appid=appid).first() or Account(appid=appid)
    account.name, account.original_id, account.mode = name, original_id, mode
    account.app_secret, account.token, account.encoding_aes_key = app_secret, token, encoding_aes_key
    if template_ids is not None:
        account.template_ids = {kind: _template(value) for kind, value in template_ids.items()}
    return account_save(account=account)


def _template(value: str | dict) -> dict:
    return {"id": value, "fields": DEFAULT_FIELDS} if isinstance(value, str) else value


def account_check(*, account: Account) -> bool:
    """Ask WeChat for an access token with the stored keys, remember how it went, and look for a template where none is known."""
    try:
        client_of(account).token_fetch()
    except WeChatRefused as refusal:
        account_trouble(account_id=account.pk, text=str(refusal))
        return False
    except WeChatUnavailable as error:
        account_trouble(account_id=account.pk, text=str(error))
        return False
    account_works(account_id=account.pk)
    sending_resume()
    if not account.template_ids:
        with suppress(WeChatRefused, WeChatUnavailable):  # then the page says that there is none
            templates_learn(account=account)
    return True


def account_lacks() -> list[str]:
    """What the active account still needs, in sentences that say what to do: right keys alone bring no message in and no notice
    out. Nothing where there is no account. One statement."""
    lacks: list[str] = []
    account = Account.objects.filter(is_active=True).with_sign().first()
    if account is None:
        return lacks
    if account.status == Account.Status.TROUBLE:
        lacks.append(account.last_error)
    elif account.status == Account.Status.UNCHECKED:
        lacks.append(_("The keys are not tested yet: press “Save and test”."))
    if not account.is_heard:
        text = _(
            "No message has come from WeChat yet. Switch the server configuration on in WeChat's console, write something to "
            "the account with your own WeChat, then look here again."
        )
        lacks.append(text)
    if not account.template_ids:
        text = _(
            "No template for notices yet. Choose one in WeChat's console under template messages, then “Save and test”."
        )
        lacks.append(text)
    return lacks


def account_trouble(*, account_id: int, text: str) -> None:
    """Show HR what is wrong and what to do."""
    _status_set(account_id, Account.Status.TROUBLE, text)


def account_works(*, account_id: int) -> None:
    _status_set(account_id, Account.Status.OK, "")


@contextmanager
def refusals_noted(*, account_id: int) -> Iterator[None]:
    """A refusal that is for HR to mend is shown on the account, and goes on."""
    try:
        yield
    except WeChatRefused as refusal:
        if refusal.refusal is Refusal.ACCOUNT:
            account_trouble(account_id=account_id, text=str(refusal))
        raise


def _status_set(account_id: int, status: Any, text: str) -> None:
    Account.objects.filter(pk=account_id).update(status=status, last_error=text, checked_at=timezone.now())
