"""Two departments become one: its people, what hangs below it and its leader go over, its name stays as a signpost."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from workers.models import Department, Worker
from workers.services.departments import DepartmentRefused, department_check, path_of, subtree_hang, tree_lock
from workers.services.history import CHANGED, history_insert


@dataclass(frozen=True)
class Extent:
    """What a move or a merge concerns: people employed, people who have left, sub-departments on every level."""

    employed: int
    left: int
    below: int


def department_extent(*, department: Department) -> Extent:
    people = Worker.objects.in_department(department)
    employed = people.employed().count()
    below = Department.objects.filter(path__startswith=department.path).exclude(pk=department.pk)
    return Extent(employed=employed, left=people.count() - employed, below=below.count())


@transaction.atomic
def department_merge(*, department: Department, into: Department, by: User | str) -> Department:
    """Close `department` for `into`, which is returned. Sub-departments of one name are merged as well, on every level.

    Who led it leads `into` where nobody does. Raises DepartmentRefused, and then nothing has been written.
    """
    tree_lock()
    department.refresh_from_db()
    into.refresh_from_db()
    merge_check(department=department, into=into)
    moved = _merge(department, into, by)
    audit_record(by=by, action="department_merged", about=department, subjects=moved, into=into.pk)
    return into


def merge_check(*, department: Department, into: Department) -> None:
    """May the one be closed for the other? Raises DepartmentRefused. Depth and names are looked at on the way."""
    if department.merged_into_id or into.merged_into_id:
        text = _("One of the two is closed already. Choose departments that are open.")
        raise DepartmentRefused(text, code="department_closed")
    if into.path.startswith(department.path):
        text = _("A department cannot be merged into itself or into one below it. Choose another one.")
        raise DepartmentRefused(text, code="department_cycle")


def _merge(department: Department, into: Department, by: User | str) -> list[int]:
    """Ids of the workers who changed over. Closed first, so that its name leads on while its children find their place."""
    children = list(Department.objects.filter(parent=department).order_by("path"))
    _close(department, into)
    moved = _people_move(department, into, by)
    for child in children:
        namesake = Department.objects.filter(parent=into, name=child.name).select_related("merged_into").first()
        if child.merged_into_id:
            if namesake is None:  # a signpost: it stands where the name is looked for now
                Department.objects.filter(pk=child.pk).update(parent=into)
        elif namesake is None or namesake.merged_into_id == child.pk:
            Department.objects.filter(merged_into=child, parent=into, name=child.name).update(parent=child)
            _hang(child, into)
        else:
            merge_check(department=child, into=namesake.current)
            moved += _merge(child, namesake.current, by)
    return moved


def _hang(child: Department, into: Department) -> None:
    department_check(department=child, parent=into, name=child.name)
    child.parent = into
    child.save(update_fields=["parent", "updated_at"])
    subtree_hang(child, into)


def _close(department: Department, into: Department) -> None:
    if into.leader_id is None and department.leader_id is not None:
        into.leader_id = department.leader_id
        into.save(update_fields=["leader", "updated_at"])
    department.merged_into, department.closed_on, department.leader = into, timezone.localdate(), None
    department.save(update_fields=["merged_into", "closed_on", "leader", "updated_at"])
    Department.objects.filter(pk=department.pk).update(path=path_of(None, department))  # it has left the tree
    Department.objects.filter(merged_into=department).update(merged_into=into)  # always one step to a standing one


def _people_move(department: Department, into: Department, by: User | str) -> list[int]:
    ids = list(Worker.objects.filter(department=department).values_list("pk", flat=True))
    Worker.objects.filter(department=department).update(department=into, updated_at=timezone.now())
    history_insert(Worker, ids, kind=CHANGED, user_id=by.pk if isinstance(by, User) else None, reason="merged")
    return ids
