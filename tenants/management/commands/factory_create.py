import getpass
import os

from django.core.management.base import BaseCommand, CommandError

from tenants.errors import DomainError
from tenants.models import Factory
from tenants.services import factory_create


class Command(BaseCommand):
    help = "Make a factory, usable at once: schema, address, roles, first HR admin, library."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="short name, part of the address")
        parser.add_argument("name", help="name as people know it")
        parser.add_argument("--admin", default="hr", help="user name of the first HR admin (hr)")
        parser.add_argument("--domain", default="", help="host name, when it is not <slug>.<BASE_DOMAIN>")
        parser.add_argument("--open", action="store_true", help="anybody may join, without a roster")

    def handle(self, *args, slug, name, admin, domain, **options):
        password = os.environ.get("ADMIN_PASSWORD") or getpass.getpass(f"Password for {admin}: ")
        enrolment = Factory.Enrolment.OPEN if options["open"] else Factory.Enrolment.ROSTER
        try:
            factory = factory_create(
                slug=slug, name=name, admin_username=admin, admin_password=password, domain=domain, enrolment=enrolment
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{factory.name}: {factory.get_primary_domain().domain}")
