"""Personal data as HR sees it: who may see what of an employee, copies and erasure, what employees ask, and the register."""

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display

from tenants.audit.context import support_uuid
from tenants.errors import DomainError
from tenants.sites import ReadOnlyAdmin, factory_site
from workers.admin.privacy_forms import EraseForm, RefuseForm
from workers.models import PrivacyRequest, Worker
from workers.privacy.copies import copy_hand_out
from workers.privacy.erasure import worker_erase
from workers.privacy.register import Room, Scope, parts_of, rooms
from workers.privacy.requests import RequestGone, answers_told, request_answer, request_refuse
from workers.scope import sees_personal

WAITING_FIRST = Case(When(state=PrivacyRequest.State.OPEN, then=0), default=1, output_field=IntegerField()).asc()
MAY_ERASE = "workers.erase_worker"


def require_erase(request: HttpRequest) -> None:
    """Nobody from outside hands out or erases an employee's data, whatever they may do here for hours."""
    if not request.user.has_perm(MAY_ERASE) or support_uuid.get():
        raise PermissionDenied


class MinorFilter(DropdownFilter):
    title = _("minors")
    parameter_name = "minor"

    def lookups(self, request, model_admin):
        return [("yes", _("16 and 17 years old"))]

    def queryset(self, request, queryset):
        return queryset.minors(timezone.localdate()) if self.value() == "yes" else queryset


class PersonalMixin(ModelAdmin):
    """Of WorkerAdmin: birth date, phone and the like only for those who may see them, also through filters and search; the
    page with copy and erasure; erased rows are in no list."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(erased_on__isnull=True)

    def get_list_display(self, request: HttpRequest):
        columns = super().get_list_display(request)
        if sees_personal(request.user):
            return [*columns, "minor"]
        return [name for name in columns if name not in Worker.PERSONAL]

    def get_list_filter(self, request: HttpRequest):
        filters = super().get_list_filter(request)
        if sees_personal(request.user):
            return [*filters, MinorFilter]
        return [each for each in filters if (each[0] if isinstance(each, tuple) else each) not in Worker.PERSONAL]

    def get_search_fields(self, request: HttpRequest):
        fields = super().get_search_fields(request)
        return fields if sees_personal(request.user) else [name for name in fields if name not in Worker.PERSONAL]

    def get_changelist_instance(self, request: HttpRequest):
        changes = super().get_changelist_instance(request)
        if not sees_personal(request.user):
            changes.search_help_text = _("Name, pinyin or employee number")
        return changes

    def get_fieldsets(self, request: HttpRequest, obj: Worker | None = None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if sees_personal(request.user) else list(_without_personal(fieldsets))

    def get_urls(self):
        view = self.admin_site.admin_view(self.personal_view)
        name = "workers_worker_personal_data"
        return [path("<int:pk>/personal-data/", view, name=name), *super().get_urls()]

    @display(description=_("protection"), label={"minor": "warning"})
    def minor(self, worker: Worker):
        return ("minor", _("minor (16–17)")) if worker.is_minor(timezone.localdate()) else ""

    @action(description=_("Personal data"), url_path="personal", permissions=["erase"], icon="privacy_tip")
    def personal(self, request: HttpRequest, object_id: str):
        return HttpResponseRedirect(reverse("admin:workers_worker_personal_data", args=[object_id]))

    def has_erase_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(MAY_ERASE) and not support_uuid.get()

    def personal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is kept of an employee; a copy to hand over; erasure; answers to what they ask."""
        require_erase(request)
        worker = get_object_or_404(self.get_queryset(request), pk=pk)
        what = request.POST.get("do", "") if request.method == "POST" else ""
        form = EraseForm(request.POST if what == "erase" else None, worker=worker)
        if what == "copy":
            return _copy(request, worker)
        if what == "answered":
            return self._answered(request, worker)
        refusal = _refusal(request, worker) if what == "refuse" else None
        if refusal and refusal.is_valid() and self._refused(request, refusal):
            return HttpResponseRedirect(request.path)
        if what == "erase" and form.is_valid() and self._erased(request, worker, form):
            return HttpResponseRedirect(reverse("admin:workers_worker_changelist"))
        waiting = worker.privacy_requests.filter(state=PrivacyRequest.State.OPEN).order_by("due_on", "pk")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Personal data"),
            "opts": self.opts,
            "worker": worker,
            "is_minor": worker.is_minor(timezone.localdate()),
            "parts": parts_of(worker, is_own=False),
            "requests": [
                (each, refusal if refusal and refusal.asked == each else RefuseForm(asked=each)) for each in waiting
            ],
            "answers": answers_told(worker),
            "bindings": f"{reverse('admin:workers_worker_change', args=[pk])}#contacts",
            "today": timezone.localdate(),
            "form": form,
        }
        return TemplateResponse(request, "workers/privacy_worker.html", context)

    def _answered(self, request: HttpRequest, worker: Worker) -> HttpResponse:
        waiting = get_object_or_404(worker.privacy_requests, pk=_number(request.POST.get("request")), kind="export")
        try:
            request_answer(request=waiting, by=request.user)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.message_user(request, _("Noted: the employee has got the copy."), messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def _refused(self, request: HttpRequest, form: RefuseForm) -> bool:
        try:
            request_refuse(request=form.asked, by=request.user, **form.cleaned_data)
        except RequestGone as gone:
            self.message_user(request, str(gone), messages.WARNING)
        except DomainError as unclear:
            form.add_error("words", str(unclear))
            return False
        else:
            text = _("Refused, with your reason. The employee reads it under Me, My data, and gets a message.")
            self.message_user(request, text, messages.SUCCESS)
        return True

    def _erased(self, request: HttpRequest, worker: Worker, form: EraseForm) -> bool:
        forget = form.cleaned_data["forget_phone"]
        try:
            keeps = worker.left_on is None
            erased = worker_erase(worker=worker, by=request.user, forget_phone=forget, keeps_employment=keeps)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return False
        is_all = erased.scope == Scope.ALL
        text = _("The employee is erased.") if is_all else _("What the work does not need is erased.")
        self.message_user(request, text, messages.SUCCESS)
        return True


def _without_personal(fieldsets):
    for title, options in fieldsets:
        lines = [[line] if isinstance(line, str) else list(line) for line in options["fields"]]
        left = [tuple(name for name in line if name not in Worker.PERSONAL) for line in lines]
        if any(left):
            yield title, {**options, "fields": [line[0] if len(line) == 1 else line for line in left if line]}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _refusal(request: HttpRequest, worker: Worker) -> RefuseForm:
    asked = get_object_or_404(worker.privacy_requests, pk=_number(request.POST.get("request")))
    return RefuseForm(request.POST, asked=asked)


def _copy(request: HttpRequest, worker: Worker) -> HttpResponse:
    content = copy_hand_out(worker=worker, by=request.user)
    name = f"{worker.former_number or worker.employee_number}-{timezone.localdate().isoformat()}.zip"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/zip", headers=headers)


@admin.register(PrivacyRequest, site=factory_site)
class PrivacyRequestAdmin(ReadOnlyAdmin):
    """What employees ask of their data. It is answered on the employee's own page."""

    list_display = ["employee", "what", "shown_state", "due", "created_at", "done_at"]
    list_display_links = ["employee"]
    list_filter = ["state", "kind"]
    list_filter_sheet = False
    list_select_related = ["worker"]
    list_per_page = 50
    ordering = [WAITING_FIRST, "due_on", "-pk"]
    actions = None

    def get_urls(self):
        view = self.admin_site.admin_view(self.register_view)
        return [path("register/", view, name="workers_personal_register"), *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: PrivacyRequest | None = None) -> bool:
        return super().has_view_permission(request, obj) and request.user.has_perm(MAY_ERASE)

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None) -> HttpResponse:
        """Straight to where it is answered; of somebody erased since, back to the list."""
        require_erase(request)
        asked = get_object_or_404(PrivacyRequest.objects.select_related("worker"), pk=_number(object_id))
        if asked.worker.erased_on:
            self.message_user(request, _("This employee is erased. There is nothing more to do."), messages.INFO)
            return HttpResponseRedirect(reverse("admin:workers_privacyrequest_changelist"))
        return HttpResponseRedirect(reverse("admin:workers_worker_personal_data", args=[asked.worker_id]))

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """The register in words: what we keep, why, how long, and who sees it."""
        if not request.user.has_perm("workers.view_privacyrequest"):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Data we hold on people"),
            "rooms": [
                (apps.get_app_config(room.name).verbose_name, table)
                for room in rooms()
                if (table := _table(room, is_open=request.factory.is_open))["rows"]
            ],
        }
        return TemplateResponse(request, "workers/privacy_register.html", context)

    @display(description=_("employee"), ordering="worker__name_pinyin")
    def employee(self, asked: PrivacyRequest) -> str:
        return str(asked.worker)

    @display(description=_("what is asked"), ordering="kind")
    def what(self, asked: PrivacyRequest) -> str:
        return asked.get_kind_display()

    @display(description=_("state"), label={"open": "warning", "done": "success", "": "default"})
    def shown_state(self, asked: PrivacyRequest):
        is_plain = asked.state in (PrivacyRequest.State.REFUSED, PrivacyRequest.State.WITHDRAWN)
        return "" if is_plain else asked.state, asked.get_state_display()

    @display(description=_("answer due on"), ordering="due_on", label={"late": "danger", "": "default"})
    def due(self, asked: PrivacyRequest):
        if asked.state != PrivacyRequest.State.OPEN:
            return ("", "–")
        return ("late" if asked.due_on < timezone.localdate() else "", asked.due_on.isoformat())


def _table(room: Room, *, is_open: bool) -> dict[str, list]:
    """Where nobody is employed: what the members read of it, so that nothing else is promised here."""
    if is_open:
        headers = [_("what"), _("what for, and who sees it"), _("how long")]
        return {"headers": headers, "rows": list(map(list, room.told(is_open=True)))}
    between = pgettext("between readers", ", ")
    rows = [
        [entry.title, entry.purpose, entry.kept.text, between.join(str(reader.label) for reader in entry.seen_by)]
        for entry in room.entries
    ]
    return {"headers": [_("what"), _("what for"), _("how long"), _("who sees it")], "rows": rows}
