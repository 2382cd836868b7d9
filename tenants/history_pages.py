"""The history of a row as people read it: when, who, and each field before and after."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import BooleanField, CharField, DateField, Field, IntegerField, Model, TextField, TimeField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from unfold.utils import display_for_field

from tenants.audit.mixins import WORKER

STEPS_ON_PAGE = 50
SHOWN_TYPES = (BooleanField, CharField, TextField, DateField, TimeField, IntegerField)


@dataclass(frozen=True, slots=True)
class Change:
    """before, after: None where the values would say nothing to anybody (a saved rule)."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    who: str
    kind: str  # "+", "~", "-"
    changes: list[Change]


class HistoryAdmin(ModelAdmin):
    """The history page of a model that keeps earlier versions (tenants.history). It shows the fields that the row's own page
    shows to the same reader, so that who may not see a phone there does not see it here.

    history_fields: further ones, which the page has under other names. history_told: field -> its value, as people read it.
    """

    history_fields: tuple[str, ...]  # no defaults: they would hide those of the class which is registered
    history_told: dict[str, Callable[[Any], str]]

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        """Without the way to the history of a row that keeps none and that nobody changes by hand."""
        keeps = hasattr(self.opts, "simple_history_manager_attribute")
        if not keeps and not self.has_change_permission(request, context.get("original")):
            context["show_history"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        if not hasattr(self.opts, "simple_history_manager_attribute"):
            return super().history_view(request, object_id, extra_context)
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        records = row.history.order_by("-history_date", "-history_id")
        page = Paginator(records, STEPS_ON_PAGE).get_page(request.GET.get(PAGE_VAR))
        following = records[page.end_index() : page.end_index() + 1]
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(name)s") % {"name": row},
            "subtitle": None,
            "opts": self.opts,
            "object": row,
            "page": page,
            "steps": list(self._steps(request, row, [*page.object_list, *following], len(page.object_list))),
            "trail_url": self._trail_url(request, row),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "tenants/audit/history.html", context)

    def _trail_url(self, request: HttpRequest, row: Model) -> str:
        """Of an employee: who looked at them."""
        may_see = self.opts.label_lower == WORKER and request.user.has_perm("audit.view_auditentry")
        return f"{reverse('admin:audit_auditentry_changelist')}?subject=%23{row.pk}" if may_see else ""

    def _steps(self, request: HttpRequest, row: Model, records: list[Model], count: int) -> Iterator[Step]:
        """Newest first; one that changed nothing which this reader sees is left out."""
        fields = self._fields_shown(request, row)
        names = _names_of(fields, records)
        for name, told in getattr(self, "history_told", {}).items():
            names |= {(name, value): told(value) for value in {getattr(record, name) for record in records}}
        people = User.objects.in_bulk({record.history_user_id for record in records} - {None})
        for record, earlier in zip(records[:count], [*records[1:], None], strict=False):
            changes = list(_changes(fields, earlier, record, names)) if earlier and record.history_type == "~" else []
            if changes or record.history_type != "~":
                user = people.get(record.history_user_id)
                who = _who(user) if user else _("not by a person in the admin")
                yield Step(record.history_date, who, record.history_type, changes)

    def _fields_shown(self, request: HttpRequest, row: Model) -> list[Field]:
        names = {*getattr(self, "history_fields", ()), *flatten_fieldsets(self.get_fieldsets(request, row))}
        names |= set(flatten_fieldsets(self.get_fieldsets(request, None)))
        kept = {field.name for field in row.history.model._meta.fields}
        return [field for field in self.opts.fields if field.name in names & kept]


def _who(user: User) -> str:
    return f"{user} ({user.username})" if user.first_name else user.username


def _changes(fields: list[Field], earlier: Model, later: Model, names: dict[tuple[str, Any], str]) -> Iterator[Change]:
    for field in fields:
        before, after = getattr(earlier, field.attname), getattr(later, field.attname)
        if before != after:
            values = [_shown(field, value, names) if _is_shown(field) else None for value in (before, after)]
            yield Change(capfirst(field.verbose_name), *values)


def _is_shown(field: Field) -> bool:
    return bool(field.related_model) or isinstance(field, SHOWN_TYPES)


def _names_of(fields: Iterable[Field], records: Iterable[Model]) -> dict[tuple[str, Any], str]:
    """(field, id) -> what the row is called that a key pointed at; one statement a key."""
    named = {}
    for field in fields:
        if field.related_model:
            ids = {getattr(record, field.attname) for record in records} - {None}
            for pk, row in field.related_model._base_manager.in_bulk(ids).items():
                named[field.name, pk] = str(row)
    return named


def _shown(field: Field, value: Any, names: dict[tuple[str, Any], str]) -> str:
    if value in (None, ""):
        return "–"
    if (named := names.get((field.name, value))) is not None:
        return named
    if field.related_model:
        return f"#{value}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = display_for_field(value, field, "–")
    return Truncator(strip_tags(str(text)).strip()).chars(80)
