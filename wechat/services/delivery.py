"""Sending what waits in the outbox: claimed in batches, called in a few threads, written down answer by answer.

Only the call that moves a row from queued to sending may speak to WeChat about it. That claim is committed before the
network call, so nothing here is one transaction. Two things end a claim: the answer, or the sweep, when a process died.

What happens to a message to many is noted on the message alone: a follower or a contact that changed with it would name who
belongs to an audience that is private, or personal. Who has unfollowed is asked of WeChat every night (`services.following`).
"""

import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_tenants.utils import schema_context

from wechat.client import AccountClient, client_of
from wechat.errors import Refusal, WeChatRefused, WeChatUnavailable
from wechat.links import sign_in_link, site_base
from wechat.models import Account, Follower, MessageDelivery
from wechat.services.accounts import account_active, account_trouble, refusals_noted
from wechat.services.effects import follower_lost
from wechat.services.pause import learning_begins, sending_is_paused, sending_pause, sending_resume
from wechat.services.templates import DEFAULT_KIND, template_data, template_of, templates_learn
from workers.models import Contact, WorkerMessage
from workers.services.messages import DATA_ERASED, GOODBYES, TOLD_TO_LEAVERS

log = logging.getLogger(__name__)

State, Way = WorkerMessage.State, MessageDelivery.Way

BATCH = 20
THREADS = 4
PER_SECOND = 40  # no rate is published; 100 a second worked for others, 400 at once did not
RUN_SECONDS = 45  # then a new task goes on, so that other factories get their turn
RETRY_SECONDS = (30, 60, 300, 900, 3600, 7200, 14400)
# WeChat remembers a client_msg_id for ten minutes. A claim of a dead process is taken up while asking again is harmless.
CLAIM_LASTS = timedelta(minutes=5)
REMEMBERED = timedelta(minutes=9)
# What HR reads on the message; words that any channel could use.
REFUSAL_CODES = {Refusal.UNFOLLOWED: "unreachable", Refusal.BLOCKED: "blocked"}
WINDOW_MARGIN = timedelta(seconds=10)
TROUBLE_PAUSE_SECONDS = 300


@dataclass
class Plan:
    """One claimed message and how it goes out. body: what is posted."""

    message: WorkerMessage
    follower: Follower
    way: Any
    body: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What WeChat said: a number for a template message (0 for others), or an error."""

    msgid: int = 0
    error: WeChatRefused | WeChatUnavailable | None = None


def messages_waiting() -> QuerySet[WorkerMessage]:
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    return WorkerMessage.objects.filter(due, state=State.QUEUED)


def messages_deliver() -> bool:
    """Send what waits, for at most RUN_SECONDS; True if more is left to do now. One run at a time in a factory.

    Whoever finds another run at work goes away: that run looks once more after its end.
    """
    account = account_active()
    if account is None or sending_is_paused() or not _run_begins():
        return False
    try:
        _templates_learn_once(account)
        client, give_up_at = client_of(account), time.monotonic() + RUN_SECONDS
        while time.monotonic() < give_up_at and not sending_is_paused():
            started = time.monotonic()
            messages = messages_claim()
            if not messages:
                break
            _batch_send(account, client, messages)
            time.sleep(max(0.0, len(messages) / PER_SECOND - (time.monotonic() - started)))
    finally:
        _run_ends()
    return not sending_is_paused() and messages_waiting().exists()


def _templates_learn_once(account: Account) -> None:
    """Look, once an hour at most, whether an account without a template has got one. A failure pauses this run."""
    if template_of(account, DEFAULT_KIND) or not messages_waiting().exists() or not learning_begins():
        return
    try:
        with refusals_noted(account_id=account.pk):
            templates_learn(account=account)
    except (WeChatRefused, WeChatUnavailable):
        sending_resume()
        sending_pause(seconds=TROUBLE_PAUSE_SECONDS)


def _run_begins() -> bool:
    return _lock("pg_try_advisory_lock")


def _run_ends() -> None:
    _lock("pg_advisory_unlock")


def _lock(function: str) -> bool:
    """A lock of this factory that its holder's death releases."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext(%s), hashtext('wechat delivery'))", [connection.schema_name])
        return cursor.fetchone()[0]


@transaction.atomic
def messages_claim(*, most: int = BATCH) -> list[WorkerMessage]:
    """Take waiting messages, urgent ones first, that no other process can take then."""
    waiting = messages_waiting().order_by("-urgency", "pk").select_for_update(skip_locked=True)
    ids = list(waiting.values_list("pk", flat=True)[:most])
    claimed = WorkerMessage.objects.filter(pk__in=ids)
    claimed.update(state=State.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1)
    return list(claimed.order_by("-urgency", "pk").select_related("worker", "broadcast", "wechat_delivery"))


def claims_release() -> int:
    """Take up the claims of processes that died, and return how many rows that were.

    Where WeChat may have got the message and would not recognise it again, nobody can know: the row becomes unknown.
    """
    now = timezone.now()
    stale = WorkerMessage.objects.filter(state=State.SENDING, claimed_at__lt=now - CLAIM_LASTS)
    rows = list(stale.select_related("wechat_delivery"))
    for message in rows:
        delivery = getattr(message, "wechat_delivery", None)
        if delivery and delivery.tried_at >= message.claimed_at:
            _doubt(message, delivery, since=delivery.tried_at)
        else:
            _requeue(message, seconds=0)
    return len(rows)


def _batch_send(account: Account, client: AccountClient, messages: list[WorkerMessage]) -> None:
    plans = _plans_make(account, messages)
    while plans:
        plans = [again for again in _plans_send(client, plans) if again]


def _plans_send(client: AccountClient, plans: list[Plan]) -> Iterable[Plan | None]:
    """Call WeChat in a few threads, which touch no database, and write down each answer as it comes."""
    with ThreadPoolExecutor(THREADS) as threads:
        calls = {threads.submit(_call, connection.schema_name, client, plan): plan for plan in plans}
        for call in as_completed(calls):
            yield _outcome_note(calls[call], call.result())


def _call(schema_name: str, client: AccountClient, plan: Plan) -> Outcome:
    address = "message/custom/send" if plan.way == Way.CUSTOMER else "message/template/send"
    with schema_context(schema_name):  # the cache with the access token belongs to the factory
        try:
            answer = client.call(lambda: client.post(address, data=plan.body))
        except (WeChatRefused, WeChatUnavailable) as error:
            return Outcome(error=error)
    return Outcome(msgid=int(answer.get("msgid") or 0))


# --- before the call -------------------------------------------------------------------------------------------------
def _plans_make(account: Account, messages: list[WorkerMessage]) -> list[Plan]:
    followers = _followers_of(account, messages)
    base, plans, lost = site_base(), [], []
    for message in messages:
        if _is_forgotten(message):
            _state_set(message, State.UNKNOWN)
        elif message.worker.left_on and message.kind not in TOLD_TO_LEAVERS:
            _state_set(message, State.REFUSED, refusal_code="left")
        elif (follower := followers.get(message.pk)) is None:
            lost.append(message)
        elif plan := _plan_make(account, message, follower, base):
            plans.append(plan)
    _lost_refuse(lost)
    _tries_note(plans)
    return plans


def _lost_refuse(messages: list[WorkerMessage]) -> None:
    """Of those with no follower to write to: some have bound no phone. A goodbye is for a phone, which is nobody's now."""
    meant = [message.worker_id for message in messages if message.kind not in GOODBYES]
    bound = set(Contact.objects.filter(worker__in=meant).values_list("worker_id", flat=True)) if meant else set()
    for message in messages:
        is_unbound = message.kind not in GOODBYES and message.worker_id not in bound
        _state_set(message, State.REFUSED, refusal_code="unbound" if is_unbound else "unreachable")


def _followers_of(account: Account, messages: list[WorkerMessage]) -> dict[int, Follower]:
    """message id -> the follower to write to: who follows before who may, the one seen last before others.

    A message for one contact goes there or nowhere, and a goodbye only while that contact is nobody's.
    """
    theirs = Q(contact__worker__in=[message.worker_id for message in messages])
    parted = [message.values["contact"] for message in messages if message.kind in GOODBYES]
    followers = Follower.objects.maybe_following().filter(
        theirs | Q(contact__worker=None, contact__in=parted), account=account
    )
    ordered = followers.select_related("contact", "account").order_by(
        F("is_following").asc(nulls_first=True), "updated_at"
    )
    found = {}
    for follower in ordered:
        for message in messages:
            is_meant = message.values.get("contact", str(follower.contact_id)) == str(follower.contact_id)
            owner_id = None if message.kind in GOODBYES else message.worker_id
            if is_meant and owner_id == follower.contact.worker_id:
                found[message.pk] = follower
    return found


def _is_private(message: WorkerMessage) -> bool:
    return message.broadcast is not None and message.broadcast.is_private


def _is_forgotten(message: WorkerMessage) -> bool:
    """WeChat may have it, and would take a second one for another message by now."""
    delivery = getattr(message, "wechat_delivery", None)
    return bool(delivery and delivery.doubtful_since and delivery.doubtful_since < timezone.now() - REMEMBERED)


def _plan_make(account: Account, message: WorkerMessage, follower: Follower, base: str) -> Plan | None:
    """By chat message while the person's window is open, else by template; None, and refused, where there is no template.

    A private one leaves the window alone: where there is no template, the next message would show that one was used up."""
    doubtful = getattr(getattr(message, "wechat_delivery", None), "doubtful_since", None)
    address = sign_in_link(base, message.values["path"])
    if not doubtful and not _is_private(message) and _window_take(follower):
        article = {
            "title": message.values["title"],
            "description": message.values.get("summary", ""),
            "url": address,
            "picurl": "",
        }
        body = {"touser": follower.openid, "msgtype": "news", "news": {"articles": [article]}}
        return Plan(message, follower, Way.CUSTOMER, body)
    return _template_plan(account, message, follower, address)


def _template_plan(account: Account, message: WorkerMessage, follower: Follower, address: str) -> Plan | None:
    template = template_of(account, message.kind)
    if not template:
        _state_set(message, State.REFUSED, refusal_code="channel_not_ready")
        return None
    body = {
        "touser": follower.openid,
        "template_id": template["id"],
        "url": address,
        "client_msg_id": f"message-{message.pk}",
        "data": template_data(fields=template["fields"], values=message.values),
    }
    return Plan(message, follower, Way.TEMPLATE, body)


def _window_take(follower: Follower) -> bool:
    """Use up one free answer, if there is one."""
    until = timezone.now() + WINDOW_MARGIN
    if not follower.window_left or not follower.window_closes_at or follower.window_closes_at < until:
        return False
    left = Follower.objects.filter(pk=follower.pk, window_left__gt=0)
    return bool(left.update(window_left=F("window_left") - 1))


def _tries_note(plans: list[Plan]) -> None:
    """Before the call, in one statement: what a process that dies now has begun."""
    now = timezone.now()
    rows = [MessageDelivery(message=plan.message, follower=plan.follower, way=plan.way, tried_at=now) for plan in plans]
    MessageDelivery.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["message"], update_fields=["follower", "way", "tried_at"]
    )


# --- after the call --------------------------------------------------------------------------------------------------
def _outcome_note(plan: Plan, outcome: Outcome) -> Plan | None:
    """Write down how it went; a plan to try at once if the window was closed after all."""
    if outcome.error is None:
        _sent(plan, outcome.msgid)
    elif isinstance(outcome.error, WeChatUnavailable):
        _later(plan, outcome.error)
    elif outcome.error.refusal is Refusal.WINDOW and plan.way == Way.CUSTOMER:
        return _window_closed(plan)
    else:
        _refused(plan, outcome.error)
    return None


def _sent(plan: Plan, msgid: int) -> None:
    if msgid:
        MessageDelivery.objects.filter(pk=plan.message.pk).update(msgid=msgid)
    _state_set(plan.message, State.SENT, sent_at=timezone.now())


def _later(plan: Plan, error: WeChatUnavailable) -> None:
    """Again after a while, as long as it is certain or harmless; then refused for good."""
    pause = error.retry_after_seconds
    sending_pause(seconds=pause if error.errcode else min(pause, 30))
    if error.maybe_done:
        _doubt(plan.message, MessageDelivery.objects.get(pk=plan.message.pk), since=timezone.now())
    else:
        _requeue(plan.message, seconds=pause)


def _refused(plan: Plan, refusal: WeChatRefused) -> None:
    if refusal.refusal is Refusal.ACCOUNT:
        account_trouble(account_id=plan.follower.account_id, text=str(refusal))
        sending_pause(seconds=TROUBLE_PAUSE_SECONDS)
        _requeue(plan.message, seconds=TROUBLE_PAUSE_SECONDS)
        return
    if refusal.refusal is Refusal.UNFOLLOWED and plan.message.broadcast is None:
        with transaction.atomic():
            follower_lost(follower=plan.follower, moment=timezone.now())
    _state_set(plan.message, State.REFUSED, refusal_code=REFUSAL_CODES.get(refusal.refusal, "content"))


def _window_closed(plan: Plan) -> Plan | None:
    Follower.objects.filter(pk=plan.follower.pk).update(window_left=0)
    address = plan.body["news"]["articles"][0]["url"]
    again = _template_plan(plan.follower.account, plan.message, plan.follower, address)
    if again:
        _tries_note([again])
    return again


def _doubt(message: WorkerMessage, delivery: MessageDelivery, *, since: datetime) -> None:
    """WeChat may have it. A template message is sent again with the same number soon; a chat message has none."""
    delivery.doubtful_since = delivery.doubtful_since or since
    delivery.save(update_fields=["doubtful_since"])
    wait = RETRY_SECONDS[0]
    is_safe = delivery.doubtful_since + REMEMBERED > timezone.now() + timedelta(seconds=wait)
    if delivery.way == Way.TEMPLATE and is_safe:
        _requeue(message, seconds=wait)
    else:
        _state_set(message, State.UNKNOWN)


def _requeue(message: WorkerMessage, *, seconds: int) -> None:
    """Back into the queue, each time for longer; refused when it has been tried often enough."""
    if message.attempts > len(RETRY_SECONDS):
        _state_set(message, State.REFUSED, refusal_code="channel_unavailable")
        return
    wait = max(seconds, RETRY_SECONDS[max(message.attempts, 1) - 1] if seconds else 0)
    _state_set(message, State.QUEUED, not_before=timezone.now() + timedelta(seconds=wait))


def _state_set(message: WorkerMessage, state: Any, **columns: Any) -> None:
    """Only the holder of the claim may end it."""
    claimed = WorkerMessage.objects.filter(pk=message.pk, state=State.SENDING)
    if message.kind == DATA_ERASED and state != State.QUEUED:
        claimed.delete()  # it is the last that links the phone with the record
    else:
        claimed.update(state=state, claimed_at=None, updated_at=timezone.now(), **columns)
