"""Moving the write-ahead log into the database: the only code that does.

Every connection sets `wal_autocheckpoint=0`, and a checkpoint runs while its owner holds the write
lock. No commit can then reset the WAL meanwhile, which is the precondition of SQLite's WAL-reset
bug (see `library`). PASSIVE through a second connection: RESTART and TRUNCATE would wait for slow
readers with the lock in hand, and fall back to PASSIVE without it when they do not get it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from anlan.core.sqlite.library import sqlite3
from anlan.core.sqlite.turn import Turn

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Checkpointer", "wal_bytes"]

TIMEOUT_SECONDS = 20.0
LOG_BYTES = 4 * 2**20
"""A log below this is left alone."""


def wal_bytes(database: Path | str) -> int:
    """Return the size of the write-ahead log of a database file."""
    try:
        return Path(f"{database}-wal").stat().st_size
    except FileNotFoundError:
        return 0


class Checkpointer:
    """Checkpoints one database file. Use it from one thread."""

    def __init__(self, database: Path | str) -> None:
        self.database = str(database)
        self._writer, self._copier = (self._connect() for _ in range(2))
        self._turn = Turn(database)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.database, isolation_level=None, timeout=TIMEOUT_SECONDS, check_same_thread=False
        )
        connection.execute("PRAGMA wal_autocheckpoint=0")
        return connection

    def run(self, *, above: int = LOG_BYTES) -> bool:
        """Checkpoint a log that is larger than `above` bytes; tell whether it was copied whole."""
        if wal_bytes(self.database) <= above:
            return False
        with self._turn:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                row = self._copier.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            finally:
                self._writer.execute("ROLLBACK")
        _busy, in_log, copied = row
        return bool(in_log == copied)

    def close(self) -> None:
        """Close both connections."""
        self._writer.close()
        self._copier.close()
        self._turn.close()

    def __enter__(self) -> Checkpointer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
