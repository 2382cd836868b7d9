"""A small HTTP/1.1 load generator on raw keep-alive sockets: one thread a connection, cheap enough to leave the server the CPU.

Python's own clients cost as much per request as the pages measured here, and the well-known load generators are not in
Python's package index.
"""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

TIMEOUT_SECONDS = 30
Requests = Callable[[int], bytes]  # number of the request in this run -> its bytes


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


class Connection:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send one request; (status, head, body) of its answer."""
        self.socket.sendall(request)
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            return int(head[9:12]), head, self._chunks()
        start = lower.find(b"content-length:")
        length = int(lower[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        while len(self.buffer) < length:
            self._more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return int(head[9:12]), head, body

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self.buffer:
                self._more()
            size, self.buffer = self.buffer.split(b"\r\n", 1)
            length = int(size, 16)
            while len(self.buffer) < length + 2:
                self._more()
            body, self.buffer = body + self.buffer[:length], self.buffer[length + 2 :]
            if not length:
                return body

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise BadAnswer("the server closed the connection")
        self.buffer += data


def request_bytes(path: str, *, host: str, method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
    """One request as it goes over the wire. Header names are given with underscores."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def throughput(
    port: int, requests: Requests, *, seconds: float = 3, connections: int = 8, status: int = 200
) -> Figures:
    """As many as go in `seconds`, each connection asking again as soon as it is answered."""
    return _run(port, requests, connections, status, until=time.perf_counter() + seconds)


def steady(
    port: int, requests: Requests, *, per_second: int, seconds: float = 5, connections: int = 16, status: int = 200
) -> Figures:
    """At a fixed rate; a latency counts from the moment the request was due, so that a stall is not hidden."""
    begin = time.perf_counter() + 0.1
    return _run(port, requests, connections, status, until=begin + seconds, begin=begin, gap=1 / per_second)


def _run(port, requests, connections, status, *, until, begin=None, gap=0.0) -> Figures:
    lock, number = threading.Lock(), [0]
    latencies: list[float] = []
    faults: list[Exception] = []

    def work():
        own = []
        try:
            connection = Connection(port)
            while True:
                with lock:
                    mine = number[0]
                    number[0] += 1
                due = time.perf_counter() if begin is None else begin + mine * gap
                if due >= until or faults:
                    break
                if (wait := due - time.perf_counter()) > 0:
                    time.sleep(wait)
                answer, _head, body = connection.ask(requests(mine))
                if answer != status:
                    raise BadAnswer(f"{answer} instead of {status}: {body[:200]!r}")
                own.append(time.perf_counter() - due)
        except (OSError, BadAnswer) as fault:
            faults.append(fault)
        with lock:
            latencies.extend(own)

    started = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return Figures(len(latencies), time.perf_counter() - started, sorted(latencies))
