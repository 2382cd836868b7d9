"""What a process remembers for a while."""

import time
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Values by key, forgotten after `seconds`; emptied when there are too many. Threads may share it: one dict, no lock.

    Reading and writing an entry are single steps of the interpreter, which the linked lists of a TTL cache are not.
    """

    MOST = 4096

    def __init__(self, *, seconds: float):
        self.seconds = seconds
        self._entries: dict[Hashable, tuple[float, Value]] = {}

    def get(self, key: Hashable) -> Value | None:
        entry = self._entries.get(key)
        return entry[1] if entry and entry[0] > time.monotonic() else None

    def put(self, key: Hashable, value: Value) -> Value:
        if len(self._entries) >= self.MOST:
            self._entries.clear()
        self._entries[key] = (time.monotonic() + self.seconds, value)
        return value

    def clear(self) -> None:
        self._entries.clear()
