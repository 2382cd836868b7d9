"""The list of lessons, in the library and in a factory."""

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from lessons.assets import asset_url
from lessons.models import Audience, Format, Lesson
from lessons.services.sides import in_library
from tenants.words import listed

PINNED = '<strong class="font-semibold text-primary-600 dark:text-primary-500">{}</strong> · {}'


class AudienceFilter(DropdownFilter):
    title = _("meant for")
    parameter_name = "audience"

    def lookups(self, request: HttpRequest, model_admin: BaseModelAdmin) -> list[tuple[str, str]]:
        return Audience.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(audiences__contains=[self.value()]) if self.value() else queryset


class LessonListMixin(ModelAdmin):
    list_select_related = ["series", "cover", "current_version"]
    list_display_links = ["heading"]
    search_fields = ["title", "summary"]
    list_per_page = 25
    list_filter_sheet = True
    list_filter_submit = True

    def get_list_display(self, request: HttpRequest) -> list[str]:
        shown = ["heading", "audience_names", "state_label", "version_number", "published_at"]
        return shown if in_library() else [*shown, "origin_label"]

    def get_list_filter(self, request: HttpRequest) -> list:
        filters = [
            ("series", RelatedDropdownFilter),
            AudienceFilter,
            ("format", ChoicesDropdownFilter),
            ("state", ChoicesDropdownFilter),
        ]
        return filters if in_library() else [*filters, ("origin", ChoicesDropdownFilter), "is_pinned", "is_hidden"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        heavy = ["document", "answer_key", "body_html"]
        return super().get_queryset(request).defer(*(f"current_version__{name}" for name in heavy))

    @display(description=_("lesson"), ordering="title", header=True)
    def heading(self, lesson: Lesson) -> list:
        cover = lesson.cover
        path = asset_url(cover, cover.widths[0] if cover.widths else None) if cover else static("lessons/no_cover.svg")
        where = f"{lesson.series} · {Format(lesson.format).label}"
        if lesson.is_pinned:
            where = format_html(PINNED, _("pinned"), where)
        return [lesson.title, where, None, {"path": path, "squared": True, "width": 64, "height": 36}]

    @display(description=_("meant for"))
    def audience_names(self, lesson: Lesson) -> str:
        return listed(Audience(name).label for name in lesson.audiences)

    @display(
        description=_("state"),
        ordering="state",
        label={"draft": "warning", "published": "success", "withdrawn": "danger", "hidden": "info"},
    )
    def state_label(self, lesson: Lesson) -> tuple[str, str]:
        if lesson.is_hidden and lesson.state == Lesson.State.PUBLISHED:
            return "hidden", str(_("hidden"))
        return lesson.state, lesson.get_state_display()

    @display(description=_("version"))
    def version_number(self, lesson: Lesson) -> int | str:
        return lesson.current_version.number if lesson.current_version else "–"

    @display(description=_("origin"), ordering="origin", label={"library": "info", "own": "success"})
    def origin_label(self, lesson: Lesson) -> tuple[str, str]:
        return lesson.origin, lesson.get_origin_display()
