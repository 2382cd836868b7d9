"""What the tests need of the system: Chromium, a Chinese font, gettext. Installed if missing and permitted."""

import os
import shutil
import subprocess

from config.local.bootstrap import work
from config.local.environment import Problem

LEAVE_OUT = "not browser"


def ensure() -> None:
    """Raises Problem when something is missing and cannot be installed from here."""
    if LEAVE_OUT in os.environ.get("PYTEST_ARGS", "") or not _missing():
        return
    if shutil.which("apt-get") and (permission := _permission()) is not None:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        work("Refreshing the list of system packages", [*permission, "apt-get", "update"], env=environment)
        install = [*permission, "apt-get", "install", "--yes", "--no-install-recommends", *_missing()]
        work(f"Installing {', '.join(_missing())} for the tests", install, env=environment)
    if missing := _missing():
        raise Problem(
            f"The tests need {', '.join(missing)} of the system's packages, which could not be installed from here: "
            f"install them, or leave the browser tests out with `make test PYTEST_ARGS='-m \"{LEAVE_OUT}\"'`."
        )


def _missing() -> list[str]:
    """The packages, by their names in Debian, that are not there."""
    present = {
        "chromium": shutil.which("chromium"),
        "fonts-noto-cjk": shutil.which("fc-list") and subprocess.check_output(["fc-list", ":lang=zh-cn"]),
        "gettext": shutil.which("xgettext"),
    }
    return [name for name, found in present.items() if not found]


def _permission() -> list[str] | None:
    """What to put before a command that changes the system; None when we may not."""
    if os.geteuid() == 0:
        return []
    asked = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked and asked.returncode == 0 else None
