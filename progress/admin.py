"""HR's learning report: who learned what in tracked series, to be read, filtered and taken along as Excel.

Every list starts from `.tracked()`; the page on private series shows suppressed counts and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, CharField, Expression, F, Func, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from lessons.models import Lesson, Series
from progress.models import LessonProgress, QuizAttempt
from progress.reports import private_counts
from tenants.enrolment import by_enrolment
from tenants.filters import DayRangeFilter, RowFilter
from tenants.privacy import SMALL_GROUP
from tenants.sheets import Column
from tenants.sites import Badge, ReadOnlyAdmin, factory_site
from workers.admin.filters import DepartmentFilter
from workers.models import number_told
from workers.privacy.minors import without_minors
from workers.scope import rows_in_scope, sees_personal


class LearnersFilter(DepartmentFilter):
    parameter_name = "department"
    worker = "worker__"


class SeriesFilter(RowFilter):
    title = _("series")
    parameter_name = "series"
    row_key = "lesson__series__pk"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin):
        tracked = Series.objects.filter(privacy=Series.Privacy.TRACKED)
        return [(str(pk), title) for pk, title in tracked.values_list("pk", "title")]


class LessonFilter(RowFilter):
    title = _("lesson")
    parameter_name = "lesson"
    row_key = "lesson__pk"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin):
        lessons = Lesson.objects.tracked().exclude(current_version=None).order_by("series__position", "position", "pk")
        return [(str(pk), title) for pk, title in lessons.values_list("pk", "title")]


class StateFilter(DropdownFilter):
    title = _("state")
    parameter_name = "state"
    states = {
        "opened": (_("opened only"), Q(read_at=None)),
        "read": (_("read, not completed"), Q(read_at__isnull=False, completed_at=None)),
        "completed": (pgettext_lazy("state of learning", "completed"), Q(completed_at__isnull=False)),
    }

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin):
        return [(key, label) for key, (label, _condition) in self.states.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(self.states[self.value()][1]) if self.value() in self.states else queryset


class ResultFilter(DropdownFilter):
    title = _("result")
    parameter_name = "result"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin):
        return [("passed", _("passed")), ("failed", _("not passed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        passed = Q(score_percent__gte=F("pass_mark_percent"))
        match self.value():
            case "passed":
                return queryset.filter(passed)
            case "failed":
                return queryset.filter(~passed)
        return queryset


def _moment(moment: datetime | None) -> str:
    """Short enough for three of them in a row of a table."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "–"


class ReportList(ChangeList):
    """Counted once: without a filter, what is found is all there is."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count


# "生产部 / 一车间 / B线", as Department.label says it; lines of different workshops bear one name.
PLACE = Func(
    Value(" / "),
    *(F(f"worker__department__{above}name") for above in ("parent__parent__", "parent__", "")),
    function="CONCAT_WS",
    output_field=CharField(),
)


LEARNER = by_enrolment(_("employee"), _("learner"))
OF_ANY_ROW = [
    (Column(LEARNER, 12), "worker__name"),
    (Column(_("employee number"), 12), "worker__employee_number"),
    (Column(_("department"), 28), PLACE),
    (Column(_("lesson"), 30), "lesson__title"),
    (Column(_("series"), 20), "lesson__series__title"),
]
RESULT = Case(
    When(score_percent__gte=F("pass_mark_percent"), then=Value(_("passed"), output_field=CharField())),
    default=Value(_("not passed"), output_field=CharField()),
    output_field=CharField(),
)


OF_ROSTER = ("employee_number", "department")  # columns that say nothing where anybody may join


class ReportAdmin(ReadOnlyAdmin):
    """A list to be read, with its Excel. Rows come from workers, so nobody adds, changes or deletes them here."""

    list_display_links = ["employee"]
    list_filter_submit = True
    list_filter_sheet = True
    list_per_page = 50
    list_fullwidth = True
    list_select_related = ["worker__department__parent__parent", "lesson__series"]
    search_fields = ["worker__name", "worker__employee_number", "worker__name_pinyin"]
    search_help_text = by_enrolment(_("Name or employee number"), _("Name or pinyin"))
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False  # counting a million rows once is enough
    actions = None
    # What the screen shows, and what is read of a row for it.
    sheet_columns: list[tuple[Column, str | Expression]] = []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return rows_in_scope(super().get_queryset(request).tracked(), user=request.user)

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return ReportList

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return self._known(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return self._known(request, self.fields)

    def get_list_filter(self, request: HttpRequest) -> list:
        return [each for each in self.list_filter if not (each is LearnersFilter and request.factory.is_open)]

    def _known(self, request: HttpRequest, columns: list[str]) -> list[str]:
        return [name for name in columns if not (name in OF_ROSTER and request.factory.is_open)]

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        """Headed by who and what, not by numbers of rows."""
        response = super().render_change_form(request, context, *args, **kwargs)
        row = context["original"]
        response.context_data |= {
            "title": f"{row.worker} · {row.lesson}",
            "subtitle": None,
            "original": "",
            "show_history": False,
        }
        return response

    def sheet_cells(
        self, request: HttpRequest, changelist: ChangeList, rows: QuerySet
    ) -> tuple[list[Column], Iterable[Sequence[Any]]]:
        """The list's columns, read without a model for each row: a hundred thousand of them in ten seconds."""
        is_open = request.factory.is_open
        told = [self.sheet_columns[0], *self.sheet_columns[len(OF_ROSTER) + 1 :]] if is_open else self.sheet_columns
        columns = [replace(column, heading=str(column.heading)) for column, _field in told]
        fields = [field for _column, field in told]
        cells = rows.select_related(None).values_list(*fields).iterator(chunk_size=2000)
        if is_open:
            return columns, cells
        return columns, ([who, number_told(number), *rest] for who, number, *rest in cells)

    @display(description=LEARNER, ordering="worker__name_pinyin")
    def employee(self, row) -> str:
        return row.worker.name

    @display(description=_("employee number"), ordering="worker__employee_number")
    def employee_number(self, row) -> str:
        return row.worker.number_told

    @display(description=_("department"), ordering="worker__department__path")
    def department(self, row) -> str:
        return row.worker.department.label if row.worker.department else "–"

    @display(description=_("lesson"), ordering="lesson__title")
    def lesson_title(self, row) -> str:
        return row.lesson.title

    @display(description=_("series"), ordering="lesson__series__title")
    def series(self, row) -> str:
        return row.lesson.series.title


@admin.register(LessonProgress, site=factory_site)
class LessonProgressAdmin(ReportAdmin):
    list_display = [
        "employee",
        "employee_number",
        "department",
        "lesson_title",
        "series",
        "opened",
        "read",
        "completed",
        "best_score",
    ]
    fields = [*list_display, "attempts", "brought_from"]
    readonly_fields = fields
    list_filter = [
        LearnersFilter,
        SeriesFilter,
        LessonFilter,
        StateFilter,
        ("opened_at", DayRangeFilter),
        ("completed_at", DayRangeFilter),
    ]
    ordering = ["-opened_at"]
    sheet_columns = [
        *OF_ANY_ROW,
        (Column(_("opened"), 17), "opened_at"),
        (Column(_("read"), 17), "read_at"),
        (Column(_("completed"), 17), "completed_at"),
        (Column(_("best score"), 12, is_percent=True), "best_score_percent"),
    ]

    def get_urls(self):
        private = self.admin_site.admin_view(self.private_view)
        return [path("private/", private, name="progress_private_series"), *super().get_urls()]

    def private_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("progress.view_figures"):
            raise PermissionDenied
        today = timezone.localdate()
        rows = [[count.title, _people(count.opened), _people(count.completed)] for count in private_counts(on=today)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Private series"),
            "as_of": today - timedelta(days=1),
            "table": {"headers": [_("series"), _("people who opened it"), _("people who completed it")], "rows": rows},
        }
        return TemplateResponse(request, "progress/admin/private.html", context)

    def get_fields(self, request: HttpRequest, obj: LessonProgress | None = None):
        fields = super().get_fields(request, obj)
        hidden = obj is not None and obj.worker.is_minor(timezone.localdate()) and not sees_personal(request.user)
        return [name for name in fields if name != "attempts"] if hidden else fields

    @display(description=_("opened"), ordering="opened_at")
    def opened(self, row: LessonProgress) -> str:
        return _moment(row.opened_at)

    @display(description=_("read"), ordering="read_at")
    def read(self, row: LessonProgress) -> str:
        return _moment(row.read_at)

    @display(description=_("completed"), ordering="completed_at")
    def completed(self, row: LessonProgress) -> str:
        return _moment(row.completed_at)

    @display(description=_("best score"), ordering="best_score_percent")
    def best_score(self, row: LessonProgress) -> str:
        return "–" if row.best_score_percent is None else f"{row.best_score_percent}%"

    @display(description=_("quiz attempts"))
    def attempts(self, row: LessonProgress) -> str:
        made = (
            QuizAttempt.objects.tracked().filter(worker=row.worker_id, lesson=row.lesson_id).order_by("attempt_number")
        )
        lines = ((_moment(attempt.created_at), f"{attempt.score_percent}%") for attempt in made)
        return format_html_join(mark_safe("<br>"), "{} · {}", lines) or "–"


def _people(count: int | None) -> str:
    if count is None:
        return gettext("fewer than %(count)d") % {"count": SMALL_GROUP}
    return gettext("%(count)d or more") % {"count": count}


@admin.register(QuizAttempt, site=factory_site)
class QuizAttemptAdmin(ReportAdmin):
    list_display = [
        "employee",
        "employee_number",
        "department",
        "lesson_title",
        "series",
        "attempt_number",
        "score",
        "result",
        "submitted",
    ]
    fields = list_display
    readonly_fields = list_display
    list_filter = [LearnersFilter, SeriesFilter, LessonFilter, ResultFilter, ("created_at", DayRangeFilter)]
    ordering = ["-created_at"]
    sheet_columns = [
        *OF_ANY_ROW,
        (Column(_("attempt"), 8), "attempt_number"),
        (Column(_("score"), 10, is_percent=True), "score_percent"),
        (Column(_("result"), 10), RESULT),
        (Column(_("submitted"), 17), "created_at"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Every single try of somebody of 16 or 17 is for fewer eyes than what they have completed."""
        return without_minors(super().get_queryset(request), user=request.user)

    @display(description=_("score"), ordering="score_percent")
    def score(self, attempt: QuizAttempt) -> str:
        return f"{attempt.score_percent}%"

    @display(description=_("result"), label={True: "success", False: "warning"})
    def result(self, attempt: QuizAttempt) -> Badge:
        return Badge(attempt.is_passed, gettext("passed") if attempt.is_passed else gettext("not passed"))

    @display(description=_("submitted"), ordering="created_at")
    def submitted(self, attempt: QuizAttempt) -> str:
        return _moment(attempt.created_at)
