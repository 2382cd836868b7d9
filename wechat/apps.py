from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WechatConfig(AppConfig):
    name = "wechat"
    verbose_name = _("WeChat")

    def ready(self):
        from wechat.tasks import messages_announce
        from workers.signals import messages_queued

        messages_queued.connect(messages_announce, dispatch_uid="wechat_delivery")
