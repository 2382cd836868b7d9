"""Binding as HR sees it: its rules, the slips to hand out, whose phone is whose, and taking one back."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.once import made_before
from tenants.sites import factory_site
from workers.admin.downloads import sheet_download
from workers.admin.of_roster import OfRosterMixin
from workers.formats import sheet_bytes
from workers.forms import SlipsForm
from workers.models import BindCode, BindingPolicy, Contact, Worker
from workers.services.bind_locks import number_unlock, workers_locked
from workers.services.bind_signs import bind_signs, workers_slip_due
from workers.services.binding import binding_alarm, binding_lacks, binding_policy, worker_unbind
from workers.services.slips import (
    binding_progress,
    codes_open,
    progress_rows,
    sheet_count,
    slip_pages,
    slip_qr,
    slips_make,
)

MOST_LOCKED = 100  # shown at once
MAY_BIND = ("workers.unbind_worker", "workers.see_all_departments")


def require_binding(request: HttpRequest) -> None:
    """A slip opens somebody's record and an undone phone closes it: only for who sees all employees."""
    if not request.user.has_perms(MAY_BIND):
        raise PermissionDenied


class BindingPolicyForm(forms.ModelForm):
    class Meta:
        model = BindingPolicy
        fields = ["second_factor", "phones_allowed"]
        widgets = {"second_factor": UnfoldAdminRadioSelectWidget, "phones_allowed": UnfoldAdminRadioSelectWidget}
        help_texts = {
            "second_factor": _("Anyone already bound stays bound. A slip's code always works, whatever you choose."),
            "phones_allowed": _(
                "Some people have two WeChats. The first is told when a second is bound; while two are bound, neither shows"
                " which private lessons were read."
            ),
        }


@admin.register(BindingPolicy, site=factory_site)
class BindingPolicyAdmin(OfRosterMixin, ModelAdmin):
    """One row, so the list is the form itself. The slips' pages live below it."""

    form = BindingPolicyForm
    change_form_before_template = "workers/bind_rules.html"

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:workers_bindingpolicy_change", args=[binding_policy().pk]))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        context = {
            "title": _("Rules of binding"),
            "subtitle": None,
            "lacks": binding_lacks(),
            "alarm": binding_alarm(),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            "may_print": request.user.has_perms(MAY_BIND),
        }
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BindingPolicy | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: BindingPolicy, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            facts = {"second_factor": obj.second_factor, "phones_allowed": obj.phones_allowed}
            audit_record(by=request.user, action="binding_rules_changed", about=obj, **facts)

    def response_change(self, request: HttpRequest, obj: BindingPolicy) -> HttpResponse:
        self.message_user(request, _("Saved. The rules hold for everybody who binds from now on."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:workers_bindingpolicy_change", args=[obj.pk]))

    def get_urls(self):
        pages = {"slips": self.slips, "slips/print": self.slips_print, "slips/export": self.slips_export}
        names = {where: f"workers_{where.replace('/', '_')}" for where in pages}
        own = [path(f"{where}/", self.admin_site.admin_view(page), name=names[where]) for where, page in pages.items()]
        lift = path("locks/<int:pk>/lift/", self.admin_site.admin_view(self.lock_lift), name="workers_lock_lift")
        return [*own, lift, *super().get_urls()]

    def slips(self, request: HttpRequest) -> HttpResponse:
        """How far each department has come; with a choice in the address, what printing it would do."""
        require_binding(request)
        form = SlipsForm(request.GET if request.GET else None)
        chosen = form.people() if form.is_bound and form.is_valid() else None
        headings, rows = progress_rows(progress := binding_progress())
        return self._page(
            request,
            "workers/slips.html",
            title=_("Binding slips"),
            form=form,
            alarm=binding_alarm(),
            locked=workers_locked().select_related("department__parent__parent").order_by("-locked_at")[:MOST_LOCKED],
            slip_due=workers_slip_due().select_related("department__parent__parent", "bind_code")[:MOST_LOCKED],
            chosen=chosen,
            count=chosen.count() if chosen is not None else 0,
            sheets=sheet_count(chosen) if chosen is not None else 0,
            void=codes_open(chosen) if chosen is not None else 0,
            back=reverse("admin:workers_slips"),
            look="primary" if chosen is None else "default",
            headings=headings,
            table=list(zip(progress, rows, strict=True)),
        )

    def slips_print(self, request: HttpRequest) -> HttpResponse:
        """Makes new codes and shows them this once, as sheets to print."""
        require_binding(request)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:workers_slips"))
        form = SlipsForm(request.POST)
        if not form.is_valid():
            raise Http404
        if made_before(request):  # the codes on the sheets just printed stay good
            return HttpResponseRedirect(reverse("admin:workers_slips"))
        try:
            slips = slips_make(workers=form.people(), by=request.user)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:workers_slips"))
        bind = request.build_absolute_uri(reverse("workers:bind"))
        for slip in slips:
            slip.qr = mark_safe(slip_qr(f"{bind}?slip={slip.reference}"))
        context = {"pages": list(slip_pages(slips)), "factory": request.factory, "expires_at": slips[0].expires_at}
        response = TemplateResponse(request, "workers/slips_print.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    @method_decorator(require_POST)
    def lock_lift(self, request: HttpRequest, pk: int) -> HttpResponse:
        require_binding(request)
        worker = get_object_or_404(Worker.objects.employed(), pk=pk)
        if number_unlock(worker=worker, by=request.user):
            text = _("The lock is lifted. %(name)s can try again now.") % {"name": worker.name}
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:workers_slips"))

    def slips_export(self, request: HttpRequest) -> HttpResponse:
        """The table of the page, in Excel."""
        require_binding(request)
        headings, rows = progress_rows(binding_progress())
        audit_record(by=request.user, action="binding_progress_exported", rows=len(rows))
        name = _("binding-%(date)s.xlsx") % {"date": timezone.localdate().isoformat()}
        return sheet_download(sheet_bytes(headings=headings, rows=rows), name)

    def _page(self, request: HttpRequest, template: str, **context) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **context})


class PhoneInline(TabularInline):
    """The phones bound to an employee, each with its way out. Addresses stay in the channel's own room."""

    model = Contact
    verbose_name = _("bound phone")
    verbose_name_plural = _("bound phones")
    fields = ["bound_at", "is_reachable", "source", "undo"]
    readonly_fields = fields
    extra = 0
    can_delete = False
    hide_title = True

    def get_fields(self, request: HttpRequest, obj: Worker | None = None):
        return self.fields if request.user.has_perms(MAY_BIND) else self.fields[:-1]

    def has_add_permission(self, request: HttpRequest, obj: Worker | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Worker | None = None) -> bool:
        return False

    @display(description=_("is it wrong?"))
    def undo(self, contact: Contact) -> str:
        address = reverse("admin:workers_phone_undo", args=[contact.worker_id, contact.pk])
        return format_html(
            '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>',
            address,
            _("Undo the binding"),
        )


class BindingMixin(ModelAdmin):
    """What an employee's page has of binding: a slip for one person, the undo of one phone, and what happened lately."""

    inlines = [PhoneInline]
    actions_detail = ["slip"]
    change_form_after_template = "workers/bind_signs.html"

    def get_inlines(self, request: HttpRequest, obj: Worker | None):
        return self.inlines if obj and obj.contacts.exists() else []

    def get_urls(self):
        undo = self.admin_site.admin_view(self.phone_undo)
        return [path("<int:pk>/phones/<int:phone>/undo/", undo, name="workers_phone_undo"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        worker = kwargs.get("obj")
        if worker and request.user.has_perms(MAY_BIND):
            code = BindCode.objects.filter(worker=worker, slip_only=True).first()
            context |= {
                "may_bind": True,
                "slip_only": code,
                "is_slip_due": code is not None and code.code_hash == BindCode.NONE_YET,
                "bind_signs": bind_signs(worker),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    @action(description=_("Print a slip to bind"), url_path="slip", permissions=["slip"], icon="print")
    def slip(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('admin:workers_slips')}?worker={object_id}")

    def has_slip_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        employed = str(object_id).isdecimal() and Worker.objects.employed().filter(pk=object_id).exists()
        return employed and request.user.has_perms(MAY_BIND)

    def phone_undo(self, request: HttpRequest, pk: int, phone: int) -> HttpResponse:
        """Asked first, then undone: the phone is signed out and may bind anew."""
        require_binding(request)
        contact = get_object_or_404(Contact.objects.select_related("worker"), pk=phone, worker_id=pk)
        back = reverse("admin:workers_worker_change", args=[pk])
        if request.method == "POST":
            worker_unbind(contact=contact, by=request.user, slip_only="slip_only" in request.POST)
            self.message_user(request, _("The binding is undone. The phone is signed out."), messages.SUCCESS)
            return HttpResponseRedirect(back)
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Undo the binding?"),
            "opts": self.opts,
            "contact": contact,
            "back": back,
        }
        return TemplateResponse(request, "workers/bind_undo.html", context)
