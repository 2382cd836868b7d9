"""Who of the colleagues is which employee: a line leader sees the people of the departments that this employee leads."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline

from tenants.sites import factory_site
from tenants.staff.admin import ColleagueAdmin
from workers.models import Colleague


class EmployeeFormSet(forms.BaseInlineFormSet):
    @classmethod
    def get_default_prefix(cls) -> str:
        """Django would name it after the way back from a user, which the key has not."""
        return "employee"


class EmployeeInline(StackedInline):
    model = Colleague
    formset = EmployeeFormSet
    fields = ["worker"]
    autocomplete_fields = ["worker"]
    verbose_name = _("as an employee")
    verbose_name_plural = _("as an employee")
    hide_title = True
    extra = 1
    max_num = 1
    can_delete = False

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "worker":
            field.required = False
            field.help_text = _("Needed for a line leader: they see the people of the lines that this employee leads.")
        return field


factory_site.unregister(User)


@admin.register(User, site=factory_site)
class FactoryColleagueAdmin(ColleagueAdmin):
    inlines = [EmployeeInline]
