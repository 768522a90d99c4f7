"""Reports and events on PostgreSQL: synchronous_commit=on, LISTEN as the bell."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import psycopg

from anlan.core.choices import ACTUAL
from anlan.core.live.outbox import ADVISORY_LOCK, CHANNEL, INSERT
from anlan.core.live.store import Event, Outcome, StorageFull, digest_events, receipts
from anlan.core.live.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anlan.core.live.intake import ReportRow

__all__ = ["PostgresSource", "PostgresStore"]

INSERT_REPORTS = (
    "INSERT INTO live_intakereport (key, digest, division, body) "
    "SELECT * FROM unnest(%s::text[], %s::bytea[], %s::text[], %s::jsonb[]) "
    "ON CONFLICT (key) DO NOTHING RETURNING key, id, digest"
)
KNOWN_REPORTS = "SELECT key, id, digest FROM live_intakereport WHERE key = ANY(%s)"
READ_EVENTS = (
    "SELECT id, topic, division, lane, payload FROM live_outboxevent "
    "WHERE id > %s AND id <= %s ORDER BY id LIMIT %s"
)
RETRY_SECONDS = 1.0


class PostgresStore:
    """Writes reports."""

    def __init__(self, conninfo: dict[str, Any]) -> None:
        self._connection = psycopg.connect(**conninfo)
        self._connection.execute("SET synchronous_commit = on")
        self._connection.commit()

    def write(self, rows: Sequence[ReportRow]) -> list[Outcome]:
        """Store rows in one transaction and return after COMMIT."""
        try:
            return self._commit(rows)
        except psycopg.errors.DiskFull as error:
            raise StorageFull(str(error)) from error

    def _commit(self, rows: Sequence[ReportRow]) -> list[Outcome]:
        unique = {row.key: row for row in reversed(rows)}
        columns = zip(
            *((row.key, row.digest, row.division, row.body) for row in unique.values()), strict=True
        )
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(INSERT_REPORTS, [list(column) for column in columns])
            known = {key: (number, bytes(digest)) for key, number, digest in cursor.fetchall()}
            new = set(known)
            repeated = [key for key in unique if key not in new]
            if repeated:
                cursor.execute(KNOWN_REPORTS, [repeated])
                known |= {key: (number, bytes(digest)) for key, number, digest in cursor.fetchall()}
            if new:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
                cursor.executemany(
                    INSERT,
                    [
                        (Topic.REPORT.value, division, ACTUAL, json.dumps(payload))
                        for division, payload in digest_events(rows, known, new).items()
                    ],
                )
                cursor.execute(f"NOTIFY {CHANNEL}")
        return receipts(rows, known, new)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PostgresSource:
    """Reads the outbox when the bell rings, and now and then without it."""

    errors: tuple[type[Exception], ...] = (psycopg.Error, OSError)

    def __init__(self, conninfo: dict[str, Any]) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.Connection[Any] | None = None

    def open(self) -> None:
        """Connect."""
        self.close()
        self._connection = psycopg.connect(**self._conninfo, autocommit=True)

    def close(self) -> None:
        """Disconnect."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        if self._connection is None:
            raise psycopg.OperationalError("the source is not open")
        return self._connection.execute(sql.encode(), params).fetchall()

    def head(self) -> int:
        """Return the newest number."""
        return int(self._rows("SELECT coalesce(max(id), 0) FROM live_outboxevent")[0][0])

    def tail(self) -> int:
        """Return the oldest number that is still kept."""
        return int(self._rows("SELECT coalesce(min(id), 0) FROM live_outboxevent")[0][0])

    def changed(self) -> bool:
        """Say yes: asking costs as much as reading."""
        return True

    def read(self, after: int, *, upto: int, limit: int) -> list[Event]:
        """Return the events with `after` < number <= `upto`, in order."""
        return [Event(*row) for row in self._rows(READ_EVENTS, (after, upto, limit))]

    async def listen(self, ring: Callable[[], None]) -> None:
        """Ring on every NOTIFY, for ever; connect again when the connection is lost."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(
                    **self._conninfo, autocommit=True
                )
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    ring()
                    async for _notification in connection.notifies():
                        ring()
            except self.errors:
                await asyncio.sleep(RETRY_SECONDS)
