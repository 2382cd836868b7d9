"""The roster's pages: upload, look at what would change, confirm; earlier imports; and the way back into Excel."""

from collections import defaultdict
from datetime import date

from django.contrib import messages
from django.contrib.admin import register
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRefresh
from import_export.admin import ImportExportMixin
from unfold.admin import ModelAdmin
from unfold.decorators import display

from tenants.audit.context import names_shown
from tenants.audit.services import audit_record
from tenants.errors import DomainError
from tenants.sites import factory_site
from workers.admin.downloads import sheet_download
from workers.forms import RosterForm
from workers.models import RosterImport
from workers.resources import RosterResource
from workers.scope import SEES_PERSONAL, sees_personal
from workers.services.people import leaders_unplaced
from workers.services.roster import roster_export
from workers.services.roster_files import changes_sheet, failed_rows, roster_template
from workers.services.roster_jobs import (
    is_long,
    report_found,
    roster_changes,
    roster_check,
    roster_confirm,
    roster_dataset,
    roster_fail,
    roster_give_up,
    roster_receive,
    roster_retry,
    roster_save,
    roster_watch,
    rows_done,
)
from workers.services.roster_report import RosterDecisions, RosterReport
from workers.tasks import roster_check_task, roster_save_task

MISTAKES_SHOWN = 50
CLAIM = "claim-"  # and the holder's key: whose number it is
BACK = "back-"  # and the number: whether it is somebody known's
MAY_IMPORT = ["workers.import_roster", "workers.add_worker", "workers.change_worker", SEES_PERSONAL]
State = RosterImport.State


class RosterMixin(ImportExportMixin):
    """import-export's addresses on the list of employees: one upload, one file type, nothing to choose."""

    resource_classes = [RosterResource]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return may_import(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm("workers.export_worker")

    def get_urls(self):
        blank = path("roster-blank/", self.admin_site.admin_view(self.blank), name="workers_worker_roster_blank")
        return [blank, *super().get_urls()]

    def import_action(self, request: HttpRequest) -> HttpResponse:
        """Take a file in and check it. Nothing is saved yet."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = RosterForm(*([request.POST, request.FILES] if request.method == "POST" else []))
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                job = roster_receive(content=file.read(), file_name=file.name, by=request.user)
            except DomainError as refusal:
                form.add_error("file", str(refusal))
            else:
                _start(job, roster_check, roster_check_task)
                return HttpResponseRedirect(reverse("admin:workers_rosterimport_change", args=[job.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import the roster"),
            "opts": self.opts,
            "form": form,
            "earlier": RosterImport.objects.defer("content")[:1],
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/roster_import.html", context)

    def process_import(self, request: HttpRequest) -> HttpResponse:
        """import-export's second page; ours is the import's own."""
        return HttpResponseRedirect(reverse("admin:workers_worker_import"))

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The employees that the list shows, filters and search included."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        queryset = self.get_export_queryset(request)
        is_personal = sees_personal(request.user)
        name = _("employees-%(date)s.xlsx") % {"date": timezone.localdate().isoformat()}
        with transaction.atomic():
            content = roster_export(queryset=queryset, is_personal=is_personal)
            ids = list(queryset.order_by().values_list("pk", flat=True))
            audit_record(
                by=request.user, action="workers_exported", subjects=ids, count=len(ids), is_personal=is_personal
            )
        return sheet_download(content, name)

    def blank(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return sheet_download(roster_template(), _("roster.xlsx"))


@register(RosterImport, site=factory_site)
class RosterImportAdmin(ModelAdmin):
    """Earlier imports, and the page of each: progress, mistakes or preview, outcome."""

    list_display = ["file_name", "created_at", "by", "row_count", "outcome"]
    list_display_links = ["file_name"]
    link_lookups = ["state__exact", "content__isnull"]
    list_select_related = ["by"]
    list_per_page = 50
    ordering = ["-created_at"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_import(request)

    def has_view_permission(self, request: HttpRequest, obj: RosterImport | None = None) -> bool:
        return may_import(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_import(request)

    def has_change_permission(self, request: HttpRequest, obj: RosterImport | None = None) -> bool:
        return may_import(request)

    def has_delete_permission(self, request: HttpRequest, obj: RosterImport | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest):
        return {}

    def get_queryset(self, request: HttpRequest):
        has_file = ExpressionWrapper(Q(content__isnull=False), output_field=BooleanField())
        return super().get_queryset(request).defer("content").annotate(has_file=has_file)

    def get_urls(self):
        def page(route: str, view, name: str):
            return path(f"<int:job_id>/{route}/", self.admin_site.admin_view(view), name=f"workers_rosterimport_{name}")

        own = [page(name, getattr(self, name), name) for name in ("progress", "failed", "changes")]
        return [*own, *super().get_urls()]

    @display(description=gettext_lazy("outcome"), label={"": "default", "saved": "success", "failed": "danger"})
    def outcome(self, job: RosterImport):
        is_over = job.state in (State.SAVED, State.FAILED)
        return job.state if is_over else "", outcome_text(job, has_file=job.has_file)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:workers_worker_import"))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        job = self._job(request, object_id)
        refusal = None
        if request.method == "POST":
            try:
                return self._decided(request, job)
            except DomainError as problem:
                refusal = problem
        return self._page(request, roster_watch(job=job), refusal=refusal)

    def progress(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """The moving part of the page; once there is something else to see, the whole page again."""
        job = roster_watch(job=self._job(request, str(job_id)))
        if job.state not in (State.CHECKING, State.SAVING):
            return HttpResponseClientRefresh()
        return TemplateResponse(request, "workers/_roster_progress.html", {"job": job, "rows_done": rows_done(job)})

    def failed(self, request: HttpRequest, job_id: int) -> HttpResponse:
        job = self._job(request, str(job_id))
        report = report_found(job)
        if report is None or job.content is None or report.is_clean:
            raise Http404
        content = failed_rows(dataset=roster_dataset(job), mistakes=report.mistakes)
        rows = len({mistake.row for mistake in report.mistakes})
        audit_record(by=request.user, action="roster_failed_rows", about=job, rows=rows, file=job.file_name)
        return sheet_download(content, _("rows-to-correct.xlsx"))

    def changes(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """All of them, where the page shows the first of each kind."""
        job = self._job(request, str(job_id))
        try:
            report = roster_changes(job=job)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:workers_rosterimport_change", args=[job.pk]))
        content = changes_sheet(report)
        named = report.named_ids
        audit_record(by=request.user, action="roster_changes_taken", about=job, subjects=named, file=job.file_name)
        return sheet_download(content, _("changes.xlsx"))

    def _job(self, request: HttpRequest, object_id: str) -> RosterImport:
        if not may_import(request):
            raise PermissionDenied
        job = RosterImport.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if job is None:
            raise Http404
        return job

    def _decided(self, request: HttpRequest, job: RosterImport) -> HttpResponse:
        here = HttpResponseRedirect(reverse("admin:workers_rosterimport_change", args=[job.pk]))
        if "give_up" in request.POST:
            roster_give_up(job=job, by=request.user)
            self.message_user(request, _("The file was discarded. Nothing was saved."), messages.INFO)
            return HttpResponseRedirect(reverse("admin:workers_worker_import"))
        if "retry" in request.POST:
            if roster_retry(job=job, by=request.user):
                _start(job, roster_check, roster_check_task)
            return here
        job = roster_confirm(job=job, by=request.user, decisions=_decisions(request))
        _start(job, roster_save, roster_save_task)
        return here

    def _page(self, request: HttpRequest, job: RosterImport, *, refusal: DomainError | None) -> HttpResponse:
        report = report_found(job)
        has_file = job.content is not None
        names_shown(report.named_ids if report and has_file else ())
        groups = report.mistake_groups if report else []
        ticked = _decisions(request)
        context = {
            **self.admin_site.each_context(request),
            "title": job.file_name,
            "opts": self.opts,
            "job": job,
            "heading": _headline(job, report),
            "error": str(refusal) if refusal else "",
            "is_running": job.state in (State.CHECKING, State.SAVING),
            "rows_done": rows_done(job),
            "report": report if has_file else None,
            "mistake_groups": groups[:MISTAKES_SHOWN],
            "mistakes_more": sum(len(group.mistakes) for group in groups[MISTAKES_SHOWN:]),
            "changes_more": max(0, report.created + report.changed - len(report.changes)) if report else 0,
            "has_changed": job.state == State.SAVED and has_changed(job),
            "today": timezone.localdate(),
            "left_on": request.POST.get("left_on") or timezone.localdate().isoformat(),
            "ticked": request.POST.getlist("leaver"),
            "ticked_back": ticked.returning,
            "ticked_strangers": ticked.strangers,
            "claims": [(claim, request.POST.get(f"{CLAIM}{claim.worker_id}")) for claim in report.claims]
            if report
            else [],
            "must_count": refusal is not None and refusal.code == "roster_many_leave",
            "unplaced_leaders": leaders_unplaced() if job.state == State.SAVED else 0,
            "has_file": has_file,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/roster_one.html", context)


def may_import(request: HttpRequest) -> bool:
    """Also for a look, nobody who may not see birth dates and phones: what is new, changed, unchanged or wrong in a file of
    guesses tells them. Where anybody may join there is no roster."""
    return request.user.has_perms(MAY_IMPORT) and not request.factory.is_open


def has_changed(job: RosterImport) -> bool:
    return any(job.report[key] for key in ("created", "changed", "left"))


def outcome_text(job: RosterImport, *, has_file: bool) -> str:
    if job.state == State.SAVED:
        if not has_changed(job):
            return _("nothing to change")
        return _("saved: %(created)d new, %(changed)d changed, %(left)d left") % job.report
    if not has_file:
        return _("not saved")
    return str(job.get_state_display())


def _headline(job: RosterImport, report: RosterReport | None) -> str:
    if job.state == State.SAVED:
        return _("The roster is saved") if has_changed(job) else _("Nothing to change")
    if job.state == State.CHECKED and job.content is not None:
        return _("What the file would change")
    return _("This needs correcting") if report and report.mistakes and job.content else _("Import the roster")


def _start(job: RosterImport, service, task) -> None:
    """Short files at once, long ones in the background."""
    if is_long(job):
        task.delay_on_commit(schema_name=connection.schema_name, job_id=job.pk)
        return
    try:
        service(job_id=job.pk)
    except Exception:
        roster_fail(job_id=job.pk)
        raise


def _decisions(request: HttpRequest) -> RosterDecisions:
    try:
        left_on = date.fromisoformat(request.POST.get("left_on", ""))
    except ValueError:
        left_on = None
    said: dict[str, set[int]] = defaultdict(set)
    for name, value in request.POST.items():
        if name.startswith(CLAIM) and (pk := name.removeprefix(CLAIM)).isdecimal():
            said[value].add(int(pk))
    backs = {name.removeprefix(BACK): value for name, value in request.POST.items() if name.startswith(BACK)}
    return RosterDecisions(
        returning=frozenset([*request.POST.getlist("returning"), *(n for n, value in backs.items() if value == "yes")]),
        strangers=frozenset(number for number, value in backs.items() if value == "no"),
        same=frozenset(said["same"]),
        given=frozenset(said["given"]),
        another=frozenset(said["another"]),
        leaver_ids=tuple(int(pk) for pk in request.POST.getlist("leaver") if pk.isdecimal()),
        left_on=left_on,
        leavers_counted=int(counted)
        if (counted := request.POST.get("leavers_counted", "").strip()).isdecimal()
        else None,
    )
