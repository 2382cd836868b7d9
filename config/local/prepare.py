"""Everything the product must do before its programs start, in one process: a second run shall be quick."""

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

STEPS: list[tuple[str, str, dict[str, Any]]] = [
    ("Bringing the shared tables up to date", "migrate_schemas", {"schema_name": "public", "interactive": False}),
    ("Bringing the factories' tables up to date", "migrate_factories", {}),
    ("Loading the lesson library", "library_load", {}),
    ("Loading the demo factories", "demo_load", {}),
    ("Collecting the static files", "collectstatic", {"interactive": False}),
]


def main() -> None:
    """Says each step on standard output; what the commands say goes to standard error, the log. The answer of
    `demo_info --json` goes to the file named by the argument.
    """
    info_file = Path(sys.argv[1])
    screen = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        django.setup()
        for title, command, options in STEPS:
            print(f"{title} …", file=screen, flush=True)
            call_command(command, **options)
        info = io.StringIO()
        call_command("demo_info", json=True, stdout=info)
    info_file.write_text(json.dumps(json.loads(info.getvalue())))


if __name__ == "__main__":
    main()
