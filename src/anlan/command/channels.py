"""The ways by which a message leaves, behind one interface.

A channel sends one message and says what happened. It is called outside any transaction and never
inside a request: an action must not wait for a network.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.utils import make_msgid
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from anlan.command.choices import ChannelKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPMessage
    from typing import IO

    from anlan.command.models import OutboxMessage

__all__ = [
    "LOCAL",
    "Channel",
    "Delivery",
    "EmailChannel",
    "OutboxChannel",
    "WebhookChannel",
    "configured_channels",
]

TIMEOUT_S = 10.0
LOCAL = frozenset({ChannelKind.IN_APP, ChannelKind.OUTBOX})
"""Channels that do not leave the platform: delivered with the transaction that queues them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt."""

    ok: bool
    error: str = ""
    final: bool = False
    """True: trying again cannot help."""


class Channel(Protocol):
    """Send one message. Sending the same key twice must not be read as two messages."""

    def send(self, message: OutboxMessage) -> Delivery:
        """Send the message and say what happened. Never raises for a delivery that failed."""


class OutboxChannel:
    """The visible outbox of the platform itself: what is written there has arrived."""

    def send(self, message: OutboxMessage) -> Delivery:
        """Accept the message."""
        return Delivery(ok=bool(message.body))


class EmailChannel:
    """E-mail over the SMTP server of the settings. The key becomes the Message-ID."""

    def send(self, message: OutboxMessage) -> Delivery:
        """Send one mail."""
        mail = EmailMessage(
            subject=message.subject,
            body=message.body,
            to=[message.address],
            headers={"Message-ID": _message_id(message.key)},
        )
        try:
            sent = mail.send(fail_silently=False)
        except OSError as problem:  # smtplib's errors are OSErrors
            return Delivery(ok=False, error=f"邮件服务器：{problem}"[:300])
        return Delivery(ok=sent == 1, error="" if sent == 1 else "邮件服务器未接收")


class WebhookChannel:
    """POST a JSON document to a listed host. No redirects, no private addresses unless listed."""

    def __init__(self, *, hosts: Mapping[str, bool], timeout_s: float = TIMEOUT_S) -> None:
        """Take the hosts that may be called, each with whether it may be on a private network."""
        self.hosts = hosts
        self.timeout_s = timeout_s
        self._opener = urllib.request.build_opener(_NoRedirect())

    def send(self, message: OutboxMessage) -> Delivery:
        """Post one message. The key travels as `Idempotency-Key`."""
        refused = self.refusal(message.address)
        if refused:
            return Delivery(ok=False, error=refused, final=True)
        document = {
            "key": message.key,
            "incident": message.incident_id,
            "recipient": message.recipient,
            "subject": message.subject,
            "body": message.body,
        }
        request = urllib.request.Request(  # noqa: S310  the scheme is checked in refusal()
            message.address,
            data=json.dumps(document, ensure_ascii=False).encode(),
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Idempotency-Key": message.key,
            },
            method="POST",
        )
        try:
            with self._opener.open(request, timeout=self.timeout_s) as answer:
                return Delivery(ok=200 <= answer.status < 300)
        except urllib.error.HTTPError as problem:
            problem.close()
            # 4xx: the other side will say the same again, but for "too many" and "not yet".
            final = 300 <= problem.code < 500 and problem.code not in {408, 425, 429}
            return Delivery(ok=False, error=f"对方答复 HTTP {problem.code}", final=final)
        except OSError as problem:
            return Delivery(ok=False, error=f"连接失败：{problem}"[:300])

    def refusal(self, address: str) -> str:
        """Return why an address may not be called, or nothing."""
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        if parts.scheme not in {"http", "https"} or not host or parts.username:
            return "地址必须是不含账号的 http 或 https 地址"
        if host not in self.hosts:
            return f"主机 {host} 不在允许名单内"
        if self.hosts[host]:
            return ""
        try:
            found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
        except OSError as problem:
            return f"主机 {host} 无法解析：{problem}"
        private = [a for *_rest, (a, *_port) in found if not _is_public(str(a))]
        return f"主机 {host} 指向内网地址 {private[0]}，已拒绝" if private else ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead to a host that is not listed: it is an error."""

    def redirect_request(
        self,
        req: urllib.request.Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        """Follow nothing."""
        return


def configured_channels() -> dict[str, Channel]:
    """Return the channels of this node: the outbox always, the others where they are set up."""
    channels: dict[str, Channel] = {
        ChannelKind.IN_APP: OutboxChannel(),
        ChannelKind.OUTBOX: OutboxChannel(),
    }
    if settings.ANLAN_EMAIL:
        channels[ChannelKind.EMAIL] = EmailChannel()
    if settings.ANLAN_WEBHOOK:
        channels[ChannelKind.WEBHOOK] = WebhookChannel(hosts=settings.ANLAN_WEBHOOK_HOSTS)
    return channels


def _message_id(key: str) -> str:
    """Return a Message-ID that is the same each time the message is sent."""
    domain = make_msgid().rpartition("@")[2].rstrip(">")
    safe = "".join(c if c.isalnum() or c in "-." else "-" for c in key)
    return f"<{safe}@{domain}>"


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global
