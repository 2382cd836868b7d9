"""The running simulator: its store, its clock, its worker threads. Every request finds it through `sim()`."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Event
from typing import Any, cast

from flask import current_app

from simulator.store import Store

CHINA = timezone(timedelta(hours=8))


@dataclass
class Simulator:
    """port: where it listens, as it stands in addresses. retry_seconds: from one attempt of a callback to the next."""

    folder: Path
    port: int
    retry_seconds: float = 5.0
    store: Store = field(init=False)
    stopping: Event = field(default_factory=Event)
    clock_ahead_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.store = Store(self.folder)
        # What a person does must not wait behind ten thousand receipts of a broadcast.
        self.hands = ThreadPoolExecutor(32, thread_name_prefix="callback")
        self.jobs = ThreadPoolExecutor(8, thread_name_prefix="receipt")
        self._tidy()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def now(self) -> float:
        return time.time() + self.clock_ahead_seconds

    def china_now(self) -> datetime:
        return datetime.fromtimestamp(self.now(), CHINA)

    def _tidy(self) -> None:
        """Forget what expired more than a day ago."""
        yesterday = self.now() - 86400
        for table, column in (("tokens", "expires_at"), ("oauth_codes", "at"), ("oauth_tokens", "expires_at")):
            self.store.run(f"DELETE FROM {table} WHERE {column} < ?", yesterday)
        self.store.run("DELETE FROM template_sends WHERE at < ?", yesterday)
        self.store.run("DELETE FROM media WHERE expires_at < ?", yesterday)
        self.store.run("DELETE FROM deliveries WHERE state = 'waiting'")

    def stop(self) -> None:
        self.stopping.set()
        self.hands.shutdown(cancel_futures=True)
        self.jobs.shutdown(cancel_futures=True)
        self.store.close()


def sim() -> Simulator:
    return cast(Simulator, current_app.extensions["simulator"])


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
