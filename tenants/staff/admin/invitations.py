"""Invitations on their way: made here, withdrawn here, never edited."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.admin import ModelAdmin
from unfold.decorators import display

from tenants.once import made_before
from tenants.roles import LINE_LEADER, role_title
from tenants.sites import Badge, factory_site, library_site
from tenants.staff.admin.fields import LEADER_HELP, MAIL_HELP, RolesField
from tenants.staff.admin.links import link_page
from tenants.staff.models import Invitation
from tenants.staff.services.invitations import colleague_invite, invitation_withdraw
from tenants.staff.services.reach import roles_within_reach
from tenants.words import listed, sentences

ROLES_HELP = _("What the account may do. More than one is fine.")


class InvitationForm(ModelForm):
    roles = RolesField(Group.objects.none(), label=_("Roles"))

    class Meta:
        model = Invitation
        fields = ["name", "email", "roles"]
        help_texts = {
            "name": _("As colleagues know them."),
            "email": MAIL_HELP,
        }


@admin.register(Invitation, site=factory_site)
@admin.register(Invitation, site=library_site)
class InvitationAdmin(ModelAdmin):
    form = InvitationForm
    list_display = ["name", "kind", "role_titles", "invited_by", "expires_at", "state"]
    list_select_related = ["invited_by"]
    search_fields = ["name"]
    readonly_fields = [*list_display[1:]]
    fields = list_display
    actions = None
    compressed_fields = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).prefetch_related("roles")

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None):
        return self.fields if obj else self.form.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None):
        return self.readonly_fields if obj else []

    def get_form(self, request: HttpRequest, obj: Invitation | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "roles" in form.base_fields:
            field, within_reach = form.base_fields["roles"], roles_within_reach(request.user)
            with_leader = within_reach.filter(name=LINE_LEADER).exists()
            field.queryset = within_reach
            field.help_text = sentences(ROLES_HELP, LEADER_HELP) if with_leader else ROLES_HELP
        return form

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """The link is shown, and mailed, when it is committed; on that page and nowhere else. To load it again makes none."""
        if request.method == "POST" and made_before(request):
            return HttpResponseRedirect(reverse("admin:staff_invitation_changelist"))
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        response = super().add_view(request, form_url, {**one_button, **(extra_context or {})})
        made = getattr(request, "invitation_made", None)
        return link_page(request, self.admin_site, *made) if made else response

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """One that has been used goes by itself, in the night."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.used_at is None)

    def save_model(self, request: HttpRequest, obj: Invitation, form: ModelForm, change: bool) -> None:
        values = form.cleaned_data
        request.invitation_made = colleague_invite(
            by=request.user, name=values["name"], email=values["email"], roles=values["roles"]
        )
        obj.__dict__.update(request.invitation_made[0].__dict__)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets, change: bool) -> None:
        """The service has set the roles."""

    def response_add(self, request: HttpRequest, obj: Invitation, post_url_continue=None) -> HttpResponse:
        return HttpResponse()  # `add_view` answers

    def delete_model(self, request: HttpRequest, obj: Invitation) -> None:
        invitation_withdraw(invitation=obj, by=request.user)

    @display(description=_("what for"))
    def kind(self, invitation: Invitation) -> str:
        return str(_("new password")) if invitation.user_id else str(_("new account"))

    @display(description=_("Roles"))
    def role_titles(self, invitation: Invitation) -> str:
        return listed(role_title(role.name) for role in invitation.roles.all())

    @display(description=_("state"), label={"open": "info", "used": "success", "over": "default"})
    def state(self, invitation: Invitation) -> Badge:
        if invitation.used_at:
            return Badge("used", pgettext("invitation", "used"))
        if invitation.expires_at <= timezone.now():
            return Badge("over", pgettext("invitation", "expired"))
        return Badge("open", pgettext("invitation", "open"))
