"""A WSGI application inside an ASGI server: how Django's pages run beside the live lane.

One thread hop a request, against one for each synchronous middleware under Django's own ASGI
handler, which makes real pages 2.5 times slower. Beyond a plain adapter it has three bounds:
requests that wait (503), size and time of the body (413, 408), and header names with "_" are
dropped, so that X_Real_IP does not pass for X-Real-IP.

A streaming answer holds a thread for as long as the client reads, and threads share one
interpreter lock with the event loop: two threads a process, long computations in a job.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO, cast

from anlan.core.live.asgi import (
    BodyTooLarge,
    ClientGone,
    Header,
    Message,
    Receive,
    Scope,
    Send,
    answer,
)

__all__ = ["WsgiBridge"]

INLINE_BYTES = 256 * 1024
"""Up to this size an answer is sent in one piece, after the view has ended."""

MEMORY_BYTES = 2**20
"""A larger body goes to a temporary file."""

LONGEST_LENGTH = 18
"""Digits of a length that are read."""

TEXT = b"text/plain; charset=utf-8"
CLOSE = (b"connection", b"close")

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
WholeAnswer = tuple[int, list[Header], bytes]


class WsgiBridge:
    """The ASGI application around a WSGI application."""

    def __init__(
        self,
        application: WsgiApplication,
        *,
        threads: int = 2,
        waiting: int = 256,
        body_bytes: int = 64 * 2**20,
        body_seconds: float = 30.0,
    ) -> None:
        self._application = application
        self._limit = threads + waiting
        self._body_bytes, self._body_seconds = body_bytes, body_seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._inside >= self._limit:
            await answer(send, 503, "服务繁忙，请稍后再试".encode(), TEXT, [(b"retry-after", b"2")])
            return
        self._inside += 1
        try:
            with tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES) as body:
                await self._answer(scope, cast("BinaryIO", body), receive, send)
        finally:
            self._inside -= 1

    async def _answer(self, scope: Scope, body: BinaryIO, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._body_seconds):
                if _announced(scope) > self._body_bytes:
                    raise BodyTooLarge
                await _fill(body, receive, self._body_bytes)
        except TimeoutError:
            await answer(send, 408, "请求内容传输过慢".encode(), TEXT, [CLOSE])
        except BodyTooLarge:
            text = f"请求内容超过 {self._body_bytes // 2**20} MB"
            await answer(send, 413, text.encode(), TEXT, [CLOSE])
        except ClientGone:
            return
        else:
            loop, context = asyncio.get_running_loop(), contextvars.copy_context()
            environ = _environ(scope, body)
            whole = await loop.run_in_executor(
                self._pool, context.run, self._work, environ, send, loop
            )
            if whole is not None:
                status, headers, data = whole
                start = {"type": "http.response.start", "status": status, "headers": headers}
                await send(start)
                await send({"type": "http.response.body", "body": data})

    def _work(
        self, environ: dict[str, Any], send: Send, loop: asyncio.AbstractEventLoop
    ) -> WholeAnswer | None:
        """Run the view in a pool thread; return a whole answer, or stream one and return None."""
        start: list[tuple[int, list[Header]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_exc: Any) -> None:
            encoded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
            start[:] = [(int(status[:3]), encoded)]

        result = self._application(environ, start_response)
        try:
            chunks = iter(result)
            parts: list[bytes] = []
            size = 0
            for chunk in chunks:
                parts.append(chunk)
                size += len(chunk)
                if size > INLINE_BYTES:
                    break
            else:
                return *start[0], b"".join(parts)
            _stream(*start[0], b"".join(parts), chunks, _pusher(send, loop))
        finally:
            if hasattr(result, "close"):
                result.close()  # Django's request_finished: database connections are returned here
        return None


def _pusher(send: Send, loop: asyncio.AbstractEventLoop) -> Callable[[Message], None]:
    async def out(message: Message) -> None:
        await send(message)  # granian's send() is awaitable, but no coroutine

    def push(message: Message) -> None:
        asyncio.run_coroutine_threadsafe(out(message), loop).result()

    return push


def _stream(
    status: int,
    headers: list[Header],
    first: bytes,
    rest: Iterable[bytes],
    push: Callable[[Message], None],
) -> None:
    push({"type": "http.response.start", "status": status, "headers": headers})
    push({"type": "http.response.body", "body": first, "more_body": True})
    for chunk in rest:
        if chunk:
            push({"type": "http.response.body", "body": chunk, "more_body": True})
    push({"type": "http.response.body", "body": b""})


def _announced(scope: Scope) -> int:
    """Return the length that the sender names, so that too much is refused before it is read."""
    texts = [value for key, value in scope["headers"] if key == b"content-length"]
    return max((int(t[:LONGEST_LENGTH]) for t in texts if t.isdigit()), default=0)


async def _fill(body: BinaryIO, receive: Receive, limit: int) -> None:
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLarge
        body.write(part)
        if not message.get("more_body"):
            body.seek(0)
            return


def _environ(scope: Scope, body: BinaryIO) -> dict[str, Any]:
    host, port = scope.get("server") or ("localhost", 80)
    root: str = scope.get("root_path", "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": scope["path"].removeprefix(root).encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "anlan.live": True,  # pages open a stream only where there is one
    }
    for key, value in scope["headers"]:
        if b"_" not in key:
            _add_header(environ, key.decode("latin-1"), value.decode("latin-1"))
    return environ


def _add_header(environ: dict[str, Any], key: str, value: str) -> None:
    name = key.upper().replace("-", "_")
    if key not in {"content-length", "content-type"}:
        name = f"HTTP_{name}"
    if name in environ:
        value = environ[name] + ("; " if key == "cookie" else ",") + value
    environ[name] = value
