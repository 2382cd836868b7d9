from django.urls import path

from workers.api import views

urlpatterns = [
    path("workers/", views.Workers.as_view(), name="api-workers"),
    path("workers/bulk/", views.WorkersBulk.as_view(), name="api-workers-bulk"),
    path("workers/<path:employee_number>/deactivate/", views.WorkerDeactivate.as_view(), name="api-worker-deactivate"),
    path("departments/", views.Departments.as_view(), name="api-departments"),
    path("departments/<int:pk>/", views.DepartmentOne.as_view(), name="api-department"),
]
