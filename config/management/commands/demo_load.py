from django.core.management.base import BaseCommand, CommandError

from config.demo import demo_load
from tenants.errors import DomainError


class Command(BaseCommand):
    help = "Make what is missing of the demo's three tenants and tell the WeChat simulator their accounts."

    def handle(self, *args, **options):
        try:
            demo_load()
        except DomainError as error:
            raise CommandError(str(error)) from error
