"""A throw-away database and broker around one command: `python -m config.local with-services -- pytest`."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from config.local import catalogues, postgres, valkey
from config.local.environment import ROOT, DataFolder, fernet_key, secret
from config.local.supervisor import Stopped, Supervisor, say

PREFIX = "wesupport-trial-"
KEPT = "kept"
DEMO_ONLY = ("DEMO", "DEMO_PASSWORD", "SIMULATOR_URL", "PORT", "CACHE_URL")


def main(command: Sequence[str], *, keep: bool, durable: bool) -> int:
    """Run the command in the environment of a fresh installation and return its exit code.

    DATABASE_URL, CELERY_BROKER_URL or VOLATILE_URL given: that service is used as it is. Demo switches are taken away.
    keep: leave the folder and say where it is. durable: the database waits for the disk, as benchmarks need it.
    """
    catalogues.compile_changed()
    folder, lock = _folder()
    data = DataFolder(folder)
    supervisor = Supervisor(folder)
    try:
        environment = {name: value for name, value in os.environ.items() if name not in DEMO_ONLY}
        environment |= _start_services(supervisor, data, durable=durable)
        return _run(supervisor, command, environment)
    except Stopped as stopped:
        return stopped.exit_code
    finally:
        supervisor.stop()
        if keep:
            (folder / KEPT).touch()
            say(f"Kept: {folder}")
        else:
            postgres.forget(data)
            shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _start_services(supervisor: Supervisor, data: DataFolder, *, durable: bool) -> dict[str, str]:
    return {
        "DATA_DIR": str(data.path),
        "STATIC_MANIFEST": "0",
        "SECOND_FACTOR_REQUIRED": "0",  # tests of it switch it on
        "SECRET_KEY": data.setting("SECRET_KEY", secret),
        "FIELD_KEY": data.setting("FIELD_KEY", fernet_key),
        "BASE_DOMAIN": data.setting("BASE_DOMAIN", lambda: "wesupport.test"),
        "PG_BIN": postgres.tools(),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or postgres.start(supervisor, data, durable=durable),
        "CELERY_BROKER_URL": os.environ.get("CELERY_BROKER_URL") or valkey.start(supervisor, data, durable=durable),
        "VOLATILE_URL": os.environ.get("VOLATILE_URL") or valkey.start_volatile(supervisor, data),
    }


def _run(supervisor: Supervisor, command: Sequence[str], environment: dict[str, str]) -> int:
    """The command shares our terminal. Ctrl-C there reaches both: the command ends as it likes, we wait for it."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    at_terminal = sys.stdin.isatty()
    while process.poll() is None:
        try:
            supervisor.attend(1.0)
        except Stopped as stopped:
            signum = stopped.exit_code - 128
            if not (at_terminal and signum == signal.SIGINT):
                process.send_signal(signum)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _folder() -> tuple[Path, IO[str]]:
    """A new folder that `nobody` can pass through, and its lock; folders of launchers that were killed are removed."""
    place = Path("/var/tmp") if os.name == "posix" and os.geteuid() == 0 else Path(tempfile.gettempdir())
    for old in place.glob(f"{PREFIX}*"):
        _remove_abandoned(old)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    folder.chmod(0o711)
    lock = (folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def _remove_abandoned(folder: Path) -> None:
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not (folder / KEPT).exists():
                shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return  # in use, another user's, or just being made
