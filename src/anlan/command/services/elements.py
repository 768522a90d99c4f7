"""State what a report upwards must say and the first call did not: result, cause, loss, trend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from anlan.command.models import Incident
from anlan.command.rules.elements import check_elements, element_changes
from anlan.command.rules.words import words
from anlan.command.services.announce import announce_incident
from anlan.command.services.clocks import clocks_sync
from anlan.command.services.grades import grade_repropose
from anlan.command.types import ConflictError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["elements_state"]


@transaction.atomic
def elements_state(
    *,
    incident_id: int,
    elements: Mapping[str, str | float | None],
    source: str,
    by: User,
    now: datetime,
    seen: Mapping[str, str | float | None] | None = None,
) -> Incident:
    """State elements of the official reports, with their source. Only the named ones change.

    None withdraws an element. A closed incident may still be told of: the verified loss and the
    assessment come late. `seen` is what the officer saw of the named ones; without it nothing is
    compared. The proposed grade and the clocks of an open incident follow the loss.

    Raises
    ------
    RefusedError
        If an element does not exist or does not fit, nothing changes, or the source is missing.
    ConflictError
        If somebody stated one of them in the meantime.
    """
    source = words("source", "来源", source, longest=200)
    stated = {k: v.strip() or None if isinstance(v, str) else v for k, v in elements.items()}
    incident = Incident.objects.select_for_update().select_related("division").get(pk=incident_id)
    details: dict[str, Any] = incident.details
    problems = check_elements(details, stated, source=source)
    if problems:
        raise RefusedError(problems)
    changes = element_changes(details, stated)
    if seen is not None and any(seen.get(c.key) != c.old for c in changes):
        raise ConflictError("报告要素刚刚被他人更新，请刷新后重新核对")
    sources = dict(details.get("stated", {}))
    for change in changes:
        if change.new is None:
            details.pop(change.key, None)
            sources.pop(change.key, None)
        else:
            details[change.key] = change.new
            sources[change.key] = {"source": source, "at": now.isoformat()}
    incident.details = {**details, "stated": sources}
    incident.save(update_fields=("details",))
    announce_incident(
        verb="incident.elements_stated",
        incident=incident,
        by=by,
        now=now,
        payload={
            "changes": "；".join(str(change) for change in changes),
            "source": source,
            "elements": [change.as_dict() for change in changes],
        },
    )
    if incident.closed_at is None:
        grade_repropose(incident=incident, by=by, now=now)
        clocks_sync(incident=incident, by=by, now=now)
    return incident
