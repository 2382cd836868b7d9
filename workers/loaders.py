"""Whom the rows of a roster are about."""

from collections import defaultdict

from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader

from workers import widgets
from workers.models import Worker
from workers.services.people import same_person_by
from workers.services.spelling import name_key, name_written

REMARKS_KEPT = 5


class WorkerLoader(BaseInstanceLoader):
    """Everybody named in the file, in two reads. A number beside another name is nobody's yet when its holder has left, or HR
    says that they have. A number that nobody has may be the new one of somebody known: HR says so."""

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        self.number = resource.fields["employee_number"]
        self.numbers = {self.number.widget.clean(cell) for cell in dataset[widgets.NUMBER]}
        found = Worker.objects.filter(employee_number__in=self.numbers)
        self.workers = {worker.employee_number: worker for worker in found}
        self.elsewhere = self._elsewhere(dataset) if resource.decisions is not None else {}
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
        if worker is None:
            return self._renumbered(number, row)
        if self._is_somebody_else(worker, row):
            worker.left_on = worker.left_on or self.resource.decided.left_on
            self.resource.former[number] = worker
            return None
        return worker

    def _elsewhere(self, dataset) -> dict[str, list[Worker]]:
        """By their names, as the file has them beside new numbers: those who stand nowhere in the file under their own."""
        numbers = map(self.number.widget.clean, dataset[widgets.NUMBER])
        named = list(zip(numbers, (widgets.cell_text(cell) for cell in dataset[widgets.NAME]), strict=True))
        new = {name_written(name) for number, name in named if number not in self.workers}
        own = {(number, name_key(name)) for number, name in named}
        found = defaultdict(list)
        for worker in Worker.objects.filter(name__in=new).order_by("-left_on"):  # who works here, then who left last
            if (worker.employee_number, key := name_key(worker.name)) not in own:
                found[key].append(worker)
        return found

    def _renumbered(self, number: str, row) -> Worker | None:
        alike = self.elsewhere.get(name_key(widgets.cell_text(row.get(widgets.NAME, ""))), [])
        told = self.resource.told(row) if alike else {}
        for worker in alike:
            if same_person_by(vars(worker), told):
                alike.remove(worker)
                return self.resource.renumber(worker, number, row)
        return None

    def _is_somebody_else(self, worker: Worker, row) -> bool:
        name = widgets.cell_text(row.get(widgets.NAME, ""))
        if not name or name_key(name) == name_key(worker.name):
            return False
        if worker.left_on is None:
            return worker.pk in self.resource.decided.another
        return worker.pk not in self.resource.decided.same and not widgets.cell_text(row.get(widgets.LEFT, ""))
