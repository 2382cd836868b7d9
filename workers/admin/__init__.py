"""HR's screens: employees and their roster, the tree of departments, what was sent."""

from workers.admin.departments import DepartmentAdmin
from workers.admin.messages import WorkerMessageAdmin
from workers.admin.people import WorkerAdmin

__all__ = ["DepartmentAdmin", "WorkerAdmin", "WorkerMessageAdmin"]
