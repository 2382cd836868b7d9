from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrievancesConfig(AppConfig):
    """Installed twice: in a factory it is that factory's channel, in public the ombudsman's at CCR CSR."""

    name = "grievances"
    verbose_name = _("Voice")
