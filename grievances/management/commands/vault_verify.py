from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import get_public_schema_name, schema_context

from grievances import protocol
from grievances.models import Case, CaseEvent
from grievances.services.log import log_faults
from tenants.models import Factory


class Command(BaseCommand):
    help = "Check every case's log (hash chain) and that its id still commits to its keys, in public and every factory."

    def handle(self, *args, **options):
        with schema_context(get_public_schema_name()):
            schemas = [get_public_schema_name(), *Factory.objects.values_list("schema_name", flat=True)]
        faults, cases = [], 0
        for schema in schemas:
            with schema_context(schema):
                found, number = schema_verify()
            faults += [f"{schema}: {fault}" for fault in found]
            cases += number
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in {cases} cases.")
        self.stdout.write(f"{cases} cases in {len(schemas)} schemas: every log holds.")


def schema_verify() -> tuple[list[str], int]:
    """(what is wrong, how many cases) in the present schema."""
    faults: list[str] = []
    number = 0
    for case in Case.objects.order_by("pk").iterator(chunk_size=500):
        number += 1
        events = list(CaseEvent.objects.filter(case=case).order_by("number"))
        faults += log_faults(events) or ([] if events else [f"{case.pk}: no log"])
        first = case.keys.filter(epoch=0).first()
        if case.erased_on is None and (first is None or not _commits(case, bytes(first.public_key))):
            faults.append(f"{case.pk}: the id does not commit to the keys")
    return faults, number


def _commits(case: Case, public_key: bytes) -> bool:
    keys = (bytes(case.worker_sign_key), bytes(case.worker_box_key))
    return protocol.case_id(case.place, public_key, *keys) == case.pk
