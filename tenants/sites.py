"""The two admin sites. With a single one a factory's superuser could edit the shared library."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import path
from django.utils.html import conditional_escape
from django.utils.translation import pgettext_lazy
from django.views.i18n import JavaScriptCatalog
from unfold import admin as unfold

from tenants.audit.mixins import RecordedAdmin, RecordedAutocomplete
from tenants.forms import FormMixin
from tenants.history_pages import HistoryAdmin
from tenants.lists import ListMixin
from tenants.staff import saved_filters
from tenants.staff.site import SignInSite


class Badge(tuple):
    """(key, words): a list shows the words in the colour that `@display(label=...)` gives the key, a page the words."""

    def __new__(cls, key: Any, words: str):
        return super().__new__(cls, (key, words))

    def __html__(self) -> str:
        return conditional_escape(self[1])


class ReadOnlyAdmin(unfold.ModelAdmin):
    """Of rows that something else makes: looked at here, never added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfferedFiltersMixin(ModelAdmin):
    """A list is filtered by what it offers: its `list_filter`, and its `link_lookups`.

    Django lets the address ask for any column, also one that no page shows, and for what a list counts:
    `?token_hash__startswith=`, `?opened_count=7`, `?lesson_progress=7`. Trying one value after the other reads it.
    """

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        base = super().get_changelist(request, **kwargs)
        return type(base.__name__, (OfferedFilters, base), {})


class OfferedFilters(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """A list that is not counted in full says how many were found of it only when something was looked for."""
        super().get_results(request)
        if not (self.show_full_result_count or self.has_active_filters or self.query):
            self.full_result_count = self.result_count

    def get_filters(self, request: HttpRequest):
        """Each filter takes its own parameters out of the address; what is left was typed by somebody."""
        found = super().get_filters(request)
        typed = found[2].keys() - set(self.model_admin.link_lookups)
        if typed:
            raise DisallowedModelAdminLookup(f"Filtering by {', '.join(sorted(typed))} not allowed")
        return found


class WeSupportAdminSite(SignInSite):
    index_title = pgettext_lazy("side bar", "Today")
    empty_value_display = "–"

    def register(self, model_or_iterable, admin_class=None, **options):
        if admin_class is not None:
            bases = (OfferedFiltersMixin, RecordedAdmin, HistoryAdmin, admin_class, ListMixin, FormMixin)
            # A filter that is a field takes effect by a button: without one, choosing does nothing.
            has_fields = any(not isinstance(each, str) for each in admin_class.list_filter)
            own = {"__doc__": admin_class.__doc__, "list_filter_submit": has_fields}
            admin_class = type(admin_class.__name__, bases, own)
        super().register(model_or_iterable, admin_class, **options)

    def get_urls(self):
        """Without Django's jump to an object's own page: nothing here has one, and it looks through all content types."""
        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [
            path("filters/save/", self.admin_view(saved_filters.save_view), name="filter_save"),
            path("filters/<int:pk>/remove/", self.admin_view(saved_filters.remove_view), name="filter_remove"),
            *urls,
        ]

    def autocomplete_view(self, request: HttpRequest):
        return RecordedAutocomplete.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None):
        """Nothing shows Django's list of apps: the side bar stands in its place. Making it asks for every model's permissions."""
        return super().get_app_list(request, app_label) if app_label else []

    def i18n_javascript(self, request: HttpRequest, extra_context=None):
        """The scripts' catalogue of every app, the text editor's among them; Django's own serves the admin's alone."""
        return JavaScriptCatalog.as_view()(request)


class LibrarySite(WeSupportAdminSite):
    """CCR CSR's site, in public: the shared library and the factories."""

    settings_name = "UNFOLD_LIBRARY"


class FactorySite(WeSupportAdminSite):
    """A factory's site, in its own schema: HR's lessons, people, learning and notices."""

    settings_name = "UNFOLD_FACTORY"


def site_of(request: HttpRequest) -> WeSupportAdminSite:
    """The admin site of the place a request is for."""
    return factory_site if request.factory else library_site


# Both are named "admin": only one is in a URLconf, so the framework's own `admin:` links lead to the right one.
library_site = LibrarySite(name="admin")
factory_site = FactorySite(name="admin")
