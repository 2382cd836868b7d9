"""A small HTTP/1.1 load generator: keep-alive sockets and one thread, cheap enough to leave the server the processor.

Python's own clients cost as much per request as the pages measured here, and the well-known load generators are not in
Python's package index.
"""

import gc
import socket
import time
from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector

TIMEOUT_SECONDS = 30
Requests = Callable[[int], bytes]  # number of the request in this run -> its bytes
OK = frozenset([200])


class BadAnswer(Exception):
    """The server answered with another status than the benchmark is about: a figure of errors would be worth nothing."""


@dataclass
class Figures:
    """count: answers; seconds: wall time of the run; latencies: seconds a request, sorted."""

    count: int
    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    def percentile_ms(self, percent: float) -> float:
        return 1000 * self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * percent / 100))]


@dataclass
class Answer:
    status: int
    head: bytes
    body: bytes

    @property
    def wire_bytes(self) -> int:
        return len(self.head) + 4 + len(self.body)

    def header(self, name: str) -> str:
        """The value of a header, "" when it is not there."""
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            key, _colon, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""


class Connection:
    """due: the moment the request now on its way was due, in seconds of perf_counter."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.due = 0.0

    def ask(self, request: bytes) -> Answer:
        self.socket.sendall(request)
        return self.answer()

    def answer(self) -> Answer:
        """Wait for the whole answer to the request sent before."""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        answer = Answer(int(head[9:12]), head, b"")
        answer.body = self._chunks() if b"chunked" in head else self._take(int(answer.header("Content-Length") or 0))
        return answer

    def _take(self, length: int) -> bytes:
        while len(self.buffer) < length:
            self._more()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self.buffer:
                self._more()
            size, self.buffer = self.buffer.split(b"\r\n", 1)
            chunk = self._take(int(size, 16) + 2)[:-2]
            if not chunk:
                return body
            body += chunk

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise BadAnswer("the server closed the connection")
        self.buffer += data


def request_bytes(
    path: str, *, host: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """One request as it goes over the wire, come through a proxy that speaks https."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "X-Forwarded-Proto: https"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def throughput(
    port: int, requests: Requests, *, seconds: float, connections: int = 8, statuses: Container[int] = OK
) -> Figures:
    """As many as go in `seconds`, each connection asking again as soon as it is answered."""
    with _lines(port, connections) as (lines, selector):
        started = time.perf_counter()
        until, number = started + seconds, 0
        latencies: list[float] = []
        for line in lines:
            _send(line, requests(number), time.perf_counter())
            number += 1
        waiting = len(lines)
        while waiting:
            for line in _answered(selector, TIMEOUT_SECONDS):
                latencies.append(_seconds(line, statuses))
                if time.perf_counter() < until:
                    _send(line, requests(number), time.perf_counter())
                    number += 1
                else:
                    waiting -= 1
        return Figures(number, time.perf_counter() - started, sorted(latencies))


def steady(
    port: int,
    requests: Requests,
    *,
    per_second: int,
    seconds: float,
    connections: int = 16,
    statuses: Container[int] = OK,
) -> Figures:
    """At a fixed rate; a latency counts from the moment the request was due, so that a stall is not hidden."""
    with _lines(port, connections) as (lines, selector):
        idle, number = deque(lines), 0
        latencies: list[float] = []
        started = time.perf_counter()
        count = int(per_second * seconds)
        while len(latencies) < count:
            while idle and number < count and (due := started + number / per_second) <= time.perf_counter():
                _send(idle.popleft(), requests(number), due)
                number += 1
            wait = float(TIMEOUT_SECONDS)
            if idle and number < count:
                wait = max(0, started + number / per_second - time.perf_counter())
            for line in _answered(selector, wait):
                latencies.append(_seconds(line, statuses))
                idle.append(line)
        return Figures(count, time.perf_counter() - started, sorted(latencies))


@contextmanager
def _lines(port: int, count: int) -> Iterator[tuple[list[Connection], DefaultSelector]]:
    """Open connections, registered for reading. No garbage is collected meanwhile: our own pauses are not the server's."""
    lines = [Connection(port) for _ in range(count)]
    gc.collect()
    gc.disable()
    try:
        with DefaultSelector() as selector:
            for line in lines:
                selector.register(line.socket, EVENT_READ, line)
            yield lines, selector
    finally:
        gc.enable()
        for line in lines:
            line.socket.close()


def _send(line: Connection, request: bytes, due: float) -> None:
    line.due = due
    line.socket.sendall(request)


def _answered(selector: DefaultSelector, wait: float) -> list[Connection]:
    ready = selector.select(wait)
    if not ready and wait == TIMEOUT_SECONDS:
        raise BadAnswer(f"no answer for {TIMEOUT_SECONDS} s")
    return [key.data for key, _events in ready]


def _seconds(line: Connection, statuses: Container[int]) -> float:
    answer = line.answer()
    if answer.status not in statuses:
        raise BadAnswer(f"{answer.head[:60]!r}: {answer.body[:200]!r}")
    return time.perf_counter() - line.due
