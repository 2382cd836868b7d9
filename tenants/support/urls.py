"""A factory's pages on support access, below /admin/support/."""

from django.urls import path

from tenants.sites import factory_site
from tenants.support import pages

app_name = "support"
urlpatterns = [
    path("", factory_site.admin_view(pages.access), name="access"),
    path("<uuid:uuid>/end/", factory_site.admin_view(pages.end), name="end"),
    path("knock/<uuid:uuid>/", pages.knock, name="knock"),
    path("enter/", pages.enter, name="enter"),
    path("leave/", factory_site.admin_view(pages.leave), name="leave"),
]
