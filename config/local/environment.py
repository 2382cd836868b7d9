"""Folders, ports and secrets of one installation, remembered in `$DATA_DIR/env` (dotenv, readable by its owner)."""

import base64
import fcntl
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"


class Problem(Exception):
    """Something that the person at the keyboard can put right. The text is one whole sentence."""


def port_is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return listener.getsockname()[1]


def web_port() -> int:
    """PORT of the environment, 8000 by default. The simulator takes the one above it. Raises Problem."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65534):
        raise Problem(f"PORT is {text!r}, but it has to be a number from 1 to 65534.")
    return int(text)


def require_free_ports(port: int) -> None:
    """Raises Problem when the web server's port or the simulator's is in use."""
    for number, purpose in ((port, "the web server"), (port + 1, "the WeChat simulator")):
        if not port_is_free(number):
            raise Problem(
                f"Port {number}, wanted for {purpose}, is in use by another program: "
                f"stop that one, or choose another port, for example `make run PORT={port + 100}`."
            )


def secret() -> str:
    return secrets.token_urlsafe(48).replace("-", "_")


def fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def readable_password() -> str:
    """Four syllables and four digits, easy to type from one screen into another: `kotu-remi-4821`."""
    syllables = [secrets.choice("bdfghkmnprstvz") + secrets.choice("aeiou") for _ in range(4)]
    return f"{''.join(syllables[:2])}-{''.join(syllables[2:])}-{secrets.randbelow(9000) + 1000}"


class DataFolder:
    """DATA_DIR and what is remembered there from run to run."""

    def __init__(self, path: Path) -> None:
        """Makes the folder. Raises Problem when it cannot be used."""
        self.path = Path(os.path.abspath(path))
        try:
            if self.path.exists() and not self.path.is_dir():
                raise Problem(f"DATA_DIR, {self.path}, is not a folder: remove it or set DATA_DIR to another place.")
            (self.path / "log").mkdir(parents=True, exist_ok=True)
            (self.path / "log" / ".writable").touch()
            (self.path / "log" / ".writable").unlink()
        except OSError as error:
            raise Problem(
                f"The folder {self.path} cannot be written to ({error.strerror}): set DATA_DIR to a folder of your own."
            ) from error
        self._file = self.path / "env"
        self.values = self._read()

    @classmethod
    def default(cls) -> "DataFolder":
        return cls(Path(os.environ.get("DATA_DIR") or ROOT / ".data"))

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        lines = self._file.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    def setting(self, name: str, make: Callable[[], str]) -> str:
        """The environment's value, else the remembered one, else a new one. Remembered with the next `save`."""
        self.values[name] = os.environ.get(name) or self.values.get(name) or make()
        return self.values[name]

    def password(self, name: str) -> str:
        """The password of a service of ours, whatever a variable of the same name may say in the environment."""
        return self.values.setdefault(name, secrets.token_hex(16))

    def port(self, name: str) -> int:
        """A free port on the loopback address: the one of last time where it is still free."""
        remembered = int(self.values.get(name) or 0)
        port = remembered if remembered and port_is_free(remembered) else free_port()
        self.values[name] = str(port)
        return port

    def save(self) -> None:
        part = self._file.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(
                "# Written by `make run`. The secrets in it are made once; delete nothing here but the whole folder.\n"
            )
            file.writelines(f"{name}={value}\n" for name, value in sorted(self.values.items()))
        part.replace(self._file)

    def lock(self, *, note: str) -> IO[str]:
        """One launcher a folder: hold the returned file open. Raises Problem, with the note of the one there is."""
        file = (self.path / "run.lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            other = file.read().strip() or "just starting"
            raise Problem(
                f"WeSupport is already running in {self.path} ({other}): "
                "stop it there with Ctrl-C, or set DATA_DIR and PORT to run a second one beside it."
            ) from error
        file.truncate(0)
        file.write(f"process {os.getpid()}, {note}")
        file.flush()
        return file
