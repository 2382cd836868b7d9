"""Those of an account that anybody may join: the list and the page of employees without what only a roster knows."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tenants.sites import factory_site
from workers.admin.people import WorkerAdmin
from workers.models import Worker


@admin.register(Worker, site=factory_site)
class PeopleAdmin(WorkerAdmin):
    """Employees, or learners: these join and go by themselves, and all that is known of them is what to call them."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Worker]:
        people = super().get_queryset(request)
        return people.employed() if request.factory.is_open else people

    def get_list_display(self, request: HttpRequest):
        return ["written_name", "joined"] if request.factory.is_open else super().get_list_display(request)

    def get_list_filter(self, request: HttpRequest):
        return [] if request.factory.is_open else super().get_list_filter(request)

    def get_search_fields(self, request: HttpRequest):
        return ["name"] if request.factory.is_open else super().get_search_fields(request)

    def get_changelist_instance(self, request: HttpRequest):
        changes = super().get_changelist_instance(request)
        if request.factory.is_open:
            changes.search_help_text = _("Name or pinyin")
        return changes

    def get_fieldsets(self, request: HttpRequest, obj: Worker | None = None):
        return [(None, {"fields": ["name"]})] if request.factory.is_open else super().get_fieldsets(request, obj)

    def get_actions(self, request: HttpRequest):
        return {} if request.factory.is_open else super().get_actions(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not request.factory.is_open and super().has_add_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """The roster's Excel; the list has its own."""
        return not request.factory.is_open and super().has_export_permission(request)

    def has_leave_one_permission(self, request: HttpRequest, object_id=None) -> bool:
        return not request.factory.is_open and super().has_leave_one_permission(request, object_id)

    def has_slip_permission(self, request: HttpRequest, object_id=None) -> bool:
        return not request.factory.is_open and super().has_slip_permission(request, object_id)

    @display(description=_("joined on"), ordering="created_at")
    def joined(self, worker: Worker) -> str:
        return timezone.localdate(worker.created_at).isoformat()
