"""What every step of a warning shares: it is taken once, from the right state, and journalled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.core.journal.services import record
from anlan.warn.models import PublicWarning

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from anlan.core.models import User
    from anlan.warn.choices import WarningStatus
    from anlan.warn.types import WarningText

__all__ = ["WarningStepError", "demand_reason", "note", "take_step", "text_fields"]


class WarningStepError(ValueError):
    """The warning may not take this step now, or not by this person."""


def take_step(
    warning: PublicWarning,
    allowed: tuple[WarningStatus, ...],
    status: WarningStatus,
    **fields: Any,
) -> None:
    """Move a warning to `status`; refused unless it still stands in one of `allowed`."""
    changed = PublicWarning.objects.filter(pk=warning.pk, status__in=allowed).update(
        status=status, **fields
    )
    warning.refresh_from_db()
    if not changed:
        raise WarningStepError(
            f"《{warning.headline}》现为“{warning.get_status_display()}”，"
            f"只有“{'、'.join(str(s.label) for s in allowed)}”的预警可以这样处理"
        )


def note(
    verb: str,
    warning: PublicWarning,
    *,
    by: User | None,
    now: datetime,
    reasons: Sequence[str] = (),
    **payload: Any,
) -> None:
    """Write the journal entry of a step."""
    record(
        verb=verb,
        subject=warning,
        by=by,
        now=now,
        lane=warning.lane,
        payload={
            "headline": warning.headline,
            "colour": warning.colour,
            "kind": warning.kind,
            "event_code": warning.event_code,
            **payload,
        },
        reasons=tuple(reasons),
        incident_id=warning.incident_id,
    )


def demand_reason(reason: str) -> None:
    """Refuse a step without a reason."""
    if not reason.strip():
        raise WarningStepError("请填写原因")


def text_fields(text: WarningText) -> dict[str, str]:
    """Return the words as the columns of a warning."""
    return {
        "headline": text.headline,
        "description": text.description,
        "instruction": text.instruction,
        "short_text": text.short,
    }
