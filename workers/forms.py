import unicodedata
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldBooleanWidget

from workers.formats import MAX_BYTES
from workers.models import BindingPolicy, Department, Worker
from workers.services.departments import DepartmentTree
from workers.services.slips import code_clean, is_code, slip_workers

Factor = BindingPolicy.SecondFactor
_TYPED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
# second factor -> (label, where to find it, what is wrong with what was typed, how a phone's keyboard is to be)
PROOFS = {
    Factor.PHONE: (
        _("Last four digits of your phone number"),
        _("Of the number that HR has of you."),
        _("Write the last four digits, such as 0123."),
        {"autocomplete": "off", "inputmode": "numeric", "maxlength": 4},
    ),
    Factor.ID_CARD: (
        _("Last four of your ID card"),
        _("The last one may be an X."),
        _("Write the last four of your ID card, such as 012X."),
        {**_TYPED, "maxlength": 4},
    ),
    Factor.CODE: (
        _("Code on your slip"),
        _("Eight letters and digits, such as K7RM 2XQ4. Capitals or not, both will do."),
        _("The code has eight letters and digits. Look at your slip again."),
        {**_TYPED, "autocomplete": "one-time-code", "maxlength": 12},
    ),
}


class BindForm(forms.Form):
    employee_number = forms.CharField(
        label=_("Employee number"),
        max_length=30,
        help_text=_("It is on your work card or your pay slip. Write all of it, also the zeros in front."),
        error_messages={"required": _("Write your employee number.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "enterkeyhint": "next"}
        ),
    )
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=40,
        help_text=_("As HR has written it."),
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "enterkeyhint": "next"}),
    )
    proof = forms.CharField(max_length=20, widget=forms.TextInput(attrs={"enterkeyhint": "done"}))

    def __init__(self, *args, factor: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.factor = factor
        proof = self.fields["proof"]
        proof.label, proof.help_text, wrong, attributes = PROOFS[Factor(factor)]
        proof.error_messages = {**proof.error_messages, "required": wrong}
        proof.widget.attrs.update(attributes)

    def clean_proof(self) -> str:
        """Four characters or a code, as asked for; what cannot be either is told before it counts as a try."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["proof"]).strip().upper()
        is_four = len(typed) == 4 and typed[:3].isdecimal() and (typed[3].isdecimal() or typed[3] == "X")
        if self.factor == Factor.CODE:
            typed, is_right = code_clean(typed), is_code(typed)
        elif self.factor == Factor.PHONE:
            is_right = is_four and typed.isdecimal()
        else:
            is_right = is_four
        if not is_right:
            raise forms.ValidationError(PROOFS[Factor(self.factor)][2])
        return typed


class JoinForm(forms.Form):
    name = forms.CharField(
        label=_("What may we call you?"),
        max_length=40,
        help_text=_("A nickname will do."),
        error_messages={"required": _("Write what we may call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "enterkeyhint": "done"}),
    )


def place_field_set(field: forms.ModelChoiceField, *, empty_label: str | None = None) -> None:
    """Let a select of departments show the whole way down, in the order of the tree, without links to edit them. What was
    chosen before it was merged shows, and is saved, as what it was merged into."""
    tree = DepartmentTree()
    value_of = field.prepare_value
    field.queryset = Department.objects.standing().order_by("path")
    field.label_from_instance = lambda node: tree.label(node.pk)
    field.prepare_value = lambda value: tree.current_id(pk) if isinstance(pk := value_of(value), int) else pk
    if empty_label is not None:
        field.empty_label = empty_label
    for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
        setattr(field.widget, link, False)


class SlipsForm(forms.Form):
    """Whom slips are printed for: one employee, or a department with all below it."""

    department = forms.ModelChoiceField(
        Department.objects.none(),
        required=False,
        label=_("Slips for"),
        help_text=_("A department includes everything below it. Each line gets sheets of its own."),
        widget=UnfoldAdminSelectWidget,
    )
    bound_too = forms.BooleanField(
        required=False,
        label=_("also for those who are bound already"),
        help_text=_("For a second phone, or a new one. Without the tick they get no slip."),
        widget=UnfoldBooleanWidget,
    )
    worker = forms.ModelChoiceField(Worker.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        place_field_set(self.fields["department"], empty_label=_("(all employees)"))
        self.fields["worker"].queryset = Worker.objects.employed()

    def people(self) -> QuerySet[Worker]:
        chosen = self.cleaned_data
        return slip_workers(
            department=chosen["department"], worker=chosen["worker"], unbound_only=not chosen["bound_too"]
        )


class RosterForm(forms.Form):
    file = forms.FileField(
        label=_("Excel file (.xlsx)"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another one.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            text = _("The file is bigger than %(limit)d MB. Delete pictures and sheets it does not need, or split it.")
            raise forms.ValidationError(text % {"limit": MAX_BYTES // 1024**2})
        return file
