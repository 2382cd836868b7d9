"""HR's screens: employees and their roster, the tree of departments, what was sent."""

from workers.admin.audiences import AudienceAdmin
from workers.admin.binding import BindingPolicyAdmin
from workers.admin.colleagues import FactoryColleagueAdmin
from workers.admin.departments import DepartmentAdmin
from workers.admin.integrations import ApiTokenAdmin
from workers.admin.learners import PeopleAdmin
from workers.admin.messages import WorkerMessageAdmin
from workers.admin.privacy import PrivacyRequestAdmin
from workers.admin.shifts import ShiftAdmin

__all__ = [
    "ApiTokenAdmin",
    "AudienceAdmin",
    "BindingPolicyAdmin",
    "DepartmentAdmin",
    "FactoryColleagueAdmin",
    "PeopleAdmin",
    "PrivacyRequestAdmin",
    "ShiftAdmin",
    "WorkerMessageAdmin",
]
