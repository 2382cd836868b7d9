from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.enrolment import by_enrolment


class GrievancesConfig(AppConfig):
    """Installed twice: in a factory it is that factory's channel, in public the ombudsman's at CCR CSR."""

    name = "grievances"
    verbose_name = by_enrolment(_("Voice"), pgettext_lazy("of an open account", "Voice channel"))

    def ready(self):
        from django_tenants.signals import post_schema_sync

        from grievances import personal_data  # noqa: F401  registers what this room keeps of people

        post_schema_sync.connect(_ombudsmen_bring, dispatch_uid="grievances.ombudsmen_bring")


def _ombudsmen_bring(sender, tenant, **kwargs):
    """A new factory knows the ombudsmen's public keys, in the transaction that makes it."""
    from grievances.services.carrier import ombudsmen_bring

    ombudsmen_bring()
