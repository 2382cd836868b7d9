from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants.enrolment import by_enrolment


class WorkersConfig(AppConfig):
    name = "workers"
    verbose_name = by_enrolment(_("Employees"), _("Learners"))

    def ready(self):
        from tenants.staff.phones import phones_register
        from workers import personal_data  # noqa: F401  registers what this room keeps of people
        from workers.services.colleagues import WeChatPhones

        phones_register(WeChatPhones())
