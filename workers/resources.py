"""HR's roster as a spreadsheet: the headings people really use, read whole or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import Result

from workers import widgets
from workers.formats import ROW_KEY
from workers.models import Department, Worker
from workers.services.departments import DepartmentTree, tree_lock
from workers.services.people import name_pinyin, name_written

CHANGES_KEPT = 100
READ = {
    "id",
    "department",
    "name_pinyin",
    "gender",
    "birth_date",
    "hired_on",
    "left_on",
}  # right once they could be read
WRITTEN = ["name", "gender", "birth_date", "department", "position", "hired_on", "phone", "left_on"]


@dataclass
class RosterChange:
    """row: as Excel shows it. values: (heading, before, now) of what differs."""

    row: int
    person: str
    is_new: bool
    values: list[tuple[str, str, str]] = field(default_factory=list)


class RosterResult(Result):
    """What import-export found, in sentences for HR."""

    row_numbers: list[int]
    columns: dict[str, str]

    def problems(self) -> list[str]:
        """One sentence for each mistake, in the order of the rows."""
        sentences = []
        for row in self.invalid_rows:
            for attribute, messages in row.error_dict.items():
                column = "" if attribute == NON_FIELD_ERRORS else self.columns.get(attribute, attribute)
                sentences += [self._sentence(row.number, column, message) for message in messages]
        return sentences

    def faults(self) -> list[Exception]:
        """What is no mistake in the file but one of ours."""
        in_rows = [fault.error for row in self.error_rows for fault in row.errors]
        return [fault.error for fault in self.base_errors] + in_rows

    def _sentence(self, number: int, column: str, message: str) -> str:
        row = self.row_numbers[number - 1]
        if column:
            return _("Row %(row)d, %(column)s: %(message)s") % {"row": row, "column": column, "message": message}
        return _("Row %(row)d: %(message)s") % {"row": row, "message": message}


class WorkerLoader(BaseInstanceLoader):
    """Everybody named in the file, in one read."""

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        self.number = resource.fields["employee_number"]
        numbers = {self.number.widget.clean(cell) for cell in dataset[widgets.NUMBER]}
        self.workers = {worker.employee_number: worker for worker in Worker.objects.filter(employee_number__in=numbers)}

    def get_instance(self, row):
        return self.workers.get(self.number.clean(row))


class RosterResource(ModelResource):
    """One row an employee, known by employee number. Columns that the file lacks stay as they are.

    A row costs no statement: workers and departments are read before, written in bulk after. So uniqueness is checked
    against the file here, and the constraints in plain Python, where Django's own checks would ask the database per row.
    """

    employee_number = Field("employee_number", widgets.NUMBER, widgets.NumberWidget())
    name = Field("name", widgets.NAME, widgets.NameWidget())
    gender = Field("gender", widgets.GENDER, widgets.GenderWidget())
    birth_date = Field("birth_date", widgets.BIRTH, widgets.DayWidget())
    department = Field("department_id", widgets.DEPARTMENT, widgets.PlaceWidget())
    workshop = Field("workshop", widgets.WORKSHOP, readonly=True)
    line = Field("line", widgets.LINE, readonly=True)
    position = Field("position", widgets.POSITION, widgets.NameWidget())
    hired_on = Field("hired_on", widgets.HIRED, widgets.DayWidget())
    phone = Field("phone", widgets.PHONE, widgets.TextWidget())
    left_on = Field("left_on", widgets.LEFT, widgets.DayWidget())

    class Meta:
        model = Worker
        fields = ["employee_number", "name", "gender", "birth_date", "department", "workshop", "line", "position"]
        fields += ["hired_on", "phone", "left_on"]
        import_id_fields = ["employee_number"]
        instance_loader_class = WorkerLoader
        clean_model_instances = True
        skip_unchanged = True
        skip_diff = True  # rows are compared by `before` below: Django's deepcopy of each would take half the time
        report_skipped = False
        use_bulk = True
        batch_size = None

    @classmethod
    def get_result_class(cls):
        return RosterResult

    def get_import_fields(self):
        return self.compared

    @cached_property
    def compared(self) -> list[Field]:
        """What a row may change. Asked several times a row."""
        return [field for field in super().get_import_fields() if not field.readonly]

    def before_import(self, dataset, **kwargs):
        tree_lock()
        self.tree = self.fields["department"].widget.tree = DepartmentTree()
        self.tree.ensure_all(self._places(dataset))
        self.today = timezone.localdate()
        self.first_rows: dict[str, int] = {}
        self.changes: list[RosterChange] = []

    def before_import_row(self, row, **kwargs):
        if widgets.WORKSHOP in row or widgets.LINE in row:
            row.setdefault(widgets.DEPARTMENT, "")

    def after_init_instance(self, instance, new, row, **kwargs):
        self.row = row
        self.before = [] if new else self._values(instance)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        is_unchanged = self.before == self._values(instance)
        return is_unchanged and not import_validation_errors and not any(self._broken_rules(instance))

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = dict(import_validation_errors or {})
        instance.name_pinyin = name_pinyin(instance.name) or "-"  # an empty name is the name's own error
        try:
            instance.full_clean(exclude={*errors, *READ}, validate_unique=False, validate_constraints=False)
        except ValidationError as problem:
            errors = problem.update_error_dict(errors)
        for attribute, text in self._broken_rules(instance):
            errors.setdefault(attribute, ValidationError(text))
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance, is_create, row, **kwargs):
        super().save_instance(instance, is_create, row, **kwargs)
        if len(self.changes) < CHANGES_KEPT:
            self.changes.append(self._change(instance, is_create))

    def bulk_update(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        """One INSERT ... ON CONFLICT: Django's CASE for each column and row takes minutes for a whole roster."""
        Worker.objects.bulk_create(
            self.update_instances,
            update_conflicts=True,
            unique_fields=["employee_number"],
            update_fields=[*WRITTEN, "name_pinyin", "updated_at"],
        )
        self.update_instances.clear()

    def after_import(self, dataset, result, **kwargs):
        result.row_numbers = dataset[ROW_KEY]
        result.columns = {field.attribute: field.column_name for field in self.compared}

    def before_export(self, queryset, **kwargs):
        self.tree = DepartmentTree()

    def dehydrate_department(self, worker):
        return self.tree.levels(worker.department_id).get(Department.Kind.DEPARTMENT, "")

    def dehydrate_workshop(self, worker):
        return self.tree.levels(worker.department_id).get(Department.Kind.WORKSHOP, "")

    def dehydrate_line(self, worker):
        return self.tree.levels(worker.department_id).get(Department.Kind.LINE, "")

    def _places(self, dataset) -> set[Any]:
        blank = [""] * len(dataset)
        columns = [dataset[name] if name in dataset.headers else blank for name in widgets.LEVELS.values()]
        cells = {
            tuple(name_written(widgets.cell_text(cell)) for cell in place) for place in set(zip(*columns, strict=True))
        }
        return {place for place in cells if all(len(name) <= Department.NAME_LENGTH for name in place)}

    def _values(self, instance: Worker) -> list:
        return [getattr(instance, field.attribute) for field in self.compared]

    def _change(self, instance: Worker, is_new: bool) -> RosterChange:
        change = RosterChange(row=self.row[ROW_KEY], person=str(instance), is_new=is_new)
        if not is_new:
            for column, before, now in zip(self.compared, self.before, self._values(instance), strict=True):
                if before != now:
                    show = self.tree.label if column.attribute == "department_id" else column.widget.render
                    change.values.append((column.column_name, show(before), show(now)))
        return change

    def _broken_rules(self, worker: Worker) -> Iterator[tuple[str, str]]:
        """(attribute, sentence) of every rule beyond one cell that the present row breaks."""
        number = worker.employee_number
        first = self.first_rows.setdefault(number, self.row[ROW_KEY])
        if first != self.row[ROW_KEY]:
            text = _("%(number)s is in row %(first)d already. Keep one of the two rows.")
            yield "employee_number", text % {"number": number, "first": first}
        elif worker.left_on and widgets.LEFT not in self.row:
            text = _("%(number)s left on %(date)s. If they came back, clear the leave date first, or take the row out.")
            yield "employee_number", text % {"number": number, "date": worker.left_on.isoformat()}
        if worker.birth_date and not date(1920, 1, 1) <= worker.birth_date < self.today:
            yield "birth_date", _("The birth date must lie in the past. Write it as 1995-02-28.")
        if worker.hired_on and not date(1950, 1, 1) <= worker.hired_on <= self.today + timedelta(days=366):
            yield "hired_on", _("The hire date is too far away. Write it as 2025-02-28.")
        if worker.left_on and worker.left_on > self.today:
            yield "left_on", _("The leave date lies in the future. Enter it when the day has come.")
        if worker.left_on and worker.hired_on and worker.left_on < worker.hired_on:
            yield "left_on", _("Nobody leaves before they were hired. Correct one of the two dates.")
