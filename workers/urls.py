from django.urls import path

from workers import about_views, colleague_views, privacy_views, views

app_name = "workers"
urlpatterns = [
    path("bind/", views.bind, name="bind"),
    path("me/data/", privacy_views.data, name="data"),
    path("me/data/copy/", privacy_views.copy, name="data-copy"),
    path("me/transfer/", privacy_views.transfer, name="transfer"),
    path("bind/disown/", views.disown, name="disown"),
    path("me/about/", about_views.about, name="about"),
    path("me/about/you/", about_views.about_you, name="about-you"),
    path("me/about/children/", about_views.about_children, name="about-children"),
    path("me/about/home/", about_views.about_home, name="about-home"),
    path("me/about/delete/", about_views.about_delete, name="about-delete"),
    path("staff/sign-in/<str:secret>/", colleague_views.sign_in_scan, name="sign-in-scan"),
]
