"""Today where the factory is: the only time the vault ever writes down."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone


def zone_name() -> str:
    """The present factory's time zone; the service's own in public."""
    return getattr(connection.tenant, "time_zone", settings.TIME_ZONE)


def today() -> date:
    return timezone.localdate(timezone=ZoneInfo(zone_name()))
