"""The live lane: acknowledged reports a second, alarms to open screens, kill -9 twenty times.

The clients run on the same cores as the server. Every report has its own key and content, and is
counted only when its 201 has arrived. SQLite, WAL, synchronous=FULL, whole site behind the port.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from anlan.core.live.tickets import make_ticket
from anlan.core.sqlite.library import sqlite3
from anlan.core.sqlite.turn import Turn
from benchmarks.harness import milliseconds
from kit.load import ReportLoad
from kit.servers import Site, free_port, migrate
from kit.streams import Stream

__all__ = ["run"]

SECONDS = float(os.environ.get("ANLAN_BENCH_SECONDS", "10"))
KILLS = int(os.environ.get("ANLAN_KILLS", "20"))
CLIENTS = 64
SCREENS = 200
ALARMS = 20
CITY = "370100000000"


def run() -> dict[str, Any]:
    """Return reports a second, delay of alarms beside them, and what twenty kills lost."""
    with tempfile.TemporaryDirectory(prefix="anlan-bench-") as folder:
        result = {f"ceiling_{workers}_workers": ceiling(folder, workers) for workers in (1, 2)}
        return result | {"alarms": alarms(folder), "kill_9": kills(folder)}


def new_site(folder: str, name: str) -> Site:
    """Return a site on an empty database."""
    path = Path(folder) / name
    path.mkdir()
    environment = {
        "ANLAN_VAR": str(path),
        "ANLAN_SECRET_KEY": "benchmark-only",
        "ANLAN_REPORT_RATE": "0",
        "DJANGO_SETTINGS_MODULE": "anlan.config.settings",
    }
    migrate(path, environment)
    return Site(path, environment)


def ceiling(folder: str, workers: int) -> dict[str, Any]:
    """Measure how many reports are acknowledged when clients never wait."""
    site = new_site(folder, f"ceiling-{workers}")
    port = free_port()
    site.start(workers=workers, port=port).wait_until_ready()
    load = [_LoadProcess(port, CLIENTS // 2) for _ in range(2)]
    results = [process.result() for process in load]
    site.close()
    acknowledged = sum(r["acknowledged"] for r in results)
    seconds = max(r["seconds"] for r in results)
    return {
        "connections": CLIENTS,
        "seconds": round(seconds, 1),
        "acknowledged": acknowledged,
        "stored": len(stored_keys(site)),
        "refused": sum(r["refused"] for r in results),
        "acknowledged_per_second": round(acknowledged / seconds),
        "latency_ms": milliseconds([s for r in results for s in r["latencies"]]),
    }


def alarms(folder: str) -> dict[str, Any]:
    """Time events from their commit to each of many open screens, beside a stream of reports."""
    site = new_site(folder, "alarms")
    port = free_port()
    site.start(workers=2, port=port).wait_until_ready()
    os.environ |= site.environment  # the ticket is signed with the site's key
    ticket = make_ticket(user_id=1, division=CITY, lanes={"actual"})
    load = ReportLoad(port, clients=4)
    delays: list[float] = []

    async def main() -> None:
        screens = [await Stream(port, ticket, "warning").open() for _ in range(SCREENS)]
        running = asyncio.create_task(load.run())
        listening = [asyncio.create_task(screen.hear(ALARMS, 60)) for screen in screens]
        for number in range(ALARMS):
            await asyncio.to_thread(raise_alarm, site.database, number)
            await asyncio.sleep(0.5)
        await asyncio.gather(*listening)
        load.stop()
        await running
        for screen in screens:
            delays.extend(at - payload["t"] for at, (_, _, payload) in screen.timed_events())
            screen.close()

    asyncio.run(main())
    site.close()
    return {
        "screens": SCREENS,
        "alarms": ALARMS,
        "delivered": len(delays),
        "commit_to_screen_ms": milliseconds(delays),
        "reports_beside": len(load.acknowledged),
        "report_latency_ms": milliseconds(load.seconds),
    }


def raise_alarm(database: Path, number: int) -> None:
    """Write one event as a service does, in a transaction that waits its turn."""
    turn = Turn(database)
    connection = sqlite3.connect(database, isolation_level=None, timeout=20)
    connection.execute("PRAGMA wal_autocheckpoint=0")
    with turn:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO live_outboxevent (topic, division, lane, payload) VALUES (?, ?, ?, ?)",
            ("warning", CITY, "actual", json.dumps({"n": number, "t": time.time()})),
        )
        connection.execute("COMMIT")
    connection.close()
    turn.close()


def kills(folder: str) -> dict[str, Any]:
    """Kill the server's whole process group again and again under load; count what is lost."""
    site = new_site(folder, "kills")
    port = free_port()
    site.start(workers=2, port=port).wait_until_ready()
    load = ReportLoad(port, clients=32)
    back: list[float] = []

    async def main() -> None:
        running = asyncio.create_task(load.run())
        for _ in range(KILLS):
            await asyncio.sleep(0.5 + random.random())
            assert site.server is not None
            await asyncio.to_thread(site.server.kill)
            before, start = len(load.acknowledged), time.perf_counter()
            await asyncio.to_thread(site.start, 2, port)
            while len(load.acknowledged) == before:
                await asyncio.sleep(0.01)
            back.append(time.perf_counter() - start)
        await asyncio.sleep(0.5)
        load.stop()
        await running

    asyncio.run(main())
    site.close()
    stored = stored_keys(site)
    return {
        "kills": KILLS,
        "workers": 2,
        "acknowledged": len(load.acknowledged),
        "acknowledged_and_lost": len(load.acknowledged - stored),
        "stored_but_not_acknowledged": len(stored - load.acknowledged),
        "back_after_seconds": {
            "median": round(sorted(back)[len(back) // 2], 2),
            "max": round(max(back), 2),
        },
    }


def stored_keys(site: Site) -> set[str]:
    """Return the keys of all stored reports."""
    connection = sqlite3.connect(site.database)
    try:
        return {key for (key,) in connection.execute("SELECT key FROM live_intakereport")}
    finally:
        connection.close()


class _LoadProcess:
    """Clients in a process of their own: one Python process alone would be the limit."""

    def __init__(self, port: int, clients: int) -> None:
        program = f"from benchmarks.live_lane import send; send({port}, {clients}, {SECONDS})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def result(self) -> dict[str, Any]:
        """Wait for the end and return what was measured."""
        output, _ = self._process.communicate()
        found: dict[str, Any] = json.loads(output)
        return found


def send(port: int, clients: int, seconds: float) -> None:
    """Send reports for a while and print what came of it."""
    load = ReportLoad(port, clients, prefix=f"p{os.getpid()}")
    start = time.perf_counter()

    async def main() -> None:
        running = asyncio.create_task(load.run())
        await asyncio.sleep(seconds)
        load.stop()
        await running

    asyncio.run(main())
    found = {
        "acknowledged": len(load.acknowledged),
        "refused": load.refused,
        "seconds": time.perf_counter() - start,
        "latencies": load.seconds,
    }
    sys.stdout.write(json.dumps(found))
