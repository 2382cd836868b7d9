from django.urls import path

from workers import views

app_name = "workers"
urlpatterns = [
    path("bind/", views.bind, name="bind"),
    path("bind/disown/", views.disown, name="disown"),
]
