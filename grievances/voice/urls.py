"""The voice host, whole: nothing else of the factory's site answers there."""

from django.urls import path

from grievances.voice import api, views

app_name = "voice"
urlpatterns = [
    path("", views.new_case, name="new"),
    path("case/", views.return_to_case, name="case"),
    path("board/", views.board, name="board"),
    path("api/channel/", api.ChannelView.as_view(), name="channel"),
    path("api/attachments/<uuid:attachment_id>/", api.AttachmentView.as_view(), name="attachment"),
    path("api/cases/", api.CasesView.as_view(), name="cases"),
    path("api/cases/open/", api.OpenView.as_view(), name="open"),
    path("api/cases/messages/", api.MessagesView.as_view(), name="messages"),
    path("api/cases/attachment/", api.CaseAttachmentView.as_view(), name="case-attachment"),
    path("api/cases/withdraw/", api.WithdrawView.as_view(), name="withdraw"),
    path("api/cases/appeal/", api.AppealView.as_view(), name="appeal"),
    path("api/cases/hand/", api.HandView.as_view(), name="hand"),
]
