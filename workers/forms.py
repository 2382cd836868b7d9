from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from workers.formats import MAX_BYTES
from workers.models import Department
from workers.services.departments import DepartmentTree


class BindForm(forms.Form):
    employee_number = forms.CharField(
        label=_("Employee number"),
        max_length=30,
        help_text=_("It is on your work card or your pay slip."),
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
        widget=forms.TextInput(attrs={"autocomplete": "name", "enterkeyhint": "done"}),
    )


class JoinForm(forms.Form):
    name = forms.CharField(
        label=_("What may we call you?"),
        max_length=40,
        help_text=_("A nickname will do."),
        error_messages={"required": _("Write what we may call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "enterkeyhint": "done"}),
    )


def place_field_set(field: forms.ModelChoiceField, *, empty_label: str | None = None) -> None:
    """Let a select of departments show the whole way down, in the order of the tree, without links to edit them."""
    tree = DepartmentTree()
    field.queryset = Department.objects.order_by("path")
    field.label_from_instance = lambda node: tree.label(node.pk)
    if empty_label is not None:
        field.empty_label = empty_label
    for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
        setattr(field.widget, link, False)


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
