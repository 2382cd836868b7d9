"""Groups of factories: within one, workers may take along what they have learned."""

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from tenants.models import FactoryGroup
from tenants.sites import library_site


@admin.register(FactoryGroup, site=library_site)
class FactoryGroupAdmin(ModelAdmin):
    """A factory is put into a group on the factory's own page."""

    list_display = ["name", "count"]
    search_fields = ["name"]
    fields = ["name"]
    actions = None

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(members=Count("factories"))

    def has_delete_permission(self, request: HttpRequest, obj: FactoryGroup | None = None) -> bool:
        """Never while a factory is in it."""
        return super().has_delete_permission(request, obj) and not (obj and obj.factories.exists())

    @display(description=_("factories"), ordering="members")
    def count(self, group: FactoryGroup) -> int:
        return group.members
