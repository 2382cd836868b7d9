"""What the clock does: one short task for each factory, and one in public for CCR CSR's ombudsmen. Each may run twice."""

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.db import OperationalError
from django_tenants.utils import get_public_schema_name, schema_context

from grievances.services.blur import vault_blur
from grievances.services.carrier import carry
from grievances.services.deadlines import ReminderNotSent, deadlines_keep, reminders_send
from grievances.services.figures import figures_push
from grievances.services.notice import notice_send
from grievances.services.retention import retention_keep
from tenants.tasks import FactoryTask

RETRY = {"autoretry_for": (OperationalError,), "max_retries": 5, "retry_backoff": 5}
# A mail server may be away for longer: tried again for most of an hour.
RETRY_MAIL = {
    "autoretry_for": (OperationalError, ReminderNotSent),
    "max_retries": 6,
    "retry_backoff": 120,
    "retry_backoff_max": 600,
}


# --- every night -----------------------------------------------------------------------------------------------------


@shared_task(base=DjangoTask, **RETRY)
def nightly_task() -> None:
    """Beat: what has had its time is erased, what is late escalates, figures go up."""
    factory_nightly_task.delay_in_each()
    ombudsman_nightly_task.delay()


@shared_task(bind=True, base=FactoryTask, **RETRY)
def factory_nightly_task(self) -> None:
    retention_keep()
    deadlines_keep()
    figures_push()


@shared_task(base=DjangoTask, **RETRY)
def ombudsman_nightly_task() -> None:
    with schema_context(get_public_schema_name()):
        retention_keep()


@shared_task(base=DjangoTask, **RETRY)
def blur_task() -> None:
    """Beat: what PostgreSQL keeps of the order of the day's cases is taken away."""
    factory_blur_task.delay_in_each()
    ombudsman_blur_task.delay()


@shared_task(bind=True, base=FactoryTask, **RETRY)
def factory_blur_task(self) -> None:
    vault_blur()


@shared_task(base=DjangoTask, **RETRY)
def ombudsman_blur_task() -> None:
    with schema_context(get_public_schema_name()):
        vault_blur()


# --- every few minutes -----------------------------------------------------------------------------------------------


@shared_task(base=DjangoTask, **RETRY)
def carry_task() -> None:
    """Beat: sealed cases go up to the ombudsmen, answers come down."""
    factory_carry_task.delay_in_each()


@shared_task(bind=True, base=FactoryTask, **RETRY)
def factory_carry_task(self) -> None:
    carry()


# --- every morning ---------------------------------------------------------------------------------------------------


@shared_task(base=DjangoTask, **RETRY)
def reminders_task() -> None:
    """Beat: officers hear, by e-mail, how many cases wait for them."""
    factory_reminders_task.delay_in_each()
    ombudsman_reminders_task.delay()


@shared_task(bind=True, base=FactoryTask, **RETRY_MAIL)
def factory_reminders_task(self) -> None:
    reminders_send()


@shared_task(base=DjangoTask, **RETRY_MAIL)
def ombudsman_reminders_task() -> None:
    with schema_context(get_public_schema_name()):
        reminders_send()


# --- once a week, on one day (see notice_send) -----------------------------------------------------------------------


@shared_task(base=DjangoTask, **RETRY)
def notices_task() -> None:
    """Beat: the general notice that there may be an answer."""
    factory_notice_task.delay_in_each()


@shared_task(bind=True, base=FactoryTask, **RETRY)
def factory_notice_task(self) -> None:
    notice_send()
