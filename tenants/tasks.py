"""The base of every Celery task that works inside a factory, and the two ways in which beat reaches them all."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from celery.contrib.django.task import DjangoTask
from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants.errors import DomainError
from tenants.models import Factory

log = logging.getLogger(__name__)
Found = TypeVar("Found")


class FactoryGone(DomainError):
    """The task names no factory, or one that is gone or suspended. Nothing has run."""

    code = "factory_gone"


class FactoryTask(DjangoTask):
    """Runs its body inside the living factory named by the keyword `schema_name`, by its clock; without one it refuses.

    The check is made when the task runs, not when it is queued: a factory may be suspended in between.
    of_suspended: it runs there all the same.
    """

    abstract = True
    of_suspended = False
    typing = False  # Celery would compare the arguments with run(), which never sees schema_name

    def __call__(self, *args, schema_name: str = "", **kwargs):
        with schema_context("public"):
            factory = self._factories().filter(schema_name=schema_name).first()
        if factory is None:
            raise FactoryGone(f"{self.name}: no living factory {schema_name!r}. The task did not run.")
        with tenant_context(factory), timezone.override(factory.time_zone):
            return self.run(*args, **kwargs)

    def delay_in_each(self, **values) -> None:
        """One short task for each factory in which it runs."""
        with schema_context("public"):
            schemas = list(self._factories().order_by("pk").values_list("schema_name", flat=True))
        for schema_name in schemas:
            self.delay(schema_name=schema_name, **values)

    def _factories(self) -> QuerySet[Factory]:
        return Factory.objects.all() if self.of_suspended else Factory.objects.living()


def living_where(look: Callable[[], Found]) -> Iterator[tuple[str, Found]]:
    """The schemas of living factories in which `look` finds something, with what it finds: for what waits in few of many. A
    factory that is broken, or not migrated yet, holds up no other."""
    with schema_context("public"):
        factories = list(Factory.objects.living().order_by("pk"))
    for factory in factories:
        try:
            with tenant_context(factory), timezone.override(factory.time_zone):
                found = look()
        except DatabaseError:
            log.exception("%s cannot be swept", factory.schema_name)
            continue
        if found:
            yield factory.schema_name, found
