"""The page that sends a notice: what goes to how many people, at once or at a time to come."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import INPUT_CLASSES

from announcements.models import Announcement
from announcements.queries import announcement_result, out_of_reach_count
from announcements.services import (
    MOST_DAYS_AHEAD,
    aim_admitted,
    aim_words,
    announcement_schedule,
    announcement_send,
    announcement_unschedule,
    moment_check,
)
from announcements.words import plan_words
from lessons.assets import asset_url
from tenants.errors import DomainError
from tenants.privacy import size_rounded
from tenants.words import time_zone_words
from workers.scope import sees_personal
from workers.services.audience_lacks import roster_lack
from workers.services.audiences import AudienceSize

LUNCH, AFTER_WORK = time(12, 10), time(18)
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(7)


class MomentForm(forms.Form):
    """A day and a time by the factory's clock. at_night: that somebody means it, once it was asked (`asks`)."""

    asks = False

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    time = forms.TimeField(label=gettext_lazy("Time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    at_night = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        for name in ("day", "time"):
            self.fields[name].widget.attrs["class"] = " ".join(INPUT_CLASSES)
        last = today + timedelta(days=MOST_DAYS_AHEAD)
        self.fields["day"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}

    def clean(self):
        values = super().clean()
        if "day" not in values or "time" not in values:
            return values
        at = timezone.make_aware(datetime.combine(values["day"], values["time"]))
        try:
            moment_check(at)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        self.asks = not (NIGHT_ENDS <= values["time"] < NIGHT_BEGINS or values["at_night"])
        if self.asks:
            raise forms.ValidationError(_("At %(time)s many are asleep.") % {"time": f"{values['time']:%H:%M}"})
        return values | {"at": at}


class SendingAdmin(ModelAdmin):
    """Adds the page. Everything on it is for whoever may write notices; support from outside is kept off its address."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.send_view)
        return [path("<int:pk>/send/", view, name="announcements_announcement_send"), *super().get_urls()]

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Also of what is planned or sent, which may be written no more."""
        return ModelAdmin.has_change_permission(self, request) and not getattr(request, "support", None)

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET: what will go to how many people. POST: send it, plan it, or take a planned one back."""
        announcement = get_object_or_404(
            self.get_queryset(request).select_related("picture", "department", "audience", "sent_by"), pk=pk
        )
        if not self.has_send_permission(request):
            raise PermissionDenied
        form = MomentForm(_moment_posted(request))
        if request.method == "POST" and (form.is_valid() or not form.is_bound):
            self._carry_out(request, announcement, form)
            return _detail(pk)
        if announcement.is_sent:
            return _detail(pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Send the announcement"),
            "opts": self.opts,
            "announcement": announcement,
            "picture_url": asset_url(announcement.picture) if announcement.picture else "",
            "plan": plan_words(announcement.send_at) if announcement.is_scheduled else "",
            "form": form,
            "days": MOST_DAYS_AHEAD,
            "zone": time_zone_words(request.factory.time_zone),
            "moments": [(f"{moment:%Y-%m-%dT%H:%M}", words) for moment, words in moments_offered()],
            **_aim_context(request, announcement),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "announcements/admin/send.html", context)

    def _carry_out(self, request: HttpRequest, announcement: Announcement, form: MomentForm) -> None:
        try:
            text = _carried_out(request, announcement, form)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, text, messages.SUCCESS)


def _carried_out(request: HttpRequest, announcement: Announcement, form: MomentForm) -> str:
    """Does what was pressed; says what has become of it."""
    match request.POST.get("to"):
        case "plan":
            at = form.cleaned_data["at"]
            announcement_schedule(announcement=announcement, at=at, by=request.user)
            return _("%(plan)s. Until then you can take it back.") % {"plan": plan_words(at)}
        case "draft":
            announcement_unschedule(announcement=announcement, by=request.user)
            return _("It is a draft again and will not be sent. You can edit it now.")
        case _:
            sent = announcement_send(announcement=announcement, by=request.user)
            return _sent_told(sent)


def _sent_told(sent: Announcement) -> str:
    size = size_told(sent, sent.recipient_count)
    unbound = 0 if sent.is_blurred else announcement_result(sent).unbound
    if unbound and unbound == size.count:
        text = _(
            "Sent to %(size)s. None of them has bound WeChat yet: they can read it under “Notices” once they have."
        )
        return text % {"size": size}
    text = _("Sent to %(size)s. It arrives in the chat within minutes.")
    return text % {"size": reach_words(size, unbound)}


def moments_offered() -> list[tuple[datetime, str]]:
    """When people have a minute to read, and in words. What is over is left out, as is a Monday that is tomorrow."""
    now = timezone.localtime()
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    offered = [
        (today, LUNCH, _("Today at lunch %(time)s")),
        (today, AFTER_WORK, _("Today after work %(time)s")),
        (tomorrow, LUNCH, _("Tomorrow at lunch %(time)s")),
        *([(monday, LUNCH, _("Monday at lunch %(time)s"))] if monday != tomorrow else []),
    ]
    moments = [(timezone.make_aware(datetime.combine(day, hour)), words) for day, hour, words in offered]
    return [(moment, words % {"time": f"{moment:%H:%M}"}) for moment, words in moments if moment > now]


def size_told(announcement: Announcement, count: int) -> AudienceSize:
    """How many, as far as it may be said of those it was sent to."""
    return AudienceSize(about=size_rounded(count) or 0) if announcement.is_blurred else AudienceSize(count=count)


def reach_words(size: AudienceSize, without_phone: int) -> str:
    """ "120 people (102 can receive it)". without_phone: nought as well where it may not be told."""
    if not (size.count and without_phone):
        return str(size)
    return _("%(size)s (%(reached)d can receive it)") % {"size": size, "reached": size.count - without_phone}


def _detail(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:announcements_announcement_change", args=[pk]))


def _moment_posted(request: HttpRequest) -> Mapping[str, Any] | None:
    """As the form takes it: of one of the offered moments, or as typed; None when nothing is planned."""
    if request.POST.get("to") != "plan":
        return None
    day, _t, hour = request.POST.get("moment", "").partition("T")
    return {"day": day, "time": hour} if day else request.POST


def _aim_context(request: HttpRequest, announcement: Announcement) -> dict:
    """Whom a draft would go to now, and how many they are; or why it cannot go."""
    today = timezone.localdate()
    try:
        aim = aim_admitted(announcement, today, request.user)
        rule, size = aim.rule, aim.size(today, sees_personal=sees_personal(request.user))
        without_phone = out_of_reach_count(aim, today) if size.count else 0
        return {
            "audience": aim_words(aim),
            "size": size,
            "roster_lack": roster_lack(rule, size),
            "without_phone": without_phone,
            "reach": reach_words(size, without_phone),
            "is_private": bool(rule and rule.is_private),
        }
    except DomainError as refusal:
        return {"refusal": str(refusal)}
