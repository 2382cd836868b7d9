from django.urls import path

from workers import colleague_views, views

app_name = "workers"
urlpatterns = [
    path("bind/", views.bind, name="bind"),
    path("bind/disown/", views.disown, name="disown"),
    path("staff/sign-in/<str:secret>/", colleague_views.sign_in_scan, name="sign-in-scan"),
]
