"""CCR CSR's list of factories. It opens and suspends them; what is inside a factory is not seen from here."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import CharField, ChoiceField, EmailField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tenants.errors import DomainError
from tenants.models import Domain, Factory
from tenants.services import factory_create
from tenants.sites import Badge, library_site
from tenants.staff.admin.links import link_text
from tenants.staff.models import Invitation
from tenants.staff.services.invitations import LIFETIME

# Which field a refusal of the service stands beside.
FIELD_OF_CODE = {
    "bad_slug": "slug",
    "reserved_slug": "slug",
    "taken_slug": "slug",
    "taken_domain": "slug",
}
PROFILE = ["name", "sector", "region", "language", "time_zone", "enrolment", "follow_policy"]
LABELS = {"name": _("factory name")}
TIME_ZONES = [
    ("Asia/Shanghai", _("Beijing")),
    ("Asia/Hong_Kong", _("Hong Kong")),
    ("Asia/Ho_Chi_Minh", _("Ho Chi Minh City")),
    ("Asia/Bangkok", _("Bangkok")),
    ("Asia/Jakarta", _("Jakarta")),
]


def address_of(host: str) -> str:
    return f"{settings.SITE_SCHEME}://{host}{settings.SITE_PORT}/"


class FactoryForm(ModelForm):
    language = ChoiceField(label=_("language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget)
    time_zone = ChoiceField(label=_("time zone"), choices=TIME_ZONES, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Factory
        fields = [*PROFILE, "group", "status"]
        labels = LABELS


class FactoryAddForm(FactoryForm):
    """Opens the factory when everything has been checked: a refusal of the service stands beside its field."""

    admin_name = CharField(
        label=_("name of the first owner"),
        max_length=150,
        help_text=_("They get a link, and choose their own sign-in name and password there."),
        widget=UnfoldAdminTextInputWidget,
    )
    admin_email = EmailField(
        label=_("e-mail"),
        required=False,
        help_text=_("It may stay empty: the link is shown to you, to be sent by WeChat."),
        widget=UnfoldAdminEmailInputWidget,
    )

    class Meta:
        model = Factory
        fields = ["slug", *PROFILE]
        labels = LABELS
        help_texts = {
            "slug": _(
                "2 to 30 small letters, digits and single hyphens, a letter first, for example “sunrise”. It becomes the"
                " address of the factory, for good."
            )
        }

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            self.instance = factory_create(**self.cleaned_data)
        except DomainError as refusal:
            self.add_error(FIELD_OF_CODE.get(refusal.code), ValidationError(str(refusal), code=refusal.code))


class DomainInline(TabularInline):
    model = Domain
    fields = ["address", "kind", "is_main"]
    readonly_fields = fields
    verbose_name_plural = _("addresses")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    @display(description=_("address"))
    def address(self, domain: Domain) -> str:
        url = address_of(domain.domain)
        return format_html('<a href="{0}" target="_blank" rel="noreferrer">{0}</a>', url)

    @display(description=_("main address"), boolean=True)
    def is_main(self, domain: Domain) -> bool:
        return domain.is_primary


@admin.register(Factory, site=library_site)
class FactoryAdmin(ModelAdmin):
    """Factories are opened and suspended here, never deleted."""

    list_display = ["factory_name", "slug", "address", "status_shown", "sector", "region", "created_at"]
    list_filter = ["status"]
    list_filter_sheet = False
    search_fields = ["name", "slug", "region"]
    ordering = ["-created_at"]
    actions = None
    compressed_fields = True

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("domains")

    def get_form(self, request: HttpRequest, obj: Factory | None = None, change: bool = False, **kwargs):
        return super().get_form(request, obj, change=change, form=FactoryForm if obj else FactoryAddForm, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Factory | None = None):
        if obj:
            return [(None, {"fields": ["slug", *PROFILE, "group"]}), (_("Access"), {"fields": ["status"]})]
        return [
            (None, {"fields": ["name", "slug", *PROFILE[1:]]}),
            (_("First owner"), {"fields": ["admin_name", "admin_email"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Factory | None = None):
        return ["slug"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Factory | None):
        return [DomainInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Factory, form: ModelForm, change: bool) -> None:
        if change:
            obj.save(update_fields=[*form.changed_data, "updated_at"])

    def response_add(self, request: HttpRequest, obj: Factory, post_url_continue=None) -> HttpResponse:
        """The first owner's link is on this page and nowhere else: it is not kept, not even for a redirect."""
        name = request.POST["admin_name"]
        link = f"{address_of(obj.get_primary_domain().domain)}admin/join/{obj.invitation_secret}/"
        context = {
            **self.admin_site.each_context(request),
            "title": _("Factory opened"),
            "opts": self.opts,
            "factory": obj,
            "link": link,
            "text": link_text(Invitation(name=name, expires_at=timezone.now() + LIFETIME), link),
            "name": name,
        }
        response = TemplateResponse(request, "admin/tenants/factory/opened.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    def has_delete_permission(self, request: HttpRequest, obj: Factory | None = None) -> bool:
        return False

    @display(description=_("factory name"), ordering="name")
    def factory_name(self, factory: Factory) -> str:
        return factory.name

    @display(description=_("address"))
    def address(self, factory: Factory) -> str:
        primary = next((domain for domain in factory.domains.all() if domain.is_primary), None)
        if primary is None:
            return "–"
        return format_html(
            '<a href="{}" target="_blank" rel="noreferrer">{}</a>', address_of(primary.domain), primary.domain
        )

    @display(
        description=_("status"),
        ordering="status",
        label={Factory.Status.ACTIVE: "success", Factory.Status.SUSPENDED: "danger"},
    )
    def status_shown(self, factory: Factory) -> Badge:
        return Badge(factory.status, factory.get_status_display())
