from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds no models: it is an app for its management commands (the demo) and its wiring between rooms."""

    name = "config"
