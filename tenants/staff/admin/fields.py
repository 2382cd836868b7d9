from django.contrib.auth.models import Group
from django.forms import ModelMultipleChoiceField
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from tenants.roles import role_description, role_title
from tenants.staff.services.mail import mail_is_set_up

LEADER_HELP = gettext_lazy(
    "The account of a line leader shows nobody until an owner has opened it under “Colleagues” and chosen which employee"
    " they are."
)


class RolesField(ModelMultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, group: Group) -> str:
        description = role_description(group.name)
        return f"{role_title(group.name)} · {description}" if description else role_title(group.name)


def _mail_help() -> str:
    if mail_is_set_up():
        return _("The link is also sent there. Left empty, you send it yourself, for example by WeChat.")
    return _(
        "This server is not set up to send mail, so it may stay empty: you send the link yourself, for example by WeChat."
    )


MAIL_HELP = lazy(_mail_help, str)()  # beside an address that a link may be sent to
