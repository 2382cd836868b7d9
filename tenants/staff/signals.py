"""What is noted when a session of the admin begins and ends; and that no account begins under a name that is not one."""

from tenants.audit.actors import SUPPORT_PREFIX
from tenants.staff.models import SignIn
from tenants.staff.names import sign_in_name_check
from tenants.staff.services.sign_ins import sign_in_note


def signed_in(sender, request, user, **kwargs) -> None:
    sign_in_note(request=request, user=user)


def signing_out(sender, request, user, **kwargs) -> None:
    """Called before the session is emptied."""
    SignIn.objects.filter(session_key=request.session.row_key).delete()


def name_checked(sender, instance, raw, **kwargs) -> None:
    """Whoever makes the account, a command too. Support's has no password of any kind (tenants.support)."""
    is_support = instance.username.startswith(SUPPORT_PREFIX) and not instance.password and not instance.is_superuser
    if instance._state.adding and not raw and not is_support:
        instance.username = sign_in_name_check(instance.username)
