"""HR's notices: write, look at whom it goes to, send or plan; then read only, with who has seen it."""

from datetime import datetime

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from announcements.admin.sending import SendingAdmin, size_told
from announcements.models import Announcement
from announcements.queries import announcement_result
from announcements.services import AnnouncementRefused, announcement_aim, announcement_aim_set
from announcements.words import moment_words, plan_words
from lessons.assets import asset_url
from lessons.services.assets import PictureRefused, asset_store
from tenants.sites import factory_site
from workers.audience_forms import AimField

State = Announcement.State
NOT_SENT = "not_sent"
READ = (None, {"fields": ["title", "text", "picture_shown", "for_whom", "requires_confirmation"]})  # once it is planned
COLOURS = {State.DRAFT: "info", State.SCHEDULED: "warning", State.SENT: "success", NOT_SENT: "danger"}


class AnnouncementForm(forms.ModelForm):
    aim = AimField()
    picture_file = forms.FileField(
        label=_("picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 10 MB."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    picture_remove = forms.BooleanField(label=_("without the picture"), required=False)

    class Meta:
        model = Announcement
        fields = ["title", "body", "requires_confirmation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        try:
            if self.instance.pk:
                self.initial["aim"] = announcement_aim(self.instance)
        except AnnouncementRefused as refusal:
            self.fields["aim"].help_text = str(refusal)
        if not self.instance.picture_id:
            self.fields.pop("picture_remove", None)

    def clean_picture_file(self):
        """The stored picture, or None when none was given."""
        file = self.cleaned_data["picture_file"]
        if not file:
            return None
        try:
            return asset_store(content=file.read(), name=file.name)
        except PictureRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self):
        values = super().clean()
        if picture := values.get("picture_file"):
            self.instance.picture = picture
        elif values.get("picture_remove"):
            self.instance.picture = None
        if aim := values.get("aim"):
            announcement_aim_set(self.instance, aim)
        return values


@admin.register(Announcement, site=factory_site)
class AnnouncementAdmin(SendingAdmin):
    """A saved draft leads to the page that sends it."""

    form = AnnouncementForm
    list_display = ["title", "for_whom", "state_label", "moment", "recipients", "opened", "confirmed"]
    list_filter = ["state"]
    link_lookups = ["unsent_because", "unsent_because__gt"]
    history_fields = ("state", "send_at", "unsent_because")
    list_select_related = ["department__parent__parent", "audience"]
    search_fields = ["title"]
    ordering = [F("sent_at").desc(nulls_first=True), "-created_at"]
    compressed_fields = False

    class Media:
        css = {"all": ["announcements/admin.css"]}

    def get_queryset(self, request):
        counts = {
            "opened_count": Count("receipts", filter=Q(receipts__opened_at__isnull=False)),
            "confirmed_count": Count("receipts", filter=Q(receipts__confirmed_at__isnull=False)),
        }
        return super().get_queryset(request).annotate(**counts)

    def get_fieldsets(self, request, obj=None):
        if obj is not None and obj.is_sent:
            result = (_("What became of it"), {"fields": ["result"]})
            return [result, READ, (_("Sending"), {"fields": ["sent_at", "sender"]})]
        if obj is not None and obj.is_scheduled:
            plan = ["plan", "plan_page"] if self.has_send_permission(request) else ["plan"]
            return [(_("Sending"), {"fields": plan}), READ]
        plan = ["plan"] if obj and obj.unsent_because else []
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": [*plan, *READ[1]["fields"]]})]
        picture = ["picture_shown", "picture_file", "picture_remove"] if obj and obj.picture_id else ["picture_file"]
        return [(None, {"fields": [*plan, "title", "body", *picture, "aim", "requires_confirmation"]})]

    def get_readonly_fields(self, request, obj=None):
        if obj is not None and not obj.is_draft:
            return [name for _title, options in self.get_fieldsets(request, obj) for name in options["fields"]]
        return ["plan", "picture_shown", "for_whom"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and obj is not None and obj.is_draft

    def render_change_form(self, request, context, *args, **kwargs):
        words = _("Save, next: send") if self.has_send_permission(request) else ""
        return super().render_change_form(request, {**context, "save_words": words}, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        """What has been planned or sent since the form was opened is not written over."""
        if change:
            _draft_held(obj)
            obj.send_at, obj.unsent_because, obj.sent_by = None, "", None
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        _draft_held(obj)
        super().delete_model(request, obj)

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_save(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._after_save(request, obj) or super().response_change(request, obj)

    def _after_save(self, request: HttpRequest, announcement: Announcement) -> HttpResponse | None:
        if "_save" not in request.POST or not self.has_send_permission(request):
            return None
        return HttpResponseRedirect(reverse("admin:announcements_announcement_send", args=[announcement.pk]))

    @display(description=_("for whom"))
    def for_whom(self, announcement: Announcement) -> str:
        if announcement.aimed_at:
            return announcement.aimed_at
        try:
            return str(announcement_aim(announcement))
        except AnnouncementRefused:
            return _("(a deleted audience)")

    @display(description=_("state"), ordering="state", label=COLOURS)
    def state_label(self, announcement: Announcement):
        if announcement.unsent_because:
            return NOT_SENT, pgettext("announcement", "not sent")
        return announcement.state, announcement.get_state_display()

    @display(description=_("sent at"), ordering="sent_at")
    def moment(self, announcement: Announcement) -> datetime | str:
        if announcement.is_scheduled:
            return plan_words(announcement.send_at)
        return announcement.get_unsent_because_display() if announcement.unsent_because else announcement.sent_at or "–"

    @display(description=_("when"))
    def plan(self, announcement: Announcement) -> str:
        context = {"announcement": announcement, "moment": moment_words(announcement.send_at)}
        return render_to_string("announcements/admin/_plan.html", context)

    @display(description=_("If it should be otherwise"))
    def plan_page(self, announcement: Announcement) -> str:
        return render_to_string("announcements/admin/_plan_page.html", {"announcement": announcement})

    @display(description=_("sent by"))
    def sender(self, announcement: Announcement) -> str:
        """A name: few of those who read it may open the account."""
        return str(announcement.sent_by or "–")

    @display(description=_("recipients"))
    def recipients(self, announcement: Announcement):
        return _figure(announcement, announcement.recipient_count) if announcement.is_sent else "–"

    @display(description=_("have opened it"))
    def opened(self, announcement: Announcement):
        return _figure(announcement, announcement.opened_count) if announcement.is_sent else "–"

    @display(description=_("have confirmed"))
    def confirmed(self, announcement: Announcement):
        asked = announcement.is_sent and announcement.requires_confirmation
        return _figure(announcement, announcement.confirmed_count) if asked else "–"

    @display(description=_("text"))
    def text(self, announcement: Announcement) -> str:
        return mark_safe(f'<div class="prose">{announcement.body}</div>')

    @display(description=_("picture"))
    def picture_shown(self, announcement: Announcement) -> str:
        if not announcement.picture:
            return "–"
        return format_html('<img src="{}" alt="" style="max-width: 20rem">', asset_url(announcement.picture))

    @display(description=_("Who has it"))
    def result(self, announcement: Announcement) -> str:
        found = announcement_result(announcement)
        context = {"announcement": announcement, "result": found}
        if announcement.is_blurred:  # these figures and no other
            names = ("delivered", "waiting", "undelivered", "opened", "confirmed")
            figures = {name: _figure(announcement, getattr(found, name)) for name in names}
            context["result"] = {**figures, "recipients": _figure(announcement, announcement.recipient_count)}
        return render_to_string("announcements/admin/_result.html", context)


def _draft_held(announcement: Announcement) -> None:
    """Locked until it has been saved."""
    if not Announcement.objects.select_for_update().filter(pk=announcement.pk, state=State.DRAFT).first():
        raise PermissionDenied


def _figure(announcement: Announcement, count: int) -> int | str:
    """How many, as far as it may be said, in a column of numbers."""
    return str(size_told(announcement, count)) if announcement.is_blurred else count
