"""What the lane needs of a database: a writer of reports and a reader of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anlan.core.live.intake import ReportRow

__all__ = [
    "Event",
    "EventSource",
    "KeyReused",
    "Receipt",
    "ReportStore",
    "StorageFull",
    "digest_events",
    "receipts",
]


class Event(NamedTuple):
    """One row of the outbox."""

    id: int
    topic: str
    division: str
    lane: str
    payload: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The number of a stored report, and whether this request created it."""

    id: int
    created: bool


class KeyReused(Exception):
    """The idempotency key was used before, for another content."""


class StorageFull(Exception):
    """The disk is full: nothing was stored."""


Outcome = Receipt | KeyReused


class ReportStore(Protocol):
    """Writes reports durably. Used by one thread."""

    def write(self, rows: Sequence[ReportRow]) -> list[Outcome]:
        """Store rows in one transaction and return after COMMIT, one outcome a row.

        Raises
        ------
        StorageFull
            If the disk is full. Any other error of the driver is passed on; nothing is stored.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class EventSource(Protocol):
    """Reads the outbox. Used by one thread at a time."""

    errors: tuple[type[Exception], ...]
    """What the driver raises when the database is away."""

    def open(self) -> None:
        """Connect, again if need be."""
        ...

    def close(self) -> None:
        """Disconnect."""
        ...

    def head(self) -> int:
        """Return the newest number."""
        ...

    def tail(self) -> int:
        """Return the oldest number that is still kept."""
        ...

    def changed(self) -> bool:
        """Tell cheaply whether there may be something new."""
        ...

    def read(self, after: int, *, upto: int, limit: int) -> list[Event]:
        """Return the events with `after` < number <= `upto`, in order."""
        ...

    async def listen(self, ring: Callable[[], None]) -> None:
        """Ring when somebody else has written; returns at once where the database cannot tell."""
        ...


def receipts(
    rows: Sequence[ReportRow], known: Mapping[str, tuple[int, bytes]], new: set[str]
) -> list[Outcome]:
    """Return what each row became.

    A repeated key with the same content is the same report; with another content it is an error
    of the client. Within a batch the first row of a key has created it.
    """
    outcomes: list[Outcome] = []
    created = set(new)
    for row in rows:
        number, digest = known[row.key]
        if digest != row.digest:
            outcomes.append(KeyReused(row.key))
            continue
        outcomes.append(Receipt(id=number, created=row.key in created))
        created.discard(row.key)
    return outcomes


def digest_events(
    rows: Sequence[ReportRow], known: Mapping[str, tuple[int, bytes]], new: set[str]
) -> dict[str, dict[str, int]]:
    """Return for each division how many reports are new and the newest of them."""
    counts: dict[str, dict[str, int]] = {}
    for row in {row.key: row for row in reversed(rows)}.values():
        if row.key in new:
            entry = counts.setdefault(row.division, {"count": 0, "last": 0})
            entry["count"] += 1
            entry["last"] = max(entry["last"], known[row.key][0])
    return counts
