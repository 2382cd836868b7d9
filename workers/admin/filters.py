"""Filters of lists whose rows are employees, or belong to one."""

from django.contrib.admin.views.main import SEARCH_VAR
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


class KeptFilter(DropdownFilter):
    """Who or what is gone is kept, and shown when asked for: here, or by a search that has chosen nothing here.

    names: of those of today, of those gone, and of all, by what the address says. today: the lookup that is true of the first.
    """

    all_option = None
    names: dict[str, str]
    today: str

    def __init__(self, request: HttpRequest, *args):
        present, _gone, every = self.names
        self.unchosen = every if request.GET.get(SEARCH_VAR, "").strip() else present
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin):
        """What holds unchosen is the empty one: a form sent for another filter's sake has not chosen it."""
        return [("" if key == self.unchosen else key, name) for key, name in self.names.items()]

    def value(self) -> str:
        chosen = super().value() or ""
        return "" if chosen == self.unchosen else chosen

    def queryset(self, request: HttpRequest, queryset):
        _present, gone, every = self.names
        chosen = self.value() or self.unchosen
        return queryset if chosen == every else queryset.filter(**{self.today: chosen != gone})


class EmploymentFilter(KeptFilter):
    title = _("employment")
    parameter_name = "employment"
    names = {"employed": _("employed"), "left": _("have left"), "all": _("all, including those who left")}
    today = "left_on__isnull"
