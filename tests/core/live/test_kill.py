"""kill -9 under load: what was acknowledged is there. `ANLAN_KILLS=100` for the long run."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from core.live.rows import database_of
from kit.load import ReportLoad
from kit.servers import free_port

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from kit.servers import Site

KILLS = int(os.environ.get("ANLAN_KILLS", "2"))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_kill_9_loses_no_acknowledged_report(
    site: Site, workers: int, django_db_blocker: DjangoDbBlocker
) -> None:
    port = free_port()
    site.start(workers=workers, port=port).wait_until_ready()
    load = ReportLoad(port, clients=16)

    async def main() -> None:
        running = asyncio.create_task(load.run())
        for _ in range(KILLS):
            await asyncio.sleep(0.7 + random.random())  # noqa: S311
            assert site.server is not None
            await asyncio.to_thread(site.server.kill)
            before = len(load.acknowledged)
            await asyncio.to_thread(site.start, workers, port)
            async with asyncio.timeout(90):
                while len(load.acknowledged) <= before:
                    await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        load.stop()
        await running

    asyncio.run(main())
    assert site.server is not None
    site.server.kill()
    with django_db_blocker.unblock(), database_of(site) as alias:
        cursor = connections[alias].cursor()
        cursor.execute("SELECT key FROM live_intakereport")
        stored = {key for (key,) in cursor.fetchall()}
    assert len(load.acknowledged) > 100
    assert load.acknowledged - stored == set()
