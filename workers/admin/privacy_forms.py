"""What HR fills in to answer for an employee's data: erasing it, and refusing what was asked."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from tenants.enrolment import by_enrolment
from workers.models import PrivacyRequest, Worker
from workers.privacy.refusals import reasons_for
from workers.services.spelling import employee_number_clean


class EraseForm(forms.Form):
    """The number is typed out: nobody erases an employee with one click too many."""

    employee_number = forms.CharField(
        label=by_enrolment(_("Type the employee number to confirm"), _("Type the number beside the name to confirm")),
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
    )
    forget_phone = forms.BooleanField(
        label=_("Forget their WeChat too"),
        required=False,
        help_text=_("They stay followers in WeChat; here they are then unknown, as if they had never come."),
        widget=UnfoldBooleanSwitchWidget,
    )

    def __init__(self, *args, worker: Worker, **kwargs):
        super().__init__(*args, **kwargs)
        self.worker = worker
        if worker.former_number:
            self.fields["employee_number"].help_text = worker.number_told

    def clean_employee_number(self):
        number = employee_number_clean(self.cleaned_data["employee_number"])
        if number not in (self.worker.employee_number, employee_number_clean(self.worker.former_number)):
            raise forms.ValidationError(_("This is not the number of this employee. Nothing was erased."))
        return number


class RefuseForm(forms.Form):
    """One of the few lawful reasons, and own words; which of them need words is `request_refuse`'s to say."""

    reason = forms.ChoiceField(label=_("Reason"), widget=UnfoldAdminSelectWidget)
    words = forms.CharField(
        label=_("In your own words, to the employee"),
        max_length=PrivacyRequest._meta.get_field("words").max_length,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_(
            "They read it under Me, My data. Say what stays and until when, and what they can do. Write nothing that others"
            " must not read: the phone may be somebody else's."
        ),
    )

    def __init__(self, *args, asked: PrivacyRequest, **kwargs):
        super().__init__(*args, auto_id=f"refuse-{asked.pk}-%s", **kwargs)
        self.asked = asked
        self.fields["reason"].choices = [("", _("Choose a reason")), *reasons_for(asked)]
