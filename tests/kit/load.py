"""Clients that send public reports as fast as they are answered, and never give up."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time

__all__ = ["ReportLoad"]


class ReportLoad:
    """Load on POST /live/reports over kept connections; remembers which reports were answered."""

    def __init__(self, port: int, clients: int, prefix: str = "load") -> None:
        self._port, self._clients, self._prefix = port, clients, prefix
        self._numbers = itertools.count()
        self._stopped = asyncio.Event()
        self.acknowledged: set[str] = set()
        self.seconds: list[float] = []
        """Time from sending to answer, of each acknowledged report."""
        self.refused = 0

    def stop(self) -> None:
        """Let the clients finish."""
        self._stopped.set()

    async def run(self) -> None:
        """Send until stopped."""
        await asyncio.gather(*(self._client() for _ in range(self._clients)))

    async def _client(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(OSError, EOFError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    while not self._stopped.is_set():
                        await self._send(reader, writer)
                finally:
                    writer.close()
            await asyncio.sleep(0.02)

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        key = f"{self._prefix}-{next(self._numbers)}"
        report = {
            "text": f"历下区闻到燃气味 {key}",
            "lon": 117.02,
            "lat": 36.66,
            "division": "370102",
        }
        body = json.dumps(report, ensure_ascii=False).encode()
        head = (
            "POST /live/reports HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        start = time.perf_counter()
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next(x for x in answer.split(b"\r\n") if x.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        if answer.startswith(b"http/1.1 201"):
            self.acknowledged.add(key)
            self.seconds.append(time.perf_counter() - start)
        else:
            self.refused += 1
