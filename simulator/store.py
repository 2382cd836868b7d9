"""Everything the simulator remembers, in one SQLite file, so that a second run finds followers, chats and menus."""

import base64
import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FIRST_PEOPLE = ["李娜", "王强", "张敏", "刘洋", "陈静", "赵磊", "周婷", "吴刚"]


class Store:
    """One connection shared by all threads; a lock makes every transaction alone in the file."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(folder / "simulator.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
        if not self.row("SELECT 1 FROM people"):
            for name in FIRST_PEOPLE:
                self.run("INSERT INTO people (name) VALUES (?)", name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; may be nested, and then the outermost one decides."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, _bound(values)).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        with self._lock:
            return self._db.execute(sql, _bound(values)).fetchone()

    def run(self, sql: str, *values: object) -> int:
        """Run one statement; the id of the row it inserted."""
        with self._lock:
            return self._db.execute(sql, _bound(values)).lastrowid or 0

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _bound(values: tuple[object, ...]) -> list[object]:
    """Callers send any JSON. What SQLite cannot hold equals nothing it holds: it becomes NULL, and is not found."""
    return [value if isinstance(value, str | bytes | float) or _is_small(value) else None for value in values]


def _is_small(value: object) -> bool:
    return isinstance(value, int) and -(2**63) <= value < 2**63


def openid_of(*, person_id: int, appid: str) -> str:
    """The openid of a person in one account: 28 characters, the same whenever asked, unlike in every other account."""
    digest = hashlib.sha256(f"person:{person_id}:{appid}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]
