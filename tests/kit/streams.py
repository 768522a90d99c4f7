"""A browser's EventSource, as small as it can be."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

__all__ = ["Stream"]


class Stream:
    """One open stream and what it heard: (number, topic, payload)."""

    def __init__(self, port: int, ticket: str, topics: str = "", last: int | None = None) -> None:
        self._port, self._ticket, self._topics, self.last = port, ticket, topics, last
        self.events: list[tuple[int, str, dict[str, Any]]] = []
        self._times: list[float] = []

    async def open(self, buffer: int = 2**22) -> Stream:
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._port, limit=buffer
        )
        header = "" if self.last is None else f"Last-Event-ID: {self.last}\r\n"
        path = f"/live/stream?ticket={self._ticket}&topics={self._topics}"
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
        async with asyncio.timeout(20):
            while not (await self._reader.readline()).startswith(b": ok"):
                pass
        return self

    async def hear(self, n: int, seconds: float = 20) -> None:
        """Read until n events were heard, beats not counted."""
        topic = ""
        async with asyncio.timeout(seconds):
            while len(self.events) < n:
                line = (await self._reader.readline()).decode()
                if line.startswith("id: "):
                    self.last = int(line[4:])
                elif line.startswith("event: "):
                    topic = line[7:].strip()
                elif line.startswith("data: ") and topic != "beat":
                    assert self.last is not None
                    self.events.append((self.last, topic, json.loads(line[6:])))
                    self._times.append(time.time())

    def timed_events(self) -> list[tuple[float, tuple[int, str, dict[str, Any]]]]:
        """Return each event with the wall clock of its arrival."""
        return list(zip(self._times, self.events, strict=True))

    async def end(self) -> None:
        """Read until the server has ended the answer: a last chunk of length 0."""
        async with asyncio.timeout(5):
            while (await self._reader.readline()) != b"0\r\n":
                pass

    def close(self) -> None:
        self._writer.close()
