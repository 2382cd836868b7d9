"""Chromium and a Chinese font for the browser tests: installed from the system's packages if missing and permitted."""

import os
import shutil
import subprocess

from config.local.bootstrap import work
from config.local.environment import Problem

PACKAGES = ["chromium", "fonts-noto-cjk"]
LEAVE_OUT = "not browser"


def ensure() -> None:
    """Raises Problem when something is missing and cannot be installed from here."""
    if LEAVE_OUT in os.environ.get("PYTEST_ARGS", "") or not _missing():
        return
    if shutil.which("apt-get") and (permission := _permission()) is not None:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        work("Refreshing the list of system packages", [*permission, "apt-get", "update"], env=environment)
        install = [*permission, "apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES]
        work("Installing Chromium and a Chinese font for the browser tests", install, env=environment)
    if missing := _missing():
        raise Problem(
            f"The browser tests need {' and '.join(missing)}, which could not be installed from here: install it, "
            f"or leave them out with `make test PYTEST_ARGS='-m \"{LEAVE_OUT}\"'`."
        )


def _missing() -> list[str]:
    """What is not there, in words for a sentence."""
    listed = (
        subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False)
        if shutil.which("fc-list")
        else None
    )
    present = {"Chromium": shutil.which("chromium"), "a Chinese font": listed and listed.stdout}
    return [name for name, found in present.items() if not found]


def _permission() -> list[str] | None:
    """What to put before a command that changes the system; None when we may not."""
    if os.geteuid() == 0:
        return []
    asked = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked and asked.returncode == 0 else None
