"""Correct what is assumed about a hazard and the weather, after the report was verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from anlan.command.choices import IncidentStatus
from anlan.command.models import Incident
from anlan.command.rules.scenario_changes import fingerprint, input_changes, problems_of_inputs
from anlan.command.rules.words import words_asked_for
from anlan.command.services.announce import announce_incident
from anlan.command.services.clocks import clocks_sync
from anlan.command.services.grades import grade_repropose
from anlan.command.types import ConflictError, Problem, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["scenario_correct"]


@transaction.atomic
def scenario_correct(
    *,
    incident_id: int,
    scenario: Mapping[str, Any],
    weather: Mapping[str, Any],
    reason: str,
    by: User,
    now: datetime,
    seen: str = "",
) -> Incident:
    """State the scenario and the weather anew, with the reason. Packages already built stay.

    Both are given whole: what is left out is not known. `seen` is the `fingerprint` of what the
    officer corrected; without it nothing is compared. The proposed grade and the clocks follow.

    Raises
    ------
    RefusedError
        Without a reason, if nothing changes, or if no forecast could read a field.
    ConflictError
        If the incident is closed, or somebody corrected it in the meantime.
    """
    why = words_asked_for("reason", "更正理由", reason, rule="必须写明更正的依据")
    incident = Incident.objects.select_for_update().select_related("division").get(pk=incident_id)
    if incident.status != IncidentStatus.OPEN:
        raise ConflictError(f"事件 {incident.number} 已结束，不能再更改")
    if seen and seen != fingerprint(incident.scenario, incident.weather):
        raise ConflictError("情景或气象刚刚被他人更正，请刷新后重新核对")
    problems = problems_of_inputs(scenario, weather)
    changes = input_changes(
        {"scenario": incident.scenario, "weather": incident.weather},
        {"scenario": scenario, "weather": weather},
    )
    if not problems and not changes:
        problems = (Problem("scenario", "情景与气象", "没有任何更改", "与原来相同"),)
    if problems:
        raise RefusedError(problems)
    incident.scenario, incident.weather = dict(scenario), dict(weather)
    incident.save(update_fields=("scenario", "weather"))
    announce_incident(
        verb="incident.scenario_corrected",
        incident=incident,
        by=by,
        now=now,
        payload={
            "changes": "，".join(str(change) for change in changes),
            "fields": [change.as_dict() for change in changes],
        },
        reasons=[why],
    )
    grade_repropose(incident=incident, by=by, now=now)
    clocks_sync(incident=incident, by=by, now=now)
    return incident
