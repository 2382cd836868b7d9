"""What the vault has on a factory's ordinary site: the board, open to everybody. All else is on the voice host and the desk."""

from django.urls import path

from grievances import views

app_name = "grievances"
urlpatterns = [path("board/", views.board, name="board")]
