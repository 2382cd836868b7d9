"""The roles that an admin site starts with. Names are stable keys; the screens show their translation."""

from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.utils.translation import gettext_lazy
from django_tenants.utils import get_public_schema_name

ADMIN_ROLE = "hr_admin"
EDITOR_ROLE = "content_editor"
OFFICER_ROLE = "grievance_officer"
LIBRARY_ADMIN_ROLE = "library_admin"
OMBUDSMAN_ROLE = "ombudsman"

# App labels whose permissions a role holds; a factory's users never hold permissions on public's tables. Those on
# "grievances" open the officers' desk; reading a case takes keys, which no role gives.
ROLE_APPS = {
    ADMIN_ROLE: ["auth", "lessons", "workers", "wechat", "progress", "announcements", "grievances"],
    EDITOR_ROLE: ["lessons"],
    OFFICER_ROLE: ["grievances"],
}
LIBRARY_ROLE_APPS = {
    LIBRARY_ADMIN_ROLE: ["auth", "lessons", "tenants", "grievances"],
    EDITOR_ROLE: ["lessons"],
    OMBUDSMAN_ROLE: ["grievances"],
}
_TITLES = {
    ADMIN_ROLE: gettext_lazy("HR administrator"),
    EDITOR_ROLE: gettext_lazy("Content editor"),
    OFFICER_ROLE: gettext_lazy("Officer for workers' voice"),
    LIBRARY_ADMIN_ROLE: gettext_lazy("Library administrator"),
    OMBUDSMAN_ROLE: gettext_lazy("Ombudsman"),
}
_DESCRIPTIONS = {
    ADMIN_ROLE: gettext_lazy("everything: lessons, notices, employees, learning, WeChat, colleagues"),
    EDITOR_ROLE: gettext_lazy("writes and publishes lessons; sees nobody's learning"),
    OFFICER_ROLE: gettext_lazy("reads and answers what workers send, with keys of their own; sees nobody's learning"),
    OMBUDSMAN_ROLE: gettext_lazy(
        "reads and answers what workers of all factories send to CCR CSR, with keys of their own"
    ),
    LIBRARY_ADMIN_ROLE: gettext_lazy("everything: the library, factories, colleagues"),
}


def role_title(name: str) -> str:
    return str(_TITLES.get(name, name))


def role_description(name: str) -> str:
    return str(_DESCRIPTIONS.get(name, ""))


def roles_ensure() -> None:
    """Create or complete the default roles in the present schema. Running it again changes nothing."""
    in_public = connection.schema_name == get_public_schema_name()
    for name, app_labels in (LIBRARY_ROLE_APPS if in_public else ROLE_APPS).items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(content_type__app_label__in=app_labels))
