"""What is noted when a session of the admin begins and ends."""

from tenants.staff.models import SignIn
from tenants.staff.services.sign_ins import sign_in_note


def signed_in(sender, request, user, **kwargs) -> None:
    sign_in_note(request=request, user=user)


def signing_out(sender, request, user, **kwargs) -> None:
    """Called before the session is emptied."""
    SignIn.objects.filter(session_key=request.session.session_key or "").delete()
