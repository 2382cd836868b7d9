from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from lessons.admin.forms import SeriesForm
from lessons.models import Lesson, Origin, Series, Topic
from lessons.services.publishing import series_save, topic_save
from lessons.services.sides import in_library
from lessons.services.sync import series_follow
from tenants.sites import factory_site, library_site

PUBLISHED = Count("lessons", filter=Q(lessons__state=Lesson.State.PUBLISHED))


@admin.register(Topic, site=library_site)
@admin.register(Topic, site=factory_site)
class TopicAdmin(ModelAdmin):
    list_display = ["title", "title_en", "published"]
    search_fields = ["title", "title_en"]
    fields = ["title", "title_en"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(published=PUBLISHED)

    def get_actions(self, request: HttpRequest) -> dict:
        return {}

    def save_model(self, request: HttpRequest, obj: Topic, form, change: bool) -> None:
        topic_save(topic=obj)

    @display(description=_("published lessons"), ordering="published")
    def published(self, topic: Topic) -> int:
        return topic.published


@admin.register(Series, site=library_site)
@admin.register(Series, site=factory_site)
class SeriesAdmin(ModelAdmin):
    """Series, their privacy and, in a factory, which of the library's are followed."""

    form = SeriesForm
    search_fields = ["title", "title_en"]
    list_display_links = ["title"]
    compressed_fields = False

    def get_list_display(self, request: HttpRequest) -> list[str]:
        shown = ["title", "privacy_label", "lesson_count", "position"]
        return shown if in_library() else [*shown, "origin_label", "followed_label"]

    def get_list_filter(self, request: HttpRequest) -> list[str]:
        return ["privacy"] if in_library() else ["privacy", "origin"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(published=PUBLISHED)

    def get_fields(self, request: HttpRequest, obj: Series | None = None) -> list[str]:
        fields = ["title", "title_en", "summary", "privacy", "position"]
        return [*fields, "followed"] if obj and obj.origin == Origin.LIBRARY else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Series | None = None) -> list[str]:
        return ["title", "title_en", "summary", "privacy"] if obj and obj.origin == Origin.LIBRARY else []

    def has_delete_permission(self, request: HttpRequest, obj: Series | None = None) -> bool:
        if isinstance(obj, Series) and (obj.origin == Origin.LIBRARY or obj.lessons.exists()):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict:
        return {}

    def save_model(self, request: HttpRequest, obj: Series, form: SeriesForm, change: bool) -> None:
        if obj.origin == Origin.LIBRARY:
            obj.save(update_fields=["position", "updated_at"])
            if "followed" in form.changed_data:
                series_follow(series=obj, followed=obj.followed)
        else:
            series_save(series=obj)

    @display(description=_("privacy"), ordering="privacy", label={"private": "info", "tracked": "warning"})
    def privacy_label(self, series: Series) -> tuple[str, str]:
        return series.privacy, series.get_privacy_display()

    @display(description=_("published lessons"), ordering="published")
    def lesson_count(self, series: Series) -> int:
        return series.published

    @display(description=_("origin"), ordering="origin", label={"library": "info", "own": "success"})
    def origin_label(self, series: Series) -> tuple[str, str]:
        return series.origin, series.get_origin_display()

    @display(description=_("followed"))
    def followed_label(self, series: Series) -> str:
        if series.origin != Origin.LIBRARY:
            return "–"
        return gettext("yes") if series.followed else gettext("no")
