"""Shifts and their calendar; and the list of employees' part in it."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from tenants.filters import RowFilter
from tenants.sites import factory_site
from tenants.words import listed
from workers.admin.of_roster import OfRosterMixin
from workers.admin.shift_forms import SHORT, WEEKDAYS, ShiftChoiceForm, ShiftDaysForm, ShiftForm, pattern_told
from workers.models import Shift, ShiftDay, Turn
from workers.services.shifts import (
    CalendarDay,
    ShiftRefused,
    month_calendar,
    shift_days_set,
    turn_by_pattern,
    workers_put_in_shift,
)


@admin.register(Shift, site=factory_site)
class ShiftAdmin(OfRosterMixin, ModelAdmin):
    form = ShiftForm
    list_display = ["name", "kind", "pattern", "today", "people"]
    sortable_by = ()
    held_advice = _("Put them into another shift first; those who have left, too.")
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "kind"]}),
        (
            _("Pattern"),
            {"fields": [("every", "step"), "first_turn", "pattern", "cycle_starts_on", "rest_weekdays"]},
        ),
        (
            _("Times"),
            {
                "fields": [("day_starts_at", "day_ends_at"), ("night_starts_at", "night_ends_at")],
                "description": _("A night turn belongs to the day on which it begins, and ends the next morning."),
            },
        ),
    ]
    conditional_fields = {
        **dict.fromkeys(["every", "step", "first_turn"], "kind == 'rotating'"),
        "pattern": "kind == 'own'",
        "cycle_starts_on": "kind == 'rotating' || kind == 'own'",
        **dict.fromkeys(["day_starts_at", "day_ends_at"], "kind != 'night'"),
        **dict.fromkeys(["night_starts_at", "night_ends_at"], "kind != 'day'"),
    }
    actions_detail = ["month"]

    class Media:
        css = {"all": ["workers/shifts.css"]}
        js = ["workers/shift_pattern.js"]

    def get_fieldsets(self, request, obj=None):
        """Whoever only looks reads in words what the form takes apart."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return [(None, {"fields": ["name", "kind", "pattern_shown", "times"]})]

    def get_queryset(self, request):
        employed = Q(workers__isnull=False, workers__left_on__isnull=True)
        today = Prefetch("days", ShiftDay.objects.filter(on=timezone.localdate()), to_attr="differing_today")
        return (
            super()
            .get_queryset(request)
            .annotate(people_count=Count("workers", filter=employed))
            .prefetch_related(today)
        )

    @display(description=_("pattern"))
    def pattern(self, shift: Shift) -> str:
        return pattern_told(shift)

    pattern_shown = pattern  # of no condition that a form would know

    @display(description=_("Times"))
    def times(self, shift: Shift) -> str:
        turns = ((shift.day_starts_at, shift.day_ends_at), (shift.night_starts_at, shift.night_ends_at))
        return listed(f"{start:%H:%M}–{end:%H:%M}" for start, end in turns if start and end)

    @display(
        description=_("today"), label={Turn.DAY: "success", Turn.NIGHT: "info", Turn.REST: "default", "": "default"}
    )
    def today(self, shift: Shift):
        differing = shift.differing_today[0].turn if shift.differing_today else None
        turn = differing or turn_by_pattern(shift, timezone.localdate())
        return (turn, Turn(turn).label) if turn else ("", "–")

    @display(description=_("employees"), ordering="people_count")
    def people(self, shift: Shift) -> str:
        link = reverse("admin:workers_worker_changelist")
        return format_html('<a href="{}?in_shift={}">{}</a>', link, shift.pk, shift.people_count)

    def response_add(self, request, obj, post_url_continue=None):
        """On to the calendar, to see whether the pattern is the one that was meant."""
        if "_addanother" in request.POST or "_continue" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        text = _("“%(name)s” is saved. Check a month of it here.") % {"name": obj.name}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:workers_shift_month", args=[obj.pk]))

    @action(description=_("Calendar"), url_path="month", permissions=["view"], icon="calendar_month")
    def month(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A month of it, and the days that differ: set for one day or many, for this shift or several."""
        shift = self.get_object(request, object_id)
        if shift is None:
            raise Http404
        may_change = self.has_change_permission(request, shift)
        chosen = _day_of(request.GET.get("day", ""))
        month = _day_of(f"{request.GET.get('month', '')}-01") or (chosen or timezone.localdate()).replace(day=1)
        form = ShiftDaysForm(
            request.POST if request.method == "POST" and may_change else None,
            initial={"first": chosen, "shifts": [shift.pk], "turn": Turn.REST},
        )
        if form.is_valid():
            try:
                count = shift_days_set(**form.cleaned_data)
            except ShiftRefused as refusal:
                form.add_error("last", str(refusal))
            else:
                self.log_change(request, shift, _calendar_text(form.cleaned_data))
                text = ngettext("%(count)d day was set.", "%(count)d days were set.", count) % {"count": count}
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(f"?month={form.cleaned_data['first']:%Y-%m}")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Calendar of “%(name)s”") % {"name": shift.name},
            "opts": self.opts,
            "original": shift,
            "shift": shift,
            "pattern": pattern_told(shift),
            **_month_shown(shift, month),
            "chosen": chosen,
            "form": form if may_change else None,
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/shift_month.html", context)


def _day_of(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day < date(2100, 2, 1) else None


def _month_shown(shift: Shift, month: date) -> dict[str, Any]:
    return {
        "month": month,
        "before": month - timedelta(days=1) if month > date(1990, 1, 1) else None,
        "after": month + timedelta(days=31) if month < date(2100, 1, 1) else None,
        "weekdays": WEEKDAYS,
        "weeks": [[_cell(day) for day in week] for week in month_calendar(shift, month)],
        "today": timezone.localdate(),
    }


def _cell(day: CalendarDay) -> dict:
    return {
        "on": day.on,
        "turn": day.turn,
        "short": SHORT[day.turn] if day.turn else "–",
        "differs": day.differs,
        "in_month": day.in_month,
    }


def _calendar_text(values: dict) -> str:
    turn = values["turn"].label if values["turn"] else _("as the pattern says")
    days = f"{values['first'].isoformat()}–{values['last'].isoformat()}"
    return f"{days}: {turn} ({', '.join(shift.name for shift in values['shifts'])})"


class ShiftFilter(RowFilter):
    title = _("shift")
    parameter_name = "in_shift"
    row_key = "shift__pk"

    def lookups(self, request, model_admin):
        return [*((str(pk), name) for pk, name in Shift.objects.values_list("pk", "name")), ("none", _("no shift"))]

    def queryset(self, request, queryset):
        return queryset.filter(shift=None) if self.value() == "none" else super().queryset(request, queryset)


class ShiftsOfWorkersMixin(ModelAdmin):
    """The list of employees: by shift, and put into one, many at once."""

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), ShiftFilter]

    def get_actions(self, request):
        actions = super().get_actions(request)
        if request.user.has_perm("workers.change_worker"):
            put = (ShiftsOfWorkersMixin.put_in_shift, "put_in_shift", _("Put the selected employees in a shift"))
            actions["put_in_shift"] = put
        return actions

    def put_in_shift(self, request: HttpRequest, queryset) -> HttpResponse | None:
        """First asks into which; the same selection is posted again with the answer."""
        form = ShiftChoiceForm(request.POST if "shift" in request.POST else None)
        if form.is_valid():
            count = workers_put_in_shift(workers=queryset, shift=form.cleaned_data["shift"], by=request.user)
            text = ngettext("%(count)d employee changed shift.", "%(count)d employees changed shift.", count)
            self.message_user(request, text % {"count": count}, messages.SUCCESS)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Put employees in a shift"),
            "opts": self.opts,
            "form": form,
            "count": queryset.count(),
            "kept": [
                (name, value)
                for name in ("action", "select_across", "index", "_selected_action")
                for value in request.POST.getlist(name)
            ],
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/shift_put.html", context)
