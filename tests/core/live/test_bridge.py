"""WSGI inside ASGI: the answer is whole or streamed, and the bounds hold."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from anlan.core.live.bridge import WsgiBridge
from core.live.test_lane import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def request(bridge: WsgiBridge, exchange: Exchange) -> tuple[int, dict[str, str], bytes]:
    async def main() -> None:
        exchange.scope |= {
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", 8000),
            "root_path": "",
        }
        await bridge(exchange.scope, exchange.incoming.get, exchange.send)

    asyncio.run(main())
    if not exchange.sent:
        return 0, {}, b""
    headers = {k.decode(): v.decode() for k, v in exchange.sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in exchange.sent[1:])
    return exchange.sent[0]["status"], headers, body


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    data = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain"), ("X-Length", str(len(data)))])
    names = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_COOKIE", "HTTP_X_REAL_IP")
    return [f"{name}={environ.get(name)}\n".encode("latin-1") for name in names]


def test_a_request_arrives_whole() -> None:
    exchange = Exchange("/救援", query="q=%E5%AE%89", headers={"cookie": "a=1"})
    exchange.scope["headers"] += [(b"cookie", b"b=2"), (b"x_real_ip", b"6.6.6.6")]
    status, headers, body = request(
        WsgiBridge(echo), exchange.feed(b"z" * 2_000_000, more=True).feed(b"zz")
    )
    text = body.decode("latin-1").encode("latin-1").decode()
    assert (status, headers["x-length"]) == (200, "2000002")
    assert "PATH_INFO=/救援" in text
    assert "HTTP_COOKIE=a=1; b=2" in text
    assert "HTTP_X_REAL_IP=None" in text


@pytest.mark.parametrize("chunks", [1, 200])
def test_an_answer_is_closed_after_it_was_sent(chunks: int) -> None:
    closed = threading.Event()

    class Answer:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"x" * 4096] * chunks)

        def close(self) -> None:
            closed.set()

    def application(_environ: dict[str, Any], start: Callable[..., Any]) -> Answer:
        start("200 OK", [])
        return Answer()

    exchange = Exchange("/", "GET").feed(b"")
    _, _, body = request(WsgiBridge(application), exchange)
    assert len(body) == 4096 * chunks
    assert closed.is_set()
    assert (len(exchange.sent) > 3) == (chunks > 64)


def test_a_body_has_bounds_in_size_and_time() -> None:
    small = WsgiBridge(echo, body_bytes=2**20, body_seconds=0.05)
    assert request(small, Exchange("/").feed(b"x" * (2**20 + 1)))[0] == 413
    assert request(small, Exchange("/").feed(b"x", more=True))[0] == 408
    assert request(small, Exchange("/").feed(b"x", more=True).hang_up())[0] == 0


@pytest.mark.parametrize("length", [str(5 * 2**30), "9" * 5000])
def test_a_body_that_is_announced_too_large_is_refused_before_it_is_read(length: str) -> None:
    exchange = Exchange("/", headers={"content-length": length}).feed(b"x", more=True)
    status, headers, _body = request(WsgiBridge(echo), exchange)
    assert (status, headers["connection"]) == (413, "close")
    assert exchange.incoming.qsize() == 1


def test_beyond_the_bound_requests_are_refused_at_once() -> None:
    held = threading.Event()

    def slow(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        held.wait(5)
        start("200 OK", [])
        return [b"ok"]

    bridge = WsgiBridge(slow, threads=1, waiting=1)

    async def main() -> list[int]:
        async def ask() -> int:
            exchange = Exchange("/", "GET").feed(b"")
            exchange.scope |= {"http_version": "1.1"}
            await bridge(exchange.scope, exchange.incoming.get, exchange.send)
            status: int = exchange.sent[0]["status"]
            return status

        first, second = asyncio.create_task(ask()), asyncio.create_task(ask())
        await asyncio.sleep(0.05)
        third = await ask()
        held.set()
        return [third, await first, await second]

    assert asyncio.run(main()) == [503, 200, 200]
