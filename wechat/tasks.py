"""Celery doors of this room. Each may run twice, or at the same time as another."""

import logging
import time

from celery import shared_task
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from tenants.tasks import FactoryTask, living_where
from wechat.errors import WeChatRefused, WeChatUnavailable
from wechat.models import InboundCallback
from wechat.services.accounts import account_active
from wechat.services.delivery import claims_release, messages_deliver, messages_waiting
from wechat.services.effects import BATCH, callbacks_clean, callbacks_handle
from wechat.services.following import following_read
from wechat.services.oauth import states_clean
from wechat.services.tags import tags_read

log = logging.getLogger(__name__)


def _queue(task, *, schema_name: str, countdown: float = 0) -> None:
    """Without a broker the rows stay where they are, and the next sweep takes them up."""
    try:
        task.apply_async(kwargs={"schema_name": schema_name}, countdown=countdown or None, retry=False)
    except OperationalError:
        log.warning("the broker does not answer: %s waits for the sweep", task.name)


class Announcer:
    """Has waiting callbacks worked off now, in a burst a few times a second: one task takes all that wait.

    A task asked for with a delay starts after everything stored until then, so nothing more need be asked for meanwhile;
    half of the delay is kept back for clocks that differ. What is missed all the same waits for the sweep.
    """

    QUIET_SECONDS = 0.25
    DELAY_SECONDS = 0.5

    def __init__(self):
        self._asked_at: dict[str, float] = {}
        self._covered_until: dict[str, float] = {}

    def __call__(self, *, schema_name: str) -> None:
        now = time.monotonic()
        if now < self._covered_until.get(schema_name, 0):
            return
        in_burst = now < self._asked_at.get(schema_name, 0) + self.QUIET_SECONDS
        if in_burst:
            self._covered_until[schema_name] = now + self.DELAY_SECONDS / 2
        self._asked_at[schema_name] = now
        _queue(callbacks_handle_task, schema_name=schema_name, countdown=self.DELAY_SECONDS if in_burst else 0)


callbacks_announce = Announcer()


def messages_announce(*, schema_name: str, **_kwargs) -> None:
    """Have waiting messages sent now: what `workers.signals.messages_queued` is connected to."""
    _queue(messages_deliver_task, schema_name=schema_name)


@shared_task(bind=True, base=FactoryTask)
def callbacks_handle_task(self, *, left_behind: bool = False) -> None:
    if callbacks_handle(left_behind=left_behind) == BATCH:
        callbacks_announce(schema_name=connection.schema_name)


@shared_task
def callbacks_sweep_task() -> None:
    """Every minute: the factories where something was left behind. Cleaning is part of it."""
    for schema_name, _found in living_where(_callbacks_swept):
        callbacks_handle_task.delay(schema_name=schema_name, left_behind=True)


@transaction.atomic
def _callbacks_swept() -> bool:
    callbacks_clean()
    states_clean()
    return InboundCallback.objects.left_behind().exists()


@shared_task(bind=True, base=FactoryTask)
def messages_deliver_task(self) -> None:
    """One link of a chain: each sends for less than a minute and starts the next while something waits."""
    if messages_deliver():
        messages_announce(schema_name=connection.schema_name)


@shared_task
def messages_sweep_task() -> None:
    """Every minute: claims that nobody holds any more, messages whose time has come."""
    for schema_name, _found in living_where(_messages_swept):
        messages_deliver_task.delay(schema_name=schema_name)


@transaction.atomic
def _messages_swept() -> bool:
    claims_release()
    return messages_waiting().exists()


@shared_task
def tags_read_task() -> None:
    """Nightly: one short task a factory, for all that WeChat knows of its followers."""
    factory_tags_read_task.delay_in_each()


@shared_task(bind=True, base=FactoryTask, max_retries=3)
def factory_tags_read_task(self) -> None:
    """What HR has to mend stands on the account; what only needs time is tried again."""
    account = account_active()
    if account is None:
        return
    try:
        following_read(account=account)
        tags_read(account=account)
    except WeChatUnavailable as error:
        raise self.retry(exc=error, countdown=max(error.retry_after_seconds, 60)) from error
    except WeChatRefused as refusal:
        log.warning("followers of %s: %s", connection.schema_name, refusal.code)
