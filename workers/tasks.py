"""Celery doors of this room."""

from collections.abc import Callable

from celery import shared_task

from tenants.tasks import FactoryTask
from workers.models import RosterImport
from workers.privacy.sweeps import retention_sweep
from workers.services.binding import attempts_clean
from workers.services.integrations import receipts_clean
from workers.services.roster_jobs import roster_check, roster_fail, roster_save, rosters_clean
from workers.services.transfers import expired_transfers_clean
from workers.sessions import sessions_clean


@shared_task
def sessions_clean_task() -> None:
    """Daily: one short task a factory."""
    factory_sessions_clean_task.delay_in_each()


@shared_task(bind=True, base=FactoryTask)
def factory_sessions_clean_task(self) -> None:
    sessions_clean()
    attempts_clean()
    rosters_clean()
    receipts_clean()


@shared_task(bind=True, base=FactoryTask)
def roster_check_task(self, *, job_id: int) -> None:
    _roster_run(roster_check, job_id)


@shared_task(bind=True, base=FactoryTask)
def roster_save_task(self, *, job_id: int) -> None:
    _roster_run(roster_save, job_id)


def _roster_run(service: Callable[..., RosterImport], job_id: int) -> None:
    """A fault of ours is told on the import's page, and in the log. A dead process is found out by whoever looks."""
    try:
        service(job_id=job_id)
    except Exception:
        roster_fail(job_id=job_id)
        raise


@shared_task
def retention_sweep_task() -> None:
    """Daily: what waits in public for nobody any more, and one task a factory for what is past its time there. In suspended
    ones too: nobody signs in, and the time for which people's data may be kept runs on."""
    expired_transfers_clean()
    factory_retention_sweep_task.delay_in_each()


@shared_task(bind=True, base=FactoryTask, of_suspended=True)
def factory_retention_sweep_task(self) -> None:
    retention_sweep()
