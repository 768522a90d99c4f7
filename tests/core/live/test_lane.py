"""The lane's answers, with the ASGI server and the database played by the test."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

from anlan.core.live.group_commit import GroupCommit
from anlan.core.live.hub import Hub, HubLimits
from anlan.core.live.lane import LaneLimits, LiveLane
from anlan.core.live.rate import RateLimit, client_address
from anlan.core.live.store import KeyReused, Outcome, Receipt, StorageFull
from anlan.core.live.tickets import make_ticket
from core.live.test_hub import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from anlan.core.live.asgi import Message
    from anlan.core.live.intake import ReportRow

GOOD = b'{"text":"x","lon":117,"lat":36}'


class Shelf:
    """A store in memory that can be full, broken or slow."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self.error: Exception | None = None
        self.open = threading.Event()
        self.open.set()
        self.closed = 0
        self.batches: list[int] = []

    def write(self, rows: Sequence[ReportRow]) -> list[Outcome]:
        self.open.wait(5)
        self.batches.append(len(rows))
        if self.error:
            raise self.error
        outcomes: list[Outcome] = []
        for row in rows:
            created = row.key not in self.rows
            same = self.rows.setdefault(row.key, row.digest) == row.digest
            number = list(self.rows).index(row.key) + 1
            outcomes.append(Receipt(number, created) if same else KeyReused(row.key))
        return outcomes

    def close(self) -> None:
        self.closed += 1


def lane_on(shelf: Shelf, **limits: Any) -> LiveLane:
    hub = Hub(Table(), HubLimits(poll=0.005, tick=0.001, beat=3600))
    return LiveLane(hub, GroupCommit(lambda: shelf), LaneLimits(**limits))


class Exchange:
    """One request and what was sent in answer."""

    def __init__(
        self,
        path: str,
        method: str = "POST",
        query: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in (headers or {}).items()],
            "client": ("10.0.0.1", 5),
        }
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []

    def feed(self, body: bytes, *, more: bool = False) -> Exchange:
        self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": more})
        return self

    def hang_up(self) -> Exchange:
        self.incoming.put_nowait({"type": "http.disconnect"})
        return self

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def through(self, lane: LiveLane) -> tuple[int, dict[str, str], Any]:
        await lane(self.scope, self.incoming.get, self.send)
        if not self.sent:
            return 0, {}, None
        start = self.sent[0]
        headers = {k.decode(): v.decode() for k, v in start["headers"]}
        return start["status"], headers, json.loads(self.sent[1]["body"])


def post(lane: LiveLane, body: bytes = GOOD, key: str = "") -> tuple[int, dict[str, str], Any]:
    async def main() -> tuple[int, dict[str, str], Any]:
        headers = {"idempotency-key": key} if key else {}
        return await Exchange("/live/reports", headers=headers).feed(body).through(lane)

    return asyncio.run(main())


def test_a_report_is_created_then_known_then_in_conflict() -> None:
    lane = lane_on(Shelf())
    status, headers, content = post(lane, key="k")
    assert (status, content) == (201, {"id": 1, "key": "k"})
    assert headers["cache-control"] == "no-store"
    assert post(lane, key="k")[0] == 200
    status, _, content = post(lane, b'{"text":"y","lon":117,"lat":36}', key="k")
    assert status == 409
    assert "提交标识" in content["message"]


def test_a_rule_that_is_broken_is_named() -> None:
    status, _, content = post(lane_on(Shelf()), b'{"text":"x","lon":181,"lat":36}')
    assert status == 422
    assert content["field"] == "lon"
    assert "-180 到 180" in content["message"]


def test_a_full_disk_is_507_and_the_store_is_kept() -> None:
    shelf = Shelf()
    shelf.error = StorageFull("full")
    lane = lane_on(shelf)
    status, _, content = post(lane)
    assert status == 507
    assert "没有保存" in content["message"]
    shelf.error = None
    assert post(lane)[0] == 201
    assert shelf.closed == 0


def test_a_broken_database_is_503_and_the_store_is_opened_again() -> None:
    shelf = Shelf()
    shelf.error = OSError("gone")
    lane = lane_on(shelf)
    status, headers, _ = post(lane)
    assert (status, headers["retry-after"]) == (503, "2")
    assert shelf.closed == 1
    shelf.error = None
    assert post(lane)[0] == 201


def test_a_full_queue_is_503_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anlan.core.live.group_commit.QUEUE_LIMIT", 3)
    shelf = Shelf()
    shelf.open.clear()
    lane = lane_on(shelf)

    async def main() -> list[int]:
        def ask(key: str) -> asyncio.Task[tuple[int, dict[str, str], Any]]:
            exchange = Exchange("/live/reports", headers={"idempotency-key": key}).feed(GOOD)
            return asyncio.create_task(exchange.through(lane))

        first = ask("first")
        while lane.writer.waiting or lane.writer._thread is None:
            await asyncio.sleep(0.01)
        waiting = [ask(f"k{i}") for i in range(3)]
        await asyncio.sleep(0.05)
        refused = await ask("late")
        assert refused[1]["retry-after"] == "1"
        shelf.open.set()
        return [refused[0], *[(await task)[0] for task in (first, *waiting)]]

    assert asyncio.run(main()) == [503, 201, 201, 201, 201]
    assert shelf.batches == [1, 3]


def test_a_slow_body_is_408_and_a_large_one_413() -> None:
    lane = lane_on(Shelf(), body_seconds=0.05, body_bytes=100)

    async def slow() -> int:
        return (await Exchange("/live/reports").feed(b"{", more=True).through(lane))[0]

    assert asyncio.run(slow()) == 408
    status, headers, _ = post(lane, b"x" * 101)
    assert (status, headers["connection"]) == (413, "close")


def test_a_client_that_hangs_up_gets_no_answer_and_stores_nothing() -> None:
    shelf = Shelf()

    async def main() -> int:
        exchange = Exchange("/live/reports").feed(b"{", more=True).hang_up()
        return (await exchange.through(lane_on(shelf)))[0]

    assert asyncio.run(main()) == 0
    assert not shelf.rows


def test_another_method_is_405_and_another_address_404() -> None:
    lane = lane_on(Shelf())

    async def ask(path: str, method: str) -> tuple[int, dict[str, str], Any]:
        return await Exchange(path, method).through(lane)

    for path, method, allowed in (
        ("/live/reports", "GET", "POST"),
        ("/live/reports", "TRACE", "POST"),
        ("/live/stream", "POST", "GET"),
    ):
        status, headers, _ = asyncio.run(ask(path, method))
        assert (status, headers["allow"]) == (405, allowed)
    assert asyncio.run(ask("/live/nothing", "GET"))[0] == 404
    assert asyncio.run(ask("/live/health", "GET"))[2]["queue"] == 0


def test_an_address_that_sends_too_much_is_429() -> None:
    lane = lane_on(Shelf(), reports_per_second=0.01, report_burst=2)
    assert [post(lane, key=f"k{i}")[0] for i in range(3)] == [201, 201, 429]


def test_the_bucket_fills_again() -> None:
    clock = [0.0]
    limit = RateLimit(2, 2, lambda: clock[0])
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    clock[0] = 0.5
    assert [limit.allows("a") for _ in range(2)] == [True, False]
    assert all(RateLimit(0, 0).allows("a") for _ in range(9))


def test_only_a_trusted_proxy_is_believed() -> None:
    scope = Exchange("/", headers={"x-forwarded-for": "9.9.9.9, 8.8.8.8"}).scope
    assert client_address(scope, frozenset()) == "10.0.0.1"
    assert client_address(scope, frozenset({"10.0.0.1"})) == "8.8.8.8"


def test_a_stream_needs_a_ticket_and_carries_events_until_it_ends() -> None:
    shelf = Shelf()

    async def main() -> list[bytes]:
        lane = lane_on(shelf)
        table = lane.hub.source
        assert isinstance(table, Table)
        table.add(n=1)
        bad = Exchange("/live/stream", "GET", "ticket=forged")
        assert (await bad.through(lane))[0] == 403
        ticket = make_ticket(user_id=1, division="370100000000", lanes={"actual"})
        query = f"ticket={ticket}&topics=task,warning&last=0"
        exchange = Exchange("/live/stream", "GET", query)
        stream = asyncio.create_task(lane(exchange.scope, exchange.incoming.get, exchange.send))
        while len(exchange.sent) < 2:
            await asyncio.sleep(0.01)
        table.add(n=2)
        table.add("incident", n=3)
        while len(exchange.sent) < 3:
            await asyncio.sleep(0.01)
        assert len(lane.hub.subscribers) == 1
        exchange.hang_up()
        await stream
        assert not lane.hub.subscribers
        await lane.hub.stop()
        assert exchange.sent[0]["status"] == 200
        return [message.get("body", b"") for message in exchange.sent[1:]]

    bodies = asyncio.run(main())
    assert bodies[0].startswith(b"retry: 2000\n")
    assert b'"n": 1' in bodies[0]
    assert b'"n": 2' in bodies[1]
    assert not any(b'"n": 3' in body for body in bodies)


def test_the_server_waits_for_the_last_commit_when_it_stops() -> None:
    shelf = Shelf()
    lane = lane_on(shelf)

    async def main() -> int:
        life: asyncio.Queue[Message] = asyncio.Queue()
        said: list[Message] = []

        async def say(message: Message) -> None:
            said.append(message)

        life.put_nowait({"type": "lifespan.startup"})
        running = asyncio.create_task(lane({"type": "lifespan"}, life.get, say))
        shelf.open.clear()
        report = asyncio.create_task(Exchange("/live/reports").feed(GOOD).through(lane))
        await asyncio.sleep(0.05)
        life.put_nowait({"type": "lifespan.shutdown"})
        await asyncio.sleep(0.05)
        shelf.open.set()
        await running
        assert [m["type"] for m in said] == [
            "lifespan.startup.complete",
            "lifespan.shutdown.complete",
        ]
        return (await report)[0]

    assert asyncio.run(main()) == 201
    assert shelf.closed == 1
