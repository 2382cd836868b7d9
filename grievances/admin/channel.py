"""Settings of the channel, one page of them, with the pages that tell how it does; and the words answers begin with."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from grievances.admin import pages
from grievances.models import Channel, ReplyTemplate
from grievances.services.calendar import closed_days
from grievances.services.channel import channel_get
from tenants.enrolment import by_enrolment
from tenants.sites import factory_site, library_site


class ChannelForm(ModelForm):
    class Meta:
        widgets = {"closed_days": UnfoldAdminTextareaWidget(attrs={"rows": 4})}

    def clean_closed_days(self) -> str:
        text = self.cleaned_data["closed_days"]
        for line in filter(None, map(str.strip, text.splitlines())):
            if not _is_day(line):
                message = _("“%(line)s” is not a day. Write one day a line, for example 2027-02-10.")
                raise ValidationError(message % {"line": line}, code="bad_day")
        return text

    def clean(self):
        values = super().clean()
        acknowledge, answer = values.get("acknowledge_days"), values.get("answer_days")
        if acknowledge and answer and acknowledge > answer:
            self.add_error(
                "acknowledge_days",
                ValidationError(_("A case is acknowledged before it is answered: choose fewer days."), code="too_late"),
            )
        flood, most = values.get("flood_from"), values.get("most_per_hour")
        if flood and most and most <= flood:
            message = _("The most of an hour is more than what makes a flood: choose a larger number.")
            self.add_error("most_per_hour", ValidationError(message, code="too_few"))
        return values


def _is_day(line: str) -> bool:
    try:
        closed_days(line)
    except ValueError:
        return False
    return True


class ChannelAdmin(ModelAdmin):
    """One row, so the list is the form itself. Its values are copied into a case when it comes: open cases keep their days."""

    form = ChannelForm
    compressed_fields = False

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        row = Channel.objects.first()
        request.has_channel = row is not None
        buttons = {"show_save_and_continue": False, "show_save_and_add_another": False}
        context = {"title": self.opts.verbose_name, **buttons, **(extra_context or {})}
        return self.changeform_view(request, str(row.pk) if row else None, extra_context=context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not getattr(request, "has_channel", True)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        raise PermissionDenied

    def has_delete_permission(self, request: HttpRequest, obj: Channel | None = None) -> bool:
        return False

    def response_add(self, request: HttpRequest, obj: Channel, post_url_continue=None) -> HttpResponse:
        self.log_and_say(request)
        return HttpResponseRedirect(reverse("admin:grievances_channel_changelist"))

    def response_change(self, request: HttpRequest, obj: Channel) -> HttpResponse:
        self.log_and_say(request)
        return HttpResponseRedirect(reverse("admin:grievances_channel_changelist"))

    def log_and_say(self, request: HttpRequest) -> None:
        self.message_user(request, _("Saved. The new days hold for cases that come from now on."))

    def get_urls(self):
        views = {"statistics": self.statistics_view, "scorecard": self.scorecard_view}
        return [
            *(
                path(f"{name}/", self.admin_site.admin_view(view), name=f"grievances_{name}")
                for name, view in views.items()
            ),
            *super().get_urls(),
        ]

    def statistics_view(self, request: HttpRequest) -> HttpResponse:
        self.require_view(request)
        return pages.statistics_page(request, self.admin_site)

    def scorecard_view(self, request: HttpRequest) -> HttpResponse:
        self.require_view(request)
        return pages.scorecard_page(request, self.admin_site)

    def require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


@admin.register(Channel, site=factory_site)
class FactoryChannelAdmin(ChannelAdmin):
    fieldsets = [
        (_("Deadlines"), {"fields": ["acknowledge_days", "answer_days", "counts_working_days", "closed_days"]}),
        (by_enrolment(_("Telling the workers"), _("Telling the learners")), {"fields": ["tells_weekly"]}),
        (_("Keeping and erasing"), {"fields": [*["close_answered_days", "keep_closed_days"], "keep_open_days"]}),
        (_("Many cases at once"), {"fields": ["flood_from", "most_per_hour", "keep_quarantined_days"]}),
    ]

    def get_urls(self):
        poster = path("poster/", self.admin_site.admin_view(self.poster_view), name="grievances_poster")
        return [poster, *super().get_urls()]

    def poster_view(self, request: HttpRequest) -> HttpResponse:
        self.require_view(request)
        return pages.poster_page(request, channel_get())


@admin.register(Channel, site=library_site)
class OmbudsmanChannelAdmin(ChannelAdmin):
    """Workers write on their factory's host, so floods and notices are its business."""

    fieldsets = [
        (_("Deadlines"), {"fields": ["acknowledge_days", "answer_days", "counts_working_days", "closed_days"]}),
        (_("Keeping and erasing"), {"fields": [*["close_answered_days", "keep_closed_days"], "keep_open_days"]}),
    ]


@admin.register(ReplyTemplate, site=factory_site)
@admin.register(ReplyTemplate, site=library_site)
class ReplyTemplateAdmin(ModelAdmin):
    """Shown on the desk beside the answer. Nothing of any case belongs here."""

    list_display = ["title", "beginning"]
    search_fields = ["title", "text"]
    fields = ["title", "text"]
    compressed_fields = False

    @admin.display(description=_("text"))
    def beginning(self, template: ReplyTemplate) -> str:
        return template.text if len(template.text) <= 60 else f"{template.text[:60]}…"
