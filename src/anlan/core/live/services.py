"""Taking reports out of the intake, and keeping the outbox short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from anlan.core.live.models import IntakeReport, IntakeState, OutboxEvent

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["mark_refused", "mark_taken", "trim_outbox"]


@transaction.atomic
def mark_taken(*, intake_id: int, reference: str, now: datetime) -> bool:
    """Say that a public report became `reference`; tell whether this call was the one.

    A False means somebody else was first: undo what the report was turned into.
    """
    return _settle(intake_id, IntakeState.TAKEN, reference, now)


@transaction.atomic
def mark_refused(*, intake_id: int, reason: str, now: datetime) -> bool:
    """Put a public report aside with a reason; tell whether this call was the one."""
    return _settle(intake_id, IntakeState.REFUSED, reason[:60], now)


def _settle(intake_id: int, state: IntakeState, reference: str, now: datetime) -> bool:
    pending = IntakeReport.objects.filter(pk=intake_id, state=IntakeState.NEW)
    return pending.update(state=state, reference=reference, taken_at=now) == 1


@transaction.atomic
def trim_outbox(*, before: datetime) -> int:
    """Delete events older than `before`; return how many.

    A browser that comes back with an older number is told of the gap, and reloads. Keep days.
    """
    deleted, _by_model = OutboxEvent.objects.filter(emitted_at__lt=before).delete()
    return deleted
