"""Who signs in to an admin site, and in which role. The same screens on both sites."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django.forms import ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from tenants.roles import role_description, role_title
from tenants.sites import factory_site, library_site


def roles_within_reach(user: User) -> QuerySet[Group]:
    """The roles somebody may hand on: those that hold no permission which they lack themselves."""
    if user.is_superuser:
        return Group.objects.order_by("pk")
    own = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    beyond = Permission.objects.exclude(pk__in=own.values("pk"))
    return Group.objects.exclude(permissions__in=beyond).order_by("pk")


class RolesField(ModelMultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, group: Group) -> str:
        description = role_description(group.name)
        return f"{role_title(group.name)} · {description}" if description else role_title(group.name)


class ColleagueAddForm(UserCreationForm):
    groups = RolesField(Group.objects.none(), label=_("Roles"))

    class Meta:
        model = User
        fields = ["username", "first_name", "groups"]
        labels = {"first_name": _("full name")}


class ColleagueForm(ModelForm):
    groups = RolesField(Group.objects.none(), label=_("Roles"), required=False)

    class Meta:
        model = User
        fields = ["username", "first_name", "groups", "is_superuser", "is_active"]
        labels = {"first_name": _("full name"), "is_active": _("May sign in")}
        help_texts = {"is_active": _("Take the tick away when somebody leaves. What they did stays on record.")}


@admin.register(User, site=factory_site)
@admin.register(User, site=library_site)
class ColleagueAdmin(UserAdmin, ModelAdmin):
    """Nobody hands on more than they hold, nobody locks themselves out, nobody is deleted: history names them."""

    form = ColleagueForm
    add_form = ColleagueAddForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name_shown", "roles", "is_active_shown", "last_login"]
    list_filter = ["is_active"]
    list_filter_sheet = False
    search_fields = ["username", "first_name"]
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "first_name", "password_link"]}),
        (_("What this person may do"), {"fields": ["groups", "is_active"]}),
        (None, {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "first_name", "password1", "password2"]}),
        (_("What this person may do"), {"fields": ["groups"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal: list[str] = []
    compressed_fields = True
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None):
        if obj is None:
            return self.add_fieldsets
        if obj == request.user or not self.has_change_permission(request, obj):
            allowed = ["roles", "is_active"]
        else:
            allowed = ["groups", *(["is_superuser"] if request.user.is_superuser else []), "is_active"]
        who, (heading, _fields), when = self.fieldsets
        return [who, (heading, {"fields": allowed}), when]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None):
        """One's own roles and access are shown, not changed: nobody locks themselves out."""
        return [*self.readonly_fields, "password_link", "roles", *(["is_active"] if obj == request.user else [])]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "groups" in form.base_fields:
            form.base_fields["groups"].queryset = roles_within_reach(request.user)
        return form

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self._is_within_reach(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def _is_within_reach(self, user: User, other: User) -> bool:
        if user.is_superuser or user == other:
            return True
        return not other.is_superuser and other.get_all_permissions() <= user.get_all_permissions()

    @display(description=_("Password"))
    def password_link(self, user: User) -> str:
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="../password/">{}</a>', _("Set a new one")
        )

    @display(description=_("full name"), ordering="first_name")
    def first_name_shown(self, user: User) -> str:
        return user.first_name or "–"

    @display(description=_("Roles"))
    def roles(self, user: User) -> str:
        titles = [role_title(group.name) for group in user.groups.all()]
        if user.is_superuser:
            titles.insert(0, str(_("Everything")))
        return "、".join(titles) or "–"

    @display(description=_("May sign in"), boolean=True, ordering="is_active")
    def is_active_shown(self, user: User) -> bool:
        return user.is_active


@admin.register(Group, site=factory_site)
@admin.register(Group, site=library_site)
class RoleAdmin(ModelAdmin):
    """The roles and who holds them, to be read: what a role may do is fixed (tenants.roles)."""

    list_display = ["title", "description", "members"]
    fields = list_display
    readonly_fields = list_display
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related("user_set")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        """Headed by the role's title, not by its key."""
        response = super().render_change_form(request, context, *args, **kwargs)
        title = role_title(context["original"].name)
        response.context_data |= {"title": title, "subtitle": None, "original": "", "show_history": False}
        return response

    @display(description=_("Role"), ordering="name")
    def title(self, group: Group) -> str:
        return role_title(group.name)

    @display(description=_("What it may do"))
    def description(self, group: Group) -> str:
        return role_description(group.name) or "–"

    @display(description=_("Who holds it"))
    def members(self, group: Group) -> str:
        return "、".join(user.first_name or user.username for user in group.user_set.all()) or "–"
