"""Celery doors of signing in."""

from celery import shared_task

from tenants.models import Factory
from tenants.staff.services.invitations import invitations_clean
from tenants.staff.services.scans import scans_clean
from tenants.staff.services.sign_ins import sign_ins_clean
from tenants.tasks import FactoryTask


@shared_task
def sign_ins_clean_task() -> None:
    """Daily: public's own, then one short task a factory."""
    _clean()
    for schema_name in Factory.objects.living().values_list("schema_name", flat=True):
        factory_sign_ins_clean_task.delay(schema_name=schema_name)


@shared_task(bind=True, base=FactoryTask)
def factory_sign_ins_clean_task(self) -> None:
    _clean()


def _clean() -> None:
    sign_ins_clean()
    scans_clean()
    invitations_clean()
