"""HR's roster as a spreadsheet: the headings people really use, read whole or not at all."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource

from workers import widgets
from workers.formats import ROW_KEY
from workers.loaders import WorkerLoader
from workers.models import Department, Worker
from workers.results import RosterResult
from workers.services.departments import DepartmentTree, PlaceUnknown, tree_lock
from workers.services.history import ADDED, CHANGED, history_insert
from workers.services.people import (
    messages_refuse,
    number_release,
    number_released,
    same_person_by,
    worker_faults,
    workers_leave,
    workers_renumber,
)
from workers.services.roster_claims import NumberClaims, is_renamed
from workers.services.roster_remarks import PeopleNoticed, ways_told
from workers.services.roster_report import RosterChange, RosterDecisions, RosterReturn
from workers.services.shifts import shifts_ensure
from workers.services.spelling import name_key, name_pinyin

CHANGES_KEPT = 50  # of each kind
PROGRESS_EVERY = 250
WRITTEN = ["name", "gender", "birth_date", "department", "position", "shift", "is_line_manager", "hired_on", "phone"]
WRITTEN += ["id_last_four", "education", "home_region", "left_on"]
LIMITS = {
    name: Worker._meta.get_field(name).max_length for name in ("employee_number", "name", "position", "home_region")
}


class RosterResource(ModelResource):
    """One row an employee, known by employee number. Columns that the file lacks stay as they are.

    A row costs no statement: workers and departments are read before, written in bulk after. So uniqueness, lengths and
    constraints are checked in plain Python, where Django's own checks would ask the database, or take half the time.

    decisions: None where nobody is asked; then an empty leave date brings somebody back who had left,
    and a shift that is not there is a mistake. is_preview: they can be asked still. changes_kept: of each kind.
    """

    employee_number = Field("employee_number", widgets.NUMBER, widgets.NumberWidget())
    name = Field("name", widgets.NAME, widgets.NameWidget())
    gender = Field("gender", widgets.GENDER, widgets.gender_widget())
    birth_date = Field("birth_date", widgets.BIRTH, widgets.DayWidget())
    department = Field("department_id", widgets.DEPARTMENT, widgets.PlaceWidget())
    workshop = Field("workshop", widgets.WORKSHOP, readonly=True)
    line = Field("line", widgets.LINE, readonly=True)
    position = Field("position", widgets.POSITION, widgets.NameWidget())
    shift = Field("shift_id", widgets.SHIFT, widgets.ShiftWidget())
    is_line_manager = Field("is_line_manager", widgets.LEADS, widgets.yes_no_widget())
    hired_on = Field("hired_on", widgets.HIRED, widgets.DayWidget())
    phone = Field("phone", widgets.PHONE, widgets.PhoneWidget())
    id_last_four = Field("id_last_four", widgets.ID_CARD, widgets.IdCardWidget())
    education = Field("education", widgets.EDUCATION, widgets.education_widget())
    home_region = Field("home_region", widgets.HOME, widgets.NameWidget())
    left_on = Field("left_on", widgets.LEFT, widgets.DayWidget())

    class Meta:
        model = Worker
        fields = [
            "employee_number",
            "name",
            "gender",
            "birth_date",
            "department",
            "workshop",
            "line",
            "position",
            "shift",
        ]
        fields += ["is_line_manager", "hired_on", "phone", "id_last_four", "education", "home_region", "left_on"]
        import_id_fields = ["employee_number"]
        instance_loader_class = WorkerLoader
        clean_model_instances = True
        skip_unchanged = True
        skip_diff = True  # rows are compared by `before` below: Django's deepcopy of each would take half the time
        report_skipped = False
        use_bulk = True
        batch_size = None

    def __init__(
        self,
        *,
        decisions: RosterDecisions | None = None,
        user_id: int | None = None,
        reason: str = "",
        progress: Callable[[int], None] | None = None,
        create_departments: bool = True,
        is_file: bool = False,
        is_preview: bool = False,
        changes_kept: int = CHANGES_KEPT,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.is_file, self.is_preview = is_file, is_preview
        self.create_departments, self.changes_kept = create_departments, changes_kept
        self.decisions, self.user_id, self.reason, self.progress = decisions, user_id, reason, progress
        self.decided = decisions or RosterDecisions()

    @classmethod
    def get_result_class(cls):
        return RosterResult

    def get_import_fields(self):
        return self.compared

    @cached_property
    def compared(self) -> list[Field]:
        """What a row may change. Asked several times a row."""
        return [field for field in super().get_import_fields() if not field.readonly]

    @cached_property
    def attributes(self) -> list[str]:
        return [field.attribute for field in self.compared]

    def before_import(self, dataset, **kwargs):
        tree_lock()
        known = set(Department.objects.values_list("pk", flat=True))
        place = self.fields["department"].widget
        place.read(dataset, is_fixed=not self.create_departments, is_file=self.is_file)
        self.tree = place.tree
        added = Department.objects.exclude(pk__in=known).order_by("path").values_list("pk", flat=True)
        self.new_paths = [self.tree.names(pk) for pk in added]
        self.new_shifts = self._make_shifts(dataset) if self.decisions is not None else []
        self.fields["shift"].widget.read()
        self.today = timezone.localdate()
        self.known_cells: dict[str, dict[Any, Any]] = defaultdict(dict)
        self.first_rows: dict[str, int] = {}
        self.changes: list[RosterChange] = []
        self.kinds: Counter[str] = Counter()
        self.former: dict[str, Worker] = {}  # number -> who had it and left
        self.returns: list[RosterReturn] = []
        self.renumbered: dict[int, str] = {}  # whom HR knows under a new number -> that
        self.claims = NumberClaims(self.decided, is_asking=self.is_preview)
        self.waiting = self.left = 0
        self.leaving: list[int] = []
        self.minors: list[str] = []
        self.noticed = PeopleNoticed()
        self.remarks: list[str] = [*getattr(dataset, "remarks", []), *ways_told(place.ways, self.new_paths)]
        self.touched: list[int] = []  # whom it has written

    def before_import_row(self, row, **kwargs):
        for heading in [heading for heading, cell in row.items() if cell is widgets.ABSENT]:
            del row[heading]
        if widgets.WORKSHOP in row or widgets.LINE in row:
            row.setdefault(widgets.DEPARTMENT, "")

    def after_init_instance(self, instance, new, row, **kwargs):
        self.row = row
        self.before = {} if new else self._values(instance)
        self.kind = "new" if new else "changed"
        self.is_waiting = False
        if new and widgets.NUMBER in row and self.fields["employee_number"].clean(row) in self.former:
            self.kind = "reused"
        elif self.decisions is not None and instance.left_on and not widgets.cell_text(row.get(widgets.LEFT, "")):
            self.kind, row[widgets.LEFT] = "back", ""
            if instance.pk not in self.renumbered:
                is_back = self._ask(instance, instance.employee_number, row) or instance.pk in self.decided.same
                self.is_waiting = not is_back
                self.waiting += self.is_waiting

    def number_given_up(self, number: str, holder: Worker) -> None:
        holder.left_on = holder.left_on or self.decided.left_on
        self.former[number] = holder

    def renumber(self, worker: Worker, number: str, row) -> Worker | None:
        """The row is about `worker` if HR says so."""
        told = self.told(row)
        named = told["name"] if name_key(told["name"] or "") != name_key(worker.name) else ""
        is_by_name = not named and not same_person_by(vars(worker), told)
        if not self._ask(worker, number, row, former=worker.number_told, named=named, is_by_name=is_by_name):
            return None
        self.renumbered[worker.pk] = number
        return worker

    def told(self, row) -> dict[str, Any]:
        """What the row says of a person, as far as it can be read."""
        values: dict[str, Any] = dict.fromkeys(self.attributes)
        for field in self.compared:
            with suppress(ValueError):
                if field.column_name in row:
                    values[field.attribute] = self._read(field, row)
        return values

    def _ask(self, worker: Worker, number: str, row, **facts: Any) -> bool:
        left_on = worker.left_on.isoformat() if worker.left_on else ""
        self.returns.append(RosterReturn(row[ROW_KEY], number, worker.name, left_on, worker.pk, **facts))
        return number in self.decided.returning

    def import_instance(self, instance, row, **kwargs):
        """Most cells of a column say what one above has said, so each is read once."""
        errors = {}
        for field in self.compared:
            if field.column_name in row:
                try:
                    setattr(instance, field.attribute, self._read(field, row))
                except PlaceUnknown as problem:
                    errors[problem.kind] = ValidationError(str(problem))
                except ValueError as problem:
                    errors[field.attribute] = ValidationError(str(problem))
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        is_unchanged = self.is_waiting or self.before == self._values(instance)
        return is_unchanged and not import_validation_errors and not any(self._broken_rules(instance))

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = dict(import_validation_errors or {})
        instance.name_pinyin = name_pinyin(instance.name) or "-"  # an empty name is the name's own error
        for attribute, text in self._broken_rules(instance):
            errors.setdefault(attribute, ValidationError(text))
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance, is_create, row, **kwargs):
        super().save_instance(instance, is_create, row, **kwargs)
        if self.kind == "reused":
            self.claims.reused(row[ROW_KEY], instance, self.former[instance.employee_number])
        elif self.kind == "changed" and is_renamed(self.before, instance):
            self.claims.renamed(row[ROW_KEY], instance, self.before, self._differing(instance))
        self.noticed.look(row[ROW_KEY], instance, says_who_leads=bool(widgets.cell_text(row.get(widgets.LEADS, ""))))
        self.kinds[self.kind] += 1
        if self.kinds[self.kind] <= self.changes_kept:
            self.changes.append(self._change(instance))
        if is_create and instance.is_minor(self.today):
            self.minors.append(str(instance))
        if not is_create and instance.left_on and not self.before["left_on"]:
            self.leaving.append(instance.pk)

    def after_import_row(self, row, row_result, **kwargs):
        if self.progress is not None and kwargs["row_number"] % PROGRESS_EVERY == 0:
            self.progress(kwargs["row_number"])

    def bulk_create(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        """After the numbers used again are free. A preview writes nobody."""
        if not dry_run:
            self._numbers_free()
            workers_renumber(self.renumbered)
            made = Worker.objects.bulk_create(self.create_instances)
            history_insert(Worker, [w.pk for w in made], kind=ADDED, user_id=self.user_id, reason=self.reason)
            self.touched += [worker.pk for worker in made]
        self.create_instances.clear()

    def _numbers_free(self) -> None:
        """Who has given their number up and got no other has left."""
        formers = [former for former in self.former.values() if former.pk not in self.renumbered]
        leaving = {former.pk for former in formers} & (self.decided.another | self.decided.given)
        if leaving and self.decided.left_on:  # without a day only of those who had left
            self.left = workers_leave(worker_ids=leaving, on=self.decided.left_on, user_id=self.user_id)
        for former in formers:
            number_release(worker=former, released=number_released(former), user_id=self.user_id)
            self.touched.append(former.pk)

    def bulk_update(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        """One INSERT ... ON CONFLICT: Django's CASE for each column and row takes minutes for a whole roster."""
        if self.update_instances and not dry_run:
            Worker.objects.bulk_create(
                self.update_instances,
                update_conflicts=True,
                unique_fields=["employee_number"],
                update_fields=[*WRITTEN, "name_pinyin", "updated_at"],
            )
            ids = [worker.pk for worker in self.update_instances]
            history_insert(Worker, ids, kind=CHANGED, user_id=self.user_id, reason=self.reason)
            messages_refuse(worker_ids=self.leaving)
            self.touched += ids
        self.update_instances.clear()

    def after_import(self, dataset, result, **kwargs):
        self.remarks += [*self.claims.remarks(), *self.noticed.remarks()]
        result.row_numbers = dataset[ROW_KEY]
        result.names = [widgets.cell_text(cell) for cell in dataset[widgets.NAME]]
        written = getattr(dataset, "written", {})
        result.columns = {field.attribute: written.get(field.column_name, field.column_name) for field in self.compared}

    def before_export(self, queryset, **kwargs):
        self.tree = DepartmentTree()
        self.fields["shift"].widget.read()

    def dehydrate_department(self, worker):
        return self.tree.levels(worker.department_id).get(Department.Kind.DEPARTMENT, "")

    def dehydrate_workshop(self, worker):
        return self.tree.levels(worker.department_id).get(Department.Kind.WORKSHOP, "")

    def dehydrate_line(self, worker):
        return self.tree.levels(worker.department_id).get(Department.Kind.LINE, "")

    def _make_shifts(self, dataset) -> list[str]:
        """Those that the file names, as departments."""
        cells = set(dataset[widgets.SHIFT]) if widgets.SHIFT in dataset.headers else set()
        return shifts_ensure({widgets.shift_name(cell) for cell in cells} - {""})

    def _read(self, field: Field, row) -> Any:
        names = widgets.LEVELS.values() if field.attribute == "department_id" else [field.column_name]
        key = tuple((type(cell := row.get(name)), cell) for name in names)
        known = self.known_cells[field.attribute]
        if key not in known:
            known[key] = field.clean(row)
        return known[key]

    def _values(self, instance: Worker) -> dict[str, Any]:
        return {attribute: getattr(instance, attribute) for attribute in self.attributes}

    def _differing(self, instance: Worker) -> dict[str, tuple[str, str, str]]:
        """attribute -> (heading, before, now) of what the row changes; of somebody new, of what it says."""
        before = self.before or self._values(Worker())
        return {
            field.attribute: (field.column_name, self._shown(field, old), self._shown(field, now))
            for field in self.compared
            if (old := before[field.attribute]) != (now := getattr(instance, field.attribute))
        }

    def _change(self, instance: Worker) -> RosterChange:
        values = list(self._differing(instance).values())
        return RosterChange(
            row=self.row[ROW_KEY],
            person=str(instance),
            kind=self.kind,
            values=values if self.before else [value for value in values if value[0] not in widgets.NEEDED],
            worker_id=instance.pk if self.before else 0,
            number=instance.employee_number,
            name=instance.name,
        )

    def _shown(self, column: Field, value: Any) -> str:
        if column.attribute == "department_id":
            return self.tree.label(value)
        return column.widget.render(value)

    def _broken_rules(self, worker: Worker) -> Iterator[tuple[str, str]]:
        """(attribute, sentence) of every rule beyond one cell that the present row breaks."""
        number = worker.employee_number
        first = self.first_rows.setdefault(number, self.row[ROW_KEY])
        if not number:
            yield "employee_number", _("The employee number is missing. Write it, or delete the row.")
        elif first != self.row[ROW_KEY]:
            text = _(
                "%(number)s is in row %(first)d already. If both are one person, keep one of the rows. If not, one of the two "
                "numbers is wrong: correct it."
            )
            yield "employee_number", text % {"number": number, "first": first}
        elif worker.left_on and widgets.LEFT not in self.row:
            text = _("%(number)s left on %(date)s. If they came back, clear the leave date first, or take the row out.")
            yield "employee_number", text % {"number": number, "date": worker.left_on.isoformat()}
        if not worker.name:
            yield "name", _("The name is missing. Write it, or delete the row.")
        elif self.kind == "reused" and not self.claims.may_be_new(number, self.former[number]):
            yield "name", self.claims.refusal(number, worker.name, self.former[number].name)
        elif self.before and is_renamed(self.before, worker) and not self.claims.may_be_theirs(self.before, worker):
            yield "name", self.claims.refusal(number, worker.name, self.before["name"])
        for attribute, limit in LIMITS.items():
            if len(getattr(worker, attribute)) > limit:
                yield attribute, _("This is too long. Write at most %(limit)d characters.") % {"limit": limit}
        yield from worker_faults(worker, self.today)
