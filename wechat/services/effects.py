"""What a stored callback changes here, once, however often and in whatever order WeChat delivers."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wechat.models import Account, Follower, InboundCallback, MessageDelivery, Scene
from wechat.services.accounts import AccountKeys, account_trouble
from workers.models import WorkerMessage
from workers.services import contact_seen, contact_unreachable

log = logging.getLogger(__name__)

CHANNEL = "wechat"
BATCH = 500
MOST_ATTEMPTS = 5
KEPT_DONE, KEPT_FAILED = timedelta(days=7), timedelta(days=30)
# Free answers: how many within which time (WeChat's page on customer messages, since June 2023).
AFTER_MESSAGE = (5, timedelta(hours=48))
AFTER_TAP = (3, timedelta(minutes=1))
TAPS = frozenset(["subscribe", "subscribe_scan", "scan", "click"])
MESSAGES = frozenset(["text", "image", "voice", "video", "shortvideo", "location", "link"])


class TooEarly(Exception):
    """What this callback is about is not there yet. It stays in the inbox for the next sweep."""


def callbacks_handle(*, left_behind: bool = False) -> int:
    """Work off waiting callbacks, oldest first, and return how many there were: new ones, or those of earlier tries."""
    callbacks = InboundCallback.objects
    waiting = callbacks.left_behind() if left_behind else callbacks.waiting().filter(attempts=0)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for callback_id in ids:
        callback_handle(callback_id=callback_id)
    return len(ids)


def callbacks_clean() -> int:
    """Delete what is past its retention: the words in it are people's own."""
    now = timezone.now()
    done = InboundCallback.objects.filter(state=InboundCallback.State.DONE, received_at__lt=now - KEPT_DONE)
    others = InboundCallback.objects.filter(received_at__lt=now - KEPT_FAILED)
    return done.delete()[0] + others.delete()[0]


def callbacks_retry(*, callbacks: QuerySet[InboundCallback]) -> int:
    """Put failed ones back for the next sweep, and return how many that were."""
    failed = callbacks.filter(state=InboundCallback.State.FAILED)
    return failed.update(state=InboundCallback.State.RECEIVED, attempts=0)


@transaction.atomic
def callback_handle(*, callback_id: int) -> bool:
    """Apply one callback; True if this call did. Its effect and the mark that it is done are one transaction.

    A failure is noted on the row and tried again by the sweep, five times in all.
    """
    waiting = InboundCallback.objects.waiting().filter(pk=callback_id)
    callback = waiting.select_for_update(skip_locked=True).first()
    if callback is None:
        return False
    callback.attempts += 1
    is_last = callback.attempts >= MOST_ATTEMPTS
    try:
        with transaction.atomic():
            _apply(callback)
    except TooEarly:
        callback.state = InboundCallback.State.DONE if is_last else InboundCallback.State.RECEIVED
    except Exception as error:
        log.exception("callback %s failed", callback.pk)
        callback.state = InboundCallback.State.FAILED if is_last else InboundCallback.State.RECEIVED
        callback.error = f"{type(error).__name__}: {error}"[:300]
    else:
        callback.state, callback.error = InboundCallback.State.DONE, ""
    callback.save(update_fields=["state", "attempts", "error"])
    return callback.state == InboundCallback.State.DONE


def _apply(callback: InboundCallback) -> None:
    kind, fields = callback.kind, callback.payload
    if kind == "templatesendjobfinish":
        _report_note(callback.account_id, fields)
    elif kind == "unsubscribe":
        _leave(callback.account, fields["FromUserName"], _moment(fields))
    elif kind in TAPS or kind in MESSAGES:
        _seen(callback.account, kind, fields)
    elif kind == "verify_expired":
        text = _("The account's yearly verification has expired. Renew it in WeChat's console, or messages stop.")
        account_trouble(account_id=callback.account_id, text=text)


def _moment(fields: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(fields["CreateTime"]), UTC)


def _seen(account: Account, kind: str, fields: dict[str, Any]) -> None:
    """They follow: by saying so, or by doing what only followers can. A late sign does not undo a newer farewell.

    Only who follows by a poster is noted with it: a scan later on says what they read, and a notice may hold the code."""
    code = str(fields.get("EventKey") or "")[:64] if kind == "subscribe_scan" else ""
    moment = _moment(fields)
    follower = follower_ensure(account=account, openid=fields["FromUserName"], source=code)
    if code and follower.scene_id is None:
        follower.scene = Scene.objects.filter(account=account, code=code).first()
    says_so = kind in ("subscribe", "subscribe_scan")
    newest = follower.changed_at
    if newest is None or moment > newest or (says_so and moment == newest):
        if follower.is_following is not True:
            follower.is_following, follower.subscribed_at = True, moment
            contact_seen(channel=CHANNEL, address=address_of(account, follower.openid), reachable=True)
        follower.changed_at = moment
    if follower.is_following:
        _window_open(follower, moment, *(AFTER_MESSAGE if kind in MESSAGES else AFTER_TAP))
    follower.save()


def _leave(account: Account, openid: str, moment: datetime) -> None:
    """They unfollowed. Who they are and what they learned stays; nothing is sent until they are back."""
    follower = follower_ensure(account=account, openid=openid)
    if follower.changed_at and moment < follower.changed_at:
        return
    follower_lost(follower=follower, moment=moment)


def follower_lost(*, follower: Follower, moment: datetime) -> None:
    """Note that messages do not arrive any more."""
    follower.is_following, follower.unsubscribed_at, follower.changed_at = False, moment, moment
    follower.window_left = 0
    follower.save(update_fields=["is_following", "unsubscribed_at", "changed_at", "window_left", "updated_at"])
    contact_unreachable(channel=CHANNEL, address=address_of(follower.account, follower.openid))


def address_of(account: Account | AccountKeys, openid: str) -> str:
    """An openid means something within its account only."""
    return f"{account.appid}:{openid}"


def follower_ensure(*, account: Account, openid: str, source: str = "") -> Follower:
    """The follower with this openid, locked until the transaction ends; new ones are neither following nor not."""
    contact = contact_seen(channel=CHANNEL, address=address_of(account, openid), source=source, reachable=None)
    follower, _is_new = Follower.objects.select_for_update(of=("self",)).get_or_create(
        account=account, openid=openid, defaults={"contact": contact}
    )
    return follower


def _window_open(follower: Follower, moment: datetime, count: int, duration: timedelta) -> None:
    """A longer window that is open is not replaced by a shorter one."""
    closes_at = moment + duration
    if closes_at < timezone.now():
        return
    is_open = follower.window_left and follower.window_closes_at and follower.window_closes_at > timezone.now()
    if not is_open or closes_at > follower.window_closes_at:
        follower.window_closes_at, follower.window_left = closes_at, count


def _report_note(account_id: int, fields: dict[str, Any]) -> None:
    """WeChat's report on a template message: delivered, or refused by the person or the system."""
    status = str(fields.get("Status") or "").strip().lower()
    delivery = _reported_delivery(account_id, fields)
    delivery.report, delivery.reported_at = status[:60], _moment(fields)
    delivery.save(update_fields=["msgid", "report", "reported_at"])
    message = WorkerMessage.objects.filter(pk=delivery.message_id)
    if status == "success":
        unknown = message.filter(state=WorkerMessage.State.UNKNOWN)
        unknown.update(state=WorkerMessage.State.SENT, sent_at=delivery.reported_at)
    else:
        code = "blocked" if "block" in status else "channel_failed"
        message.update(state=WorkerMessage.State.REFUSED, refusal_code=code)


def _reported_delivery(account_id: int, fields: dict[str, Any]) -> MessageDelivery:
    """By WeChat's number; where our call's answer was lost, the one message to this person that it can be about."""
    msgid = int(fields["MsgID"])
    deliveries = MessageDelivery.objects.select_for_update(of=("self",)).filter(follower__account_id=account_id)
    if delivery := deliveries.filter(msgid=msgid).first():
        return delivery
    lost = deliveries.filter(
        follower__openid=fields["FromUserName"],
        way=MessageDelivery.Way.TEMPLATE,
        msgid=None,
        message__state=WorkerMessage.State.UNKNOWN,
    )
    candidates = list(lost[:2])
    if len(candidates) != 1:
        raise TooEarly
    candidates[0].msgid = msgid
    return candidates[0]
