from django.urls import path

from progress import api

urlpatterns = [
    path("lessons/", api.LessonList.as_view(), name="api-lesson-list"),
    path("lessons/<uuid:uuid>/", api.LessonDetail.as_view(), name="api-lesson"),
    path("lessons/<uuid:uuid>/quiz-attempts/", api.QuizAttempts.as_view(), name="api-quiz-attempts"),
    path("me/progress/", api.MyProgress.as_view(), name="api-my-progress"),
]
