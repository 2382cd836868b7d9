"""`manage.py vault_open case.json --officer me.json`: open an exported case at this machine, offline."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grievances.protocol.__main__ import arguments_add, case_lines, case_open, sentence


class Command(BaseCommand):
    help = (
        "Opens an exported case with an officer's passphrase or a worker's receipt and prints it. "
        "Without Django: python -m grievances.protocol."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        arguments_add(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            case = case_open(case=options["case"], officer=options["officer"], salt=options["salt"])
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(sentence(error)) from error
        for line in case_lines(case):
            self.stdout.write(line)
