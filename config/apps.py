from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    """Holds no models: it is an app for its management commands (the demo) and its wiring between rooms."""

    name = "config"
    verbose_name = _("Accounts of the admin")  # over its part of the register of personal data

    def ready(self):
        from config import personal_data  # noqa: F401  registers what this room keeps of people
