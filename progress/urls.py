from django.urls import path, register_converter

from progress.views import catalogue, lessons, quizzes


class CodeConverter:
    """The code of a poster, a training or a share link."""

    regex = "[A-Za-z0-9_-]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(CodeConverter, "code")

app_name = "progress"
urlpatterns = [
    path("", catalogue.home, name="home"),
    path("lessons/", catalogue.lesson_list, name="lesson-list"),
    path("lessons/<uuid:uuid>/", lessons.lesson, name="lesson"),
    path("lessons/<uuid:uuid>/read/", lessons.read, name="lesson-read"),
    path("lessons/<uuid:uuid>/share/", lessons.share, name="lesson-share"),
    path("lessons/<uuid:uuid>/quiz/", quizzes.quiz, name="quiz"),
    path("lessons/<uuid:uuid>/quiz/<uuid:key>/", quizzes.result, name="quiz-result"),
    path("me/", catalogue.me, name="me"),
    path("s/<code:code>/", lessons.shared, name="shared"),
    path("q/<code:code>/", lessons.qr_landing, name="qr-landing"),
]
