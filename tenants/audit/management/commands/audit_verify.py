"""Read an audit trail from its first entry to its last and say whether it holds."""

from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import get_public_schema_name, schema_context

from tenants.audit.verifying import trail_verify
from tenants.models import Factory


def head(text: str) -> tuple[int, str]:
    number, _colon, noted_hash = text.partition(":")
    if not number.isdecimal() or len(noted_hash) != 64:
        raise ArgumentTypeError("write it as this command prints it: the number, a colon, 64 characters")
    return int(number), noted_hash


class Command(BaseCommand):
    help = (
        "Verifies the audit trail of public, of one factory or of all of them. Names the first entry that was changed or is"
        " missing, or a trigger that is off, and then ends with exit code 1; with 2 where nothing is wrong but no head was noted,"
        " so that a trail cut short would look whole. Note the heads it prints somewhere else: given back with --noted they show"
        " that nothing was cut off since."
    )

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--factory", metavar="SLUG", help="one factory; without it and --all: public")
        which.add_argument("--all", action="store_true", help="public and every factory, suspended ones too")
        parser.add_argument("--noted", type=head, metavar="NUMBER:HASH", help="a head of this trail noted earlier")

    def handle(self, *args, **options):
        if options["all"] and options["noted"]:
            raise CommandError("--noted belongs to one trail. Say which one with --factory, or leave --all out.")
        broken = unnoted = 0
        for name, schema_name in self._trails(options):
            with schema_context(schema_name):
                verdict = trail_verify(noted=dict([options["noted"]]) if options["noted"] else None)
            if verdict.fault:
                broken += 1
                self.stderr.write(f"{name}: BROKEN: {verdict.fault}. Entries 1 to {verdict.number} hold.")
                continue
            unnoted += verdict.noted is None
            limit = "NO HEAD NOTED YET, so a missing end would not show."
            if verdict.noted is not None:
                limit = f"Noted up to entry {verdict.noted}: what came later and was cut off again would not show."
            self.stdout.write(f"{name}: {verdict.number} entries hold. {limit} Head {verdict.number}:{verdict.hash}")
        if not (options["all"] or options["factory"]):
            self.stdout.write(
                "The factories have trails of their own, which were not looked at: --all reads every one."
            )
        if broken:
            raise CommandError(f"{broken} broken. Compare with a backup before anything is written over.")
        if unnoted:
            text = f"{unnoted} without a noted head. Heads are noted every hour; compare with the log (audit_head)."
            raise CommandError(text, returncode=2)

    def _trails(self, options) -> list[tuple[str, str]]:
        """(name to print, schema) of what was asked for."""
        public = ("public", get_public_schema_name())
        factories = Factory.objects.order_by("slug")
        if options["factory"]:
            found = list(factories.filter(slug=options["factory"]).values_list("slug", "schema_name"))
            if not found:
                raise CommandError(f"There is no factory “{options['factory']}”.")
            return found
        return [public, *factories.values_list("slug", "schema_name")] if options["all"] else [public]
