"""The fan-out, with a table in memory: who gets what, and what happens to the slow."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from anlan.core.live.hub import Hub, HubLimits
from anlan.core.live.store import Event
from anlan.core.live.tickets import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from anlan.core.live.hub import Subscriber

FAST = HubLimits(poll=0.005, tick=0.001, digest=0.02, beat=3600)
OFFICER = Ticket(user_id=1, stem="3701", lanes=frozenset({"actual"}))


class Outage(Exception):
    pass


class Table:
    """An outbox in memory."""

    errors: tuple[type[Exception], ...] = (Outage,)

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.first = 1
        self.down = False
        self.opened = 0

    def add(self, topic: str = "task", division: str = "", lane: str = "actual", **p: Any) -> int:
        number = self.first + len(self.events)
        self.events.append(Event(number, topic, division, lane, json.dumps(p)))
        return number

    def open(self) -> None:
        if self.down:
            raise Outage
        self.opened += 1

    def close(self) -> None:
        self.opened -= 1

    def head(self) -> int:
        return self.first + len(self.events) - 1

    def tail(self) -> int:
        return self.first if self.events else 0

    def changed(self) -> bool:
        if self.down:
            raise Outage
        return True

    def read(self, after: int, *, upto: int, limit: int) -> list[Event]:
        return [e for e in self.events if after < e.id <= upto][:limit]

    async def listen(self, ring: Callable[[], None]) -> None:
        return


def run(story: Callable[[Hub, Table], Coroutine[Any, Any, None]], limits: HubLimits = FAST) -> None:
    async def main() -> None:
        table = Table()
        hub = Hub(table, limits)
        await hub.start()
        try:
            async with asyncio.timeout(10):
                await story(hub, table)
        finally:
            await hub.stop()

    asyncio.run(main())


async def heard(subscriber: Subscriber, n: int) -> list[tuple[str, dict[str, Any]]]:
    """Return the next n events as (topic, payload)."""
    found: list[tuple[str, dict[str, Any]]] = []
    topic = ""
    while len(found) < n:
        data = await subscriber.get()
        assert data is not None, found
        for line in data.decode().splitlines():
            if line.startswith("event: "):
                topic = line[7:]
            elif line.startswith("data: "):
                found.append((topic, json.loads(line[6:])))
    return found


def test_a_stream_gets_its_division_its_lanes_and_its_topics() -> None:
    async def story(hub: Hub, table: Table) -> None:
        stream = await hub.subscribe(OFFICER, {"task", "incident"})
        table.add(division="370102000000", n=1)
        table.add(division="370000000000", n=2)
        table.add(division="371500000000", n=3)
        table.add(division="370102000000", lane="ex-1", n=4)
        table.add("warning", n=5)
        table.add("incident", n=6)
        table.add(division="370100000000", n=7)
        got = await heard(stream, 3)
        assert got == [("task", {"n": 1}), ("incident", {"n": 6}), ("task", {"n": 7})]

    run(story)


def test_an_exercise_is_told_to_those_who_take_part() -> None:
    async def story(hub: Hub, table: Table) -> None:
        lanes = frozenset({"actual", "ex-1"})
        player = await hub.subscribe(Ticket(user_id=2, stem="37", lanes=lanes))
        table.add(lane="ex-2", n=1)
        table.add(lane="ex-1", n=2)
        assert await heard(player, 1) == [("task", {"n": 2})]

    run(story)


def test_a_reader_that_returns_gets_exactly_what_it_missed() -> None:
    async def story(hub: Hub, table: Table) -> None:
        first = await hub.subscribe(OFFICER)
        for n in range(10):
            table.add(n=n)
        assert len(await heard(first, 10)) == 10
        back = await hub.subscribe(OFFICER, last_id=4)
        table.add(n=10)
        assert [p["n"] for _, p in await heard(back, 7)] == [4, 5, 6, 7, 8, 9, 10]

    run(story)


@pytest.mark.parametrize("why", ["trimmed", "too many"])
def test_a_reader_that_was_away_too_long_is_told_to_reload(why: str) -> None:
    limits = HubLimits(poll=0.005, tick=0.001, beat=3600, replay_events=5)

    async def story(hub: Hub, table: Table) -> None:
        watcher = await hub.subscribe(OFFICER)
        if why == "trimmed":
            table.first = 100
        for n in range(8):
            table.add(n=n)
        await heard(watcher, 8)
        back = await hub.subscribe(OFFICER, last_id=1)
        assert await heard(back, 1) == [("gap", {"reload": True})]

    run(story, limits)


def test_digests_are_thinned_and_their_counts_add_up() -> None:
    limits = HubLimits(poll=0.005, tick=0.001, digest=0.2, beat=3600)

    async def story(hub: Hub, table: Table) -> None:
        stream = await hub.subscribe(OFFICER)
        for n in range(1, 21):
            table.add("report", division="370102000000", count=2, last=n)
            await asyncio.sleep(0.002)
        table.add("report", division="370103000000", count=1, last=21)
        total = newest = messages = 0
        while total < 41:
            for topic, payload in await heard(stream, 1):
                assert topic == "report"
                total, newest, messages = total + payload["count"], payload["last"], messages + 1
        assert (total, newest) == (41, 21)
        assert messages <= 6

    run(story, limits)


def test_a_slow_reader_is_cut_off_by_bytes_and_the_others_live() -> None:
    limits = HubLimits(poll=0.005, tick=0.001, beat=3600, backlog_bytes=10_000)

    async def story(hub: Hub, table: Table) -> None:
        slow, quick = await hub.subscribe(OFFICER), await hub.subscribe(OFFICER)
        for n in range(10):
            table.add(n=n, text="x" * 3000)
            assert (await heard(quick, 1))[0][1]["n"] == n
        assert hub.cut == 1
        assert hub.subscribers == {quick}
        assert await slow.get() == b"retry: 2000\n: ok\n\n"
        assert await slow.get() is None

    run(story, limits)


def test_one_large_message_alone_does_not_cut_anybody_off() -> None:
    limits = HubLimits(poll=0.005, tick=0.001, beat=3600, backlog_bytes=1000)

    async def story(hub: Hub, table: Table) -> None:
        stream = await hub.subscribe(OFFICER)
        table.add(text="x" * 5000)
        assert len((await heard(stream, 1))[0][1]["text"]) == 5000

    run(story, limits)


def test_every_reader_hears_the_beat() -> None:
    async def story(hub: Hub, _table: Table) -> None:
        stream = await hub.subscribe(OFFICER, {"warning"})
        assert await heard(stream, 2) == [("beat", {}), ("beat", {})]

    run(story, HubLimits(poll=0.005, tick=0.001, beat=0.01))


def test_a_stream_ends_when_it_is_too_old() -> None:
    async def story(hub: Hub, _table: Table) -> None:
        stream = await hub.subscribe(OFFICER)
        while await stream.get() is not None:
            pass
        assert not hub.subscribers

    run(story, HubLimits(poll=0.005, tick=0.001, beat=0.01, stream=0.05))


def test_a_locked_account_loses_its_streams_and_nobody_else_hears_of_it() -> None:
    async def story(hub: Hub, table: Table) -> None:
        locked = await hub.subscribe(OFFICER)
        other = await hub.subscribe(Ticket(user_id=2, stem="37", lanes=frozenset({"actual"})))
        table.add("revoked", lane="", user=1)
        table.add(n=1)
        assert await heard(other, 1) == [("task", {"n": 1})]
        await locked.get()
        assert await locked.get() is None

    run(story)


def test_an_outage_of_the_database_skips_nothing() -> None:
    async def story(hub: Hub, table: Table) -> None:
        stream = await hub.subscribe(OFFICER)
        table.add(n=1)
        await heard(stream, 1)
        table.down = True
        table.add(n=2)
        await asyncio.sleep(0.05)
        table.down = False
        assert await heard(stream, 1) == [("task", {"n": 2})]
        assert table.opened == 2

    run(story)


def test_more_rows_than_one_reading_holds_all_arrive() -> None:
    async def story(hub: Hub, table: Table) -> None:
        stream = await hub.subscribe(OFFICER)
        for n in range(2500):
            table.add(n=n)
        assert [p["n"] for _, p in await heard(stream, 2500)] == list(range(2500))

    run(story)
