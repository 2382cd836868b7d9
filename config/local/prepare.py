"""Everything the product must do before its programs start, in one process: a second run shall be quick."""

import contextlib
import hashlib
import io
import json
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Says each step on standard output; what the commands say goes to standard error, the log.

    The answer of `demo_info --json` goes to the file named by the argument.
    """
    info_file, screen = Path(sys.argv[1]), sys.stdout

    def step(title: str, command: str, **options: object) -> None:
        print(f"{title} …", file=screen, flush=True)
        call_command(command, **options)

    with contextlib.redirect_stdout(sys.stderr):
        django.setup()
        _collect_static(step)
        step("Bringing the shared tables up to date", "migrate_schemas", schema_name="public", interactive=False)
        step("Bringing the factories' tables up to date", "migrate_factories")
        step("Loading the lesson library", "library_load")
        step("Loading the demo factories", "demo_load")
        info = io.StringIO()
        call_command("demo_info", json=True, stdout=info)
    info_file.touch(mode=0o600)  # it names every password
    info_file.write_text(json.dumps(json.loads(info.getvalue())))


def _collect_static(step) -> None:
    """Collect the static files, unless they are those of the last time: compressing them takes seconds."""
    stamp = settings.DATA_DIR / "static.stamp"
    state = _static_state()
    if not settings.STATIC_ROOT.is_dir() or not stamp.exists() or stamp.read_text() != state:
        step("Collecting the static files", "collectstatic", interactive=False, clear=True)
        stamp.write_text(state)


def _static_state() -> str:
    """Hash of the name, size and time of every static file."""
    from django.contrib.staticfiles.finders import get_finders

    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            state.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return state.hexdigest()


if __name__ == "__main__":
    main()
