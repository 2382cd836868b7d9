from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from lessons.services.library import FOLDER, library_load
from tenants.errors import DomainError


class Command(BaseCommand):
    help = "Load the library's lesson files into the shared library and publish what changed. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files lie (default: %(default)s)")

    def handle(self, *args, folder: Path, **options):
        try:
            report = library_load(folder=folder)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"library: {report.series} series, {len(report.published)} lessons published, {report.unchanged} unchanged"
        )
