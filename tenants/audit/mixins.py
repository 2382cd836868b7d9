"""What an admin page does, and whose data it shows, goes into the audit trail."""

import re
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from tenants.audit.context import names_shown
from tenants.audit.services import audit_record, audit_seen

WORKER = "workers.worker"
PLAIN_VALUE = re.compile(r"[\w.:,-]{0,40}\Z", re.ASCII)


class RecordedAdmin(ModelAdmin):
    """Every admin of both sites. What somebody added, changed or deleted is recorded by names of fields, never values (Django's
    own log can be edited); whose rows they looked at, once in ten minutes for the same page and rows, where rows are about
    people: employees, what has a key `worker`, and those who sign in.

    audit_worker: the way from a row to the id of its worker, where no key `worker` leads there ("contact.worker_id").
    audit_own: True where the services that write such rows leave an entry that says more.
    """

    audit_worker: str  # no values here: this class stands before the admin's own, and would hide theirs
    audit_own: bool

    @cached_property
    def _audit_way(self) -> str:
        own = getattr(self, "audit_worker", "")
        if own or self.opts.label_lower == WORKER:
            return own or "pk"
        keys = (field for field in self.opts.fields if field.name == "worker" and field.related_model)
        return next((key.attname for key in keys if key.related_model._meta.label_lower == WORKER), "")

    def audit_subjects(self, rows: Iterable[Model]) -> list[int]:
        """Ids of the workers that `rows` are about."""
        if not self._audit_way:
            return []
        return [worker for row in rows if (worker := attrgetter(self._audit_way)(row)) is not None]

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        shown = (getattr(response, "context_data", None) or {}).get("cl")
        if shown is not None:
            self._audit_seen(request, "people_listed", list(shown.result_list), filter=filter_of(request))
        return response

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        if (original := context.get("original")) is not None:
            self._audit_seen(request, "person_seen", [original])
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        shown = (getattr(response, "context_data", None) or {}).get("object")
        if shown is not None:
            self._audit_seen(request, "history_seen", [shown])
        return response

    def construct_change_message(self, request: HttpRequest, form, formsets, add: bool = False):
        parts = [each for each in formsets or [] if each.has_changed()]
        request.changed_fields = [*form.changed_data, *(part.model._meta.label_lower for part in parts)]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Model, message):
        self._audit_done(request, "added", [obj])
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message):
        self._audit_done(request, "changed", [obj], fields=getattr(request, "changed_fields", []))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]):
        self._audit_done(request, "deleted", list(queryset))
        return super().log_deletions(request, queryset)

    def _audit_done(self, request: HttpRequest, action: str, rows: Sequence[Model], **facts: Any) -> None:
        if getattr(self, "audit_own", False):
            return
        about = rows[0] if len(rows) == 1 else self.model
        if len(rows) > 1:
            action, facts = f"{action}_rows", facts | {"count": len(rows), "ids": [str(row.pk) for row in rows]}
        audit_record(by=request.user, action=action, about=about, subjects=self.audit_subjects(rows), **facts)

    def _audit_seen(self, request: HttpRequest, action: str, rows: Sequence[Model], **facts: Any) -> None:
        subjects = self.audit_subjects(rows)
        if not rows or not (subjects or self.model is User):
            return
        if action == "people_listed":
            facts["count"] = len(rows)
        about = rows[0] if action != "people_listed" else self.model
        entry = facts | {"action": action, "about": about, "subjects": subjects}
        audit_seen(by=request.user, where=request.get_full_path(), rows=rows, **entry)


class RecordedAutocomplete(AutocompleteJsonView):
    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        if obj._meta.label_lower == WORKER:
            names_shown([obj.pk])
        return super().serialize_result(obj, to_field_name)


def filter_of(request: HttpRequest) -> dict[str, str]:
    """How a list was narrowed, for the trail. What somebody typed may be a name or a phone: only that they typed."""
    return {
        name: value if name != "q" and PLAIN_VALUE.match(value) else "…"
        for name, value in request.GET.items()
        if value and name not in {"p", "o"}
    }
