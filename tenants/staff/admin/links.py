"""The page that shows a one-time link, once. Where its invitation names an address, the link is mailed as well."""

from django.contrib.admin import AdminSite
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from tenants.roles import LINE_LEADER
from tenants.staff.admin.fields import LEADER_HELP
from tenants.staff.models import Invitation
from tenants.staff.services.mail import SAID, link_mail
from tenants.words import moment_to_the_minute


@sensitive_variables("secret", "address")
def link_page(request: HttpRequest, site: AdminSite, invitation: Invitation, secret: str) -> HttpResponse:
    """For a link of the present site. Call it when the link is committed."""
    address = request.build_absolute_uri(reverse("admin:join", args=[secret]))
    place = getattr(connection.tenant, "name", "CCR CSR")  # public has no name
    done = reverse("admin:auth_user_changelist")
    return link_shown(request, site, invitation, address, place=place, done=done, title=_("Send this link"))


@sensitive_variables("address", "text")
def link_shown(
    request: HttpRequest, site: AdminSite, invitation: Invitation, address: str, *, place: str, done: str, title: str
) -> HttpResponse:
    """What to send, ready to be copied into WeChat, and what became of the mail. place: the factory. done: where to go then."""
    reply_to = request.user.email
    mailed = link_mail(invitation=invitation, address=address, place=place, reply_to=reply_to)
    context = {
        **site.each_context(request),
        "title": title,
        "invitation": invitation,
        "address": address,
        "text": link_text(invitation, address),
        "mailed": mailed,
        "mailed_said": SAID[mailed] % {"email": invitation.email},
        "leader_help": LEADER_HELP if _is_for_leader(invitation) else "",
        "done_url": done,
    }
    response = TemplateResponse(request, "tenants/staff/link.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_for_leader(invitation: Invitation) -> bool:
    return not invitation.user_id and LINE_LEADER in {role.name for role in invitation.roles.all()}


def link_text(invitation: Invitation, address: str) -> str:
    if invitation.user_id:
        text = _(
            "%(name)s, with this link you set a new password for WeSupport. It works once, until %(until)s: %(address)s"
        )
    else:
        text = _(
            "%(name)s, with this link you open your WeSupport account. It works once, until %(until)s: %(address)s"
        )
    until = moment_to_the_minute(invitation.expires_at)
    return text % {"name": invitation.name, "until": until, "address": address}
