from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("Lesson catalogue")

    def ready(self):
        from django_tenants.signals import post_schema_sync

        from lessons.signals import library_changed

        library_changed.connect(_fan_out, dispatch_uid="lessons.fan_out")
        post_schema_sync.connect(_library_fill, dispatch_uid="lessons.library_fill")


def _fan_out(sender, lesson_uuid, **kwargs):
    """Nobody can publish in the library without the factories hearing of it."""
    from lessons.tasks import library_fan_out_task

    library_fan_out_task.delay_on_commit(lesson_uuid=str(lesson_uuid) if lesson_uuid else None)


def _library_fill(sender, tenant, **kwargs):
    """A new factory starts with the library it follows, in the transaction that makes it."""
    from lessons.services.sync import library_reconcile

    library_reconcile()
