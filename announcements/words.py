"""How a time to come is said."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def moment_words(at: datetime) -> str:
    """By the factory's clock, with the day of the week, as people plan by it."""
    local = timezone.localtime(at)
    day = {"day": date_format(local, "MONTH_DAY_FORMAT"), "weekday": date_format(local, "D")}
    return _("%(weekday)s %(day)s %(time)s") % {**day, "time": f"{local:%H:%M}"}


def plan_words(at: datetime) -> str:
    return _("To be sent on %(moment)s") % {"moment": moment_words(at)}
