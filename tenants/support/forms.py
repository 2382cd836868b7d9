from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tenants.enrolment import by_enrolment
from tenants.roles import role_description, role_title
from tenants.support.services import HOURS, roles_offered


class GrantForm(forms.Form):
    role = forms.ChoiceField(
        label=_("role"),
        widget=UnfoldAdminSelectWidget,
        help_text=by_enrolment(
            _(
                "Choose the least that is enough. Support never hands out rights, changes employees, prints slips, sends "
                "notices, exports or erases anybody's data."
            ),
            _(
                "Choose the least that is enough. Support never hands out rights, changes learners, sends notices, exports or "
                "erases anybody's data."
            ),
        ),
    )
    hours = forms.TypedChoiceField(
        label=_("for how long"),
        coerce=int,
        choices=lambda: [(hours, _("%(hours)d h") % {"hours": hours}) for hours in HOURS],
        initial=HOURS[1],
        widget=UnfoldAdminSelectWidget,
        help_text=_("It ends by itself then. You can end it earlier at any time."),
    )
    reason = forms.CharField(
        label=_("what for"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=by_enrolment(
            _("For example: the roster cannot be imported. Support reads it, and it stays on record."),
            _("For example: a notice does not go out. Support reads it, and it stays on record."),
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            (role, f"{role_title(role)} · {role_description(role)}") for role in roles_offered()
        ]
