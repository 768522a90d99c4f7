"""The one place where a change of this room is written down and told to the open pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.core import journal
from anlan.core.live import Topic, emit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model

    from anlan.command.models import Incident
    from anlan.core.models import User

__all__ = ["announce", "announce_incident"]

ALSO_TOLD = {
    "official_report": (Topic.INCIDENT,),
    "task.given_out": (Topic.OUTBOX,),
    "task.accepted": (Topic.OUTBOX,),
}
"""The journal tells the topic that a verb begins with. These change what other pages show."""


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
    """Write the journal entry of a change, in the transaction of the change, and tell browsers."""
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
    for topic in ALSO_TOLD.get(verb, ALSO_TOLD.get(verb.partition(".")[0], ())):
        if incident is not None:
            event = {"verb": verb, "incident": incident.pk}
            emit(topic, event, division=incident.division_id, lane=lane)


def announce_incident(
    *,
    verb: str,
    incident: Incident,
    by: User | None,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
    reasons: Sequence[str] = (),
) -> None:
    """Announce a change of an incident itself, in the lane of the incident."""
    announce(
        verb=verb,
        subject=incident,
        incident=incident,
        by=by,
        now=now,
        lane=incident.lane,
        payload=payload,
        reasons=reasons,
    )
