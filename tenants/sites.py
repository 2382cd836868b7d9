"""The two admin sites. With a single one a factory's superuser could edit the shared library."""

from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class LibrarySite(UnfoldAdminSite):
    """CCR CSR's site, in public: the shared library and the factories."""

    settings_name = "UNFOLD_LIBRARY"
    site_title = site_header = _("Shared library")


class FactorySite(UnfoldAdminSite):
    """A factory's site, in its own schema: HR's lessons, people, learning and notices."""

    settings_name = "UNFOLD_FACTORY"
    site_title = site_header = _("Factory administration")


# Both are named "admin": only one is in a URLconf, so the framework's own `admin:` links lead to the right one.
library_site = LibrarySite(name="admin")
factory_site = FactorySite(name="admin")
