"""What support may do in a factory, whatever its role holds: look, and write what nobody gets in by."""

from django.core.exceptions import PermissionDenied

from tenants.audit.context import support_uuid

# Colleagues and their rights, further support, the trail itself, and the grievance desk.
REFUSED_APPS = frozenset(["auth", "staff", "audit", "admin", "tenants", "grievances", "otp_totp", "otp_static"])
# What people asked of their data, keys of programs, whose account is whose: not even to look at.
REFUSED_MODELS = ("_privacyrequest", "_consent", "_apitoken", "_colleague")
# Everything that is written is refused but this. Not employees, slips, phones and rules of binding: whoever changes a phone
# number or prints a slip binds with it after the grant. Not birth dates and ID cards either: binding asks for them; nor a roster,
# not even to check it: what is new, changed or unchanged in a file of guesses tells them all. Nor departments: whom a line is
# led by is who sees its people.
WRITTEN_APPS = frozenset(["lessons"])
WRITTEN_MODELS = ("_shift", "_shiftday", "_audience", "_announcement", "_scene")
OTHERS = frozenset(["workers.see_all_departments", "progress.view_figures"])


class SupportBackend:
    """Gives nothing and lets nobody in (so it has no `get_user`): in a request under a SupportGrant it refuses, and no other
    backend is asked then."""

    def authenticate(self, request, **credentials) -> None:
        return None

    def has_perm(self, user_obj, perm: str, obj=None) -> bool:
        if support_uuid.get() and is_refused(perm):
            raise PermissionDenied
        return False

    def has_module_perms(self, user_obj, app_label: str) -> bool:
        if support_uuid.get() and app_label in REFUSED_APPS:
            raise PermissionDenied
        return False


def is_refused(perm: str) -> bool:
    app, _dot, codename = perm.partition(".")
    if app in REFUSED_APPS or codename.endswith(REFUSED_MODELS):
        return True
    is_look = codename.startswith("view_")
    return not (is_look or app in WRITTEN_APPS or codename.endswith(WRITTEN_MODELS) or perm in OTHERS)
