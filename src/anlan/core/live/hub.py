"""Server-sent events without a broker: each process reads the outbox and fans out.

A slow browser is bounded in bytes, not in messages, because one tick may be one large message. It
is cut off, comes back with Last-Event-ID and is replayed. Subscribing and replaying happen under
the lock of the tick, so nothing falls between them and nothing comes twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from anlan.core.live.topics import DIGESTED, REVOKED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from anlan.core.live.store import Event, EventSource
    from anlan.core.live.tickets import Ticket

__all__ = ["Filter", "Hub", "HubLimits", "Subscriber"]

Result = TypeVar("Result")

GREETING = b"retry: 2000\n: ok\n\n"
GAP = b'event: gap\ndata: {"reload": true}\n\n'
READ_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLimits:
    """Times in seconds, backlog in bytes."""

    poll: float = 0.1
    tick: float = 0.05
    digest: float = 0.5
    beat: float = 5.0
    stream: float = 3600.0
    backlog_bytes: int = 2**20
    replay_events: int = 5000


@dataclass(frozen=True, slots=True)
class Filter:
    """What one stream may see: division and lanes come from the ticket, topics are its choice."""

    stem: str
    lanes: frozenset[str]
    topics: frozenset[str] = frozenset()

    def lets_through(self, event: Event) -> bool:
        """Tell whether the event is for this stream."""
        return (
            event.topic != REVOKED
            and (not self.topics or event.topic in self.topics)
            and (not event.lane or event.lane in self.lanes)
            and (not event.division or event.division.startswith(self.stem))
        )


class Subscriber:
    """One open stream. What was taken but not yet written still counts against the bound."""

    def __init__(self, user_id: int, wants: Filter, until: float) -> None:
        self.user_id, self.wants, self.until = user_id, wants, until
        self.first = GREETING
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.backlog = 0
        self._taken = 0

    async def get(self) -> bytes | None:
        """Return the next bytes, or None when the stream is over."""
        if self.first:  # greeting and replay: a long replay is no reason to be cut off
            data, self.first = self.first, b""
            return data
        self.backlog -= self._taken
        item = await self._queue.get()
        self._taken = len(item) if item else 0
        return item

    def put(self, data: bytes) -> None:
        """Queue bytes."""
        self.backlog += len(data)
        self._queue.put_nowait(data)

    def end(self) -> None:
        """Drop what is queued and end the stream."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)


class Hub:
    """The fan-out of one process. Lives in one event loop."""

    def __init__(self, source: EventSource, limits: HubLimits | None = None) -> None:
        self.source, self.limits = source, limits or HubLimits()
        self.subscribers: set[Subscriber] = set()
        self.cut = 0
        self._last = 0
        self._held: dict[tuple[str, str, str], Event] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._lock, self._bell, self._ready = asyncio.Lock(), asyncio.Event(), asyncio.Event()

    async def start(self) -> None:
        """Begin reading; return when the first number is known."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._run()),
                asyncio.create_task(self.source.listen(self.ring)),
            ]
        await self._ready.wait()

    async def stop(self) -> None:
        """End every stream and stop reading."""
        for subscriber in list(self.subscribers):
            self._drop(subscriber)
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._tasks:
            self._tasks = []
            await self._io(self.source.close)
        self._thread.shutdown(wait=False)

    def ring(self) -> None:
        """Say, from the event loop, that there is something new: no need to wait for the poll."""
        self._bell.set()

    async def subscribe(
        self, ticket: Ticket, topics: Iterable[str] = (), last_id: int | None = None
    ) -> Subscriber:
        """Open a stream; with `last_id`, begin with what was missed."""
        await self.start()
        until = asyncio.get_running_loop().time() + self.limits.stream
        wants = Filter(stem=ticket.stem, lanes=ticket.lanes, topics=frozenset(topics))
        subscriber = Subscriber(ticket.user_id, wants, until)
        async with self._lock:
            if last_id is not None:
                subscriber.first += await self._replay(wants, last_id)
            self.subscribers.add(subscriber)
        return subscriber

    def leave(self, subscriber: Subscriber) -> None:
        """Forget a stream that has ended."""
        self.subscribers.discard(subscriber)

    async def _replay(self, wants: Filter, last_id: int) -> bytes:
        if last_id + 1 < await self._io(self.source.tail):
            return GAP
        if self._last - last_id > self.limits.replay_events:
            return GAP
        parts: list[bytes] = []
        after = last_id
        while after < self._last:
            events = await self._read(after, self._last)
            if not events:
                break
            after = events[-1].id
            parts += [
                _encoded(event)
                for event in events
                if event.topic not in DIGESTED and wants.lets_through(event)
            ]
        return b"".join(parts)

    async def _io(self, function: Callable[..., Result], *args: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *args)

    async def _read(self, after: int, upto: int = 2**62) -> list[Event]:
        return await self._io(lambda: self.source.read(after, upto=upto, limit=READ_LIMIT))

    async def _run(self) -> None:
        await self._reopen()
        self._ready.set()
        clock = asyncio.get_running_loop().time
        digested = beaten = clock()
        more = False
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), self.limits.poll)
            self._bell.clear()
            try:
                async with self._lock:
                    events = await self._news(force=more)
                    more = len(events) == READ_LIMIT
                    now = clock()
                    sent = self._sort(events)
                    if self._held and now - digested >= self.limits.digest:
                        sent = sorted([*sent, *self._held.values()])
                        self._held.clear()
                        digested = now
                    self._fan_out(sent)
                    if now - beaten >= self.limits.beat:
                        beaten = now
                        self._beat(now)
            except self.source.errors:
                await self._reopen()
            await asyncio.sleep(self.limits.tick)

    async def _reopen(self) -> None:
        """Connect, however long it takes; go on from the last number, if there is one."""
        while True:
            try:
                await self._io(self.source.open)
                self._last = self._last or await self._io(self.source.head)
            except self.source.errors:
                await asyncio.sleep(1)
            else:
                return

    async def _news(self, *, force: bool) -> list[Event]:
        if not (await self._io(self.source.changed) or force):
            return []
        events = await self._read(self._last)
        if events:
            self._last = events[-1].id
        return events

    def _sort(self, events: list[Event]) -> list[Event]:
        """Return what is sent at once; hold back the digests, carry out the revocations."""
        sent: list[Event] = []
        for event in events:
            if event.topic == REVOKED:
                self._revoke(json.loads(event.payload)["user"])
            elif event.topic in DIGESTED:
                key = (event.topic, event.division, event.lane)
                self._held[key] = _merged(self._held.get(key), event)
            else:
                sent.append(event)
        return sent

    def _fan_out(self, events: list[Event]) -> None:
        """One byte string for each distinct filter, then one put a subscriber."""
        if not events:
            return
        encoded = [(event, _encoded(event)) for event in events]
        chunks: dict[Filter, bytes] = {}
        for subscriber in list(self.subscribers):
            wants = subscriber.wants
            if wants not in chunks:
                chunks[wants] = b"".join(e for event, e in encoded if wants.lets_through(event))
            if chunks[wants]:
                self._put(subscriber, chunks[wants])

    def _beat(self, now: float) -> None:
        """Tell each browser that the line is alive, and end the streams that are too old."""
        for subscriber in list(self.subscribers):
            if now >= subscriber.until:
                self._drop(subscriber)
            else:
                self._put(subscriber, b"event: beat\ndata: {}\n\n")

    def _put(self, subscriber: Subscriber, data: bytes) -> None:
        too_slow = subscriber.backlog + len(data) > self.limits.backlog_bytes
        if subscriber.backlog and too_slow:  # it will come back with Last-Event-ID
            self.cut += 1
            self._drop(subscriber)
        else:
            subscriber.put(data)

    def _drop(self, subscriber: Subscriber) -> None:
        self.subscribers.discard(subscriber)
        subscriber.end()

    def _revoke(self, user_id: int) -> None:
        for subscriber in [s for s in self.subscribers if s.user_id == user_id]:
            self._drop(subscriber)


def _encoded(event: Event) -> bytes:
    # The payload is one line: JSON escapes the line breaks inside its strings.
    return f"id: {event.id}\nevent: {event.topic}\ndata: {event.payload}\n\n".encode()


def _merged(held: Event | None, event: Event) -> Event:
    """Return the newer event, its count including what was held back."""
    if held is None:
        return event
    before, payload = json.loads(held.payload), json.loads(event.payload)
    payload["count"] = before.get("count", 1) + payload.get("count", 1)
    return event._replace(payload=json.dumps(payload, ensure_ascii=False))
