"""Celery doors of signing in."""

from celery import shared_task

from tenants.staff.services.invitations import invitations_clean
from tenants.staff.services.scans import scans_clean
from tenants.staff.services.sign_ins import sign_ins_clean
from tenants.tasks import FactoryTask


@shared_task
def sign_ins_clean_task() -> None:
    """Daily: public's own, then one short task a factory."""
    _clean()
    factory_sign_ins_clean_task.delay_in_each()


@shared_task(bind=True, base=FactoryTask)
def factory_sign_ins_clean_task(self) -> None:
    _clean()


def _clean() -> None:
    sign_ins_clean()
    scans_clean()
    invitations_clean()
