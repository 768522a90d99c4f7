"""Reports and events on SQLite: WAL, synchronous=FULL, a turn like every other writer."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from typing import TYPE_CHECKING

from anlan.core.choices import ACTUAL
from anlan.core.live.store import Event, Outcome, StorageFull, digest_events, receipts
from anlan.core.live.topics import Topic
from anlan.core.sqlite.library import sqlite3
from anlan.core.sqlite.maintenance import Checkpointer
from anlan.core.sqlite.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from anlan.core.live.intake import ReportRow

__all__ = ["SqliteSource", "SqliteStore"]

INSERT_REPORT = (
    "INSERT INTO live_intakereport (key, digest, division, body) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (key) DO NOTHING"
)
INSERT_EVENT = "INSERT INTO live_outboxevent (topic, division, lane, payload) VALUES (?, ?, ?, ?)"
READ_EVENTS = (
    "SELECT id, topic, division, lane, payload FROM live_outboxevent "
    "WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"
)
LOOK_SECONDS = 0.5
"""How often the writer looks whether the log wants a checkpoint."""

SPARE_BYTES = 2**20
"""With less than this free, an I/O error is taken for a full disk."""

COMMIT_DELAY = float(os.environ.get("ANLAN_COMMIT_DELAY_MS", "0")) / 1000
"""For measurements: a disk whose fsync takes longer [s]."""


class SqliteStore:
    """Writes reports; also the one that checkpoints while the lane is busy."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connection = sqlite3.connect(database, isolation_level=None, timeout=20)
        for pragma in ("journal_mode=wal", "synchronous=full", "wal_autocheckpoint=0"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._turn = Turn(database)
        self._checkpointer = Checkpointer(database)
        self._looked = time.monotonic()

    def write(self, rows: Sequence[ReportRow]) -> list[Outcome]:
        """Store rows in one transaction and return after COMMIT."""
        try:
            with self._turn:
                outcomes = self._commit(rows)
        except sqlite3.OperationalError as error:
            if self._is_full(error):
                raise StorageFull(str(error)) from error
            raise
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            with contextlib.suppress(sqlite3.Error):  # the reports are safe; the next look tries
                self._checkpointer.run()
        return outcomes

    def _commit(self, rows: Sequence[ReportRow]) -> list[Outcome]:
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        try:
            (before,) = run("SELECT coalesce(max(id), 0) FROM live_intakereport").fetchone()
            self._connection.executemany(
                INSERT_REPORT, [(row.key, row.digest, row.division, row.body) for row in rows]
            )
            keys = [row.key for row in rows]
            marks = ",".join("?" * len(keys))
            found = run(
                f"SELECT key, id, digest FROM live_intakereport WHERE key IN ({marks})",  # noqa: S608
                keys,
            )
            known = {key: (number, bytes(digest)) for key, number, digest in found}
            new = {key for key, (number, _digest) in known.items() if number > before}
            self._connection.executemany(
                INSERT_EVENT,
                [
                    (Topic.REPORT.value, division, ACTUAL, json.dumps(payload))
                    for division, payload in digest_events(rows, known, new).items()
                ],
            )
            if COMMIT_DELAY:
                time.sleep(COMMIT_DELAY)
            run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                run("ROLLBACK")
            raise
        return receipts(rows, known, new)

    def _is_full(self, error: sqlite3.OperationalError) -> bool:
        if "full" in str(error):
            return True
        free = shutil.disk_usage(self._database.parent).free
        return "I/O" in str(error) and free < SPARE_BYTES

    def close(self) -> None:
        """Close every connection."""
        self._connection.close()
        self._checkpointer.close()
        self._turn.close()


class SqliteSource:
    """Polls the outbox; `PRAGMA data_version` says cheaply whether anybody committed."""

    errors: tuple[type[Exception], ...] = (sqlite3.Error, OSError)

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._version = -1

    def open(self) -> None:
        """Connect, read-only."""
        self.close()
        self._connection = sqlite3.connect(
            self._database, isolation_level=None, timeout=5, check_same_thread=False
        )
        self._connection.execute("PRAGMA query_only=on")
        self._connection.execute("PRAGMA wal_autocheckpoint=0")
        self._version = -1

    def close(self) -> None:
        """Disconnect."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _number(self, sql: str) -> int:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the source is not open")
        number: int = self._connection.execute(sql).fetchone()[0]
        return number

    def head(self) -> int:
        """Return the newest number."""
        return self._number("SELECT coalesce(max(id), 0) FROM live_outboxevent")

    def tail(self) -> int:
        """Return the oldest number that is still kept."""
        return self._number("SELECT coalesce(min(id), 0) FROM live_outboxevent")

    def changed(self) -> bool:
        """Tell whether another connection has committed anything since the last call."""
        version = self._number("PRAGMA data_version")
        changed, self._version = version != self._version, version
        return changed

    def read(self, after: int, *, upto: int, limit: int) -> list[Event]:
        """Return the events with `after` < number <= `upto`, in order."""
        if self._connection is None:
            raise sqlite3.ProgrammingError("the source is not open")
        rows = self._connection.execute(READ_EVENTS, (after, upto, limit)).fetchall()
        return [Event(*row) for row in rows]

    async def listen(self, ring: Callable[[], None]) -> None:
        """Return: SQLite rings no bell."""
