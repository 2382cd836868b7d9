"""HR's notices: write, look at whom it goes to, send; then read only, with who has seen it."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from announcements.models import Announcement
from announcements.queries import announcement_result, out_of_reach_count
from announcements.services import (
    AnnouncementRefused,
    aim_words,
    announcement_aim,
    announcement_aim_set,
    announcement_send,
)
from lessons.assets import asset_url
from lessons.services.assets import PictureRefused, asset_store
from tenants.errors import DomainError
from tenants.privacy import size_rounded
from tenants.sites import factory_site
from workers.audience_forms import AimField
from workers.services.audiences import AudienceSize, private_rule_check

State = Announcement.State


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
class AnnouncementAdmin(ModelAdmin):
    """A saved draft leads to the page that sends it."""

    form = AnnouncementForm
    list_display = ["title", "for_whom", "state_label", "sent_at", "recipients", "opened", "confirmed"]
    list_filter = ["state"]
    list_select_related = ["department__parent__parent", "audience"]
    search_fields = ["title"]
    ordering = [F("sent_at").desc(nulls_first=True), "-created_at"]
    compressed_fields = False

    class Media:
        css = {"all": ["announcements/admin.css"]}
        js = ["lessons/editor_words.js"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.send_view)
        return [path("<int:pk>/send/", view, name="announcements_announcement_send"), *super().get_urls()]

    def get_queryset(self, request):
        counts = {
            "opened_count": Count("receipts", filter=Q(receipts__opened_at__isnull=False)),
            "confirmed_count": Count("receipts", filter=Q(receipts__confirmed_at__isnull=False)),
        }
        return super().get_queryset(request).annotate(**counts)

    def get_fieldsets(self, request, obj=None):
        if obj is not None and obj.is_sent:
            return [
                (_("What became of it"), {"fields": ["result"]}),
                (None, {"fields": ["title", "text", "picture_shown", "for_whom", "requires_confirmation"]}),
                (_("Sending"), {"fields": ["sent_at", "sent_by"]}),
            ]
        picture = ["picture_shown", "picture_file", "picture_remove"] if obj and obj.picture_id else ["picture_file"]
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        aim = "aim" if may_edit else "for_whom"
        return [(None, {"fields": ["title", "body", *picture, aim, "requires_confirmation"]})]

    def get_readonly_fields(self, request, obj=None):
        if obj is not None and obj.is_sent:
            return [name for _title, options in self.get_fieldsets(request, obj) for name in options["fields"]]
        return ["picture_shown", "for_whom"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj is not None and obj.is_sent)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and obj is not None and not obj.is_sent

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_save(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._after_save(request, obj) or super().response_change(request, obj)

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET: what will go to how many people. POST: send it."""
        announcement = get_object_or_404(
            self.get_queryset(request).select_related("picture", "department", "audience"), pk=pk
        )
        if not super().has_change_permission(request, announcement):
            raise PermissionDenied
        detail = HttpResponseRedirect(reverse("admin:announcements_announcement_change", args=[pk]))
        if request.method == "POST":
            self._send(request, announcement)
            return detail
        if announcement.is_sent:
            return detail
        context = {
            **self.admin_site.each_context(request),
            "title": _("Send the announcement"),
            "opts": self.opts,
            "announcement": announcement,
            "picture_url": asset_url(announcement.picture) if announcement.picture else "",
            **_aim_context(request, announcement),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "announcements/admin/send.html", context)

    def _send(self, request: HttpRequest, announcement: Announcement) -> None:
        try:
            sent = announcement_send(announcement=announcement, by=request.user)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return
        text = _("Sent to %(size)s. It arrives in the chat within minutes.")
        self.message_user(request, text % {"size": _size(sent, sent.recipient_count)}, messages.SUCCESS)

    def _after_save(self, request: HttpRequest, announcement: Announcement) -> HttpResponse | None:
        if "_save" not in request.POST:
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

    @display(description=_("state"), ordering="state", label={State.DRAFT: "info", State.SENT: "success"})
    def state_label(self, announcement: Announcement):
        return announcement.state, announcement.get_state_display()

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
        if announcement.is_blurred:
            names = ("delivered", "waiting", "undelivered", "opened", "confirmed")
            figures = {name: _figure(announcement, getattr(found, name)) for name in names}
            context["result"] = {**figures, "recipients": _figure(announcement, announcement.recipient_count)}
        return render_to_string("announcements/admin/_result.html", context)


def _size(announcement: Announcement, count: int) -> AudienceSize:
    """How many, as far as it may be said of those it was sent to."""
    return AudienceSize(about=size_rounded(count) or 0) if announcement.is_blurred else AudienceSize(count=count)


def _figure(announcement: Announcement, count: int) -> int | str:
    """The same in a column of numbers."""
    return str(_size(announcement, count)) if announcement.is_blurred else count


def _aim_context(request: HttpRequest, announcement: Announcement) -> dict:
    """Whom a draft would go to, and how many they are; or why it cannot go."""
    try:
        aim = announcement_aim(announcement)
        if aim.rule:
            private_rule_check(aim.rule, timezone.localdate())
        size = aim.size(timezone.localdate(), sees_personal=request.user.has_perm("workers.see_personal_worker"))
        return {
            "audience": aim_words(aim),
            "size": size,
            "without_phone": out_of_reach_count(aim, timezone.localdate()) if size.count else 0,
            "is_private": bool(aim.rule and aim.rule.is_private),
        }
    except DomainError as refusal:
        return {"refusal": str(refusal)}
