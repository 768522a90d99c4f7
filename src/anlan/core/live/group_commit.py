"""Many requests, one fsync: a thread writes whatever has queued up in one transaction.

The rule it keeps: a request learns of success only after COMMIT has returned.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.core.live.store import StorageFull

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anlan.core.live.intake import ReportRow
    from anlan.core.live.store import Receipt, ReportStore

__all__ = ["GroupCommit", "QueueFull"]

log = logging.getLogger(__name__)

QUEUE_LIMIT = 20_000
BATCH_LIMIT = 500


class QueueFull(Exception):
    """More reports are waiting than the queue holds: come back later."""


@dataclass(slots=True)
class _Waiting:
    row: ReportRow
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Receipt]


class GroupCommit:
    """One writer thread of one process. Made from the event loop, started by the first report."""

    def __init__(
        self, connect: Callable[[], ReportStore], *, on_commit: Callable[[], None] = lambda: None
    ) -> None:
        self._connect, self._on_commit = connect, on_commit
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.commits = self.rows = 0

    @property
    def waiting(self) -> int:
        """How many reports are queued."""
        return self._queue.qsize()

    async def submit(self, row: ReportRow) -> Receipt:
        """Return the receipt after COMMIT.

        Raises
        ------
        QueueFull, StorageFull, KeyReused
            If the report was not stored. Any other error is one of the database, and the client
            may send the report again with the same key.
        """
        if self._queue.qsize() >= QUEUE_LIMIT:
            raise QueueFull
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="group-commit")
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Receipt] = loop.create_future()
        self._queue.put(_Waiting(row, loop, future))
        return await future

    def close(self) -> None:
        """Write what is queued and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _batch(self) -> tuple[list[_Waiting], bool]:
        """Return what is queued, waiting for the first; and whether the end was among it."""
        batch: list[_Waiting] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            if len(batch) == BATCH_LIMIT:
                return batch, False
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _run(self) -> None:
        store: ReportStore | None = None
        ended = False
        while not ended:
            batch, ended = self._batch()
            if not batch:
                break
            results: Sequence[Receipt | Exception]
            try:
                store = store or self._connect()
                results = store.write([item.row for item in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, each request must be told
                log.warning("%d reports were not stored: %s", len(batch), error)
                results = [error] * len(batch)
                if store is not None and not isinstance(error, StorageFull):
                    with contextlib.suppress(Exception):
                        store.close()
                    store = None
            self.commits += 1
            self.rows += len(batch)
            self._tell(batch, results)
        if store is not None:
            store.close()

    def _tell(self, batch: list[_Waiting], results: Sequence[Receipt | Exception]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Receipt | Exception]]] = {}
        for item, result in zip(batch, results, strict=True):
            by_loop.setdefault(item.loop, []).append((item, result))
        for loop, told in by_loop.items():
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
                loop.call_soon_threadsafe(self._finish, told)

    def _finish(self, told: list[tuple[_Waiting, Receipt | Exception]]) -> None:
        for item, result in told:
            if item.future.done():
                continue  # the client has gone
            if isinstance(result, Exception):
                item.future.set_exception(result)
            else:
                item.future.set_result(result)
        self._on_commit()
