"""The base of every Celery task that works inside a factory."""

from celery.contrib.django.task import DjangoTask
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants.errors import DomainError
from tenants.models import Factory


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
            factories = Factory.objects.all() if self.of_suspended else Factory.objects.living()
            factory = factories.filter(schema_name=schema_name).first()
        if factory is None:
            raise FactoryGone(f"{self.name}: no living factory {schema_name!r}. The task did not run.")
        with tenant_context(factory), timezone.override(factory.time_zone):
            return self.run(*args, **kwargs)
