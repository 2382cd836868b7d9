"""The product under granian, as the launcher starts it, with the floors beside it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.bench.load import Connection, request_bytes

START_SECONDS = 60


@contextmanager
def serving(*, workers: int = 2, threads: int = 2, log: Path) -> Iterator["Server"]:
    """Granian on a free port of the loopback address; ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "config.bench.floors:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-ws", "--workers", str(workers)]
    command += ["--blocking-threads", str(threads)]
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ)
    try:
        server = Server(port, process.pid)
        server.wait()
        yield server
    finally:
        process.terminate()
        process.wait(20)


class Server:
    def __init__(self, port: int, pid: int):
        self.port, self.pid = port, pid

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                Connection(self.port).ask(request_bytes("/healthz", host="localhost"))
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def memory_mb(self) -> float:
        """Proportional set size of the web processes together, in MB."""
        return sum(pss_mb(pid) for pid in descendants(self.pid))


def descendants(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in children.read_text().split()]
    return found


def pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
