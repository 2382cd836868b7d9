"""Filters of lists that more than one room has."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.utils import parse_date_str


class RowFilter(DropdownFilter):
    """By one row of another table; `row_key` leads to its key, such as "lesson__pk". A key that no row has finds nothing."""

    row_key: str

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        try:
            return queryset.filter(**{self.row_key: self.value()})
        except ValueError:  # somebody has typed it
            return queryset.none()


class DayRangeFilter(RangeDateFilter):
    """From the first moment of one local day to the last of another."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        first, last = self._day("from"), self._day("to")
        if first:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": _start_of(first)})
        if last:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": _start_of(last + timedelta(days=1))})
        return queryset

    def _day(self, end: str) -> date | None:
        return parse_date_str(self.used_parameters.get(f"{self.parameter_name}_{end}") or "")


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
