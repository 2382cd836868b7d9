"""CCR CSR's list of factories that let support in."""

import re
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from tenants.admin.factories import address_of
from tenants.errors import DomainError
from tenants.models import Factory, SupportGrant
from tenants.roles import role_title
from tenants.sites import Badge, ReadOnlyAdmin, library_site
from tenants.support.services import MAY_ENTER, pass_issue

INTENT = "support_entering"  # which factory's door somebody has gone to; taken back with the pass
PRINT = re.compile(r"[0-9a-f]{64}\Z")


class StateFilter(DropdownFilter):
    """Open ones, unless others are asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("all", _("all, including ended"))]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.open()


@admin.register(SupportGrant, site=library_site)
class SupportGrantAdmin(ReadOnlyAdmin):
    """Read only: a factory makes and ends them. The button leads inside, by the factory's own door."""

    list_display = ["factory", "role_shown", "reason", "granted_by", "expires_at", "state_shown", "enter_shown"]
    fields = [
        "factory",
        "role_shown",
        "reason",
        "granted_by",
        "created_at",
        "expires_at",
        "used_by",
        "entered_at",
        "left_at",
        "ended_at",
    ]
    readonly_fields = fields
    list_filter = [StateFilter]
    list_select_related = ["factory"]
    list_filter_sheet = False
    search_fields = ["factory__name", "factory__slug"]
    sortable_by = ()
    actions = None

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:uuid>/enter/", view(self.enter_view), name="tenants_supportgrant_enter"),
            path("<uuid:uuid>/pass/", view(self.pass_view), name="tenants_supportgrant_pass"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest):
        """reader: the name of who looks, if they may go in."""
        reader = request.user.get_username() if request.user.has_perm(MAY_ENTER) else ""
        return super().get_queryset(request).annotate(reader=Value(reader))

    @method_decorator([require_POST, never_cache])
    def enter_view(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """To the factory's door; it sends the browser back for the pass."""
        if not request.user.has_perm(MAY_ENTER):
            raise PermissionDenied
        grant = get_object_or_404(SupportGrant.objects.open(), uuid=uuid)
        request.session[INTENT] = str(uuid)
        return HttpResponseRedirect(self._factory_url(grant.factory, "knock", uuid))

    @method_decorator([require_GET, never_cache])
    def pass_view(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Only on the way that enter_view began: no link from elsewhere makes a pass."""
        browser = request.GET.get("browser", "")
        if request.session.pop(INTENT, None) != str(uuid) or not PRINT.match(browser):
            messages.error(request, _("Start from the list of support access."))
            return self._to_list()
        try:
            secret = pass_issue(uuid=uuid, by=request.user, browser=browser)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return self._to_list()
        factory = Factory.objects.get(support_grants__uuid=uuid)
        return HttpResponseRedirect(f"{self._factory_url(factory, 'enter')}?{urlencode({'pass': secret})}")

    def _to_list(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:tenants_supportgrant_changelist"))

    def _factory_url(self, factory: Factory, page: str, *args) -> str:
        host = address_of(factory.get_primary_domain().domain).rstrip("/")
        return host + reverse(f"support:{page}", args=args, urlconf="config.urls_tenant")

    @display(description=_("role"))
    def role_shown(self, grant: SupportGrant) -> str:
        return role_title(grant.role)

    @display(description=_("state"), label={"open": "success", "inside": "warning", "over": "default"})
    def state_shown(self, grant: SupportGrant) -> Badge:
        if grant.ended_at or grant.expires_at <= timezone.now():
            return Badge("over", pgettext("support", "ended"))
        if grant.entered_at and not grant.left_at:
            return Badge("inside", _("%(name)s is inside") % {"name": grant.used_by})
        return Badge("open", pgettext("support", "open"))

    @display(description="")
    def enter_shown(self, grant: SupportGrant) -> str:
        is_open = not grant.ended_at and grant.expires_at > timezone.now()
        if not is_open or not grant.reader or grant.used_by not in ("", grant.reader):
            return "–"
        return format_html(
            '<button class="ws-button" formaction="{}" formmethod="post">{}</button>',
            reverse("admin:tenants_supportgrant_enter", args=[grant.uuid]),
            _("Go in"),
        )
