"""The page that shows a one-time link, once, and the mail that carries it."""

from smtplib import SMTPException

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from tenants.staff.models import Invitation

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


@sensitive_variables("secret", "address", "text")
def link_page(request: HttpRequest, site: AdminSite, invitation: Invitation, secret: str) -> HttpResponse:
    """What to send, ready to be copied into WeChat; with an address given, it has been mailed as well."""
    address = request.build_absolute_uri(reverse("admin:join", args=[secret]))
    context = {
        **site.each_context(request),
        "title": _("Send this link"),
        "invitation": invitation,
        "address": address,
        "text": link_text(invitation, address),
        "mailed": bool(invitation.email) and _mail(invitation, link_text(invitation, address)),
    }
    response = TemplateResponse(request, "tenants/staff/link.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def link_text(invitation: Invitation, address: str) -> str:
    if invitation.user_id:
        text = _(
            "%(name)s, with this link you set a new password for WeSupport. It works once, until %(until)s: %(address)s"
        )
    else:
        text = _(
            "%(name)s, with this link you open your WeSupport account. It works once, until %(until)s: %(address)s"
        )
    until = timezone.localtime(invitation.expires_at).strftime("%Y-%m-%d %H:%M")
    return text % {"name": invitation.name, "until": until, "address": address}


def _mail(invitation: Invitation, text: str) -> bool:
    """Whether it went out: nobody waits for a mail that did not."""
    if settings.EMAIL_BACKEND == NO_MAIL:
        return False
    try:
        return bool(send_mail(_("WeSupport: your link"), text, None, [invitation.email]))
    except (SMTPException, OSError):
        return False
