"""How the two admin sites look: titles, navigation by task. Read by settings; the sites themselves are in tenants.sites."""

from django.utils.translation import gettext_lazy as _

_COMMON = {
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "COLORS": {
        "primary": {
            "50": "236 253 243",
            "100": "209 250 223",
            "200": "167 243 196",
            "300": "110 231 160",
            "400": "52 211 120",
            "500": "7 193 96",
            "600": "5 150 75",
            "700": "4 120 62",
            "800": "6 95 52",
            "900": "6 78 44",
            "950": "2 44 24",
        },
    },
}
UNFOLD_FACTORY = {**_COMMON, "SITE_TITLE": "WeSupport", "SITE_HEADER": _("Factory administration")}
UNFOLD_LIBRARY = {**_COMMON, "SITE_TITLE": "WeSupport", "SITE_HEADER": _("Shared library")}
