"""Names in the audit trail that stand for no colleague, and so are no colleague's."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SYSTEM, WORKER_ACTOR, UNKNOWN = "system", "worker", "unknown"
SUPPORT_PREFIX, PROGRAM_PREFIX = "support-", "api:"


def actor_name_check(username: str) -> None:
    """Raises ValidationError for a sign-in name that the trail would take for a task, an employee, a program or support."""
    name = username.lower()
    if name in (SYSTEM, WORKER_ACTOR, UNKNOWN) or name.startswith((SUPPORT_PREFIX, PROGRAM_PREFIX)):
        raise ValidationError(_("This sign-in name is reserved. Choose another one."), code="reserved")
