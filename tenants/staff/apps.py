from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "tenants.staff"
    label = "staff"
    verbose_name = _("Colleagues")

    def ready(self):
        from django.contrib.auth.models import User
        from django.contrib.auth.signals import user_logged_in, user_logged_out
        from django.db.models.signals import pre_save

        from tenants.staff import signals
        from tenants.words import colleague_name

        User.add_to_class("__str__", colleague_name)
        pre_save.connect(signals.name_checked, sender=User, dispatch_uid="staff.name_checked")
        user_logged_in.connect(signals.signed_in, dispatch_uid="staff.signed_in")
        user_logged_out.connect(signals.signing_out, dispatch_uid="staff.signing_out")
