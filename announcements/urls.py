from django.urls import path

from announcements import views

app_name = "announcements"
urlpatterns = [
    path("", views.announcement_list, name="list"),
    path("<uuid:uuid>/", views.announcement_detail, name="detail"),
    path("<uuid:uuid>/confirm/", views.announcement_confirmed, name="confirm"),
]
