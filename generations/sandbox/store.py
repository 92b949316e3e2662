"""The sandbox's own SQLite file: everything is kept in memory and written through to it.

Reads never touch it, so a status GET costs no commit. One table of JSON documents is enough: the
only question ever asked of it is "give me everything back", once, at the start.
"""

import json
import sqlite3
import threading
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
    kind TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Enum):
        return value.value
    return vars(value)


def dumps(value: Any) -> str:
    return json.dumps(value, default=_plain)


class Store:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing with this; only a power cut could, and this is a toy world.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(SCHEMA)

    def put(self, *things: tuple[str, object, Any]) -> None:
        """Write (kind, id, data) rows, all or none."""
        rows = [(kind, str(name), dumps(data)) for kind, name, data in things]
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR REPLACE INTO things VALUES (?, ?, ?)", rows)
            self._db.execute("COMMIT")

    def all(self, kind: str) -> list[dict[str, Any]]:
        with self._lock:
            rows = self._db.execute("SELECT data FROM things WHERE kind = ?", (kind,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def drop(self, *kinds: str) -> None:
        with self._lock:
            self._db.executemany("DELETE FROM things WHERE kind = ?", [(kind,) for kind in kinds])

    def close(self) -> None:
        with self._lock:
            self._db.close()
