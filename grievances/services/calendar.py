"""The day by which something is due."""

from datetime import date, timedelta

from django.utils.dateparse import parse_date

from grievances.days import today, zone_name
from grievances.models import Channel

__all__ = ["closed_days", "due_on", "today"]

# Whose public holidays count, by the factory's time zone (tenants.words.TIME_ZONES).
COUNTRIES = {
    "Asia/Shanghai": "CN",
    "Asia/Hong_Kong": "HK",
    "Asia/Ho_Chi_Minh": "VN",
    "Asia/Bangkok": "TH",
    "Asia/Jakarta": "ID",
}


def due_on(start: date, *, days: int, channel: Channel) -> date:
    """The last day of `days` days after `start`: working days, or all days where the channel says so.

    Working days are those of the country of the factory's time zone (in China with the weekends that are worked in
    exchange for a holiday, as far as they have been announced), without the factory's own closed days.
    """
    if not channel.counts_working_days:
        return start + timedelta(days=days)
    import holidays  # 14 MB with a country's days: loaded where the first case comes, not in every process

    country = holidays.country_holidays(COUNTRIES.get(zone_name(), "CN"))
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
