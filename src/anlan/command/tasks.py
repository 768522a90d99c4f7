"""Background work: messages leave here, never inside a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from anlan.command.services import order_deliver
from anlan.core.jobs.registry import every

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun, Payload

__all__ = ["deliver_messages"]


@every(5, "command.deliver_messages")
def deliver_messages(_payload: Payload, _run: JobRun) -> dict[str, int]:
    """Send the messages that are queued and due."""
    return order_deliver(now=timezone.now())
