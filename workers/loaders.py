"""Whom the rows of a roster are about."""

from collections import defaultdict
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader

from workers import widgets
from workers.formats import ROW_KEY
from workers.models import Worker
from workers.services.people import may_be_one, same_person_by
from workers.services.spelling import name_key, name_written

REMARKS_KEPT = 5
ONE_SPELLING = "^[一-鿿]+$"  # names that are their own key; of others the database cannot tell how else they are spelt


class WorkerLoader(BaseInstanceLoader):
    """Everybody named in the file, in a few reads. A number beside another name is nobody's yet when its holder has left, or HR
    says that they have. Any such number, and one that nobody has, may be the new one of somebody known: HR says so."""

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        self.number = resource.fields["employee_number"]
        self.numbers = {self.number.widget.clean(cell) for cell in dataset[widgets.NUMBER]}
        found = Worker.objects.filter(employee_number__in=self.numbers)
        self.workers = {worker.employee_number: worker for worker in found}
        self.elsewhere = self._elsewhere(dataset)
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
        holder = self.workers.get(number)
        if holder is None:
            return self._renumbered(number, row) if self.resource.decisions is not None else None
        if number in self.resource.first_rows or not _is_another_name(holder, row):
            return holder
        if known := self._known(row, is_taken=True):
            self.resource.claims.known[number] = known
            if holder.pk in self.resource.decided.given:
                self.resource.number_given_up(number, holder)
                self.resource.renumbered[known.pk] = number
                return known
        if self._is_somebody_else(holder, row):
            self.resource.number_given_up(number, holder)
            return None
        return holder

    def _elsewhere(self, dataset) -> dict[str, list[Worker]]:
        """By their names, as the file has them beside numbers of nobody or of somebody called otherwise: those who stand nowhere
        in the file under their own."""
        numbers = map(self.number.widget.clean, dataset[widgets.NUMBER])
        named = list(zip(numbers, (widgets.cell_text(cell) for cell in dataset[widgets.NAME]), strict=True))
        own = {(number, name_key(name)) for number, name in named}
        wanted = {name for number, name in named if self._is_in_question(number, name)}
        if not wanted:
            return {}
        found, keys = defaultdict(list), {name_key(name) for name in wanted}
        spelt = keys | {name_written(name) for name in wanted}
        people = Worker.objects.filter(Q(name__in=spelt) | ~Q(name__regex=ONE_SPELLING))
        for worker in people.order_by("-left_on"):  # who works here, then who left last
            if (key := name_key(worker.name)) in keys and (worker.employee_number, key) not in own:
                found[key].append(worker)
        return found

    def _is_in_question(self, number: str, name: str) -> bool:
        holder = self.workers.get(number)
        if holder is None:
            return self.resource.decisions is not None
        return _differ(holder.name, name)

    @cached_property
    def _by_proofs(self) -> dict[tuple, Worker]:
        """(birth date, ID card) as the file has them beside new numbers -> who works here and stands nowhere in the file under
        their own number."""
        if not {widgets.BIRTH, widgets.ID_CARD} <= set(self.dataset.headers):
            return {}
        columns = (self.dataset[name] for name in (widgets.NUMBER, widgets.BIRTH, widgets.ID_CARD))
        proofs = {
            self._proofs({widgets.BIRTH: born, widgets.ID_CARD: card})
            for number, born, card in zip(*columns, strict=True)
            if self.number.widget.clean(number) not in self.workers
        }
        born, cards = ({value for value in values if value} for values in zip(*proofs, strict=True))
        people = Worker.objects.employed().filter(birth_date__in=born, id_last_four__in=cards)
        return {(one.birth_date, one.id_last_four): one for one in people if one.employee_number not in self.numbers}

    def _proofs(self, row) -> tuple:
        told = self.resource.told(row)
        return told["birth_date"], told["id_last_four"]

    def _renumbered(self, number: str, row) -> Worker | None:
        """Who goes by a new number, if HR says so."""
        if known := self._known(row, is_taken=False):
            return self.resource.renumber(known, number, row)
        known = self._by_proofs.pop(self._proofs(row), None)
        return self.resource.renumber(known, number, row) if known else None

    def _known(self, row, *, is_taken: bool) -> Worker | None:
        """Somebody of that name who may be meant. is_taken: the number is somebody else's. Then it matters so much whose it is
        that a name alone, with another phone, is reason to ask."""
        alike = self.elsewhere.get(name_key(widgets.cell_text(row.get(widgets.NAME, ""))), [])
        told = self.resource.told(row) if alike else {}
        for worker in alike:
            by_name = is_taken or (worker.left_on is None and not (worker.phone and told["phone"]))
            if may_be_one(vars(worker), told) and (by_name or same_person_by(vars(worker), told)):
                alike.remove(worker)
                return worker
        if is_taken and alike:
            self.resource.claims.misplaced.add(row[ROW_KEY])
        return None

    def _is_somebody_else(self, holder: Worker, row) -> bool:
        """The row has another name than theirs."""
        if holder.left_on is None:
            return holder.pk in self.resource.decided.another
        return holder.pk not in self.resource.decided.same and not widgets.cell_text(row.get(widgets.LEFT, ""))


def _is_another_name(holder: Worker, row) -> bool:
    name = widgets.cell_text(row.get(widgets.NAME, ""))
    return bool(name) and _differ(holder.name, name)


def _differ(name: str, other: str) -> bool:
    return name != other and name_key(name) != name_key(other)
