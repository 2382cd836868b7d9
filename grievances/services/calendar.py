"""Days: today where the factory is, and the day by which something is due."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date

from grievances.models import Channel

# Whose public holidays count, by the factory's time zone (tenants.admin.factories.TIME_ZONES).
COUNTRIES = {
    "Asia/Shanghai": "CN",
    "Asia/Hong_Kong": "HK",
    "Asia/Ho_Chi_Minh": "VN",
    "Asia/Bangkok": "TH",
    "Asia/Jakarta": "ID",
}


def today() -> date:
    """The day in the present factory's time zone; the only time the vault ever writes down."""
    return timezone.localdate(timezone=ZoneInfo(_zone()))


def due_on(start: date, *, days: int, channel: Channel) -> date:
    """The last day of `days` days after `start`: working days, or all days where the channel says so.

    Working days are those of the country of the factory's time zone (in China with the weekends that are worked in
    exchange for a holiday, as far as they have been announced), without the factory's own closed days.
    """
    if not channel.counts_working_days:
        return start + timedelta(days=days)
    country = holidays.country_holidays(COUNTRIES.get(_zone(), "CN"))
    closed = closed_days(channel.closed_days)
    day, left = start, days
    while left:
        day += timedelta(days=1)
        if country.is_working_day(day) and day not in closed:
            left -= 1
    return day


def closed_days(text: str) -> set[date]:
    """The days in a text of one ISO date a line. Raises ValueError naming the line that is none."""
    days = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        day = parse_date(line)
        if day is None:
            raise ValueError(line)
        days.add(day)
    return days


def _zone() -> str:
    return getattr(connection.tenant, "time_zone", settings.TIME_ZONE)
