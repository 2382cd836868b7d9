"""Employees: found by name, sound, number; brought in by the roster; they leave, they are never deleted."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from tenants.sites import factory_site
from workers.admin.binding import BindingMixin
from workers.admin.departments import department_choices
from workers.admin.roster import RosterMixin
from workers.admin.shifts import ShiftsOfWorkersMixin
from workers.forms import place_field_set
from workers.models import Contact, Department, Worker
from workers.services.people import employee_number_clean, name_pinyin, name_written, worker_leave


class DepartmentFilter(DropdownFilter):
    """A department and everything below it."""

    title = _("department")
    parameter_name = "place"

    def lookups(self, request, model_admin):
        return department_choices()

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        department = Department.objects.filter(pk=self.value()).first() if self.value().isdecimal() else None
        return queryset.in_department(department) if department else queryset.none()


class BoundFilter(DropdownFilter):
    title = _("binding")
    parameter_name = "bound"

    def lookups(self, request, model_admin):
        return [("yes", _("bound")), ("no", _("not yet bound"))]

    def queryset(self, request, queryset):
        return queryset.filter(is_bound=self.value() == "yes") if self.value() else queryset


class EmploymentFilter(DropdownFilter):
    """Those who left are kept, and shown when asked for."""

    title = _("employment")
    parameter_name = "employment"

    def lookups(self, request, model_admin):
        return [("left", _("have left")), ("all", _("all, those who left too"))]

    def queryset(self, request, queryset):
        if self.value() == "all" or request.resolver_match.url_name != "workers_worker_changelist":
            return queryset
        return queryset.filter(left_on__isnull=self.value() != "left")


class WorkerForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if place := self.fields.get("department"):
            place_field_set(place)

    def clean_employee_number(self):
        return employee_number_clean(self.cleaned_data["employee_number"])

    def clean_name(self):
        return name_written(self.cleaned_data["name"])

    def clean_left_on(self):
        left_on = self.cleaned_data["left_on"]
        if left_on and left_on > timezone.localdate():
            raise forms.ValidationError(_("The leave date lies in the future. Enter it when the day has come."))
        return left_on

    def clean(self):
        values = super().clean()
        self.instance.name_pinyin = name_pinyin(values.get("name", ""))
        return values


@admin.register(Worker, site=factory_site)
class WorkerAdmin(ShiftsOfWorkersMixin, RosterMixin, BindingMixin, ModelAdmin):
    form = WorkerForm
    list_display = ["written_name", "employee_number", "place", "position", "bound", "left_on"]
    list_filter = [DepartmentFilter, BoundFilter, EmploymentFilter, "gender"]
    list_filter_sheet = False
    list_select_related = ["department__parent__parent"]
    list_per_page = 50
    search_fields = ["name", "employee_number", "phone"]
    search_help_text = _("Name, pinyin, employee number or phone")
    ordering = ["name_pinyin"]
    fieldsets = [
        (None, {"fields": [("employee_number", "name"), ("department", "position"), ("hired_on", "left_on")]}),
        (_("Personal"), {"fields": [("gender", "birth_date"), "phone"]}),
    ]
    actions = ["leave"]

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        phones = Contact.objects.filter(worker=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_bound=Exists(phones))

    def get_search_results(self, request, queryset, search_term):
        """By sound, too: "lina" and "li na" find 李娜."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        sound = "".join(search_term.lower().split())
        if sound.isascii() and sound.isalpha():
            heard = queryset.annotate(sound=Replace("name_pinyin", Value(" "), Value(""))).filter(sound__contains=sound)
            found = queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=heard.values("pk")))
        return found, may_repeat

    @display(description=pgettext_lazy("of a person", "name"), ordering="name_pinyin")
    def written_name(self, worker: Worker) -> str:
        return worker.name

    @display(description=_("department"), ordering="department__path")
    def place(self, worker: Worker) -> str:
        return worker.department.label if worker.department else "–"

    @display(description=_("binding"), ordering="is_bound", label={"yes": "success", "no": "default"})
    def bound(self, worker: Worker):
        return ("yes", _("bound")) if worker.is_bound else ("no", _("not yet bound"))

    @admin.action(description=_("Selected employees have left (today)"), permissions=["change"])
    def leave(self, request, queryset):
        today = timezone.localdate()
        count = sum(worker_leave(worker=worker, on=today) for worker in queryset)
        text = ngettext("%(count)d employee has left as of today.", "%(count)d employees have left as of today.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def save_model(self, request, obj, form, change):
        """A leave date entered here does what the list's action does."""
        leaves = change and "left_on" in form.changed_data and obj.left_on
        if leaves:
            left_on, obj.left_on = obj.left_on, None
        super().save_model(request, obj, form, change)
        if leaves:
            worker_leave(worker=obj, on=left_on)
            obj.left_on = left_on
