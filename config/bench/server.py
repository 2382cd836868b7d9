"""The product under `config.serve`, as the launcher starts it, with the floors beside it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from django.db import connection

from config.bench.load import Answer, BadAnswer, Connection, request_bytes

START_SECONDS = 60
WORKERS, THREADS = 2, 4  # as in config/local/run.py


class Server:
    def __init__(self, port: int, pid: int):
        self.port, self.process = port, psutil.Process(pid)

    def ask(self, request: bytes, *, status: int = 200) -> Answer:
        answer = Connection(self.port).ask(request)
        if answer.status != status:
            raise BadAnswer(f"{answer.status} for {request.split(b' ', 2)[1]!r}: {answer.body[:300]!r}")
        return answer

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.ask(request_bytes("/healthz", host="localhost"))
                return
            except OSError:
                if time.monotonic() > deadline or not self.process.is_running():
                    raise
                time.sleep(0.1)

    def memory_mb(self) -> float:
        """The web processes together, in MB."""
        return sum(memory_mb(process) for process in self._tree())

    def largest_mb(self) -> float:
        return max(memory_mb(process) for process in self._tree())

    def cpu_seconds(self) -> float:
        """Processor time of the web processes so far: a figure that a busy neighbour disturbs little."""
        times = [process.cpu_times() for process in self._tree()]
        return sum(time.user + time.system for time in times)

    def _tree(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def serving(*, log: Path, threads: int = THREADS) -> Iterator[Server]:
    """Granian on a free port of the loopback address; ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "config.serve", "config.bench.wsgi:application", "--interface", "wsgi"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-ws", "--workers", str(WORKERS)]
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


def memory_mb(process: psutil.Process) -> float:
    """Memory shared by several processes is divided among them (proportional set size)."""
    info = process.memory_full_info()
    return getattr(info, "pss", info.uss) / 2**20


def backends() -> list[psutil.Process]:
    """The database's processes that serve the web server; none when it runs on another machine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return _postgres_processes([pid for (pid,) in cursor.fetchall()])


def database_memory_mb() -> float:
    """The whole database server, shared buffers included, in MB; 0 when it runs on another machine.

    Without the benchmark's own back end, which has imported and counted what no product's connection ever does.
    """
    ours = backends()
    if not ours:
        return 0
    server, own = ours[0].parent(), connection.connection.get_backend_pid()
    return sum(memory_mb(process) for process in [server, *server.children()] if process.pid != own)


def _postgres_processes(pids: list[int]) -> list[psutil.Process]:
    found = []
    for pid in pids:
        try:
            process = psutil.Process(pid)
            if process.name().startswith("postgres"):
                found.append(process)
        except psutil.Error:
            continue
    return found
