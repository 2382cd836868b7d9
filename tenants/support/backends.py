"""What support never does in a factory, whatever its role holds."""

from django.core.exceptions import PermissionDenied

from tenants.audit.context import support_uuid

# Colleagues and their rights, further support, the trail itself, and the grievance desk.
REFUSED_APPS = frozenset(["auth", "staff", "audit", "admin", "tenants", "grievances", "otp_totp", "otp_static"])
# Copies of people's data, their erasure, what people asked of their data, and keys of programs.
REFUSED = frozenset(["workers.export_worker", "workers.erase_worker"])
REFUSED_MODELS = ("_privacyrequest", "_consent", "_apitoken", "_colleague")


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
    return perm.split(".")[0] in REFUSED_APPS or perm in REFUSED or perm.endswith(REFUSED_MODELS)
