"""How the two admin sites look: titles, colours, where the side bar and the first page come from. Read by settings."""

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def factory_name(request: HttpRequest) -> str:
    return request.factory.name


def library_name(request: HttpRequest) -> str:
    return gettext("Shared lesson library")


def stylesheet(request: HttpRequest) -> str:
    return static("tenants/admin.css")


def lists_stylesheet(request: HttpRequest) -> str:
    return static("tenants/lists.css")


def idle_stylesheet(request: HttpRequest) -> str:
    return static("tenants/idle.css")


def idle_script(request: HttpRequest) -> str:
    """Warns before the idle time is over; without anybody signed in it does nothing."""
    seconds = int(settings.ADMIN_IDLE_TIME.total_seconds()) if request.user.is_authenticated else 0
    return f"{static('tenants/idle.js')}?seconds={seconds}"


def scrolling_script(request: HttpRequest) -> str:
    return static("tenants/scrolling.js")


def favicon(request: HttpRequest) -> str:
    return static("tenants/favicon.svg")


_COMMON = {
    "SITE_SUBHEADER": _("WeSupport administration"),
    "SITE_SYMBOL": "school",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "6px",
    "STYLES": [stylesheet, lists_stylesheet, idle_stylesheet],
    "SCRIPTS": [idle_script, scrolling_script],
    "ACCOUNT": {"navigation": "config.navigation.account_navigation"},
    "LIST_HINTS": "config.lists.HINTS",
    "FIELD_HELP": "config.help_texts.HELP",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": favicon}],
    "COLORS": {
        "primary": {
            "50": "236 253 243",
            "100": "209 250 223",
            "200": "167 243 196",
            "300": "110 231 160",
            "400": "52 211 120",
            "500": "16 185 90",
            "600": "4 132 68",
            "700": "4 110 57",
            "800": "6 85 47",
            "900": "6 70 40",
            "950": "2 44 24",
        },
    },
}


def _site(name: str, navigation: str, dashboard: str) -> dict:
    return {
        **_COMMON,
        "SITE_TITLE": name,
        "SITE_HEADER": name,
        "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": navigation},
        "DASHBOARD_CALLBACK": dashboard,
    }


UNFOLD_FACTORY = _site(
    "config.admin_sites.factory_name", "config.navigation.factory_navigation", "config.dashboard.factory_dashboard"
)
UNFOLD_LIBRARY = _site(
    "config.admin_sites.library_name", "config.navigation.library_navigation", "config.dashboard.library_dashboard"
)
