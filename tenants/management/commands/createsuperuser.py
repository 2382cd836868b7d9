from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.db import transaction

from tenants.audit.services import audit_record


class Command(createsuperuser.Command):
    """Django's, written down in the trail. What the name must be, `tenants.staff.signals` says."""

    @transaction.atomic
    def handle(self, *args, **options):
        before = set(User.objects.values_list("pk", flat=True))
        super().handle(*args, **options)
        for user in User.objects.exclude(pk__in=before):
            audit_record(by="system", action="superuser_made", about=user)
