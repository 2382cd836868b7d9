import os
import pwd

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import get_public_schema_name, schema_context

from tenants.errors import DomainError
from tenants.models import Factory
from tenants.services import owner_rescue


def server_user() -> str:
    """Who runs this, as the operating system knows it, after whoever came in at the terminal; no variable is believed."""
    try:
        runs = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        runs = str(os.getuid())
    try:
        came = os.getlogin()
    except OSError:  # no terminal
        came = runs
    return runs if came == runs else f"{came} > {runs}"


class Command(BaseCommand):
    help = (
        "Make a link for a further owner of a factory whose owners can no longer get in. Check first who asks:"
        " docs/audit.md. Everybody there who sees personal data is signed out, and told when they sign in again."
    )

    def add_arguments(self, parser):
        parser.add_argument("factory", help="its short name")
        parser.add_argument("name", help="full name of the new owner")
        parser.add_argument(
            "--by", required=True, help="sign-in name, on the public site, of whoever has checked who asks"
        )
        parser.add_argument("--reason", required=True, help="who asked, and how you know them; the factory reads it")
        parser.add_argument(
            "--force",
            default="",
            metavar="WHY",
            help="why nobody asks the owner who has signed in within thirty days; the factory reads it",
        )

    def handle(self, *args, factory, name, by, reason, force, **options):
        with schema_context(get_public_schema_name()):
            found = Factory.objects.filter(slug=factory).first()
            staff = User.objects.filter(username=by, is_active=True, is_staff=True).first()
            if found is None:
                raise CommandError(f"There is no factory {factory}.")
            if staff is None:
                raise CommandError(f"Nobody signs in to the public site as {by}.")
            host = found.get_primary_domain().domain
            try:
                invitation, secret = owner_rescue(
                    factory=found, by=staff, name=name, reason=reason, forced=force, server_user=server_user()
                )
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal
        until = invitation.expires_at.strftime("%Y-%m-%d %H:%M %Z")
        self.stdout.write(f"For {name}, once, until {until}:")
        self.stdout.write(f"{settings.SITE_SCHEME}://{host}{settings.SITE_PORT}/admin/join/{secret}/")
