"""The roster's pages: upload, look at what would change, confirm; and the way back into Excel."""

import secrets

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin

from tenants.errors import DomainError
from workers.forms import RosterForm
from workers.resources import RosterResource
from workers.services.roster import RosterReport, roster_blank, roster_export, roster_import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEW_SECONDS = 3600
PROBLEMS_SHOWN = 50


class RosterMixin(ImportExportMixin):
    """import-export's pages with one form each way: one file type, one resource, nothing to choose.

    Between preview and confirmation the file waits in the cache, under this factory's schema and this user.
    """

    resource_classes = [RosterResource]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self):
        blank = path("roster-blank/", self.admin_site.admin_view(self.blank), name="workers_worker_roster_blank")
        return [blank, *super().get_urls()]

    def import_action(self, request: HttpRequest) -> HttpResponse:
        """Read the file and show what importing it would do. Nothing is saved yet."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = RosterForm(*([request.POST, request.FILES] if request.method == "POST" else []))
        report = token = None
        if form.is_valid():
            content = form.cleaned_data["file"].read()
            try:
                report = roster_import(content=content, dry_run=True)
            except DomainError as refusal:
                form.add_error("file", str(refusal))
            else:
                token = secrets.token_urlsafe(16)
                if report.is_clean:
                    cache.set(_key(request, token), content, PREVIEW_SECONDS)
        return self._page(request, form=form, report=report, token=token)

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest) -> HttpResponse:
        """Save what the preview showed. The file is read again: somebody may have changed the roster in between."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        key = _key(request, request.POST.get("token", ""))
        content = cache.get(key)
        if content is None:
            self.message_user(request, _("The preview is gone. Upload the file again."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:workers_worker_import"))
        report = roster_import(content=content, by=request.user)
        cache.delete(key)
        if not report.is_clean:
            return self._page(request, form=RosterForm(), report=report, token=None)
        text = _("Saved: %(created)d new employees, %(changed)d changed, %(unchanged)d as they were.")
        self.message_user(request, text % _counts(report), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:workers_worker_changelist"))

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The employees that the list shows, filters and search included."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        name = _("employees-%(date)s.xlsx") % {"date": timezone.localdate().isoformat()}
        return _download(roster_export(queryset=self.get_export_queryset(request)), name)

    def blank(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return _download(roster_blank(), _("roster.xlsx"))

    def _page(self, request, *, form: RosterForm, report: RosterReport | None, token: str | None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import the roster"),
            "opts": self.opts,
            "form": form,
            "report": report,
            "problems": report.problems[:PROBLEMS_SHOWN] if report else [],
            "problems_more": max(0, len(report.problems) - PROBLEMS_SHOWN) if report else 0,
            "changes_more": max(0, report.created + report.changed - len(report.changes)) if report else 0,
            "token": token,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/roster_import.html", context)


def _key(request: HttpRequest, token: str) -> str:
    return f"roster:{request.user.pk}:{token[:40]}"


def _counts(report: RosterReport) -> dict[str, int]:
    return {"created": report.created, "changed": report.changed, "unchanged": report.unchanged}


def _download(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        headers={
            "Content-Type": XLSX,
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
        },
    )
