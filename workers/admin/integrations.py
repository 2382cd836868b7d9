"""Tokens for the factory's own programs: made once, shown once, revoked at any time."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect
from markdown_it import MarkdownIt
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from tenants.errors import DomainError
from tenants.once import made_before
from tenants.sites import Badge, factory_site
from workers.admin.of_roster import OfRosterMixin
from workers.models import ApiToken
from workers.services.integrations import MAY_MAKE, token_create, token_revoke, token_take_over, tokens_answered

LIFETIMES = [(90, _("three months")), (365, _("one year")), (730, _("two years"))]
SOON = timedelta(days=30)
GUIDE = settings.BASE_DIR / "docs" / "hris-api.md"
GUIDE_SITE = "https://sunrise.example.com"  # in its examples
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_markdown.add_render_rule("softbreak", lambda *_given: "")  # Chinese has no space where a line ends


class TokenForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=ApiToken.Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Tick only what the program needs. A token cannot be widened later: make a new one."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"), choices=LIFETIMES, coerce=int, initial=365, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scopes"]


@admin.register(ApiToken, site=factory_site)
class ApiTokenAdmin(OfRosterMixin, ModelAdmin):
    """Nothing of a token is changed but that it ends."""

    audit_own = True  # token_create and token_revoke write the entry
    list_display = ["name", "state", "made_by", "prefix", "scopes_told", "last_used_at", "expires_at"]
    list_select_related = ["created_by", "taken_over_by"]
    sortable_by = ()
    ordering = ["-created_at"]
    actions_list = ["guide"]
    actions_detail = ["take_over", "revoke"]
    readonly_fields = [
        "name",
        "state",
        "prefix",
        "scopes_told",
        "made_by",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        return tokens_answered(super().get_queryset(request))

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **(kwargs if obj else {**kwargs, "form": TokenForm}))

    def get_fields(self, request, obj=None):
        return self.readonly_fields if obj else ["name", "scopes", "days"]

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else []

    def get_actions(self, request):
        return {}

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @display(
        description=_("state"), label={"living": "success", "soon": "warning", "alone": "danger", "over": "danger"}
    )
    def state(self, token: ApiToken):
        now = timezone.now()
        if token.revoked_at:
            return Badge("over", _("revoked"))
        if token.expires_at <= now:
            return Badge("over", _("expired"))
        if token.is_orphan:
            return Badge("alone", _("nobody answers for it"))
        if token.expires_at <= now + SOON:
            return Badge("soon", _("expires soon"))
        return Badge("living", _("valid"))

    @display(description=_("made by"))
    def made_by(self, token: ApiToken) -> str:
        made = str(token.created_by or "–")
        if token.taken_over_by is None:
            return made
        return _("%(name)s, taken over by %(other)s") % {"name": made, "other": token.taken_over_by}

    @display(description=_("may"))
    def scopes_told(self, token: ApiToken) -> str:
        return str(_("; ")).join(str(ApiToken.Scope(scope).label) for scope in token.scopes)

    def add_view(self, request, form_url="", extra_context=None):
        """One button: what comes next is the only page that shows the token, and to load that again makes no other."""
        if request.method == "POST" and made_before(request):
            return HttpResponseRedirect(reverse("admin:workers_apitoken_changelist"))
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **buttons})

    def save_model(self, request, obj, form, change):
        values = form.cleaned_data
        made, request.api_secret = token_create(
            name=values["name"], scopes=values["scopes"], days=values["days"], by=request.user
        )
        obj.pk, obj.prefix = made.pk, made.prefix
        obj._state.adding = False

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue=None) -> HttpResponse:
        """The only page that ever shows it."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Copy the token now"),
            "opts": self.opts,
            "token": obj,
            "secret": request.api_secret,
            "base": f"{site_address(request)}/api/v1/",
        }
        request.current_app = self.admin_site.name
        response = TemplateResponse(request, "workers/token_shown.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    @action(description=_("Guide for the programmer"), url_path="guide", permissions=["view"], icon="menu_book")
    def guide(self, request: HttpRequest) -> HttpResponse:
        """Its examples go to this factory's own address. With `?file=`: to send on."""
        text = GUIDE.read_text(encoding="utf-8").replace(GUIDE_SITE, site_address(request))
        if "file" in request.GET:
            headers = {"Content-Disposition": f'attachment; filename="{GUIDE.name}"'}
            return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Guide for the programmer"),
            "opts": self.opts,
            "guide": guide_html(text),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "workers/api_guide.html", context)

    @action(
        description=_("Take over"),
        url_path="take-over",
        permissions=["take_over"],
        icon="how_to_reg",
        dialog={
            "title": _("Do you answer for this token?"),
            "description": _(
                "You know which program uses it and that it is needed. It goes on, and you are asked when something is wrong."
            ),
            "form_submit_text": _("Take over"),
        },
    )
    def take_over(self, request: HttpRequest, form, object_id: str) -> HttpResponse:
        if token := self.get_object(request, object_id):
            try:
                token_take_over(token=token, by=request.user)
            except DomainError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, _("You answer for this token now."), messages.SUCCESS)
        return HttpResponseClientRedirect(reverse("admin:workers_apitoken_changelist"))

    def has_take_over_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        token = self.get_object(request, object_id) if object_id is not None else None
        is_own = token is not None and token.answerer == request.user.pk
        may = self.has_view_permission(request) and request.user.has_perm(MAY_MAKE)
        return may and not is_own and (token is None or token.revoked_at is None)

    @action(
        description=_("Revoke"),
        url_path="revoke",
        permissions=["revoke"],
        icon="key_off",
        dialog={
            "title": _("Revoke the token?"),
            "description": _("The program that uses it is turned away at once. This cannot be undone."),
            "form_submit_text": _("Revoke"),
        },
    )
    def revoke(self, request, form, object_id):
        if token := self.get_object(request, object_id):
            token_revoke(token=token, by=request.user)
            self.log_change(request, token, str(_("revoked")))
            self.message_user(request, _("The token is revoked."), messages.SUCCESS)
        return HttpResponseClientRedirect(reverse("admin:workers_apitoken_changelist"))

    def has_revoke_permission(self, request, object_id=None):
        token = self.get_object(request, object_id) if object_id is not None else None
        may = self.has_view_permission(request) and request.user.has_perm("workers.change_apitoken")
        return may and (token is None or token.revoked_at is None)


def site_address(request: HttpRequest) -> str:
    return f"{settings.SITE_SCHEME}://{request.get_host()}"


def guide_html(text: str) -> SafeString:
    return mark_safe(_markdown.render(text))  # HTML in it is shown, not taken
