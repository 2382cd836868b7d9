"""Who follows, and what came in. To look at: both are made by what happens in WeChat."""

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_htmx.http import HttpResponseClientRedirect
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display

from tenants.errors import DomainError
from tenants.sites import Badge, ReadOnlyAdmin, factory_site
from tenants.words import listed
from wechat.models import Follower, InboundCallback
from wechat.services.accounts import account_active
from wechat.services.effects import callbacks_retry
from wechat.services.tags import tags_read

State = InboundCallback.State
REPORT = "templatesendjobfinish"
KINDS = {
    "text": pgettext_lazy("kind of message", "text"),
    "image": _("picture"),
    "voice": _("voice message"),
    "subscribe": _("has followed"),
    "subscribe_scan": _("has followed by a poster"),
    "unsubscribe": _("has unfollowed"),
    "scan": _("has scanned a poster"),
    "click": _("has tapped the menu"),
    "view": _("has opened a page from the menu"),
    REPORT: _("report on a message"),
}


class BoundFilter(DropdownFilter):
    title = _("binding")
    parameter_name = "bound"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin):
        return [("yes", _("bound")), ("no", _("not yet bound")), ("late", _("not bound after a day"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "yes":
                return queryset.exclude(contact__worker=None)
            case "no":
                return queryset.filter(contact__worker=None)
            case "late":
                return queryset.late_to_bind()
        return queryset


@admin.register(Follower, site=factory_site)
class FollowerAdmin(ReadOnlyAdmin):
    """Of the openid only the end is shown: enough to tell two rows apart, too little to write to anybody."""

    audit_worker = "contact.worker_id"
    list_display = ["employee", "following", "scene", "tags", "subscribed_at", "unsubscribed_at", "openid_end"]
    list_filter = [BoundFilter, "is_following", "scene"]
    list_select_related = ["contact__worker", "scene"]
    search_fields = ["contact__worker__name", "contact__worker__employee_number"]
    ordering = ["-subscribed_at", "-pk"]
    fields = list_display
    readonly_fields = fields
    actions = None
    actions_list = ["read_tags"]

    @action(
        description=_("Read the tags now"),
        url_path="read-tags",
        permissions=["read_tags"],
        icon="sync",
        dialog={
            "title": _("Read the tags now?"),
            "description": _(
                "The tags of all followers are read from the official account. It happens every night anyway."
            ),
            "form_submit_text": _("Read the tags now"),
        },
    )
    def read_tags(self, request: HttpRequest, form) -> HttpResponse:
        try:
            account = account_active()
            found = tags_read(account=account) if account else None
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            text = _("%(tags)d tags on %(tagged)d followers; %(changed)d followers changed.")
            words = text % vars(found) if found else _("No official account is connected yet.")
            self.message_user(request, words, messages.SUCCESS if found else messages.WARNING)
        return HttpResponseClientRedirect(reverse("admin:wechat_follower_changelist"))

    def has_read_tags_permission(self, request: HttpRequest) -> bool:
        """Who makes audiences needs them."""
        return request.user.has_perms(["wechat.view_follower", "workers.change_audience"])

    @display(description=_("tags"))
    def tags(self, follower: Follower) -> str:
        return listed(follower.contact.tags)

    @display(description=_("employee"), ordering="contact__worker__name_pinyin")
    def employee(self, follower: Follower) -> str:
        worker = follower.contact.worker
        return str(worker) if worker else _("not bound")

    @display(
        description=_("follows"),
        ordering="is_following",
        label={"yes": "success", "no": "danger", "unknown": "info"},
    )
    def following(self, follower: Follower):
        names = {True: ("yes", _("follows")), False: ("no", _("no longer follows")), None: ("unknown", _("not known"))}
        return Badge(*names[follower.is_following])

    @display(description="OpenID")
    def openid_end(self, follower: Follower) -> str:
        return str(follower)


@admin.register(InboundCallback, site=factory_site)
class InboundCallbackAdmin(ReadOnlyAdmin):
    """For trouble: what WeChat sent and whether it was worked off. What people wrote is not kept.

    Reports on messages only where there is trouble: counted, they say to how many a private notice went.
    """

    list_display = ["kind_shown", "state_shown", "attempts", "error", "received_at"]
    list_filter = ["state"]
    fields = list_display
    readonly_fields = fields
    show_full_result_count = False
    actions = ["again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundCallback]:
        return super().get_queryset(request).exclude(~Q(state=State.FAILED), kind=REPORT)

    @display(description=_("kind"), ordering="kind")
    def kind_shown(self, callback: InboundCallback) -> str:
        return KINDS.get(callback.kind, callback.kind)

    @display(
        description=_("state"),
        ordering="state",
        label={State.RECEIVED: "info", State.DONE: "success", State.FAILED: "danger"},
    )
    def state_shown(self, callback: InboundCallback):
        return Badge(callback.state, callback.get_state_display())

    @admin.action(description=_("Try failed ones again"), permissions=["view"])
    def again(self, request: HttpRequest, queryset: QuerySet[InboundCallback]) -> None:
        count = callbacks_retry(callbacks=queryset)
        text = ngettext("%(count)d will be tried again.", "%(count)d will be tried again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
