"""What is known of an incident, as the package engine reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.command.packaging.inputs import Situation
from anlan.core.dictionaries import event_name
from anlan.forecast.types import Place

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.command.models import Incident, Report

__all__ = ["inputs_of", "scenario_from_details", "situation_of"]


def situation_of(incident: Incident, *, now: datetime) -> Situation:
    """Return the incident with its latest figures, scenario and weather."""
    first = incident.reports.order_by("received_at", "pk").first()
    details: dict[str, Any] = _details(incident, first)
    if first is not None:
        details.setdefault("course", first.text)
        details.setdefault("contact", f"{first.reporter_name} {first.reporter_phone}".strip())
        details.setdefault("reporting_unit", first.reporter_unit or first.reporter_name)
    return Situation(
        title=incident.title,
        event_code=incident.event_code,
        event_name=event_name(incident.event_code),
        place=Place(
            lon=incident.location.x,
            lat=incident.location.y,
            name=incident.place,
            division=incident.division_id,
        ),
        occurred_at=incident.occurred_at,
        reported_at=incident.reported_at,
        now=now,
        figures=incident.figures,
        figures_source="接报记录",
        scenario=incident.scenario or scenario_from_details(details),
        weather=incident.weather,
        details=details,
        number=incident.number,
        division_name=incident.division.name,
        grade=incident.grade,
    )


def inputs_of(incident: Incident) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the scenario and the weather that a package of the incident starts from."""
    details = _details(incident, incident.reports.order_by("received_at", "pk").first())
    return incident.scenario or scenario_from_details(details), incident.weather


def _details(incident: Incident, first: Report | None) -> dict[str, Any]:
    return {**(first.details if first else {}), **incident.details}


def scenario_from_details(details: dict[str, Any]) -> dict[str, Any]:
    """Return a leak for a report that names a substance and nothing more; else nothing."""
    substance = details.get("substance")
    return {"kind": "gas_release", "substance": str(substance)} if substance else {}
