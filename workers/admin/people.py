"""Employees: found by name, sound, number; brought in by the roster; they leave, they are never deleted."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Replace
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_htmx.http import HttpResponseClientRedirect
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from tenants.audit.context import names_shown
from tenants.audit.services import audit_record
from tenants.words import listed
from workers.admin.binding import MAY_BIND, BindingMixin
from workers.admin.filters import DepartmentFilter, EmploymentFilter
from workers.admin.privacy import PersonalMixin
from workers.admin.roster import RosterMixin
from workers.admin.shifts import ShiftsOfWorkersMixin
from workers.forms import place_field_set
from workers.models import Contact, Worker, number_told
from workers.scope import rows_in_scope, sees_personal, visible_workers
from workers.services.people import (
    hired_too_young,
    leave_fault,
    return_prepare,
    worker_faults,
    worker_leave,
    worker_return,
    workers_leave,
)
from workers.services.spelling import (
    employee_number_clean,
    id_last_four_clean,
    name_key,
    name_pinyin,
    name_written,
    phone_clean,
)

LEAVERS_NAMED = 10
# Labour Law, article 15; Provisions on the Prohibition of Using Child Labour (2002).
HIRED_TOO_YOUNG = _(
    "%(name)s was under 16 on the hire date. Check both dates with the ID card. If they are right, this is child labour, which "
    "the law forbids: tell the owner of the factory today, and ask CCR CSR for help. Who is under 16 must stop working and is "
    "brought home to their parents at the factory's cost; who is under 18 gets a medical check. Do not just dismiss them or "
    "change a date."
)
NAMESAKES_NUMBER = _(
    "%(number)s is %(name)s's. Is it the same person? Then a roster brought them in as somebody new, and the two records cannot "
    "be merged. To go on with this one: open the other, give it another number (such as %(number)s-1) and a leave date, then "
    "write %(number)s here. Lessons learned and phones bound there stay with the other record."
)


class BoundFilter(DropdownFilter):
    title = _("binding")
    parameter_name = "bound"

    def lookups(self, request, model_admin):
        slip = [("slip", _("can bind only with a slip"))] if request.user.has_perms(MAY_BIND) else []
        return [("yes", _("bound")), ("no", _("not yet bound")), *slip]

    def queryset(self, request, queryset):
        if self.value() == "slip":
            return queryset.filter(bind_code__slip_only=True) if request.user.has_perms(MAY_BIND) else queryset.none()
        return queryset.filter(is_bound=self.value() == "yes") if self.value() else queryset


class WorkerForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if place := self.fields.get("department"):
            place_field_set(place)
        if shift := self.fields.get("shift"):
            shift.widget.can_add_related = shift.widget.can_change_related = shift.widget.can_view_related = False
        if self.instance.former_number and (number := self.fields.get("employee_number")):
            self.initial["employee_number"], number.required, number.disabled = "", False, True
            number.help_text = self._only_by_coming_back()

    def clean_employee_number(self):
        number = employee_number_clean(self.cleaned_data["employee_number"]) or self.instance.employee_number
        gone = Worker.objects.exclude(pk=self.instance.pk).exclude(left_on=None).filter(employee_number=number).first()
        if gone:
            text = _(
                "%(number)s was %(name)s's, who has left. To give it to somebody else, import a roster with one row for them: "
                "both keep their own records."
            )
            raise forms.ValidationError(text % {"number": number, "name": gone.name})
        return number

    def clean_left_on(self):
        left_on = self.cleaned_data["left_on"]
        if left_on is None and self.instance.former_number:
            raise forms.ValidationError(self._only_by_coming_back())
        return left_on

    def clean_name(self):
        return name_written(self.cleaned_data["name"])

    def clean_phone(self):
        return self._written(phone_clean, "phone")

    def clean_id_last_four(self):
        return self._written(id_last_four_clean, "id_last_four")

    def clean(self):
        values = super().clean()
        self.instance.name_pinyin = name_pinyin(values.get("name", ""))
        return values

    def _post_clean(self):
        """The rules of the roster, once the values are the instance's."""
        super()._post_clean()
        for attribute, text in worker_faults(self.instance, timezone.localdate()):
            if attribute in self.fields and attribute not in self.errors:
                self.add_error(attribute, text)

    def _only_by_coming_back(self) -> str:
        text = _("%(told)s. Choose “Mark as back” to write a new one.")
        return text % {"told": self.instance.number_told}

    def _written(self, clean, name: str) -> str:
        try:
            return clean(self.cleaned_data[name])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


class LeaveDay(forms.Form):
    on = forms.DateField(
        label=_("leave date"),
        initial=timezone.localdate,
        widget=UnfoldAdminDateWidget(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class LeaveForm(LeaveDay):
    """Of those ticked in the list, as the page that asks has counted them."""

    def __init__(self, *args, worker_ids: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.worker_ids = worker_ids

    def clean(self):
        values = super().clean()
        if self.data.get("counted") != str(len(self.worker_ids)):
            raise forms.ValidationError(_("The list has changed meanwhile. Look who it is now, then confirm again."))
        if "on" in values and (fault := leave_fault(worker_ids=self.worker_ids, on=values["on"])):
            self.add_error("on", fault)
        return values


class LeaveDialog(LeaveDay, BaseDialogForm):
    def clean_on(self):
        on = self.cleaned_data["on"]
        worker = get_object_or_404(Worker, pk=self.object_id)
        worker.left_on = on
        for attribute, text in worker_faults(worker, timezone.localdate()):
            if attribute == "left_on":
                raise forms.ValidationError(text)
        return on


class ReturnDialog(BaseDialogForm):
    """Asks for a number where theirs was given to another."""

    number = forms.CharField(
        label=_("new employee number"),
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("As in your payroll system. The former number was later given to somebody else."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worker = get_object_or_404(Worker, pk=self.object_id)
        if not self.worker.former_number:
            del self.fields["number"]

    def clean_number(self):
        """Refused by name where it is somebody's whom this user may see."""
        number = employee_number_clean(self.cleaned_data["number"])
        others = visible_workers(self.request.user).exclude(pk=self.worker.pk)
        if holder := others.filter(employee_number=number).first():
            is_namesake = name_key(holder.name) == name_key(self.worker.name)
            text = NAMESAKES_NUMBER if is_namesake else _("%(number)s is %(name)s's. Write another number.")
            raise forms.ValidationError(text % {"number": number, "name": holder.name})
        try:
            return_prepare(self.worker, self.cleaned_data["number"])
        except ValidationError as problem:
            raise forms.ValidationError(problem.messages) from problem
        return self.worker.employee_number


class WorkerAdmin(PersonalMixin, ShiftsOfWorkersMixin, RosterMixin, BindingMixin, ModelAdmin):
    form = WorkerForm
    list_display = ["written_name", "number", "place", "position", "bound", "left_on"]
    list_filter = [DepartmentFilter, BoundFilter, EmploymentFilter, "gender"]
    list_filter_sheet = False
    list_select_related = ["department__parent__parent"]
    list_per_page = 50
    search_fields = ["name", "employee_number", "phone"]
    search_help_text = _("Name, pinyin, employee number or phone")
    ordering = ["name_pinyin"]
    history_told = {"employee_number": number_told}
    fieldsets = [
        (None, {"fields": [("employee_number", "name"), ("hired_on", "left_on")]}),
        (_("Work"), {"fields": [("department", "position"), ("shift", "is_line_manager")]}),
        (
            _("Personal"),
            {"fields": [("gender", "birth_date"), ("phone", "id_last_four"), ("education", "home_region")]},
        ),
    ]
    actions = ["leave", "come_back"]
    actions_detail = ["leave_one", "come_back_one", "slip", "personal"]

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        phones = Contact.objects.filter(worker=OuterRef("pk"))
        rows = rows_in_scope(super().get_queryset(request), user=request.user, worker="pk")
        return rows.annotate(is_bound=Exists(phones))

    def get_changelist_instance(self, request):
        """No total beside what was found: a link to all would lead to those employed alone."""
        changes = super().get_changelist_instance(request)
        changes.full_result_count = changes.result_count
        return changes

    def get_search_results(self, request, queryset, search_term):
        """By sound, too: "lina" and "li na" find 李娜. A whole number means its holders, now and before, not whose phone
        contains it."""
        number = employee_number_clean(search_term)
        if any(map(str.isdigit, number)):
            holders = queryset.filter(Q(employee_number=number) | Q(employee_number__startswith=f"{number}~"))
            if holders.exists():
                return holders, False
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        sound = "".join(search_term.lower().split())
        if sound.isascii() and sound.isalpha():
            heard = queryset.annotate(sound=Replace("name_pinyin", Value(" "), Value(""))).filter(sound__contains=sound)
            found = queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=heard.values("pk")))
        return found, may_repeat

    def get_fieldsets(self, request, obj=None):
        """Whoever only looks reads names: a link would lead to what they may not open."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        _who, (title, _options), *personal = fieldsets
        who = (None, {"fields": [("number", "name"), ("hired_on", "left_on")]})
        return [who, (title, {"fields": [("place", "position"), ("shift_name", "is_line_manager")]}), *personal]

    @display(description=_("shift"))
    def shift_name(self, worker: Worker) -> str:
        return worker.shift.name if worker.shift else "–"

    @display(description=pgettext_lazy("of a person", "name"), ordering="name_pinyin")
    def written_name(self, worker: Worker) -> str:
        return worker.name

    @display(description=_("employee number"), ordering="employee_number")
    def number(self, worker: Worker) -> str:
        return worker.number_told

    @display(description=_("department"), ordering="department__path")
    def place(self, worker: Worker) -> str:
        return worker.department.label if worker.department else "–"

    @display(description=_("binding"), ordering="is_bound", label={"yes": "success", "no": "default"})
    def bound(self, worker: Worker):
        return ("yes", _("bound")) if worker.is_bound else ("no", _("not yet bound"))

    @admin.action(description=_("Selected employees have left"), permissions=["change"])
    def leave(self, request, queryset):
        """Asks first, on a page of its own: how many, who, since when, and what becomes of them."""
        staying = queryset.employed()
        ids = list(staying.values_list("pk", flat=True))
        form = LeaveForm(request.POST if "counted" in request.POST else None, worker_ids=ids)
        if ids and not form.is_valid():
            return self._leave_asked(request, form, list(staying[:LEAVERS_NAMED]))
        if ids:
            with transaction.atomic():
                workers_leave(worker_ids=ids, on=form.cleaned_data["on"], user_id=request.user.pk)
                audit_record(by=request.user, action="workers_left", subjects=ids, count=len(ids))
        text = ngettext("%(count)d employee has left.", "%(count)d employees have left.", len(ids))
        self.message_user(request, text % {"count": len(ids)}, messages.SUCCESS if ids else messages.WARNING)
        return None

    def _leave_asked(self, request, form: LeaveForm, people: list[Worker]) -> TemplateResponse:
        names_shown(worker.pk for worker in people)
        count = len(form.worker_ids)
        title = ngettext("Has %(count)d employee left?", "Have %(count)d employees left?", count)
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"count": count},
            "opts": self.opts,
            "form": form,
            "people": people,
            "more": count - len(people),
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", ""),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/leave_selected.html", context)

    @admin.action(description=_("Selected employees are back"), permissions=["change"])
    def come_back(self, request, queryset):
        gone = list(queryset.exclude(left_on=None))
        numberless = [worker for worker in gone if worker.former_number]
        with transaction.atomic():
            ids = [worker.pk for worker in gone if not worker.former_number and worker_return(worker=worker)]
            if count := len(ids):
                audit_record(by=request.user, action="workers_returned", subjects=ids, count=count)
        if count or not numberless:
            text = ngettext("%(count)d employee works here again.", "%(count)d employees work here again.", count)
            self.message_user(request, text % {"count": count}, messages.SUCCESS)
        if numberless:
            text = _(
                "Not back yet, as their number was later given to somebody else: %(people)s. Open the page of each, choose “Mark "
                "as back” and write the new number."
            )
            people = listed([worker.name for worker in numberless], most=LEAVERS_NAMED)
            self.message_user(request, text % {"people": people}, messages.WARNING)

    @action(
        description=_("Mark as left"),
        url_path="leave",
        permissions=["leave_one"],
        icon="logout",
        dialog={
            "title": _("Has this employee left?"),
            "description": _("Nothing is sent to them any more, and their pages close. What they learned stays."),
            "form_class": LeaveDialog,
            "form_submit_text": _("Mark as left"),
        },
    )
    def leave_one(self, request, form, object_id):
        worker = get_object_or_404(self.get_queryset(request), pk=object_id)
        worker_leave(worker=worker, on=form.cleaned_data["on"])
        self.message_user(request, _("The leave date is saved."), messages.SUCCESS)
        return HttpResponseClientRedirect(reverse("admin:workers_worker_change", args=[object_id]))

    def has_leave_one_permission(self, request, object_id=None):
        worker = self.get_object(request, object_id)  # None for an address that somebody typed
        return request.user.has_perm("workers.change_worker") and worker is not None and worker.left_on is None

    @action(
        description=_("Mark as back"),
        url_path="come-back",
        permissions=["come_back_one"],
        icon="login",
        dialog={
            "title": _("Does this employee work here again?"),
            "description": _("The leave date is taken away. Bound phones and what was learned are as they were."),
            "form_class": ReturnDialog,
            "form_submit_text": _("Mark as back"),
        },
    )
    def come_back_one(self, request, form, object_id):
        worker = get_object_or_404(self.get_queryset(request), pk=object_id)
        worker_return(worker=worker, number=form.cleaned_data.get("number", ""))
        self.message_user(request, _("The employee works here again."), messages.SUCCESS)
        return HttpResponseClientRedirect(reverse("admin:workers_worker_change", args=[object_id]))

    def has_come_back_one_permission(self, request, object_id=None):
        worker = self.get_object(request, object_id)
        return request.user.has_perm("workers.change_worker") and worker is not None and worker.left_on is not None

    def save_model(self, request, obj, form, change):
        """A leave date entered here does what the list's action does. A child at work is nothing to save without a word."""
        leaves = change and "left_on" in form.changed_data and obj.left_on
        if leaves:
            left_on, obj.left_on = obj.left_on, None
        super().save_model(request, obj, form, change)
        days = {"birth_date", "hired_on"}
        if days & set(form.changed_data) and sees_personal(request.user) and hired_too_young(obj):
            self.message_user(request, HIRED_TOO_YOUNG % {"name": obj.name}, messages.WARNING)
        if leaves:
            worker_leave(worker=obj, on=left_on)
            obj.left_on = left_on
