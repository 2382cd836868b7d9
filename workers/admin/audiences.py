"""Audiences: saved rules, what they say in plain words, how many they find."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from tenants.audit.context import names_shown, support_uuid
from tenants.enrolment import by_enrolment
from tenants.errors import DomainError
from tenants.sites import factory_site
from workers.audience_forms import AudienceForm, parts_hidden
from workers.models import Audience
from workers.scope import sees_personal
from workers.services.audience_lacks import roster_lack
from workers.services.audience_rules import Rule, RuleRefused, rule_read
from workers.services.audience_words import RuleWords
from workers.services.audiences import (
    AudienceSize,
    audience_copy,
    audience_preview,
    audience_save,
    audience_sizes,
    with_use_count,
)

# What most factories begin with: key -> (name, rule).
SUGGESTIONS = {
    "new": (_("New in the last 30 days"), Rule(hired_within_days=30)),
    "leaders": (_("Line leaders"), Rule(groups=("line_manager",))),
    "small_children": (_("With a child under 6"), Rule(child_age=(0, 5))),
}
PARTS: list[tuple[Any, list, Any]] = [  # title, fields, description
    (
        _("Target groups"),
        ["groups", "with_self_said"],
        _("All conditions that you choose on this page must hold. What stays empty does not count."),
    ),
    (
        _("Children, as people say themselves"),
        [("child_age_from", "child_age_to"), "child_elsewhere"],
        by_enrolment(
            _(
                "Workers tell it in WeChat. You can reach them and see about how many they are; nobody sees who they are. Your "
                "other conditions must fit at least 30 employees."
            ),
            _(
                "Learners tell it in WeChat. You can reach them and see about how many they are; nobody sees who they are. Your "
                "other conditions must fit at least 30 learners."
            ),
        ),
    ),
    (_("Work"), ["departments", "except_departments", "positions", "shifts", "hired_within_days"], ""),
    (_("WeChat"), ["tags"], ""),
    (_("Personal facts of the roster"), ["genders", "educations", "home_regions", "minors"], ""),
]


def sees_names(request: HttpRequest) -> bool:
    return request.user.has_perms(["workers.view_worker", "workers.see_all_departments"])


@admin.register(Audience, site=factory_site)
class AudienceAdmin(ModelAdmin):
    form = AudienceForm
    list_display = ["name", "words", "size", "used", "note"]
    list_per_page = 50
    search_fields = ["name", "note"]
    ordering = ["name"]
    readonly_fields = ["words", "size"]
    actions = ["copy"]
    change_form_template = "workers/admin/audience_form.html"
    change_list_template = "workers/admin/audience_list.html"
    warn_unsaved_form = True

    class Media:
        css = {"all": ["workers/audience_admin.css"]}

    def get_urls(self):
        preview = self.admin_site.admin_view(self.preview)
        adopt = self.admin_site.admin_view(self.adopt)
        return [
            path("preview/", preview, name="workers_audience_preview"),
            path("adopt/<slug:key>/", adopt, name="workers_audience_adopt"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return with_use_count(super().get_queryset(request))

    def get_form(self, request, obj=None, change=False, **kwargs):
        if not self._may_edit(request, obj):
            return super().get_form(request, obj, change, **kwargs)
        may, is_open = sees_personal(request.user), request.factory.is_open

        class Form(AudienceForm):
            def __init__(self, *args, **options):
                super().__init__(*args, sees_personal=may, is_open=is_open, **options)

        return super().get_form(request, obj, change, **{**kwargs, "form": Form})

    def get_fieldsets(self, request, obj=None):
        if not self._may_edit(request, obj):
            return [(None, {"fields": ["name", "note", "words", "size"]})]
        hidden = parts_hidden(obj, sees_personal=sees_personal(request.user), is_open=request.factory.is_open)
        parts = [(title, [name for name in fields if name not in hidden], text) for title, fields, text in PARTS]
        asked = [(title, {"fields": fields, "description": text}) for title, fields, text in parts if fields]
        return [(None, {"fields": ["name", "note"]}), *asked]

    def has_change_permission(self, request, obj=None):
        """Who may not know the minors may not change a rule about them: saving would drop that part."""
        may = super().has_change_permission(request, obj) and not _is_the_factorys(obj)
        return may and (obj is None or sees_personal(request.user) or not obj.rule.get("minors"))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not _is_the_factorys(obj)

    def save_model(self, request, obj, form, change):
        audience_save(audience=obj, rule=form.rule)

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        _look_up(changelist.result_list, request)
        return changelist

    def get_object(self, request, object_id, from_field=None):
        audience = super().get_object(request, object_id, from_field)
        if audience is not None:
            for rule, size in _look_up([audience], request):
                audience.roster_lack = roster_lack(rule, size)
        return audience

    def changelist_view(self, request, extra_context=None):
        """What is suggested and not there yet is offered: in the middle of an empty list, folded below a longer one."""
        suggestions, there = [], list(Audience.objects.values_list("rule", flat=True))
        if self.has_add_permission(request):
            words = RuleWords()
            suggestions = [
                (key, name, words(rule))
                for key, (name, rule) in SUGGESTIONS.items()
                if rule.document() not in there and (rule.is_private or not request.factory.is_open)
            ]
        context = {"suggestions": suggestions, "is_first": bool(suggestions) and not there}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @method_decorator(require_POST)
    def preview(self, request: HttpRequest) -> HttpResponse:
        """The rule of the form as it stands, in words, with its size and examples. Nothing is saved."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        form = AudienceForm(request.POST, sees_personal=sees_personal(request.user))
        del form.fields["name"], form.fields["note"]
        context = {"form": form, "problems": [], "title": _("Preview"), "opts": self.opts}
        if form.is_valid():
            preview = audience_preview(
                form.rule,
                timezone.localdate(),
                sees_personal=sees_personal(request.user),
                sees_names=sees_names(request),
            )
            names_shown(worker.pk for worker in preview.examples)
            context |= {
                "words": RuleWords()(form.rule),
                "is_private": form.rule.is_private,
                "preview": preview,
                "roster_lack": roster_lack(form.rule, preview.size),
            }
        else:
            context["problems"] = [problem for found in form.errors.values() for problem in found]
        if request.headers.get("HX-Request") == "true":
            return TemplateResponse(request, "workers/admin/_audience_preview.html", context)
        context |= self.admin_site.each_context(request)
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/admin/audience_preview.html", context)

    @method_decorator(require_POST)
    def adopt(self, request: HttpRequest, key: str) -> HttpResponse:
        """Make one of the suggested audiences."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        there = HttpResponseRedirect(reverse("admin:workers_audience_changelist"))
        name, rule = SUGGESTIONS.get(key, (None, None))
        if rule is None or Audience.objects.filter(name=str(name)).exists():
            return there
        try:
            audience = audience_save(audience=Audience(name=str(name)), rule=rule)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return there
        self.log_addition(request, audience, [{"added": {}}])
        self.message_user(request, _("“%(name)s” is ready to use.") % {"name": audience.name}, messages.SUCCESS)
        return there

    def _may_edit(self, request: HttpRequest, obj: Audience | None) -> bool:
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    @display(description=_("whom it means"))
    def words(self, audience: Audience) -> str:
        return audience.found_words

    @display(description=_("how many now"))
    def size(self, audience: Audience) -> str:
        return audience.found_size

    @display(description=_("used"), ordering="use_count")
    def used(self, audience: Audience) -> str:
        count = audience.use_count
        return ngettext("%(count)d time", "%(count)d times", count) % {"count": count} if count else "–"

    @admin.action(description=_("Copy selected audiences"), permissions=["add"])
    def copy(self, request, queryset):
        copies = [audience_copy(audience=audience) for audience in queryset]
        for audience in copies:
            self.log_addition(request, audience, [{"added": {}}])
        text = ngettext("%(count)d audience copied.", "%(count)d audiences copied.", len(copies))
        self.message_user(request, text % {"count": len(copies)}, messages.SUCCESS)


def _is_the_factorys(audience: Audience | None) -> bool:
    """Not support's to touch: a planned notice goes to whom its audience finds when the time comes."""
    if audience is None or not support_uuid.get():
        return False
    return with_use_count(Audience.objects.filter(pk=audience.pk)).filter(use_count__gt=0).exists()


def _look_up(audiences: list[Audience], request: HttpRequest) -> list[tuple[Rule, AudienceSize]]:
    """Give each its words and its size: three statements, however many they are. Returns rule and size of those that can be
    read."""
    words, rules = RuleWords(), {}
    for audience in audiences:
        audience.found_size = "–"
        try:
            rules[audience.pk] = rule_read(audience.rule)
            audience.found_words = words(rules[audience.pk])
        except RuleRefused as refusal:
            audience.found_words = str(refusal)
    sizes = audience_sizes(rules, timezone.localdate(), sees_personal=sees_personal(request.user))
    for audience in audiences:
        if audience.pk in sizes:
            audience.found_size = str(sizes[audience.pk])
    return [(rules[key], size) for key, size in sizes.items()]
