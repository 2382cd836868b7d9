"""The audit trail, to be read: who did or saw what of whom."""

from itertools import islice

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import F, Func, IntegerField, JSONField, Q, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, TextFilter
from unfold.decorators import display
from unfold.views import ChangeList

from tenants.audit.actors import PROGRAM_PREFIX, SYSTEM
from tenants.audit.mixins import WORKER
from tenants.audit.models import AuditEntry
from tenants.audit.names import admin_of
from tenants.audit.sentences import GROUPS, SENTENCES
from tenants.audit.telling import entries_tell
from tenants.enrolment import by_enrolment
from tenants.filters import DayRangeFilter
from tenants.sites import ReadOnlyAdmin, factory_site, library_site

MOST_FOUND = 20  # employees that one search stands for
MOST_NAMES = 200  # on the page of one entry
FIRST_SUBJECTS = f"$[0 to {MOST_NAMES - 1}]"


class ActorFilter(DropdownFilter):
    title = _("who")
    parameter_name = "who"

    def lookups(self, request, model_admin):
        users = User.objects.order_by("-is_active", "username").values_list("username", "first_name")
        people = [(username, f"{name} ({username})" if name else username) for username, name in users]
        return [*people, (PROGRAM_PREFIX, _("programs (interface)")), (SYSTEM, _("automatic tasks"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == PROGRAM_PREFIX:
            return queryset.filter(actor__startswith=PROGRAM_PREFIX)
        return queryset.filter(actor=self.value()) if self.value() else queryset


class GroupFilter(DropdownFilter):
    title = _("what was done")
    parameter_name = "group"

    def lookups(self, request, model_admin):
        return list(GROUPS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in GROUPS:
            return queryset
        return queryset.filter(action__in=[key for key, (group, _words) in SENTENCES.items() if group == self.value()])


class SubjectFilter(TextFilter):
    """By employee number or name; "#12" is the employee with that id. For those who may see employees."""

    title = by_enrolment(_("employee"), _("learner"))
    parameter_name = "subject"

    def __init__(self, request, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.people = admin_of(request, WORKER)

    def has_output(self) -> bool:
        return self.people is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        term = (self.value() or "").strip()
        if not term or self.people is None:
            return queryset
        people = self.people.get_queryset(request)
        if term.startswith("#") and term[1:].isdecimal() and len(term) < 20:
            found = people.filter(pk=int(term[1:]))
        else:
            found, _repeats = self.people.get_search_results(request, people, term)
        about = Q(pk=None)
        for worker in found.order_by("pk").values_list("pk", flat=True)[:MOST_FOUND]:
            about |= Q(subject_ids__contains=[worker])
        return queryset.filter(about)


class SupportFilter(DropdownFilter):
    """All that support did, or (by a link) what was done under one grant."""

    title = _("support")
    parameter_name = "support"

    def lookups(self, request, model_admin):
        return [("yes", _("done by support"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "yes":
            return queryset.exclude(support="")
        return queryset.filter(support=self.value()) if self.value() else queryset


class TrailList(ChangeList):
    """Tells the entries of the page all at once."""

    result_list: list[AuditEntry]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = entries_tell(request, list(self.result_list))


class ToldRows:
    """Entries on their way into a file, told in lots."""

    def __init__(self, request: HttpRequest, rows: QuerySet):
        self.request, self.rows = request, rows

    def iterator(self, chunk_size: int):
        entries = self.rows.iterator(chunk_size=chunk_size)
        while lot := list(islice(entries, chunk_size)):
            yield from entries_tell(self.request, lot)


@admin.register(AuditEntry, site=factory_site)
@admin.register(AuditEntry, site=library_site)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Read only, and reading it leaves no entry of its own."""

    list_display = ["at_shown", "actor_shown", "told", "subjects_shown"]
    list_display_links = ["at_shown"]
    list_filter = [ActorFilter, GroupFilter, ("at", DayRangeFilter), SubjectFilter, SupportFilter]
    list_filter_submit = True
    list_filter_sheet = True
    list_per_page = 50
    show_full_result_count = False
    sortable_by = ()
    ordering = ["-number"]
    fields = [
        "number_shown",
        "at_shown",
        "actor_shown",
        "told",
        "subjects_shown",
        "detail_shown",
        "hash_shown",
        "previous_hash_shown",
    ]
    readonly_fields = fields
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return TrailList

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With how many employees an entry is about and the first of them, instead of all."""
        ids = F("subject_ids")
        first = Func(ids, Value(FIRST_SUBJECTS), function="jsonb_path_query_array", output_field=JSONField())
        count = Func(ids, function="jsonb_array_length", output_field=IntegerField())
        return super().get_queryset(request).defer("subject_ids").annotate(first_subjects=first, subject_count=count)

    def get_object(self, request: HttpRequest, object_id: str, from_field=None) -> AuditEntry | None:
        entry = super().get_object(request, object_id, from_field)
        return entries_tell(request, [entry], names=MOST_NAMES)[0] if entry else None

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs):
        response = super().render_change_form(request, context, *args, **kwargs)
        title = _("Entry %(number)s") % {"number": context["original"].number}
        response.context_data |= {"title": title, "subtitle": None, "original": "", "show_history": False}
        return response

    @display(description=_("entry no."))
    def number_shown(self, entry: AuditEntry) -> int:
        return entry.number

    @display(description=_("when"), ordering="number")
    def at_shown(self, entry: AuditEntry) -> str:
        return f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}"

    @display(description=_("who"))
    def actor_shown(self, entry: AuditEntry) -> str:
        return entry.told.who

    @display(description=_("what was done"))
    def told(self, entry: AuditEntry) -> str:
        if not entry.told.href:
            return entry.told.sentence
        link = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'
        return format_html(link, entry.told.href, entry.told.sentence)

    @display(description=by_enrolment(_("employees concerned"), _("learners concerned")))
    def subjects_shown(self, entry: AuditEntry) -> str:
        named = format_html_join(
            _(", "), '<a class="text-primary-600 dark:text-primary-500" href="{1}">{0}</a>', entry.told.subjects
        )
        if entry.subject_count == len(entry.told.subjects):
            return format_html('<span class="ws-words">{}</span>', named) if named else "–"
        text = _("and others: %(count)d in all") if named else _("%(count)d employees")
        return format_html('<span class="ws-words">{} {}</span>', named, text % {"count": entry.subject_count})

    def sheet_cells(self, request: HttpRequest, changelist: ChangeList, rows: QuerySet):
        """The file tells what the screen tells, by the thousand."""
        return super().sheet_cells(request, changelist, ToldRows(request, rows))

    @display(description=_("fingerprint"))
    def hash_shown(self, entry: AuditEntry) -> str:
        return format_html("<code>{}</code>", entry.hash)

    @display(description=_("fingerprint of the entry before"))
    def previous_hash_shown(self, entry: AuditEntry) -> str:
        return format_html("<code>{}</code>", entry.previous_hash)

    @display(description=_("facts"))
    def detail_shown(self, entry: AuditEntry) -> str:
        text = _("%(name)s: %(value)s")
        lines = [(text % {"name": name, "value": value},) for name, value in entry.told.facts]
        return format_html_join("", '<span class="block">{}</span>', lines) or "–"
