"""What there is for a roster only."""

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class OfRosterMixin(ModelAdmin):
    """Where anybody may join nobody is on a roster: then the pages are nobody's, also by an address that somebody typed."""

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return not request.factory.is_open and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not request.factory.is_open and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return not request.factory.is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return not request.factory.is_open and super().has_delete_permission(request, obj)
