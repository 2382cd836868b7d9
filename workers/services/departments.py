"""The tree of departments. A node's `path` names its ancestors by id, so a move rewrites the paths below it."""

import re
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from tenants.errors import DomainError
from workers.models import Department, Worker
from workers.services.spelling import name_written, natural_key

MAX_DEPTH = 8
KINDS = (Department.Kind.DEPARTMENT, Department.Kind.WORKSHOP, Department.Kind.LINE)  # from the top down
WAY = " › "  # between the names of a way down, for eyes
_STEP = re.compile(r"[/\\>]")
_ENDINGS = {Department.Kind.WORKSHOP: ("车间",), Department.Kind.LINE: ("线", "拉", "组", "班")}


class DepartmentRefused(DomainError):
    """codes: department_taken, department_cycle, department_too_deep, department_closed, department_in_use."""

    code = "department_refused"


class PlaceUnknown(ValueError):
    """kind: of the place that is not there."""

    def __init__(self, message: str, *, kind: str):
        super().__init__(message)
        self.kind = kind


class DepartmentTree:
    """All departments in memory, to find or make many places with two statements for each new node.

    The name of one that was merged into another leads to that other. is_fixed: what is not there is not made; `ensure` raises
    PlaceUnknown.
    """

    def __init__(self, *, is_fixed: bool = False):
        self.is_fixed = is_fixed
        nodes = list(Department.objects.all())
        self._nodes = {(node.parent_id, node.name): node for node in nodes}
        self._by_id = {node.pk: node for node in nodes}

    def ensure(self, *, department: str = "", workshop: str = "", line: str = "") -> Department | None:
        """The lowest place named; levels left empty are passed over. None when all are empty."""
        place = None
        levels = [
            (Department.Kind.DEPARTMENT, department),
            (Department.Kind.WORKSHOP, workshop),
            (Department.Kind.LINE, line),
        ]
        for kind, name in levels:
            if name:
                place = self._child(place, kind, name)
        return place

    def tops(self) -> set[str]:
        """The names at the top, also of those merged into others."""
        return {name for parent_id, name in self._nodes if parent_id is None}

    def ensure_all(self, places: Iterable[tuple[str, str, str]]) -> None:
        """Many places (department, workshop, line), made in the order that people count them: 一车间 before 二车间."""
        for department, workshop, line in sorted(set(places), key=lambda place: [natural_key(name) for name in place]):
            self.ensure(department=department, workshop=workshop, line=line)

    def label(self, department_id: int | None) -> str:
        """The way down to a place: "生产部 / 一车间"; "" for none."""
        return "" if department_id is None else " / ".join(self.names(department_id))

    def names(self, department_id: int) -> list[str]:
        """The way down to a place: ["生产部", "一车间"]."""
        ids = self._by_id[self.current_id(department_id)].path.split("/")[:-1]
        return [self._by_id[int(part)].name for part in ids]

    def current_id(self, department_id: int) -> int:
        """The department itself, or the one it was merged into."""
        return self._by_id[department_id].merged_into_id or department_id

    def levels(self, department_id: int | None) -> dict[Any, str]:
        """kind -> name of the place and of those above it; of two of one kind, the lower."""
        if department_id is None:
            return {}
        nodes = [self._by_id[int(part)] for part in self._by_id[department_id].path.split("/")[:-1]]
        return {node.kind: node.name for node in nodes}

    def _child(self, parent: Department | None, kind: Any, name: str) -> Department:
        key = (parent.pk if parent else None, name)
        if key not in self._nodes:
            if self.is_fixed:
                raise PlaceUnknown(_unknown_text(parent, name), kind=str(kind))
            node = self._nodes[key] = _create(parent, kind, name)
            self._by_id[node.pk] = node
        return self._by_id[self.current_id(self._nodes[key].pk)]


def way_read(way: str) -> tuple[str, str, str]:
    """Department, workshop and line of a way down in one cell: "注塑车间/A线" -> ("", "注塑车间", "A线").

    Of all ways to give the parts their levels, the one that fits most endings; among equals the one nearest to the top.
    Raises ValueError for more than three parts.
    """
    parts = [part for step in _STEP.split(way) if (part := name_written(step))]
    if len(parts) < 2:
        return "".join(parts), "", ""
    if len(parts) > len(KINDS):
        text = _("“%(value)s” goes more than three levels down. Write department/workshop/line: 生产部/一车间/A线.")
        raise ValueError(text % {"value": way[:60]})
    kinds = max(
        combinations(KINDS, len(parts)),
        key=lambda kinds: sum(part.endswith(_ENDINGS.get(kind, ())) for kind, part in zip(kinds, parts, strict=True)),
    )
    department, workshop, line = (dict(zip(kinds, parts, strict=True)).get(kind, "") for kind in KINDS)
    return department, workshop, line


def tree_lock() -> None:
    """Whoever changes the tree, or brings a roster, waits here for the one before. Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext('departments'))", [connection.schema_name])


@transaction.atomic
def department_ensure(*, department: str = "", workshop: str = "", line: str = "") -> Department | None:
    """Find or make one place of the tree, e.g. `department="生产部", workshop="一车间", line="A线"`."""
    tree_lock()
    return DepartmentTree().ensure(department=department, workshop=workshop, line=line)


@transaction.atomic
def department_create(
    *, name: str, kind: str, parent: Department | None = None, leader: Worker | None = None
) -> Department:
    """Raises DepartmentRefused when the name is taken beside it, or the tree would grow too deep."""
    tree_lock()
    department_check(department=None, parent=parent, name=name)
    return _create(parent, kind, name, leader)


@transaction.atomic
def department_change(
    *, department: Department, name: str, kind: str, parent: Department | None, leader: Worker | None
) -> Department:
    """Give it these values; what hangs below it and its people move with it. One step in its history.

    Raises DepartmentRefused, and then nothing has been written.
    """
    tree_lock()
    department.refresh_from_db()
    if parent is not None:
        parent.refresh_from_db()
    department_check(department=department, parent=parent, name=name)
    is_moved = department.parent_id != (parent.pk if parent else None)
    department.name, department.kind, department.parent, department.leader = name, kind, parent, leader
    department.save(update_fields=["name", "kind", "parent", "leader", "updated_at"])
    if is_moved:
        subtree_hang(department, parent)
    return department


def department_move(*, department: Department, parent: Department | None) -> Department:
    """Hang a department, with all below it, under another one (or at the top). Its people move with it."""
    kept = {"name": department.name, "kind": department.kind, "leader": department.leader}
    return department_change(department=department, parent=parent, **kept)


@transaction.atomic
def department_delete(*, department: Department) -> None:
    """Only of an empty one, made by mistake. Raises DepartmentRefused where anything was ever put into it."""
    tree_lock()
    if department.workers.exists() or department.children.exists() or department.merged.exists():
        text = _("“%(name)s” has people, sub-departments or a past. Merge it into another department instead.")
        raise DepartmentRefused(text % {"name": department.name}, code="department_in_use")
    department.delete()


def department_check(*, department: Department | None, parent: Department | None, name: str) -> None:
    """May `department` (None: a new one) stand under `parent` with this name? Raises DepartmentRefused."""
    height = 1
    for place in (department, parent):
        if place is not None and place.merged_into_id:
            text = _("“%(name)s” was merged into another department and is closed. Choose one that is open.")
            raise DepartmentRefused(text % {"name": place.name}, code="department_closed")
    if department is not None:
        if parent is not None and parent.path.startswith(department.path):
            text = _("A department cannot belong to itself or to one below it. Choose another place.")
            raise DepartmentRefused(text, code="department_cycle")
        below = Department.objects.filter(path__startswith=department.path)
        height += max(node.depth for node in below) - department.depth
    if parent is not None and parent.depth + 1 + height > MAX_DEPTH:
        text = _("Departments go at most %(depth)d levels deep. Choose a higher place.") % {"depth": MAX_DEPTH}
        raise DepartmentRefused(text, code="department_too_deep")
    siblings = Department.objects.filter(parent=parent, name=name).exclude(pk=department.pk if department else None)
    if taken := siblings.select_related("merged_into").first():
        raise DepartmentRefused(_taken_text(taken), code="department_taken")


def _unknown_text(parent: Department | None, name: str) -> str:
    if parent is None:
        return _("There is no department “%(name)s”. Correct the name, or let it be made.") % {"name": name}
    text = _("There is no “%(name)s” in “%(above)s”. Correct the name, or let it be made.")
    return text % {"name": name, "above": parent.name}


def _taken_text(taken: Department) -> str:
    if taken.merged_into is None:
        text = _("“%(name)s” is there already. Choose another name or another place.")
        return text % {"name": taken.name}
    text = _("“%(name)s” was merged into “%(other)s”, and old files find it by this name. Choose another name.")
    return text % {"name": taken.name, "other": taken.merged_into.name}


def subtree_hang(department: Department, parent: Department | None) -> None:
    """Rewrite the paths of a department and of all below it. The caller holds the tree's lock."""
    old, new = department.path, path_of(parent, department)
    below = Department.objects.filter(path__startswith=old)
    below.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    department.path = new


def path_of(parent: Department | None, node: Department) -> str:
    """Ids of equal length, so that siblings sort in the order they were made."""
    return f"{parent.path if parent else ''}{node.pk:06d}/"


def _create(parent: Department | None, kind: str, name: str, leader: Worker | None = None) -> Department:
    node = Department.objects.create(parent=parent, kind=kind, name=name, leader=leader, path="")
    node.path = path_of(parent, node)
    Department.objects.filter(pk=node.pk).update(path=node.path)
    return node
