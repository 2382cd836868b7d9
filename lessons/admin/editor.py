"""The lesson editor: what it says, its blocks, its quiz; preview, publish, withdraw."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from lessons.admin.forms import BlockForm, LessonForm, RowForm, RowFormSet
from lessons.admin.lists import LessonListMixin
from lessons.admin.uploads import UploadsAdmin
from lessons.assets import asset_url
from lessons.models import Asset, Block, Choice, Format, Lesson, Origin, Question
from lessons.services.document import answer_key_build, document_build
from lessons.services.publishing import (
    has_unpublished_changes,
    lesson_publish,
    lesson_rows,
    lesson_withdraw,
    problems_of,
)
from lessons.services.rendering import body_render
from lessons.services.sides import in_library
from tenants.enrolment import by_enrolment
from tenants.errors import DomainError
from tenants.sites import factory_site, library_site

# What HR decides about a lesson of the library, and all they decide.
HR_FIELDS = ["is_pinned", "is_hidden", "position"]


def is_copy(lesson: Lesson | None) -> bool:
    """A factory's copy of a library lesson."""
    return isinstance(lesson, Lesson) and lesson.origin == Origin.LIBRARY


def lesson_of(object_id: object, **filters) -> Lesson | None:
    """The lesson an address names; None also where it names nothing at all."""
    if not str(object_id).isdigit():
        return None
    return Lesson.objects.select_related("current_version").filter(pk=object_id, **filters).first()


def lesson_or_404(object_id: object) -> Lesson:
    lesson = lesson_of(object_id)
    if lesson is None:
        raise Http404
    return lesson


def thumbnail(asset: Asset | None) -> str:
    if asset is None:
        return "–"
    height = 120
    address = asset_url(asset, asset.widths[0] if asset.widths else None)
    width = round(height * asset.width / asset.height)
    return format_html('<img src="{}" alt="" width="{}" height="{}" class="rounded-default">', address, width, height)


class ChoiceInline(TabularInline):
    model = Choice
    form = RowForm
    formset = RowFormSet
    fields = ["position", "text", "is_right", "feedback"]
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0
    hide_title = True


class QuestionInline(StackedInline):
    model = Question
    form = RowForm
    formset = RowFormSet
    fields = ["position", "prompt", "kind"]
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0
    tab = True
    inlines = [ChoiceInline]
    verbose_name_plural = _("quiz")


class BlockInline(StackedInline):
    model = Block
    form = BlockForm
    formset = RowFormSet
    fields = ["position", "kind", "body", "shown", "picture", "alt", "caption"]
    readonly_fields = ["shown"]
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0
    tab = True
    verbose_name_plural = _("content")

    class Media:
        js = ["lessons/block_kind.js"]

    def get_extra(self, request: HttpRequest, obj: Lesson | None = None, **kwargs) -> int:
        return 0 if obj else 1

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("asset")

    @display(description=_("present picture"))
    def shown(self, block: Block) -> str:
        return format_html('<span class="field-shown">{}</span>', thumbnail(block.asset))


@admin.register(Lesson, site=library_site)
@admin.register(Lesson, site=factory_site)
class LessonAdmin(LessonListMixin, UploadsAdmin):
    """Lessons: in the library all are ours; in a factory those of the library can be hidden, pinned and ordered only."""

    form = LessonForm
    inlines = [BlockInline, QuestionInline]
    actions_list = ["from_word", "from_pictures"]
    actions_detail = ["preview", "publish", "withdraw"]
    actions_submit_line = ["save_and_publish"]
    compressed_fields = False
    warn_unsaved_form = True

    # --- form --------------------------------------------------------------------------------------------------------
    def get_fieldsets(self, request: HttpRequest, obj: Lesson | None = None) -> list:
        is_read = is_copy(obj) or not self.has_change_permission(request, obj)
        about = ["title", "summary", "series", "topic", "audience_names" if is_read else "audiences"]
        cover = ["cover_shown"] if is_read else ["cover_shown", "cover_file"]
        shape = [("format", "minutes", "pass_mark_percent")]
        credits = (_("credits"), {"fields": ["source", "licence", "reviewer"], "classes": ["tab"]})
        if is_copy(obj):
            shelf = {
                "fields": HR_FIELDS,
                "description": _("From the shared library. What you decide here stays as you set it."),
            }
            return [
                (by_enrolment(_("in your factory"), _("on your pages")), shelf),
                (_("lesson"), {"fields": [*about, *shape, *cover]}),
                credits,
            ]
        hr = ["position"] if in_library() else HR_FIELDS
        return [(None, {"fields": [*about, *shape, *cover]}), (_("order"), {"fields": hr, "classes": ["tab"]}), credits]

    def get_readonly_fields(self, request: HttpRequest, obj: Lesson | None = None) -> list[str]:
        if not is_copy(obj):
            return ["audience_names", "cover_shown"]
        names = ["title", "summary", "series", "topic", "audience_names", "format", "minutes", "pass_mark_percent"]
        return [*names, "audiences", "cover_shown", "source", "licence", "reviewer"]

    def get_inlines(self, request: HttpRequest, obj: Lesson | None) -> list:
        return [] if is_copy(obj) else self.inlines

    def has_delete_permission(self, request: HttpRequest, obj: Lesson | None = None) -> bool:
        """What was published stays: progress and certificates rest on it. It is withdrawn instead."""
        if isinstance(obj, Lesson) and (is_copy(obj) or obj.versions.exists()):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict:
        return {}

    @display(description=_("cover"))
    def cover_shown(self, lesson: Lesson) -> str:
        return thumbnail(lesson.cover)

    # --- preview, publish, withdraw ----------------------------------------------------------------------------------
    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list:
        offered = super().get_actions_detail(request, object_id)
        lesson = lesson_of(object_id)
        if lesson is None or is_copy(lesson):
            names = ["preview"]
        else:
            names = ["preview", "publish", *(["withdraw"] if lesson.state == Lesson.State.PUBLISHED else [])]
        endings = tuple(f"_{name}" for name in names)
        return [one for one in offered if one.action_name.endswith(endings)]

    @action(
        description=_("Preview"),
        url_path="preview",
        permissions=["view"],
        icon="smartphone",
        attrs={"target": "_blank"},
    )
    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        lesson = lesson_or_404(object_id)
        if is_copy(lesson):
            document, key, body = (
                getattr(lesson.current_version, name) for name in ("document", "answer_key", "body_html")
            )
            problems = []
        else:
            lesson = lesson_rows(lesson.pk)
            document, key, problems = document_build(lesson), answer_key_build(lesson), problems_of(lesson)
            whole = [block for block in document["blocks"] if block["kind"] == "text" or block["asset"]]
            body = body_render(document | {"blocks": whole})
        cover = document["assets"].get(document["cover"])
        context = {
            "document": document,
            "format": Format(document["format"]).label,
            "cover": cover and {**cover, "url": asset_url(cover, max(cover["widths"], default=None))},
            "body": mark_safe(body),
            "questions": _questions_with_answers(document, key),
            "problems": problems,
            "back": reverse("admin:lessons_lesson_change", args=[lesson.pk]),
        }
        return TemplateResponse(request, "lessons/admin/preview.html", context)

    @action(
        description=_("Publish"),
        url_path="publish",
        permissions=["change"],
        icon="publish",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": _("Publish this lesson?"),
            "description": _(
                "Workers see it at once as it was last saved. What you change later shows when you publish again."
            ),
            "form_class": None,
            "form_submit_text": _("Publish"),
        },
    )
    def publish(self, request: HttpRequest, form, object_id: str) -> HttpResponse:
        lesson = lesson_or_404(object_id)
        self._publish(request, lesson)
        return self._done(lesson)

    @action(description=_("Save and publish"), permissions=["change"], variant=ActionVariant.DEFAULT)
    def save_and_publish(self, request: HttpRequest, lesson: Lesson) -> None:
        """Called before blocks and questions are saved: the response publishes, when they are."""
        request.publishes_what_it_saves = True

    def get_actions_submit_line(self, request: HttpRequest, object_id: int) -> list:
        return [] if is_copy(lesson_of(object_id)) else super().get_actions_submit_line(request, object_id)

    def changeform_view(self, request: HttpRequest, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        extra_context = (extra_context or {}) | {"show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def change_view(self, request: HttpRequest, object_id, form_url="", extra_context=None) -> HttpResponse:
        lesson = lesson_of(object_id, state=Lesson.State.PUBLISHED, origin=Origin.OWN)
        if request.method == "GET" and lesson and has_unpublished_changes(lesson):
            self.message_user(request, _("Changes are saved, but not published yet."), messages.WARNING)
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Lesson, form: LessonForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_pinned" not in form.changed_data:
            return
        if not obj.is_pinned:
            text = _("This lesson is no longer pinned.")
        elif obj.state == Lesson.State.PUBLISHED and not obj.is_hidden:
            text = by_enrolment(
                _("This lesson is pinned now: it stands first on every employee's page."),
                _("This lesson is pinned now: it stands first on every learner's page."),
            )
        else:
            text = _("This lesson is pinned: it stands first as soon as employees can see it.")
        self.message_user(request, text, messages.SUCCESS)

    def response_change(self, request: HttpRequest, obj: Lesson) -> HttpResponse:
        if getattr(request, "publishes_what_it_saves", False):
            self._publish(request, obj)
            return redirect("admin:lessons_lesson_change", obj.pk)
        return super().response_change(request, obj)

    def _publish(self, request: HttpRequest, lesson: Lesson) -> None:
        before = lesson.current_version_id if lesson.state == Lesson.State.PUBLISHED else None
        try:
            version = lesson_publish(lesson=lesson, by=request.user)
        except DomainError as refusal:
            for sentence in getattr(refusal, "problems", [str(refusal)]):
                self.message_user(request, sentence, messages.ERROR)
            return
        if version.pk == before:
            self.message_user(request, _("Nothing has changed since version %d.") % version.number, messages.INFO)
        else:
            self.log_change(request, lesson, [{"changed": {"name": str(_("version")), "object": str(version)}}])
            self.message_user(request, _("Version %d is published.") % version.number, messages.SUCCESS)

    @action(
        description=_("Withdraw"),
        url_path="withdraw",
        permissions=["change"],
        icon="unpublished",
        dialog={
            "title": _("Withdraw this lesson?"),
            "description": _("Workers no longer find it. What they have learned is kept. You can publish it again."),
            "form_class": None,
            "form_submit_text": _("Withdraw"),
        },
    )
    def withdraw(self, request: HttpRequest, form, object_id: str) -> HttpResponse:
        lesson = lesson_or_404(object_id)
        try:
            lesson_withdraw(lesson=lesson, by=request.user)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.log_change(request, lesson, [{"changed": {"fields": [str(_("state"))]}}])
            self.message_user(request, _("The lesson is withdrawn."), messages.SUCCESS)
        return self._done(lesson)

    def _done(self, lesson: Lesson) -> HttpResponse:
        """The dialog was posted by htmx: it is told to load the page anew."""
        response = HttpResponse()
        response["HX-Redirect"] = reverse("admin:lessons_lesson_change", args=[lesson.pk])
        return response

    def response_add(self, request: HttpRequest, obj: Lesson, post_url_continue=None) -> HttpResponse:
        """A new lesson goes on with its content."""
        if "_addanother" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, _("The draft is saved. Look at the preview, then publish it."), messages.SUCCESS)
        return redirect("admin:lessons_lesson_change", obj.pk)


def _questions_with_answers(document: dict, key: dict) -> list[dict]:
    return [
        {
            **question,
            "choices": [
                {
                    **choice,
                    "is_right": choice["uuid"] in key[question["uuid"]]["right"],
                    "feedback": key[question["uuid"]]["feedback"].get(choice["uuid"], ""),
                }
                for choice in question["choices"]
            ],
        }
        for question in document["questions"]
    ]
