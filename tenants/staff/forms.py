"""What people type at the door."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from tenants.staff.names import LONGEST, account_named, sign_in_name_check

PASSWORD_HELP = _(
    "At least 10 characters, not only digits, nothing like your name. Three or four words that only you put together are"
    " easy to remember and hard to guess."
)


class PasswordStepForm(AuthenticationForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("sign-in name")

    def clean_username(self) -> str:
        """The account's own spelling: what is asked, counted and remembered from here on goes by it."""
        typed = self.cleaned_data["username"]
        account = account_named(typed)
        return account.username if account else typed


class CodeForm(forms.Form):
    code = forms.CharField(
        label=pgettext_lazy("second step", "Code"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )


class AppCodeForm(CodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The six digits in the app")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class ConfirmForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password", "autofocus": ""}),
    )


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        strip=False,
        help_text=PASSWORD_HELP,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=128,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict:
        values = super().clean()
        if values.get("password") and values.get("again") and values["password"] != values["again"]:
            self.add_error("again", forms.ValidationError(_("The two are not the same."), code="mismatch"))
        return values


class JoinForm(NewPasswordForm):
    username = forms.CharField(
        label=_("sign-in name"),
        max_length=LONGEST,
        help_text=_(
            "You choose it, for good: letters and digits, for example your name in pinyin, or Chinese characters. You sign in"
            " with it."
        ),
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "username", "autofocus": "", "autocapitalize": "none"}
        ),
    )
    field_order = ["username", "password", "again"]

    def clean_username(self) -> str:
        return sign_in_name_check(self.cleaned_data["username"])


class OwnPasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=_("Current password"),
        max_length=128,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password", "autofocus": ""}),
    )
    field_order = ["old", "password", "again"]
