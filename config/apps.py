from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds no models: it is an app for its management commands (the demo) and its wiring between rooms."""

    name = "config"

    def ready(self):
        from config import personal_data  # noqa: F401  registers what this room keeps of people
