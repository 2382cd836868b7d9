"""CCR CSR's list of factories. It opens and suspends them; what is inside a factory is not seen from here."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from tenants.admin.first_owners import FirstOwnerForm, address_of, link_state, owner_link_page
from tenants.errors import DomainError
from tenants.models import Domain, Factory
from tenants.once import made_before
from tenants.services import factory_create, first_owner_link_renew, first_owner_of
from tenants.sites import Badge, library_site
from tenants.words import TIME_ZONES, time_zone_words

# Which field a refusal of the service stands beside.
FIELD_OF_CODE = {
    "bad_slug": "slug",
    "reserved_slug": "slug",
    "taken_slug": "slug",
    "taken_domain": "slug",
}
PROFILE = ["name", "sector", "region", "language", "time_zone", "enrolment", "follow_policy"]
LABELS = {"name": _("factory name")}

IN_WORDS = {"language": "language_words", "time_zone": "time_zone_words"}  # to somebody who may only look


class FactoryForm(ModelForm):
    language = ChoiceField(label=_("language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget)
    time_zone = ChoiceField(label=_("time zone"), choices=TIME_ZONES.items(), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Factory
        fields = [*PROFILE, "group", "status"]
        labels = LABELS


class FactoryAddForm(FirstOwnerForm, FactoryForm):
    """Opens the factory when everything has been checked: a refusal of the service stands beside its field."""

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
    actions_detail = ["owner_link"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("domains")

    def get_form(self, request: HttpRequest, obj: Factory | None = None, change: bool = False, **kwargs):
        return super().get_form(request, obj, change=change, form=FactoryForm if obj else FactoryAddForm, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Factory | None = None):
        if obj:
            may_edit = self.has_change_permission(request, obj)
            profile = PROFILE if may_edit else [IN_WORDS.get(name, name) for name in PROFILE]
            return [
                (None, {"fields": ["slug", *profile, "group"]}),
                (_("Access"), {"fields": ["status", "first_owner"]}),
            ]
        return [
            (None, {"fields": ["name", "slug", *PROFILE[1:]]}),
            (_("First owner"), {"fields": ["admin_name", "admin_email"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Factory | None = None):
        return ["slug", "first_owner", *IN_WORDS.values()] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Factory | None):
        return [DomainInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Factory, form: ModelForm, change: bool) -> None:
        if change:
            obj.save(update_fields=[*form.changed_data, "updated_at"])

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """The link is shown, and mailed, when the factory is committed."""
        response = super().add_view(request, form_url, extra_context)
        factory = getattr(request, "factory_opened", None)
        if factory is None:
            return response
        title = _("%(name)s is open") % {"name": factory.name}
        made = factory.invitation, factory.invitation_secret
        return owner_link_page(request, self.admin_site, factory, *made, title=title)

    def response_add(self, request: HttpRequest, obj: Factory, post_url_continue=None) -> HttpResponse:
        request.factory_opened = obj
        return HttpResponse()  # `add_view` answers

    @action(
        description=_("Make the first owner's link anew"),
        url_path="owner-link",
        icon="add_link",
        permissions=["owner_link"],
    )
    def owner_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        factory = self.get_object(request, object_id)
        owner = first_owner_of(factory)
        kept = owner.invitation
        form = FirstOwnerForm(
            request.POST or None, initial={"admin_name": kept.name, "admin_email": kept.email} if kept else None
        )
        if form.is_valid() and made_before(request):
            return HttpResponseRedirect(request.path)
        if form.is_valid():
            values = form.cleaned_data
            try:
                made = first_owner_link_renew(
                    factory=factory, by=request.user, name=values["admin_name"], email=values["admin_email"]
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                return owner_link_page(request, self.admin_site, factory, *made, title=_("Send this link"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Make the first owner's link anew"),
            "factory": factory,
            "state": link_state(owner),
            "form": form,
        }
        return TemplateResponse(request, "admin/tenants/factory/owner_link.html", context)

    def has_owner_link_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Of who may open factories, while nobody of the factory has an account there."""
        if not self.has_add_permission(request):
            return False
        factory = self.get_object(request, object_id)
        return factory is not None and first_owner_of(factory).taken_at is None

    def has_delete_permission(self, request: HttpRequest, obj: Factory | None = None) -> bool:
        return False

    @display(description=_("link of the first owner"))
    def first_owner(self, factory: Factory) -> str:
        return link_state(first_owner_of(factory))

    @display(description=_("language"))
    def language_words(self, factory: Factory) -> str:
        return str(dict(settings.LANGUAGES).get(factory.language, factory.language))

    @display(description=_("time zone"))
    def time_zone_words(self, factory: Factory) -> str:
        return time_zone_words(factory.time_zone)

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
