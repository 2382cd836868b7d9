"""Who signs in to an admin site, and in which role. The same screens on both sites."""

from copy import deepcopy

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from tenants.audit.actors import SUPPORT_PREFIX
from tenants.audit.services import audit_record
from tenants.once import made_before
from tenants.roles import roles_told
from tenants.sites import factory_site, library_site
from tenants.staff.admin.fields import RolesField
from tenants.staff.admin.links import link_page
from tenants.staff.lockout import wait_lift
from tenants.staff.services.factors import factors_reset, with_factors
from tenants.staff.services.invitations import links_withdraw, password_reset_invite
from tenants.staff.services.reach import is_within_reach, roles_within_reach
from tenants.staff.services.sign_ins import sign_ins_end
from tenants.words import listed


class ColleagueForm(ModelForm):
    groups = RolesField(Group.objects.none(), label=_("Roles"), required=False)

    class Meta:
        model = User
        fields = ["first_name", "email", "groups", "is_superuser", "is_active"]
        labels = {
            "first_name": _("full name"),
            "email": _("e-mail"),
            "is_active": _("May sign in"),
        }
        help_texts = {
            "email": _("Links for a new password are also sent there. It may stay empty."),
            "is_active": _(
                "Clear the tick when somebody leaves: they are signed out at once. What they did stays on record."
            ),
        }


def _dialog(title, description) -> dict:
    return {"title": title, "description": description, "form_submit_text": _("Yes")}


@admin.register(User, site=factory_site)
@admin.register(User, site=library_site)
class ColleagueAdmin(UserAdmin, ModelAdmin):
    """Nobody hands on more than they hold, nobody locks themselves out, nobody is deleted: history names them. Nobody sets
    another's password either: people are invited, and sent a link when they have forgotten it. Accounts of CCR CSR's support
    are not here: nobody can give them more than what their access says."""

    form = ColleagueForm
    list_display = ["sign_in_name", "first_name_shown", "roles", "second_step", "is_active_shown", "last_login"]
    list_filter = ["is_active"]
    list_filter_sheet = False
    search_fields = ["username", "first_name"]
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["sign_in_name", "first_name", "email"]}),
        (_("What this person may do"), {"fields": ["groups", "is_active"]}),
        (None, {"fields": ["second_step", "last_login", "date_joined"]}),
    ]
    readonly_fields = ["sign_in_name", "second_step", "last_login", "date_joined"]
    filter_horizontal: list[str] = []
    compressed_fields = True
    actions = None
    actions_list = ["invite"]
    actions_detail = ["new_password", "reset_second_step", "lift_wait", "end_sign_ins"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        found = super().get_queryset(request).exclude(username__startswith=SUPPORT_PREFIX).prefetch_related("groups")
        return with_factors(found)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None):
        if obj == request.user or not self.has_change_permission(request, obj):
            allowed = ["roles", "is_active"]
        else:
            allowed = ["groups", *(["is_superuser"] if request.user.is_superuser else []), "is_active"]
        who, (heading, _fields), when = self.fieldsets
        return [who, (heading, {"fields": allowed}), when]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None):
        """One's own roles and access are shown, not changed: nobody locks themselves out."""
        return [*self.readonly_fields, "roles", *(["is_active"] if obj == request.user else [])]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs
    ) -> type[ModelForm]:
        if obj == request.user:
            own = _("You cannot change this of yourself: a colleague can.")
            kwargs["help_texts"] = {**self.form.Meta.help_texts, "is_active": own}
        form = super().get_form(request, obj, change=change, **kwargs)
        form.base_fields = deepcopy(form.base_fields)  # another request's would be the same objects
        if "groups" in form.base_fields:
            form.base_fields["groups"].queryset = roles_within_reach(request.user)
        return form

    def save_related(self, request: HttpRequest, form: ModelForm, formsets, change: bool) -> None:
        """New rights begin with a new sign-in, taken ones end at once."""
        user = form.instance
        before = set(user.groups.values_list("name", flat=True))
        super().save_related(request, form, formsets, change)
        after = set(user.groups.values_list("name", flat=True))
        if before != after:
            audit_record(
                by=request.user,
                action="roles_changed",
                about=user,
                given=sorted(after - before),
                taken=sorted(before - after),
            )
        if {"is_active", "is_superuser"} & set(form.changed_data):
            audit_record(by=request.user, action="access_changed", about=user, may_sign_in=user.is_active)
        if user != request.user and (before != after or {"is_active", "is_superuser"} & set(form.changed_data)):
            sign_ins_end(user=user)
        if before - after or {"is_active", "is_superuser"} & set(form.changed_data):
            links_withdraw(user=user, by=request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or is_within_reach(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("staff.add_invitation")

    def has_rescue_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Of somebody else, within reach."""
        user = User.objects.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        return user is not None and user != request.user and self.has_change_permission(request, user)

    def rescued(self, request: HttpRequest, object_id: str) -> User:
        user = self.get_object(request, object_id)
        if user is None:
            raise Http404
        if user == request.user or not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    @action(description=_("Invite a colleague"), url_path="invite", icon="person_add", permissions=["invite"])
    def invite(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:staff_invitation_add"))

    @action(description=_("Link for a new password"), url_path="new-password", icon="key", permissions=["rescue"])
    def new_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:auth_user_password_change", args=[object_id]))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """In place of Django's page, where one types another's password: makes a link for them to set their own."""
        user = self.rescued(request, id)
        if request.method == "POST" and not made_before(request):
            invitation, secret = password_reset_invite(by=request.user, user=user)
            return link_page(request, self.admin_site, invitation, secret)
        context = {**self.admin_site.each_context(request), "title": _("Link for a new password"), "colleague": user}
        return TemplateResponse(request, "tenants/staff/new_password.html", context)

    @action(
        description=_("Reset the second step"),
        url_path="reset-second-step",
        icon="phonelink_erase",
        permissions=["rescue"],
        dialog=_dialog(
            _("Reset the second step?"),
            _("For a lost phone: app, WeChat and recovery codes are taken away, and all sessions end. They are told."),
        ),
    )
    def reset_second_step(self, request: HttpRequest, form, object_id: str) -> HttpResponse:
        factors_reset(user=self.rescued(request, object_id), by=request.user)
        return self.done(
            request, object_id, _("The second step is reset. They set up a new one when they sign in next.")
        )

    @action(
        description=_("Lift the wait"),
        url_path="lift-wait",
        icon="lock_open",
        permissions=["rescue"],
        dialog=_dialog(
            _("Let them try again at once?"), _("After too many wrong passwords signing in waits. This ends the wait.")
        ),
    )
    def lift_wait(self, request: HttpRequest, form, object_id: str) -> HttpResponse:
        user = self.rescued(request, object_id)
        wait_lift(username=user.get_username())
        audit_record(by=request.user, action="wait_lifted", about=user)
        return self.done(request, object_id, _("They may try again at once."))

    @action(
        description=_("Sign out everywhere"),
        url_path="end-sign-ins",
        icon="logout",
        permissions=["rescue"],
        dialog=_dialog(_("Sign them out everywhere?"), _("What they have not saved is lost. They can sign in again.")),
    )
    def end_sign_ins(self, request: HttpRequest, form, object_id: str) -> HttpResponse:
        sign_ins_end(user=self.rescued(request, object_id), by=request.user)
        return self.done(request, object_id, _("They are signed out everywhere."))

    def done(self, request: HttpRequest, object_id: str, text: str) -> HttpResponse:
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseClientRedirect(reverse("admin:auth_user_change", args=[object_id]))

    @display(description=_("sign-in name"), ordering="username")
    def sign_in_name(self, user: User) -> str:
        return user.username

    @display(description=_("full name"), ordering="first_name")
    def first_name_shown(self, user: User) -> str:
        return user.first_name or "–"

    @display(description=_("Roles"))
    def roles(self, user: User) -> str:
        return listed(roles_told(user))

    @display(description=_("Second step"))
    def second_step(self, user: User) -> str:
        has = [str(_("WeChat"))] if user.with_phone else []
        return listed([*has, *([str(_("app"))] if user.with_app else [])])

    @display(description=_("May sign in"), boolean=True, ordering="is_active")
    def is_active_shown(self, user: User) -> bool:
        return user.is_active
