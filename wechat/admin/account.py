"""The factory's official account: what HR enters here, and what they enter in WeChat's console."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import CharField, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminPasswordToggleWidget

from tenants.errors import DomainError
from tenants.sites import Badge, factory_site
from wechat.links import request_base
from wechat.models import Account
from wechat.services.accounts import account_check, account_lacks, account_save, mode_check
from wechat.services.menu import menu_push

SECRETS = {"app_secret": "AppSecret", "token": "Token", "encoding_aes_key": "EncodingAESKey"}


def secret_field(label: str) -> CharField:
    """What was typed stands there again when another field is refused; what is stored does not."""
    return CharField(
        label=label,
        max_length=128,
        widget=UnfoldAdminPasswordToggleWidget(attrs={"autocomplete": "new-password"}, render_value=True),
    )


class AccountForm(ModelForm):
    """Stored secrets never come out: each is kept when its field stays empty."""

    app_secret, token, encoding_aes_key = (secret_field(label) for label in SECRETS.values())

    class Meta:
        model = Account
        fields = ["name", "appid", "original_id", "mode", *SECRETS, "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in SECRETS:
            stored = bool(self.instance.pk and getattr(self.instance, name))
            self.initial.pop(name, None)
            self.fields[name].required = not stored and not (name == "encoding_aes_key" and self._is_plain)
            if stored:
                self.fields[name].help_text = _("Stored. It is not shown again; leave the field empty to keep it.")
        if "mode" in self.fields and not settings.DEMO:
            choices = [choice for choice in self.fields["mode"].choices if choice[0] != Account.Mode.PLAIN]
            self.fields["mode"].choices = choices

    @property
    def _is_plain(self) -> bool:
        """As chosen on the page: plain text takes no key."""
        return self.data.get(self.add_prefix("mode")) == Account.Mode.PLAIN

    def clean(self):
        cleaned = super().clean()
        for name in SECRETS.keys() - self.errors.keys():
            cleaned[name] = (cleaned.get(name) or "").strip() or getattr(self.instance, name)
        return cleaned

    def clean_appid(self) -> str:
        if not (appid := self.cleaned_data["appid"]).startswith("wx"):
            raise ValidationError(_("An AppID begins with wx. Copy it from WeChat's console."))
        return appid

    def clean_mode(self) -> str:
        return mode_check(self.cleaned_data["mode"])


@admin.register(Account, site=factory_site)
class AccountAdmin(ModelAdmin):
    """One page, as there is one account: the list leads straight to it."""

    form = AccountForm
    list_display = ["name", "appid", "status_shown", "is_active"]
    link_lookups = ["is_active__exact", "status__exact"]
    readonly_fields = ["checklist", "state", "checked_at"]
    actions = None
    actions_submit_line = ["save_and_test", "save_and_send_menu"]
    compressed_fields = True
    warn_unsaved_form = True

    def get_fieldsets(self, request: HttpRequest, obj: Account | None = None):
        account = [
            (_("From WeChat's console"), {"fields": ["name", "appid", "original_id", "app_secret"]}),
            (_("Where WeChat sends messages"), {"fields": ["token", "encoding_aes_key", "mode", "is_active"]}),
        ]
        to_do = (_("To do in WeChat's console"), {"fields": ["checklist"]})
        if obj is None:
            return [to_do, *account]
        state = (_("State"), {"fields": ["state", "checked_at"]})
        return [state, *account, to_do]

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        accounts = list(Account.objects.values_list("pk", flat=True)[:2])
        if len(accounts) == 1 and self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:wechat_account_change", args=accounts))
        return super().changelist_view(request, extra_context)

    @method_decorator(never_cache)
    def changeform_view(self, request: HttpRequest, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        """What is typed is shown again beside an error, and kept by no browser. One account is all there is."""
        context = {"show_save_and_add_another": False, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        self._base = request_base(request)
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Account, form: AccountForm, change: bool) -> None:
        account_save(account=obj)
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Account.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    @display(
        description=_("state"),
        label={Account.Status.OK: "success", Account.Status.TROUBLE: "danger", Account.Status.UNCHECKED: "info"},
    )
    def status_shown(self, account: Account):
        if account.is_active and account.status == Account.Status.OK and account_lacks():
            return Badge(Account.Status.UNCHECKED, _("not complete yet"))
        return Badge(account.status, account.get_status_display())

    @display(description=_("state"))
    def state(self, account: Account) -> str:
        lacks = account_lacks() if account.is_active else []
        return format_html_join("", "<p>{}</p>", [(text,) for text in lacks]) or account.get_status_display()

    @display(description="")
    def checklist(self, account: Account) -> str:
        base = self._base
        context = {
            "account": account,
            "base": base,
            "host": base.split("://")[1],
            "webhook": webhook_path(account) if account.pk else "",
            "server_ip": settings.SERVER_IP,
        }
        return render_to_string("wechat/admin/checklist.html", context)

    @action(description=_("Save and test"), permissions=["change"])
    def save_and_test(self, request: HttpRequest, obj: Account) -> None:
        if account_check(account=obj):
            self.message_user(request, _("WeChat answers: AppID and AppSecret are right."), messages.SUCCESS)
        else:
            obj.refresh_from_db(fields=["last_error"])
            self.message_user(request, obj.last_error, messages.ERROR)

    @action(description=_("Save and send the menu"), permissions=["change"])
    def save_and_send_menu(self, request: HttpRequest, obj: Account) -> None:
        try:
            menu_push(account=obj)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(
                request, _("The menu is in WeChat. Phones show it within five minutes."), messages.SUCCESS
            )


def webhook_path(account: Account) -> str:
    return reverse("wechat:webhook", args=[account.uuid])
