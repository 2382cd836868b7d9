from django.urls import path

from wechat import follow_views, oauth_views, views

app_name = "wechat"
urlpatterns = [
    path("wechat/follow/", follow_views.follow, name="follow"),
    path("wechat/follow.png", follow_views.follow_qr, name="follow-qr"),
    path("wechat/oauth/", oauth_views.start, name="oauth-start"),
    path("wechat/oauth/callback/", oauth_views.callback, name="oauth-callback"),
    path("wechat/<uuid:account_uuid>/", views.webhook, name="webhook"),
]
