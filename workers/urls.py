from django.urls import path

from workers.views import about, binding, colleagues, privacy

app_name = "workers"
urlpatterns = [
    path("bind/", binding.bind, name="bind"),
    path("me/data/", privacy.data, name="data"),
    path("me/data/copy/", privacy.copy, name="data-copy"),
    path("me/data/erased/", privacy.erased, name="data-erased"),
    path("me/transfer/", privacy.transfer, name="transfer"),
    path("bind/disown/", binding.disown, name="disown"),
    path("me/about/", about.about, name="about"),
    path("me/about/you/", about.about_you, name="about-you"),
    path("me/about/children/", about.about_children, name="about-children"),
    path("me/about/home/", about.about_home, name="about-home"),
    path("me/about/delete/", about.about_delete, name="about-delete"),
    path("staff/sign-in/<str:secret>/", colleagues.sign_in_scan, name="sign-in-scan"),
]
