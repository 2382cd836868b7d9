"""The officers' desk, under /admin/grievances/desk/ of both admin sites: one page, and the JSON it lives on."""

from django.urls import path

from grievances.desk import api, views

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="page"),
    path("api/state/", api.StateView.as_view(), name="state"),
    path("api/officers/", api.EnrolView.as_view(), name="enrol"),
    path("api/officers/seed/", api.RewrapView.as_view(), name="seed"),
    path("api/officers/<uuid:officer_id>/admit/", api.AdmitView.as_view(), name="admit"),
    path("api/officers/<uuid:officer_id>/leave/", api.LeaveView.as_view(), name="leave"),
    path("api/cases/", api.CasesView.as_view(), name="cases"),
    path("api/attachments/<uuid:attachment_id>/", api.AttachmentView.as_view(), name="attachment"),
    path("api/quarantine/empty/", api.QuarantineEmptyView.as_view(), name="quarantine-empty"),
    path("api/cases/<slug:case_id>/", api.CaseView.as_view(), name="case"),
    path("api/cases/<slug:case_id>/log/", api.LogView.as_view(), name="log"),
    path("api/cases/<slug:case_id>/messages/", api.MessagesView.as_view(), name="messages"),
    path("api/cases/<slug:case_id>/notes/", api.NotesView.as_view(), name="notes"),
    path("api/cases/<slug:case_id>/move/", api.MoveView.as_view(), name="move"),
    path("api/cases/<slug:case_id>/assign/", api.AssignView.as_view(), name="assign"),
    path("api/cases/<slug:case_id>/conflict/", api.ConflictView.as_view(), name="conflict"),
    path("api/cases/<slug:case_id>/grant/", api.GrantView.as_view(), name="grant"),
    path("api/cases/<slug:case_id>/rekey/", api.RekeyView.as_view(), name="rekey"),
    path("api/cases/<slug:case_id>/merge/", api.MergeView.as_view(), name="merge"),
    path("api/cases/<slug:case_id>/release/", api.ReleaseView.as_view(), name="release"),
    path("api/cases/<slug:case_id>/exported/", api.ExportedView.as_view(), name="exported"),
]
