"""The one place where a change of this room is written down and told to the open pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.core import journal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model

    from anlan.command.models import Incident
    from anlan.core.models import User

__all__ = ["announce"]


def announce(
    *,
    verb: str,
    subject: Model,
    by: User | None,
    now: datetime,
    lane: str,
    incident: Incident | None = None,
    payload: Mapping[str, Any] | None = None,
    reasons: Sequence[str] = (),
) -> None:
    """Write the journal entry of a change, in the transaction of the change."""
    journal.record(
        verb=verb,
        subject=subject,
        by=by,
        now=now,
        lane=lane,
        payload=payload,
        reasons=reasons,
        incident_id=incident.pk if incident else None,
    )
