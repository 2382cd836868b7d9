"""The tree of departments, shown as one."""

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from tenants.sites import factory_site
from workers.forms import place_field_set
from workers.models import Department
from workers.services.departments import DepartmentRefused, department_check, department_create, department_move
from workers.services.people import name_written


def department_choices() -> list[tuple[str, str]]:
    """(id, indented name), in the order of the tree."""
    return [(str(node.pk), "　" * node.depth + node.name) for node in Department.objects.order_by("path")]


class DepartmentForm(forms.ModelForm):
    class Meta:
        model = Department
        fields = ["parent", "kind", "name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        place_field_set(self.fields["parent"], empty_label=_("(nothing: a top department)"))

    def clean_name(self):
        return name_written(self.cleaned_data["name"])

    def clean(self):
        values = super().clean()
        department = self.instance if self.instance.pk else None
        if "name" in values and "parent" in values:
            try:
                department_check(department=department, parent=values["parent"], name=values["name"])
            except DepartmentRefused as refusal:
                self.add_error("name" if refusal.code == "department_taken" else "parent", str(refusal))
        return values


@admin.register(Department, site=factory_site)
class DepartmentAdmin(ModelAdmin):
    form = DepartmentForm
    list_display = ["indented_name", "kind", "people"]
    list_per_page = 200
    ordering = ["path"]
    sortable_by = ()
    search_fields = ["name"]

    def get_queryset(self, request):
        employed = Q(workers__isnull=False, workers__left_on__isnull=True)
        return super().get_queryset(request).annotate(people_count=Count("workers", filter=employed))

    @display(description=_("department"))
    def indented_name(self, department: Department) -> str:
        return format_html('<span style="padding-left: {}rem">{}</span>', department.depth * 1.75, department.name)

    @display(description=_("employees directly in it"))
    def people(self, department: Department) -> int:
        return department.people_count

    def save_model(self, request, obj, form, change):
        """Paths are the service's; a name and a kind are plain columns."""
        if not change:
            made = department_create(name=obj.name, kind=obj.kind, parent=obj.parent)
            obj.pk, obj.path = made.pk, made.path
            obj._state.adding = False
            return
        Department.objects.get(pk=obj.pk)
        obj.save(update_fields=["name", "kind", "updated_at"])
        if "parent" in form.changed_data:
            department_move(department=obj, parent=form.cleaned_data["parent"])
