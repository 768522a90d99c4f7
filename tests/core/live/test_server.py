"""The whole site under its real server, on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from django.db import connections, transaction

from anlan.config.server import PortBusy, refuse_busy_port
from anlan.core.jobs.models import Job, JobState
from anlan.core.live import emit, revoke_streams
from anlan.core.live.tickets import make_ticket
from anlan.core.sqlite.maintenance import wal_bytes
from core.live.rows import database_of
from kit.servers import free_port
from kit.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoDbBlocker

    from kit.servers import Site

pytestmark = pytest.mark.slow

CITY = "370100000000"


def ticket(user_id: int = 1) -> str:
    return make_ticket(user_id=user_id, division=CITY, lanes={"actual"})


def ready(site: Site, workers: int = 1) -> int:
    """Start the site; return its port."""
    port = free_port()
    site.start(workers=workers, port=port).wait_until_ready(120)
    return port


def port_of(site: Site) -> int:
    assert site.server is not None
    return int(site.server.address.rpartition(":")[2])


def test_reports_pages_and_streams_share_one_port(running_site: Site) -> None:
    site, port = running_site, port_of(running_site)
    status, first = site.report("k1")
    assert status == 201
    assert site.report("k1") == (200, first)
    assert site.report("k1", text="别的内容")[0] == 409
    assert site.report(lat=False)[1]["field"] == "lat"
    assert site.http("/live/reports", b"x" * 70_000)[0] == 413
    assert site.http("/live/reports", method="TRACE")[0] == 405
    assert site.http("/live/stream?ticket=forged")[0] == 403
    status, headers, page = site.http("/login/")
    assert status == 200
    assert "'nonce-" in headers["content-security-policy"]
    assert "安澜".encode() in page
    assert site.http("/no/such/page")[0] == 404
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /live/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        client.settimeout(15)
        start = time.monotonic()
        assert b" 408 " in client.recv(1000)
        assert 8 < time.monotonic() - start < 13


def test_no_event_is_skipped_or_doubled_under_concurrent_commits(
    running_site: Site, django_db_blocker: DjangoDbBlocker
) -> None:
    """Several writers, each transaction as long as chance has it: numbers and commits disorder."""
    site, port = running_site, port_of(running_site)

    def write(writer: int) -> None:
        chance = random.Random(writer)  # noqa: S311
        for i in range(50):
            with transaction.atomic(using="site"):
                time.sleep(chance.random() * 0.002)
                division = "370102000000" if i % 2 else "380000000000"
                payload = {"writer": writer, "i": i}
                emit("task", payload, division=division, lane="actual", using="site")
                time.sleep(chance.random() * 0.002)
        connections["site"].close()

    async def main() -> None:
        stream = await Stream(port, ticket(), "task").open()
        threads = [threading.Thread(target=write, args=(k,)) for k in range(4)]
        for thread in threads:
            thread.start()
        await stream.hear(100)
        for thread in threads:
            thread.join()
        heard = sorted((p["writer"], p["i"]) for _, _, p in stream.events)
        assert heard == sorted((k, i) for k in range(4) for i in range(1, 50, 2))
        numbers = [number for number, _, _ in stream.events]
        assert numbers == sorted(set(numbers))
        back = await Stream(port, ticket(), "task", last=numbers[39]).open()
        await back.hear(60)
        assert [number for number, _, _ in back.events] == numbers[40:]
        stream.close()
        back.close()

    with django_db_blocker.unblock(), database_of(site):
        asyncio.run(main())


def test_a_stream_hears_of_reports_and_ends_when_its_account_is_locked(
    running_site: Site, django_db_blocker: DjangoDbBlocker
) -> None:
    site, port = running_site, port_of(running_site)

    def revoke() -> None:
        with transaction.atomic(using="site"):
            revoke_streams(7, using="site")
        connections["site"].close()

    async def main() -> None:
        stream = await Stream(port, ticket(user_id=7)).open()
        status, receipt = await asyncio.to_thread(site.report, "heard")
        assert status == 201
        await stream.hear(1, seconds=3)
        assert stream.events[0][1:] == ("report", {"count": 1, "last": receipt["id"]})
        await asyncio.to_thread(revoke)
        await stream.end()
        stream.close()

    with django_db_blocker.unblock(), database_of(site):
        asyncio.run(main())


def test_a_slow_browser_is_cut_off_and_the_others_live(
    running_site: Site, django_db_blocker: DjangoDbBlocker
) -> None:
    site, port = running_site, port_of(running_site)
    messages = 300

    def tell(first: int) -> None:
        for i in range(first, first + 20):
            with transaction.atomic(using="site"):
                payload = {"i": i, "text": "x" * 60_000}
                emit("task", payload, division=CITY, lane="actual", using="site")
        connections["site"].close()

    def health() -> dict[str, int]:
        found: dict[str, int] = json.loads(site.http("/live/health")[2])
        return found

    async def main() -> None:
        before = (await asyncio.to_thread(health))["cut"]
        slow = await Stream(port, ticket(), "task").open(buffer=2**10)
        quick = await Stream(port, ticket(), "task").open()
        for first in range(0, messages, 20):
            await asyncio.to_thread(tell, first)
            await quick.hear(first + 20)
            await asyncio.sleep(0.03)
        assert [p["i"] for _, _, p in quick.events] == list(range(messages))
        now = await asyncio.to_thread(health)
        assert (now["cut"] - before, now["streams"]) == (1, 1)
        slow.close()
        quick.close()

    with django_db_blocker.unblock(), database_of(site):
        asyncio.run(main())


async def flood(port: int, each: int, clients: int = 16) -> None:
    """Send reports over a few connections, as fast as they are answered."""

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(each):
            report = {"text": "水" * 500 + f"{random.random()}", "lon": 117, "lat": 36}  # noqa: S311
            body = json.dumps(report).encode()
            head = f"POST /live/reports HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert b" 201 " in answer[:20]
            length = next(x for x in answer.split(b"\r\n") if x.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))


def test_the_log_stays_bounded_under_load(
    sqlite_site: Site, django_db_blocker: DjangoDbBlocker
) -> None:
    port = ready(sqlite_site)
    asyncio.run(flood(port, each=150))
    for _ in range(3):
        asyncio.run(flood(port, each=50))
        time.sleep(0.6)
        sqlite_site.report(text=f"tick {random.random()}")  # noqa: S311
    assert wal_bytes(sqlite_site.database) < 32 * 2**20
    with django_db_blocker.unblock(), database_of(sqlite_site) as alias:
        cursor = connections[alias].cursor()
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)


def test_a_busy_port_is_refused_with_the_mend() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortBusy, match=rf"{port} 已被占用.*--port {port + 1}"):
            refuse_busy_port("127.0.0.1", port)
    refuse_busy_port("127.0.0.1", port)


@pytest.mark.parametrize("wait", [True, False], ids=["when it serves", "while it starts"])
def test_a_killed_server_takes_its_children_with_it(sqlite_site: Site, wait: bool) -> None:
    """An orphaned worker would go on answering on the shared port."""
    server = sqlite_site.start(workers=2, run_jobs=True)
    if wait:
        server.wait_until_ready()
    else:
        eventually(lambda: len(members(server.process.pid)) > 1)
    server.process.kill()
    server.process.wait()
    eventually(lambda: not members(server.process.pid))


def members(group: int) -> list[int]:
    """Return the living processes of a process group."""
    return [
        process.pid
        for process in psutil.process_iter()
        if process.status() != psutil.STATUS_ZOMBIE and os.getpgid(process.pid) == group
    ]


def eventually(holds: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            if holds():
                return
        time.sleep(0.1)
    pytest.fail("it did not happen")


def test_a_killed_worker_is_replaced_while_the_server_lives(sqlite_site: Site) -> None:
    ready(sqlite_site)
    assert sqlite_site.report("before")[0] == 201
    worker = json.loads(sqlite_site.http("/live/health")[2])["pid"]
    os.kill(worker, signal.SIGKILL)

    def answers() -> bool:
        with contextlib.suppress(OSError):
            return sqlite_site.report("before")[0] == 200
        return False

    eventually(answers)
    assert json.loads(sqlite_site.http("/live/health")[2])["pid"] != worker


def test_the_server_works_through_the_jobs(
    sqlite_site: Site, django_db_blocker: DjangoDbBlocker
) -> None:
    sqlite_site.start(run_jobs=True).wait_until_ready()
    with django_db_blocker.unblock(), database_of(sqlite_site) as alias:
        done = Job.objects.using(alias).filter(kind="core.checkpoint", state=JobState.DONE)
        eventually(done.exists, seconds=120)  # its process loads every room first


def test_a_server_that_is_told_to_stop_ends_in_order(sqlite_site: Site) -> None:
    ready(sqlite_site)
    sqlite_site.report("k1")
    assert sqlite_site.server is not None
    sqlite_site.server.stop()
    assert sqlite_site.server.process.returncode == 0
