"""The raw ASGI application under /live/: no Django between a report and its commit.

    POST /live/reports               a public report as JSON, header Idempotency-Key
        201 stored, 200 stored before, 409 key used for another report, 422 a field breaks a rule,
        413, 408, 429 and 503 with Retry-After, 507 disk full
    GET  /live/stream?ticket=&topics=a,b   text/event-stream; Last-Event-ID is honoured
    GET  /live/health                queue, commits and streams of this process

201 and 200 are sent only after COMMIT has returned. Reporters are not authenticated, because a
public hotline has no accounts: what comes in is a claim, and a person verifies it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from anlan.core.live.asgi import (
    BodyTooLarge,
    ClientGone,
    Receive,
    Scope,
    Send,
    answer_json,
    body_parts,
    header,
)
from anlan.core.live.group_commit import QueueFull
from anlan.core.live.intake import InvalidReport, parse_report
from anlan.core.live.rate import RateLimit, client_address
from anlan.core.live.store import KeyReused, StorageFull
from anlan.core.live.tickets import BadTicket, read_ticket

if TYPE_CHECKING:
    from anlan.core.live.group_commit import GroupCommit
    from anlan.core.live.hub import Hub, Subscriber

__all__ = ["LaneLimits", "LiveLane"]

CLOSE = (b"connection", b"close")
STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLimits:
    """What one request may cost."""

    body_bytes: int = 64 * 1024
    body_seconds: float = 10.0
    reports_per_second: float = 0.0
    report_burst: float = 100.0
    trusted_proxies: frozenset[str] = frozenset()


class LiveLane:
    """The application. One a process."""

    def __init__(self, hub: Hub, writer: GroupCommit, limits: LaneLimits) -> None:
        self.hub, self.writer, self.limits = hub, writer, limits
        self._rate = RateLimit(limits.reports_per_second, limits.report_burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._route(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.hub.start()
            else:
                await self.hub.stop()
                await asyncio.to_thread(self.writer.close)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        allowed = {
            "/live/reports": b"POST",
            "/live/stream": b"GET",
            "/live/health": b"GET",
        }.get(path)
        if allowed is None:
            await answer_json(send, 404, {"error": "not_found", "message": "没有这个地址"})
        elif method.encode() != allowed:
            text = f"这个地址只接受 {allowed.decode()}"
            await answer_json(
                send, 405, {"error": "method", "message": text}, [(b"allow", allowed)]
            )
        elif path == "/live/reports":
            await self._report(scope, receive, send)
        elif path == "/live/stream":
            await self._stream(scope, receive, send)
        else:
            await self._health(send)

    async def _report(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._rate.allows(client_address(scope, self.limits.trusted_proxies)):
            text = "上报过于频繁，请 5 秒后再试"
            await answer_json(send, 429, {"error": "rate", "message": text}, [_retry(5)])
            return
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                body = b"".join(await body_parts(receive, self.limits.body_bytes))
        except TimeoutError:
            text = f"内容应在 {self.limits.body_seconds:.0f} 秒内传完，请重新上报"
            await answer_json(send, 408, {"error": "slow", "message": text}, [CLOSE])
        except BodyTooLarge:
            text = f"内容不能超过 {self.limits.body_bytes // 1024} KB"
            await answer_json(send, 413, {"error": "large", "message": text}, [CLOSE])
        except ClientGone:
            return
        else:
            await self._store(body, header(scope, b"idempotency-key"), send)

    async def _store(self, body: bytes, key: str, send: Send) -> None:
        try:
            receipt = await self.writer.submit(parse_report(body, key))
        except InvalidReport as error:
            content = {"error": "invalid", "field": error.field, "rule": error.rule}
            await answer_json(send, 422, {**content, "message": str(error)})
        except KeyReused:
            text = "这个提交标识已用于另一条内容，请换一个标识"
            await answer_json(send, 409, {"error": "key_reused", "message": text})
        except StorageFull:
            text = "存储空间已满，这条上报没有保存，请改拨值班电话"
            await answer_json(send, 507, {"error": "storage_full", "message": text})
        except QueueFull:
            text = "上报过多，请 1 秒后用同一提交标识重试"
            await answer_json(send, 503, {"error": "busy", "message": text}, [_retry(1)])
        except Exception:  # noqa: BLE001 - the writer has logged it; the client may repeat safely
            text = "暂时无法保存，请 2 秒后用同一提交标识重试"
            await answer_json(send, 503, {"error": "unavailable", "message": text}, [_retry(2)])
        else:
            status = 201 if receipt.created else 200
            await answer_json(send, status, {"id": receipt.id, "key": key or None})

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = {k: v[-1] for k, v in parse_qs(scope["query_string"].decode("latin-1")).items()}
        try:
            ticket = read_ticket(query.get("ticket", ""))
        except BadTicket:
            text = "票据无效或已过期，请刷新页面"
            await answer_json(send, 403, {"error": "ticket", "message": text})
            return
        # A browser that must renew its ticket opens a new EventSource, which sends no header.
        last = header(scope, b"last-event-id") or query.get("last", "")
        topics = [topic for topic in query.get("topics", "").split(",") if topic]
        number = int(last) if last.isascii() and last.isdecimal() and len(last) < 19 else None
        subscriber = await self.hub.subscribe(ticket, topics, number)
        watch = asyncio.ensure_future(self._until_gone(receive, subscriber))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
            while (data := await subscriber.get()) is not None:
                await send({"type": "http.response.body", "body": data, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except (OSError, RuntimeError):
            pass  # the client went away while it was being written to
        finally:
            self.hub.leave(subscriber)
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _until_gone(self, receive: Receive, subscriber: Subscriber) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.hub.leave(subscriber)
        subscriber.end()

    async def _health(self, send: Send) -> None:
        content = {
            "pid": os.getpid(),
            "queue": self.writer.waiting,
            "commits": self.writer.commits,
            "rows": self.writer.rows,
            "streams": len(self.hub.subscribers),
            "cut": self.hub.cut,
        }
        await answer_json(send, 200, content)


def _retry(seconds: int) -> tuple[bytes, bytes]:
    return (b"retry-after", str(seconds).encode())
