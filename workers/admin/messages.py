"""What waits, what was sent, and why something was not."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tenants.sites import Badge, ReadOnlyAdmin, factory_site
from workers.models import WorkerMessage

State = WorkerMessage.State


@admin.register(WorkerMessage, site=factory_site)
class WorkerMessageAdmin(ReadOnlyAdmin):
    """Read only: messages are made by what they are about. Those to private audiences are not shown: to whom they went is
    what these workers have said of themselves."""

    list_display = ["title", "worker", "state_label", "reason", "created_at", "sent_at"]
    list_filter = ["state"]
    list_select_related = ["worker"]
    search_fields = ["worker__name", "worker__employee_number"]
    ordering = ["-created_at", "-pk"]
    fields = ["worker", "title", "state_label", "reason", "created_at", "sent_at"]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(broadcast__is_private=True)

    @display(description=_("title"))
    def title(self, message: WorkerMessage) -> str:
        return message.values.get("title", "")

    @display(
        description=_("state"),
        ordering="state",
        label={
            State.QUEUED: "info",
            State.SENDING: "info",
            State.SENT: "success",
            State.REFUSED: "danger",
            State.UNKNOWN: "warning",
        },
    )
    def state_label(self, message: WorkerMessage):
        return Badge(message.state, message.get_state_display())

    @display(description=_("why not"))
    def reason(self, message: WorkerMessage) -> str:
        return message.refusal_text
