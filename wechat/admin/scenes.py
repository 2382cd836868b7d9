"""Posters: one QR code for each place, so that HR sees which place people come from."""

from secrets import token_hex

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from tenants.errors import DomainError
from tenants.sites import factory_site
from wechat.models import Scene
from wechat.services.accounts import account_active
from wechat.services.scenes import qr_svg, scene_complete

PRINTED = 4  # beside Django's own kinds of entries in the admin's log: somebody has opened the poster to print it


@admin.register(Scene, site=factory_site)
class SceneAdmin(ModelAdmin):
    list_display = ["title", "department", "code", "follower_count", "poster"]
    search_fields = ["title", "department", "code"]
    fields = ["title", "department", "code"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Scene]:
        return super().get_queryset(request).annotate(count=Count("followers"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        """HR need not think of a code; who has a system of their own may write over it."""
        return {"code": f"p{token_hex(4)}", **super().get_changeform_initial_data(request)}

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return self._known(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Scene | None = None) -> list[str]:
        return self._known(request, self.fields)

    def _known(self, request: HttpRequest, columns: list[str]) -> list[str]:
        """Where anybody may join there are no departments."""
        return [name for name in columns if not (name == "department" and request.factory.is_open)]

    def get_readonly_fields(self, request: HttpRequest, obj: Scene | None = None):
        return ["code"] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and account_active() is not None

    def has_delete_permission(self, request: HttpRequest, obj: Scene | None = None) -> bool:
        """A code that somebody came by stays: the count is HR's record, and the paper may still hang."""
        return super().has_delete_permission(request, obj) and obj is not None and not obj.followers.exists()

    def save_model(self, request: HttpRequest, obj: Scene, form, change: bool) -> None:
        if not change:
            obj.account = account_active()
        super().save_model(request, obj, form, change)
        try:
            scene_complete(scene=obj)
        except DomainError as refusal:
            text = _("The poster is saved, but WeChat has not given its QR code: %(why)s Save it again later.")
            self.message_user(request, text % {"why": refusal}, messages.WARNING)

    @display(description=_("number of followers"), ordering="count")
    def follower_count(self, scene: Scene) -> int:
        return scene.count

    @display(description=_("poster"))
    def poster(self, scene: Scene) -> str:
        if not scene.url:
            return _("Open it and save it to get the QR code.")
        url = reverse("admin:wechat_scene_poster", args=[scene.pk])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}" target="_blank">{}</a>', url, _("Print (A4)")
        )

    def get_urls(self):
        poster = path("<int:pk>/poster/", self.admin_site.admin_view(self.poster_view), name="wechat_scene_poster")
        return [poster, *super().get_urls()]

    def poster_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        scene = get_object_or_404(Scene.objects.select_related("account"), pk=pk)
        if not scene.url:
            raise Http404
        self._log_printing(request, scene)
        context = {
            "scene": scene,
            "factory": request.factory,
            "code": mark_safe(qr_svg(scene.url)),
            "back": reverse("admin:wechat_scene_changelist"),
        }
        return TemplateResponse(request, "wechat/poster.html", context)

    def _log_printing(self, request: HttpRequest, scene: Scene) -> None:
        content_type = ContentType.objects.get_for_model(Scene)
        LogEntry.objects.get_or_create(
            content_type=content_type,
            object_id=str(scene.pk),
            action_flag=PRINTED,
            defaults={
                "user": request.user,
                "object_repr": str(scene)[:200],
                "change_message": _("Opened to be printed."),
            },
        )
