"""To whom a notice went, name by name, and who of them has seen it."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from announcements.models import Announcement, Receipt
from tenants.sites import ReadOnlyAdmin, factory_site
from workers.models import WorkerMessage
from workers.scope import sees_personal


class SeenFilter(DropdownFilter):
    title = _("seen")
    parameter_name = "seen"

    def lookups(self, request, model_admin):
        return [("no", _("not opened yet")), ("yes", _("have opened it")), ("unconfirmed", _("not confirmed yet"))]

    def queryset(self, request, queryset):
        match self.value():
            case "no":
                return queryset.filter(opened_at__isnull=True)
            case "yes":
                return queryset.filter(opened_at__isnull=False)
            case "unconfirmed":
                return queryset.filter(confirmed_at__isnull=True)
        return queryset


@admin.register(Receipt, site=factory_site)
class ReceiptAdmin(ReadOnlyAdmin):
    """Who of those it was sent to has seen it. Reached from the announcement; announcements are about work.

    What rests on personal facts is for those who may see these by name; what rests on what workers say, for nobody.
    """

    list_display = ["worker", "place", "delivery", "opened_at", "open_count", "confirmed_at"]
    list_filter = [SeenFilter]
    link_lookups = ["announcement__id__exact"]
    list_select_related = ["announcement", "worker__department__parent__parent"]
    list_display_links = None
    fields = ["notice", "worker", "place", "delivery", "opened_at", "open_count", "confirmed_at"]
    readonly_fields = fields
    search_fields = ["worker__name", "worker__employee_number"]
    ordering = ["worker__name_pinyin", "worker__employee_number"]
    list_per_page = 100

    def has_module_permission(self, request):
        return False

    def get_queryset(self, request):
        messages_sent = WorkerMessage.objects.filter(
            broadcast=OuterRef("announcement__broadcast"), worker=OuterRef("worker")
        )
        states = {"message_state": "state", "message_refusal": "refusal_code"}
        shown = super().get_queryset(request).filter(announcement__is_private=False)
        if not sees_personal(request.user):
            shown = shown.filter(announcement__is_personal=False)
        return shown.annotate(**{name: Subquery(messages_sent.values(column)[:1]) for name, column in states.items()})

    def changelist_view(self, request, extra_context=None):
        announcement = request.GET.get("announcement__id__exact", "")
        found = Announcement.objects.filter(pk=announcement).first() if announcement.isdecimal() else None
        title = _("To whom it went: %(title)s") % {"title": found.title} if found else self.opts.verbose_name_plural
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    @display(description=Announcement._meta.verbose_name)
    def notice(self, receipt: Receipt) -> str:
        return receipt.announcement.title

    @display(description=_("department"), ordering="worker__department__path")
    def place(self, receipt: Receipt) -> str:
        return receipt.worker.department.label if receipt.worker.department else "–"

    @display(description=_("message in the chat"))
    def delivery(self, receipt: Receipt) -> str:
        message = WorkerMessage(state=receipt.message_state or "", refusal_code=receipt.message_refusal or "")
        return " · ".join(filter(None, [message.get_state_display(), message.refusal_text])) or "–"
