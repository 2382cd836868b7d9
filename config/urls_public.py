"""The public site: what WeSupport is, and CCR CSR's admin."""

from django.urls import include, path
from django.views.generic import TemplateView

from config.urls_common import handler400, handler403, handler404, handler500
from config.urls_common import urlpatterns as common
from tenants.sites import library_site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", TemplateView.as_view(template_name="tenants/public_home.html"), name="home"),
    path("", include("lessons.urls")),
    path("admin/grievances/desk/", include("grievances.desk.urls")),
    path("admin/", library_site.urls),
    *common,
]
