from django.core.management.base import BaseCommand, CommandError

from tenants.services import factories_migrate


class Command(BaseCommand):
    help = "Bring the template and every factory's schema to the newest migrations. Safe to repeat and to interrupt."

    def handle(self, *args, **options):
        report = factories_migrate(say=self.stdout.write)
        self.stdout.write(f"{report.checked} factories checked, {len(report.migrated)} migrated.")
        if report.failed:
            raise CommandError("Not migrated: " + "; ".join(f"{name} ({why})" for name, why in report.failed.items()))
