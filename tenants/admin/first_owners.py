"""The first owner of a factory, as CCR CSR sees them: whom the link is for, how it stands, and the page that shows it once."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.forms import CharField, EmailField, Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from tenants.models import Factory
from tenants.services import FirstOwner
from tenants.staff.admin.fields import MAIL_HELP
from tenants.staff.admin.links import link_shown
from tenants.staff.models import Invitation
from tenants.words import moment_to_the_minute


class FirstOwnerForm(Form):
    admin_name = CharField(
        label=gettext_lazy("name of the first owner"),
        max_length=150,
        help_text=gettext_lazy("They get a link, and choose their own sign-in name and password there."),
        widget=UnfoldAdminTextInputWidget,
    )
    admin_email = EmailField(
        label=gettext_lazy("e-mail"),
        required=False,
        help_text=MAIL_HELP,
        widget=UnfoldAdminEmailInputWidget,
    )


def address_of(host: str) -> str:
    return f"{settings.SITE_SCHEME}://{host}{settings.SITE_PORT}/"


def owner_link_page(
    request: HttpRequest, site: AdminSite, factory: Factory, invitation: Invitation, secret: str, *, title: str
) -> HttpResponse:
    """The link is on this page and nowhere else: it is not kept, not even for a redirect. Call it when it is committed."""
    return link_shown(
        request,
        site,
        invitation,
        f"{address_of(factory.get_primary_domain().domain)}admin/join/{secret}/",
        place=factory.name,
        done=reverse("admin:tenants_factory_change", args=[factory.pk]),
        title=title,
    )


def link_state(owner: FirstOwner) -> str:
    """Never who took it: what people in a factory are called is the factory's."""
    if owner.taken_at:
        return _("taken on %(day)s") % {"day": timezone.localtime(owner.taken_at).strftime("%Y-%m-%d")}
    if owner.invitation and owner.is_open:
        until = moment_to_the_minute(owner.invitation.expires_at)
        return _("open until %(until)s") % {"until": until}
    return _("expired: make a new one")
