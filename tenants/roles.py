"""The roles a new factory starts with. Names are stable keys; the screens show their translation."""

from django.contrib.auth.models import Group, Permission

ADMIN_ROLE = "hr_admin"
EDITOR_ROLE = "content_editor"

# App labels whose permissions a role holds; a factory's users never hold permissions on public's tables.
ROLE_APPS = {
    ADMIN_ROLE: ["auth", "lessons", "workers", "wechat", "progress", "announcements"],
    EDITOR_ROLE: ["lessons"],
}


def roles_ensure() -> None:
    """Create or complete the default roles in the present schema. Running it again changes nothing."""
    for name, app_labels in ROLE_APPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(content_type__app_label__in=app_labels))
