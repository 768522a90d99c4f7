"""The few words of ASGI that the lane and the bridge share."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

__all__ = [
    "BodyTooLarge",
    "ClientGone",
    "Header",
    "Message",
    "Receive",
    "Scope",
    "Send",
    "answer",
    "answer_json",
    "body_parts",
    "header",
]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]


class BodyTooLarge(Exception):
    """The request body exceeds its limit."""


class ClientGone(Exception):
    """The client closed the connection before its request was whole."""


def header(scope: Scope, name: bytes) -> str:
    """Return the last value of a header, or ""."""
    value = b""
    for key, found in scope["headers"]:
        if key == name:
            value = found
    return value.decode("latin-1")


async def body_parts(receive: Receive, limit: int) -> list[bytes]:
    """Return the body in pieces; raise BodyTooLarge or ClientGone."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLarge
        parts.append(part)
        if not message.get("more_body"):
            return parts


async def answer(
    send: Send, status: int, body: bytes, content_type: bytes, headers: Iterable[Header] = ()
) -> None:
    """Send one whole answer."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
                (b"x-content-type-options", b"nosniff"),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def answer_json(
    send: Send, status: int, content: dict[str, Any], headers: Iterable[Header] = ()
) -> None:
    """Send one JSON object."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    await answer(send, status, body, b"application/json; charset=utf-8", headers)
