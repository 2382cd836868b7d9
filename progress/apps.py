from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "progress"
    verbose_name = _("Learning")

    def ready(self):
        from progress import personal_data  # noqa: F401  registers what this room keeps of people
