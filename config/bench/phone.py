"""A slow phone on a slow line: Chromium behind a proxy with so many bytes a second, its pages stopped most of the time."""

import shutil
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from playwright.sync_api import Browser, sync_playwright

LINE_BYTES, LINE_DELAY = 400_000 // 8, 0.1  # 400 kbit/s down, 100 ms until the first byte
CPU_TIMES = 4
SLICE_SECONDS, LOOK_SECONDS = 0.005, 0.5
PIECE = 1460


class SlowLine(socketserver.ThreadingTCPServer):
    """A TCP proxy on 127.0.0.1: all connections share `bytes_per_second` on the way to the phone."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, *, bytes_per_second: int = LINE_BYTES, delay: float = LINE_DELAY):
        super().__init__(("127.0.0.1", 0), _Passing)
        self.target, self.rate, self.delay = port, bytes_per_second, delay
        self.port = self.server_address[1]
        self._free_at, self._lock = 0.0, threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def wait(self, size: int) -> None:
        """Until these bytes have come over the line, behind those before them."""
        with self._lock:
            now = time.monotonic()
            has_rested = now - self._free_at > self.delay  # the line was silent: an answer to a new question
            begins = max(self._free_at, now + self.delay if has_rested else now)
            self._free_at = arrived = begins + size / self.rate
        time.sleep(arrived - now)


class _Passing(socketserver.BaseRequestHandler):
    """One connection, passed on both ways until either side ends it."""

    server: SlowLine

    def handle(self) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server.target)) as there:
            threading.Thread(target=self._up, args=[there], daemon=True).start()
            while piece := there.recv(PIECE):
                self.server.wait(len(piece))
                self.request.sendall(piece)

    def _up(self, there: socket.socket) -> None:
        with suppress(OSError):
            while piece := self.request.recv(65_536):
                there.sendall(piece)
            there.shutdown(socket.SHUT_WR)


@contextmanager
def slowed(process: psutil.Process, times: int = CPU_TIMES) -> Iterator[None]:
    """Let every page's process below `process`, workers included, run one slice of `times`."""
    ended = threading.Event()

    def slow() -> None:
        pages: list[psutil.Process] = []
        looked_at = 0.0
        while not ended.is_set():
            if time.monotonic() > looked_at + LOOK_SECONDS:  # looking through all processes takes a while itself
                pages = [child for child in process.children(recursive=True) if _is_page(child)]
                looked_at = time.monotonic()
            _each(pages, "suspend")
            ended.wait(SLICE_SECONDS * (times - 1))
            _each(pages, "resume")
            ended.wait(SLICE_SECONDS)

    thread = threading.Thread(target=slow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(5)


def _is_page(process: psutil.Process) -> bool:
    try:
        return any("--type=renderer" in word for word in process.cmdline())
    except psutil.Error:
        return False


def _each(processes: list[psutil.Process], what: str) -> None:
    for process in processes:
        try:
            getattr(process, what)()
        except psutil.Error:
            continue


@contextmanager
def chromium(host: str) -> Iterator[Browser]:
    """Headless Chromium for which `*.<host>` is this machine, and safe enough for what browsers keep to https."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                *["--no-sandbox", "--disable-background-networking"],
                f"--host-resolver-rules=MAP *.{host} 127.0.0.1",
            ],
        )
        yield browser
        browser.close()
