from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WechatConfig(AppConfig):
    name = "wechat"
    verbose_name = _("WeChat")

    def ready(self):
        from wechat import personal_data  # noqa: F401  registers what this room keeps of people
        from wechat.tasks import messages_announce
        from workers.signals import messages_queued

        messages_queued.connect(messages_announce, dispatch_uid="wechat_delivery")
