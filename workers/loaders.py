"""Whom the rows of a roster are about."""

from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader

from workers import widgets
from workers.models import Worker
from workers.services.spelling import name_key

REMARKS_KEPT = 5


class WorkerLoader(BaseInstanceLoader):
    """Everybody named in the file, in one read. A number beside another name is nobody's yet when its holder has left, or HR
    says that they have."""

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        self.number = resource.fields["employee_number"]
        self.numbers = {self.number.widget.clean(cell) for cell in dataset[widgets.NUMBER]}
        found = Worker.objects.filter(employee_number__in=self.numbers)
        self.workers = {worker.employee_number: worker for worker in found}
        if lost := self.zeros_lost():
            text = _(
                "The file has %(short)s, the roster %(long)s. If both are one person, format 工号 as text and add the zeros."
            )
            resource.remarks += [text % {"short": short, "long": long} for short, long in lost[:REMARKS_KEPT]]

    def zeros_lost(self) -> list[tuple[str, str]]:
        """(number in the file, number on the roster) where they differ by zeros in front: Excel drops them from numbers."""
        new = {number for number in self.numbers - set(self.workers) if number.isdecimal()}
        if not new:
            return []
        padded = Worker.objects.employed().filter(employee_number__regex="^0+[1-9][0-9]*$")
        numbers = padded.values_list("employee_number", flat=True)
        return sorted((number.lstrip("0"), number) for number in numbers if number.lstrip("0") in new)

    def get_instance(self, row):
        number = self.number.clean(row)
        worker = self.workers.get(number)
        if worker is not None and self._is_somebody_else(worker, row):
            worker.left_on = worker.left_on or self.resource.decided.left_on
            self.resource.former[number] = worker
            return None
        return worker

    def _is_somebody_else(self, worker: Worker, row) -> bool:
        name = widgets.cell_text(row.get(widgets.NAME, ""))
        if not name or name_key(name) == name_key(worker.name):
            return False
        if worker.left_on is None:
            return worker.pk in self.resource.decided.another
        return worker.pk not in self.resource.decided.same and not widgets.cell_text(row.get(widgets.LEFT, ""))
