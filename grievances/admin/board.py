"""The board's entries: drafted from a closed case, read and approved on a page of their own, by two officers."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.forms import ModelForm, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from grievances.models import BoardEntry, Case, Officer
from grievances.services.board import (
    APPROVALS_NEEDED,
    cases_to_tell,
    entry_approve,
    entry_draft,
    entry_edit,
    entry_withdraw,
)
from grievances.services.officers import officer_of
from tenants.errors import DomainError
from tenants.sites import Badge, factory_site

State = BoardEntry.State


def active_officer(request: HttpRequest) -> Officer | None:
    """Whoever is signed in, as an officer who receives cases; looked up once a request."""
    if not hasattr(request, "voice_officer"):
        officer = officer_of(request.user)
        request.voice_officer = officer if officer and officer.state == Officer.State.ACTIVE else None
    return request.voice_officer


class BoardEntryForm(ModelForm):
    """Writes through the service, so that its refusal stands in the form. `officer`, `case_id`: set by the admin class."""

    officer: Officer
    case_id = ""

    class Meta:
        model = BoardEntry
        fields = ["you_said", "we_did"]
        help_texts = {
            "we_did": gettext_lazy("What has changed for everybody. No names here either, and nothing of one person.")
        }
        widgets = {name: UnfoldAdminTextareaWidget(attrs={"rows": 4}) for name in fields}

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        words = {name: self.cleaned_data[name] for name in self.Meta.fields}
        try:
            if self.instance.pk:
                self.instance: BoardEntry = entry_edit(entry=self.instance, officer=self.officer, **words)
            else:
                self.instance = entry_draft(case_id=self.case_id, officer=self.officer, **words)
        except DomainError as refusal:
            self.add_error(None, ValidationError(str(refusal), code=refusal.code))


@admin.register(BoardEntry, site=factory_site)
class BoardEntryAdmin(ModelAdmin):
    """A saved draft leads to the page on which it is read as workers will, and approved."""

    form = BoardEntryForm
    list_display = ["said", "category", "state_label", "approval_count", "drafted_by", "drafted_on", "published_on"]
    list_select_related = ["drafted_by"]
    search_fields = ["you_said", "we_did"]
    actions = None
    compressed_fields = False

    def get_urls(self):
        view = self.admin_site.admin_view(self.review_view)
        return [path("<int:pk>/review/", view, name="grievances_boardentry_review"), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: BoardEntry | None = None):
        case_id = obj.case_id if obj else request.GET.get("case", "")
        title = _("What case %(reference)s led to, for everybody to read") % {"reference": case_id[:8]}
        return [(title, {"fields": ["you_said", "we_did"]})]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        buttons = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, {**buttons, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest):
        """What is not on the board was made from a case: it is for those who can read that case."""
        officer, entries = active_officer(request), super().get_queryset(request)
        seen = Q(state=State.PUBLISHED)
        if officer:
            seen |= Q(case__in=Case.objects.held_by(officer))
        return entries.filter(seen).annotate(count=Count("approvals"))

    def get_form(self, request: HttpRequest, obj: BoardEntry | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.officer, form.case_id = active_officer(request), request.GET.get("case", "")
        return form

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        """Without a case: which closed cases may be told of."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.GET.get("case"):
            return super().add_view(request, form_url, extra_context)
        officer = active_officer(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Which case do you want to tell?"),
            "opts": self.opts,
            "cases": cases_to_tell(officer) if officer else [],
        }
        return TemplateResponse(request, "grievances/admin/board_cases.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and active_officer(request) is not None

    def has_change_permission(self, request: HttpRequest, obj: BoardEntry | None = None) -> bool:
        """Words are the officers' to change. Asked of no entry in particular, as for the side bar, it costs no statement."""
        return super().has_change_permission(request, obj) and (obj is None or active_officer(request) is not None)

    def has_delete_permission(self, request: HttpRequest, obj: BoardEntry | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: BoardEntry, form: ModelForm, change: bool) -> None:
        """The form has written it."""

    def response_add(self, request: HttpRequest, obj: BoardEntry, post_url_continue=None) -> HttpResponse:
        return self._to_review(obj)

    def response_change(self, request: HttpRequest, obj: BoardEntry) -> HttpResponse:
        return self._to_review(obj)

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET: the words as everybody will read them, and who has approved. POST: approve, or take off the board."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        entry = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            return self._decide(request, entry)
        officer = active_officer(request)
        approvals = list(entry.approvals.select_related("officer").order_by("on", "pk"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Read it once more"),
            "opts": self.opts,
            "entry": entry,
            "approvals": approvals,
            "missing": max(0, APPROVALS_NEEDED - len(approvals)),
            "may_approve": officer is not None and entry.state == State.DRAFT and self._is_new(approvals, officer),
            "may_edit": officer is not None,
            "may_withdraw": super().has_change_permission(request) and entry.state != State.WITHDRAWN,
        }
        return TemplateResponse(request, "grievances/admin/board_review.html", context)

    @staticmethod
    def _is_new(approvals, officer: Officer) -> bool:
        return all(approval.officer_id != officer.pk for approval in approvals)

    def _decide(self, request: HttpRequest, entry: BoardEntry) -> HttpResponse:
        if not super().has_change_permission(request):
            raise PermissionDenied
        if "withdraw" in request.POST:
            entry_withdraw(entry=entry, officer=active_officer(request))
            self.message_user(request, _("Taken off the board."))
            return HttpResponseRedirect(reverse("admin:grievances_boardentry_changelist"))
        officer = active_officer(request)
        if officer is None:
            raise PermissionDenied
        words = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in ("you_said", "we_did")}
        try:
            entry = entry_approve(entry=entry, officer=officer, **words)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self._to_review(entry)
        is_out = entry.state == State.PUBLISHED
        self.message_user(
            request, _("Approved. It is on the board now.") if is_out else _("Approved. One more officer has to agree.")
        )
        return self._to_review(entry)

    @staticmethod
    def _to_review(entry: BoardEntry) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:grievances_boardentry_review", args=[entry.pk]))

    @display(description=gettext_lazy("you said"))
    def said(self, entry: BoardEntry) -> str:
        return entry.you_said if len(entry.you_said) <= 30 else f"{entry.you_said[:30]}…"

    @display(
        description=gettext_lazy("state"),
        label={State.DRAFT: "info", State.PUBLISHED: "success", State.WITHDRAWN: "warning"},
    )
    def state_label(self, entry: BoardEntry) -> Badge:
        return Badge(entry.state, entry.get_state_display())

    @display(description=gettext_lazy("approvals"))
    def approval_count(self, entry: BoardEntry) -> str:
        return f"{entry.count} / {APPROVALS_NEEDED}"
