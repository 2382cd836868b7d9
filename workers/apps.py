from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkersConfig(AppConfig):
    name = "workers"
    verbose_name = _("Employees")

    def ready(self):
        from workers import personal_data  # noqa: F401  registers what this room keeps of people
