"""Filters of lists whose rows are employees, or belong to one."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from workers.models import Department
from workers.scope import visible_departments


class DepartmentFilter(DropdownFilter):
    """A department and everything below it. worker: the field of a row that leads to its employee, with "__" behind."""

    title = _("department")
    parameter_name = "place"
    worker = ""

    def lookups(self, request: HttpRequest, model_admin):
        return [(str(node.pk), node.indented) for node in visible_departments(request.user).order_by("path")]

    def queryset(self, request: HttpRequest, queryset):
        if not self.value():
            return queryset
        try:
            chosen = Department.objects.filter(pk=self.value()).first()
        except ValueError:  # somebody has typed it
            chosen = None
        below = {f"{self.worker}department__path__startswith": chosen.current.path} if chosen else {"pk__in": []}
        return queryset.filter(**below)
