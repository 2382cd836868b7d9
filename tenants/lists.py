"""What every list of the two admins has: its Excel, filters kept under a name, and what to do first where it is empty."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from html import unescape
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import ForeignKey, Model, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.settings import get_config
from unfold.utils import display_for_field

from tenants.audit.context import support_uuid
from tenants.audit.services import audit_record
from tenants.sheets import CONTENT_TYPE, Column, workbook_write
from tenants.staff.saved_filters import filters_of
from tenants.words import sentences

LONG_PAGE, SAMPLE = 2000, 100
NARROWEST, WIDEST = 8, 40
WORKER = "workers.worker"


@dataclass(frozen=True)
class Hint:
    """What a list is for and what to do first, where it has no row yet. The button leads to a page that is not the form
    for adding one, for those who hold the permission.

    advice: said only to whom the button is offered. where_open: all this of an account that anybody may join. then: what is said
    instead from when `is_past` on; asked only where the list is empty.
    """

    text: str
    button: str = ""
    url_name: str = ""
    permission: str = ""
    advice: str = ""
    where_open: "Hint | None" = None
    then: "Hint | None" = None
    is_past: Callable[[HttpRequest], bool] = lambda request: False


class ListMixin(ModelAdmin):
    """`has_sheet`: the list can be taken along as Excel, row for row and column for column as the screen shows it.

    `link_lookups`: what the address may ask for besides the list's own filters, for links of ours.
    """

    has_sheet = True
    link_lookups: Sequence[str] = ()

    def get_urls(self):
        view = self.admin_site.admin_view(self.sheet_view)
        return [path("sheet/", view, name=self._name("sheet")), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {
            "saved_filters": filters_of(user=request.user, path=request.path),
            "sheet_url": reverse(f"admin:{self._name('sheet')}") if self.has_sheet_permission(request) else "",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist = super().get_changelist_instance(request)
        changelist.title = capfirst(self.opts.verbose_name_plural)  # Django's own is "Select employee to change"
        is_bare = not (changelist.result_count or changelist.query or changelist.has_active_filters)
        changelist.hint = self._hint(request) if is_bare else {}
        return changelist

    def has_sheet_permission(self, request: HttpRequest) -> bool:
        """Whoever sees the list; where the model has a permission for it, whoever holds that. Support from outside takes
        nothing along."""
        name = f"export_{self.opts.model_name}"
        is_guarded = name in dict(self.opts.permissions)
        allowed = request.user.has_perm(f"{self.opts.app_label}.{name}") if is_guarded else True
        return self.has_sheet and not support_uuid.get() and allowed and self.has_view_permission(request)

    def sheet_view(self, request: HttpRequest) -> HttpResponse:
        """The list as it is filtered, searched and sorted, in one file."""
        if not self.has_sheet_permission(request):
            raise PermissionDenied
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        back = HttpResponseRedirect(reverse(f"admin:{self._name('changelist')}") + query)
        self.request = request  # as unfold does for the list
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return back
        rows = changelist.get_queryset(request)
        if (count := rows.count()) > settings.EXPORT_MAX_ROWS:
            text = _("The list has %(count)d rows, a file takes %(most)d. Filter it, then export.")
            messages.error(request, text % {"count": count, "most": settings.EXPORT_MAX_ROWS})
            return back
        title = str(capfirst(self.opts.verbose_name_plural))
        columns, cells = self.sheet_cells(request, changelist, rows)
        place = request.factory.name if request.factory else "WeSupport"
        file = workbook_write(title=title, columns=columns, rows=cells)
        audit_record(
            by=request.user,
            action="list_exported",
            about=self.model,
            subjects=self._subjects(rows),
            rows=count,
            narrowed_by=sorted(request.GET),
        )
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"{place}-{title}-{timezone.localdate():%Y-%m-%d}.xlsx",
            content_type=CONTENT_TYPE,
        )

    def sheet_cells(
        self, request: HttpRequest, changelist: ChangeList, rows: QuerySet
    ) -> tuple[list[Column], Iterable[Sequence]]:
        """The columns, and the cells of each row. Read a long page at a time, as the list itself reads its pages."""
        names = [name for name in changelist.list_display if name != "action_checkbox"]
        headings = [capfirst(str(label_for_field(name, self.model, model_admin=self))) for name in names]
        every = ([self._cell(name, row) for name in names] for row in self._pages(request, changelist.result_count))
        sample = list(islice(every, SAMPLE))
        columns = [
            Column(heading, _width([heading, *(cells[index] for cells in sample)]))
            for index, heading in enumerate(headings)
        ]
        return columns, chain(sample, every)

    def _pages(self, request: HttpRequest, count: int) -> Iterator[Model]:
        pager = copy(self)
        pager.list_per_page = LONG_PAGE
        for number in range(-(-count // LONG_PAGE)):
            request.GET = request.GET.copy()
            request.GET[PAGE_VAR] = str(number + 1)
            yield from pager.get_changelist_instance(request).result_list

    def _cell(self, name: str, row: Model) -> Any:
        """What the screen shows in a cell, without its colours and links; days and whole numbers as such."""
        try:
            field, shown, value = lookup_field(name, row, self)
        except ObjectDoesNotExist:
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, date) or value is None:
            return value
        if isinstance(field, ForeignKey):
            return str(getattr(row, field.name))
        if field is not None and (field.flatchoices or not isinstance(value, int | str)):
            return _plain(display_for_field(value, field, ""))
        if isinstance(value, int):
            return value
        if isinstance(value, tuple) and isinstance(getattr(shown, "label", None), dict):
            return _plain(value[-1])
        if isinstance(value, list | tuple):
            return " ".join(_plain(part) for part in value if part and not isinstance(part, dict))
        return _plain(value)

    def _subjects(self, rows: QuerySet) -> Iterable[int]:
        """Ids of the workers that the rows are about."""
        if self.opts.label_lower == WORKER:
            return rows.order_by().values_list("pk", flat=True)
        for field in self.opts.fields:
            if field.related_model and field.related_model._meta.label_lower == WORKER:
                found = rows.order_by().exclude(**{field.name: None}).values_list(field.attname, flat=True)
                return set(found)
        return ()

    def _hint(self, request: HttpRequest) -> dict[str, str]:
        """text, button, href of what stands on the empty list."""
        hint = self._hint_of(request)
        if hint is None:
            return {}
        if hint.then and hint.is_past(request):
            hint = hint.then
        leads = hint.url_name and (not hint.permission or request.user.has_perm(hint.permission))
        return {
            "text": sentences(hint.text, hint.advice if leads else ""),
            "button": hint.button if leads else "",
            "href": reverse(hint.url_name) if leads else "",
        }

    def _hint_of(self, request: HttpRequest) -> Hint | None:
        hints: dict[str, Hint] = import_string(get_config(self.admin_site.settings_name)["LIST_HINTS"])
        hint, is_open = hints.get(self.opts.label_lower), request.factory and request.factory.is_open
        return hint.where_open if hint and hint.where_open and is_open else hint

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def _plain(value: Any) -> str:
    """Text as a reader sees it: no tags where there were some, and nothing for a dash that stands for nothing."""
    text = str(value)
    if isinstance(value, SafeString):
        text = unescape(re.sub(r"<[^>]*>", "", text))
    text = text.strip()
    return "" if text in ("-", "–") else text


def _width(cells: list[Any]) -> int:
    """Of a column, in characters: a Chinese one takes two, a moment as many as it is written with."""
    texts = ["2026-12-31 23:59" if isinstance(cell, date) else str(cell) for cell in cells]
    longest = max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in text) for text in texts)
    return max(NARROWEST, min(WIDEST, longest + 2))
