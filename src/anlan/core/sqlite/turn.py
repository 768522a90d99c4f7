"""Writers take turns.

SQLite's busy handler sleeps and tries again, up to 100 ms a step, and whoever wakes at the right
moment wins: beside a busy writer a page can wait for seconds or be refused as locked. Two file
locks make a queue of it: who holds the gate is next, newcomers wait at the gate, so a waiter is
passed by one other commit or so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows has no flock: writers fall back to SQLite's busy handler.
    NAMES: tuple[str, ...] = ()
else:
    NAMES = ("gate", "turn")

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

__all__ = ["Turn"]


class Turn:
    """The queue for one database file. One instance a connection: flock belongs to the open file.

    Not reentrant: a second `take()` while held does nothing, and one `give()` ends the turn.
    """

    def __init__(self, database: Path | str) -> None:
        self._files = [
            os.open(f"{database}.{name}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o660)
            for name in NAMES
        ]
        self.held = False

    def take(self) -> None:
        """Wait for the turn."""
        if self.held:
            return
        if self._files:
            gate, turn = self._files
            fcntl.flock(gate, fcntl.LOCK_EX)
            try:
                fcntl.flock(turn, fcntl.LOCK_EX)
            finally:
                fcntl.flock(gate, fcntl.LOCK_UN)
        self.held = True

    def give(self) -> None:
        """Let the next writer go on."""
        if not self.held:
            return
        self.held = False
        if self._files:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the turn back and close the files."""
        self.give()
        while self._files:
            os.close(self._files.pop())

    def __enter__(self) -> Turn:
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.give()
