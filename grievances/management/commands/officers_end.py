from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from grievances.models import Officer
from grievances.services.officers import officer_end
from tenants.models import Factory


class Command(BaseCommand):
    help = (
        "End the enrolment of officers who have lost their keys where no colleague can do it. It opens nothing: what was"
        " sealed to them alone stays unreadable. New officers have other fingerprints, which workers see."
    )

    def add_arguments(self, parser):
        parser.add_argument("place", help="the factory's short name, or ccrcsr for the ombudsmen")
        parser.add_argument(
            "officers", nargs="+", help="ids, or the beginnings of ids, as the officers' desk shows them"
        )

    def handle(self, *args, place, officers, **options):
        if place == "ccrcsr":
            with schema_context(get_public_schema_name()):
                self._end(officers)
            return
        with schema_context(get_public_schema_name()):
            factory = Factory.objects.filter(slug=place).first()
        if factory is None:
            raise CommandError(f"There is no factory {place}.")
        with tenant_context(factory):
            self._end(officers)

    @transaction.atomic
    def _end(self, beginnings: list[str]) -> None:
        for beginning in beginnings:
            found = [each for each in Officer.objects.own().select_for_update() if str(each.pk).startswith(beginning)]
            if len(found) != 1 or found[0].state == Officer.State.LEFT:
                raise CommandError(f"{beginning} names no single officer who serves here. Nothing was changed.")
            officer_end(found[0])
            self.stdout.write(f"{found[0].name} ({found[0].pk}) has left.")
