"""A factory's site: workers' pages, WeChat's callbacks, API, HR's admin."""

from django.urls import include, path

from config.urls_common import handler400, handler403, handler404, handler500
from config.urls_common import urlpatterns as common
from tenants.sites import factory_site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", include("progress.urls")),
    path("", include("lessons.urls")),
    path("", include("workers.urls")),
    path("announcements/", include("announcements.urls")),
    path("", include("grievances.urls")),
    path("", include("wechat.urls")),
    path("api/v1/", include("progress.api_urls")),
    path("api/v1/", include("workers.api.urls")),
    path("admin/grievances/desk/", include("grievances.desk.urls")),
    path("admin/support/", include("tenants.support.urls")),
    path("admin/", factory_site.urls),
    *common,
]
