"""The roles of a site: which are on, who holds them, what they may do. What a role may do is fixed (tenants.roles)."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tenants.errors import DomainError
from tenants.roles import role_description, role_title, roles_here
from tenants.sites import ReadOnlyAdmin, factory_site, library_site
from tenants.staff.services.roles import role_switch_off, role_switch_on
from tenants.words import listed


@admin.register(Group, site=factory_site)
@admin.register(Group, site=library_site)
class RoleAdmin(ReadOnlyAdmin):
    """To be read; owners switch on and off the roles that a factory starts without."""

    fields = ["title", "description", "members"]
    readonly_fields = fields
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related(Prefetch("user_set", User.objects.filter(is_active=True)))

    def may_switch(self, request: HttpRequest) -> bool:
        return request.user.has_perm("auth.change_group")

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """All roles there can be; a POST switches one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self.switch(request)
        groups = {group.name: group for group in self.get_queryset(request)}
        rows = [
            {
                "role": role,
                "group": groups.get(role.key),
                "members": self.members(groups[role.key]) if role.key in groups else "–",
            }
            for role in roles_here()
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Roles"),
            "rows": rows,
            "needs_second_step": settings.SECOND_FACTOR_REQUIRED,
            "may_switch": self.may_switch(request),
            "opts": self.opts,
        }
        return TemplateResponse(request, "tenants/staff/roles.html", context)

    def switch(self, request: HttpRequest) -> HttpResponse:
        if not self.may_switch(request):
            raise PermissionDenied
        key = request.POST.get("role", "")
        if key not in {role.key for role in roles_here()}:
            raise Http404
        try:
            if request.POST.get("to") == "on":
                role_switch_on(key=key, by=request.user)
                text = _("%(role)s is switched on. You can now give it to colleagues.")
            else:
                role_switch_off(key=key, by=request.user)
                text = _("%(role)s is switched off.")
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, text % {"role": role_title(key)}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:auth_group_changelist"))

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
        return listed(group.user_set.all())
