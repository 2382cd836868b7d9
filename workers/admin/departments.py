"""The tree of departments, shown as one; moved and merged on a page that says what it concerns."""

from collections import Counter

from django import forms
from django.contrib import admin, messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from tenants.sites import factory_site
from workers.admin.filters import KeptFilter
from workers.admin.of_roster import OfRosterMixin
from workers.forms import place_field_set
from workers.models import Department, Worker
from workers.services.departments import (
    DepartmentRefused,
    DepartmentTree,
    department_change,
    department_check,
    department_create,
    department_delete,
    department_move,
)
from workers.services.merging import department_extent, department_merge, merge_check
from workers.services.spelling import name_written


class StandingFilter(KeptFilter):
    title = _("state")
    parameter_name = "standing"
    names = {"standing": _("not merged"), "closed": _("merged into another"), "all": _("all, including merged")}
    today = "merged_into__isnull"


class DepartmentForm(forms.ModelForm):
    class Meta:
        model = Department
        fields = ["parent", "kind", "name", "leader"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if place := self.fields.get("parent"):
            place_field_set(place, empty_label=_("(nothing: a top department)"))
        if (leader := self.fields.get("leader")) and self.instance.leader and self.instance.leader.left_on:
            leader.help_text = _("%(name)s left on %(date)s. Choose somebody else.") % {
                "name": self.instance.leader.name,
                "date": self.instance.leader.left_on.isoformat(),
            }

    def clean_name(self):
        return name_written(self.cleaned_data["name"])

    def clean_leader(self):
        leader = self.cleaned_data["leader"]
        if leader and leader.left_on and "leader" in self.changed_data:
            raise forms.ValidationError(_("%(name)s has left. Choose somebody else.") % {"name": leader.name})
        return leader

    def clean(self):
        values = super().clean()
        department = self.instance if self.instance.pk else None
        if "name" in values and "parent" in values:
            try:
                department_check(department=department, parent=values["parent"], name=values["name"])
            except DepartmentRefused as refusal:
                self.add_error("name" if refusal.code == "department_taken" else "parent", str(refusal))
        return values


class PlaceForm(forms.Form):
    """Where to: asked by GET, so that the page that confirms has an address of its own."""

    to = forms.ModelChoiceField(queryset=Department.objects.none(), widget=UnfoldAdminSelectWidget)

    def __init__(self, data, *, department: Department, empty_label: str | None, label: str):
        super().__init__(data)
        field = self.fields["to"]
        place_field_set(field, empty_label=empty_label)
        field.queryset = field.queryset.exclude(path__startswith=department.path)
        field.label, field.required = label, empty_label is None
        field.empty_label = empty_label or _("Choose a department")


@admin.register(Department, site=factory_site)
class DepartmentAdmin(OfRosterMixin, ModelAdmin):
    audit_worker = "leader_id"
    form = DepartmentForm
    list_display = ["indented_name", "kind", "led_by", "people", "people_below"]
    list_filter = [StandingFilter]
    list_filter_sheet = False
    list_select_related = ["leader", "merged_into"]
    list_per_page = 200
    ordering = ["path"]
    sortable_by = ()
    search_fields = ["name", "leader__name"]
    search_help_text = _("Name of the department or of its leader")
    autocomplete_fields = ["leader"]
    actions_detail = ["move", "merge"]
    held_advice = _("Move them, or merge it into another department: those who have left go along.")

    class Media:
        css = {"all": ["workers/departments.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("merged_into", "leader")

    def get_changelist_instance(self, request):
        """With the people of every row counted, and its way down, in two statements more, however many rows."""
        changes = super().get_changelist_instance(request)
        changes.full_result_count = changes.result_count  # as of employees: all is not what the plain list shows
        counts = Worker.objects.employed().exclude(department=None).values_list("department__path")
        direct = dict(counts.annotate(Count("pk")).order_by())
        below: Counter[str] = Counter()
        for path, count in direct.items():
            parts = path.split("/")[:-1]
            for end in range(len(parts)):
                below["/".join(parts[: end + 1]) + "/"] += count
        tree = DepartmentTree()
        for department in changes.result_list:
            department.people_count = direct.get(department.path, 0)
            department.people_below_count = below[department.path]
            department.above = tree.label(department.parent_id) if department.depth else ""
        return changes

    @display(description=_("department"))
    def indented_name(self, department: Department) -> str:
        if department.merged_into:
            text = _("%(name)s (now %(other)s)") % {"name": department.name, "other": department.merged_into.name}
            return format_html('<span class="text-base-500 dark:text-base-400">{}</span>', text)
        return format_html(
            '<span class="ws-place ws-place_{}"><small>{}</small> {}</span>',
            department.depth,
            department.above,
            department.name,
        )

    @display(description=_("line leader"))
    def led_by(self, department: Department) -> str:
        leader = department.leader
        if leader is None:
            return "–"
        return _("%(name)s (has left)") % {"name": leader.name} if leader.left_on else leader.name

    @display(description=_("directly in it"))
    def people(self, department: Department) -> int:
        return department.people_count

    @display(description=_("with all below"))
    def people_below(self, department: Department) -> int:
        return department.people_below_count

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)

    def has_delete_permission(self, request, obj=None):
        """From its own page only, where an empty one is told from one with a past."""
        return super().has_delete_permission(request, obj) and not (obj and obj.merged_into_id)

    def get_actions(self, request):
        return {name: entry for name, entry in super().get_actions(request).items() if name != "delete_selected"}

    def get_fields(self, request, obj=None):
        return ["name", "kind", "merged_into", "closed_on"] if obj and obj.merged_into_id else self.form.Meta.fields

    def save_model(self, request, obj, form, change):
        """Paths are the service's. Who leads may work elsewhere, but is then often somebody else of that name."""
        values = {name: form.cleaned_data[name] for name in ("name", "kind", "parent", "leader")}
        if change:
            saved = department_change(department=Department.objects.get(pk=obj.pk), **values)
        else:
            saved = department_create(**values)
            obj.pk, obj.path = saved.pk, saved.path
            obj._state.adding = False
        if "leader" in form.changed_data and obj.leader and _works_elsewhere(obj.leader, saved):
            text = _(
                "%(name)s works in %(place)s, which is no part of “%(department)s”. Check that it is the right person."
            )
            named = {"name": obj.leader.name, "place": obj.leader.department.label, "department": saved.name}
            self.message_user(request, text % named, messages.WARNING)

    def delete_view(self, request, object_id, extra_context=None):
        """Refused before it is asked: people and lines would not be deleted along."""
        department = self.get_object(request, object_id)
        if department and request.method == "POST" and self.has_delete_permission(request, department):
            try:
                self.log_deletions(request, [department])
                department_delete(department=department)
            except DepartmentRefused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return HttpResponseRedirect(reverse("admin:workers_department_change", args=[object_id]))
            self.message_user(request, _("“%(name)s” was deleted.") % {"name": department.name}, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:workers_department_changelist"))
        return super().delete_view(request, object_id, extra_context)

    @action(description=_("Move"), url_path="move", permissions=["hang"], icon="drive_file_move")
    def move(self, request: HttpRequest, object_id: str) -> HttpResponse:
        department = self._department_or_404(request, object_id)
        form = PlaceForm(
            request.POST or request.GET or None,
            department=department,
            empty_label=_("(nothing: a top department)"),
            label=_("It belongs to"),
        )
        return self._page(request, department, form, "move")

    @action(description=_("Merge into another"), url_path="merge", permissions=["hang"], icon="merge")
    def merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        department = self._department_or_404(request, object_id)
        form = PlaceForm(
            request.POST or request.GET or None, department=department, empty_label=None, label=_("Merge it into")
        )
        return self._page(request, department, form, "merge")

    def has_hang_permission(self, request, object_id=None):
        department = self.get_object(request, object_id) if object_id is not None else None
        is_closed = department is not None and department.merged_into_id is not None
        return not is_closed and request.user.has_perm("workers.change_department")

    def _department_or_404(self, request: HttpRequest, object_id: str) -> Department:
        department = self.get_object(request, object_id)
        if department is None:
            raise Http404
        return department

    def _page(self, request: HttpRequest, department: Department, form: PlaceForm, what: str) -> HttpResponse:
        """Choose where to, look at what it concerns, confirm."""
        to = form.cleaned_data["to"] if form.is_valid() else None
        is_chosen = form.is_bound and form.is_valid()
        refusal = self._refusal(department, to, what) if is_chosen else ""
        if request.method == "POST" and is_chosen and not refusal:
            try:
                return self._done(request, department, to, what)
            except DepartmentRefused as late:
                refusal = str(late)
        context = {
            **self.admin_site.each_context(request),
            "title": (_("Move “%(name)s”") if what == "move" else _("Merge “%(name)s”")) % {"name": department.name},
            "opts": self.opts,
            "media": self.media,
            "original": department,
            "department": department,
            "extent": department_extent(department=department),
            "form": form,
            "to": to,
            "what": what,
            "refusal": refusal,
            "is_chosen": is_chosen and not refusal,
            "namesakes": self._namesakes(department, to) if to is not None and what == "merge" else [],
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/department_place.html", context)

    def _refusal(self, department: Department, to: Department | None, what: str) -> str:
        try:
            if what == "move":
                department_check(department=department, parent=to, name=department.name)
            elif to is not None:
                merge_check(department=department, into=to)
        except DepartmentRefused as refusal:
            return str(refusal)
        return ""

    def _namesakes(self, department: Department, to: Department) -> list[str]:
        names = Department.objects.standing().filter(parent=department).values("name")
        return list(Department.objects.standing().filter(parent=to, name__in=names).values_list("name", flat=True))

    def _done(self, request: HttpRequest, department: Department, to: Department | None, what: str) -> HttpResponse:
        if what == "move" or to is None:
            department_move(department=department, parent=to)
            where = to.name if to else pgettext_lazy("place of a department", "the top")
            text = _("“%(name)s” now belongs to “%(other)s”.") % {"name": department.name, "other": where}
        else:
            department_merge(department=department, into=to, by=request.user)
            text = _("“%(name)s” is closed. Its people are now in “%(other)s”.") % {
                "name": department.name,
                "other": to.name,
            }
        self.log_change(request, department, str(text))
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:workers_department_changelist"))


def _works_elsewhere(leader: Worker, department: Department) -> bool:
    """Neither in it, below it, nor above it."""
    if leader.department is None:
        return False
    place, led = leader.department.current.path, department.path
    return not (place.startswith(led) or led.startswith(place))
