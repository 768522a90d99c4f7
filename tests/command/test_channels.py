from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from anlan.command.channels import WebhookChannel
from anlan.command.models import OutboxMessage

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gateway(HTTPServer):
    """A work messenger of the city, on this machine: it answers what it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.code = 200
        self.seen: list[tuple[str, dict[str, Any], str]] = []


class Answer(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"]
        self.server.seen.append((self.path, json.loads(body), key))
        self.send_response(self.server.code)
        if self.server.code == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def channel() -> WebhookChannel:
    return WebhookChannel(hosts={"127.0.0.1": True}, timeout_s=2)


def message(gateway: Gateway) -> OutboxMessage:
    return OutboxMessage(
        incident_id=1,
        channel="webhook",
        recipient="赵强",
        address=f"http://127.0.0.1:{gateway.server_port}/orders",
        subject="疏散",
        body="请疏散",
        key="task-1-0-p1-webhook",
    )


def test_a_webhook_carries_the_order_and_its_key(gateway: Gateway, channel: WebhookChannel) -> None:
    assert channel.send(message(gateway)).ok
    path, document, key = gateway.seen[0]
    assert (path, key) == ("/orders", "task-1-0-p1-webhook")
    assert (document["recipient"], document["body"]) == ("赵强", "请疏散")


@pytest.mark.parametrize(
    ("code", "final"), [(500, False), (503, False), (429, False), (400, True), (404, True)]
)
def test_only_what_may_pass_is_tried_again(
    gateway: Gateway, channel: WebhookChannel, code: int, final: bool
) -> None:
    gateway.code = code
    delivery = channel.send(message(gateway))
    assert (delivery.ok, delivery.final) == (False, final)
    assert f"HTTP {code}" in delivery.error


def test_a_redirect_is_not_followed(gateway: Gateway, channel: WebhookChannel) -> None:
    gateway.code = 302
    delivery = channel.send(message(gateway))
    assert (delivery.ok, delivery.final) == (False, True)
    assert len(gateway.seen) == 1


def test_a_dead_host_is_a_delivery_that_failed(gateway: Gateway, channel: WebhookChannel) -> None:
    dead = message(gateway)
    gateway.shutdown()
    gateway.server_close()
    delivery = channel.send(dead)
    assert (delivery.ok, delivery.final) == (False, False)
    assert "连接失败" in delivery.error
