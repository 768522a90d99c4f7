"""Background work: messages leave here, and reports of the public come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from anlan.command.services import order_deliver, public_reports_take
from anlan.core.jobs.registry import every

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun, Payload

__all__ = ["deliver_messages", "take_public_reports"]


@every(5, "command.deliver_messages")
def deliver_messages(_payload: Payload, _run: JobRun) -> dict[str, int]:
    """Send the messages that are queued and due."""
    return order_deliver(now=timezone.now())


@every(2, "command.take_public_reports")
def take_public_reports(_payload: Payload, run: JobRun) -> dict[str, int]:
    """Bring the reports of the public to the desk, until none waits."""
    totals = {"taken": 0, "refused": 0}
    while True:
        counts = public_reports_take(now=timezone.now())
        if not any(counts.values()):
            return totals
        for name, count in counts.items():
            totals[name] += count
        run.progress(0.5, f"已接收 {totals['taken']} 条")
