"""The live lane: acknowledged public reports a second, and kill -9 twenty times.

The clients run on the same cores as the server. Every report has its own key and content, and is
counted only when its 201 has arrived. SQLite, WAL, synchronous=FULL, whole site behind the port.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.harness import milliseconds
from kit.load import ReportLoad
from kit.servers import Site, free_port, migrate

__all__ = ["run"]

SECONDS = float(os.environ.get("ANLAN_BENCH_SECONDS", "10"))
KILLS = int(os.environ.get("ANLAN_KILLS", "20"))
CLIENTS = 64


def run() -> dict[str, Any]:
    """Return acknowledged reports a second for one and two workers, and what twenty kills lost."""
    with tempfile.TemporaryDirectory(prefix="anlan-bench-") as folder:
        result = {f"ceiling_{workers}_workers": ceiling(folder, workers) for workers in (1, 2)}
        return result | {"kill_9": kills(folder)}


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
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/live/health", timeout=5) as answer:
        json.load(answer)
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
            await asyncio.sleep(0.5 + random.random())  # noqa: S311 - any moment will do
            assert site.server is not None  # noqa: S101
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
        self._process = subprocess.Popen(  # noqa: S603 - our own words
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
