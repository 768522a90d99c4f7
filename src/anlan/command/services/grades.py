"""Propose a grade, and let a person decide it. Response levels are another thing: responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from anlan.command.choices import IncidentGrade, IncidentStatus
from anlan.command.models import Incident
from anlan.command.rules.grading import (
    GradeProposal,
    hazards_of,
    is_toxic,
    metrics_of,
    propose_grade,
)
from anlan.command.rules.words import words
from anlan.command.services.announce import announce_incident
from anlan.command.services.clocks import clocks_sync
from anlan.command.types import ConflictError, Problem, RefusedError
from anlan.core.dictionaries import table
from anlan.core.dictionaries.selectors import rows_in_force

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["grade_decide", "grade_proposal", "grade_repropose", "incident_regrade"]

CONDITIONS = ("city_class", "grid_load_mw", "important_city", "area_km2", "counties")


def grade_proposal(incident: Incident) -> GradeProposal:
    """Return the grade that the figures of the incident meet now, with reasons. Nothing is set."""
    metrics, assumed = metrics_of(
        incident.figures,
        incident.details,
        toxic=is_toxic(
            str(incident.scenario.get("substance") or incident.details.get("substance") or ""),
            table("gb18218_table1_chemicals"),
        ),
    )
    proposal = propose_grade(
        rows_in_force("grading_thresholds", incident.division_id),
        hazards=hazards_of(table("event_domains"), incident.event_code),
        metrics=metrics,
        conditions={
            name: value
            for name in CONDITIONS
            if isinstance(value := incident.details.get(name), str | int | float)
        },
    )
    return GradeProposal(
        grade=proposal.grade,
        reasons=(*proposal.reasons, *assumed),
        to_judge=proposal.to_judge,
    )


def grade_repropose(*, incident: Incident, by: User | None, now: datetime) -> GradeProposal:
    """Store the proposal of the moment. The decided grade does not move."""
    proposal = grade_proposal(incident)
    reasons = proposal.as_list()
    if (proposal.grade, reasons) == (incident.grade_proposed, incident.grade_reasons):
        return proposal
    changed = proposal.grade != incident.grade_proposed or not incident.grade_reasons
    incident.grade_proposed, incident.grade_reasons = proposal.grade, reasons
    Incident.objects.filter(pk=incident.pk).update(
        grade_proposed=proposal.grade, grade_reasons=reasons
    )
    if changed:
        announce_incident(
            verb="incident.grade_proposed",
            incident=incident,
            by=by,
            now=now,
            payload={"grade": proposal.word, "decided": incident.get_grade_display() or ""},
            reasons=[str(reason) for reason in proposal.reasons],
        )
    return proposal


@transaction.atomic
def incident_regrade(
    *, incident_id: int, grade: int, reason: str, by: User, now: datetime
) -> Incident:
    """Decide the grade of an incident (1 特别重大 … 4 一般), as proposed or otherwise.

    A grade that differs from the proposed one needs a reason. The clocks follow the new grade;
    the response level does not.

    Raises
    ------
    RefusedError
        If the grade does not exist, or differs without a reason.
    ConflictError
        If the incident is closed.
    """
    incident = Incident.objects.get(pk=incident_id)
    if incident.status != IncidentStatus.OPEN:
        raise ConflictError(f"事件 {incident.number} 已结束，不能再定级")
    grade_decide(incident=incident, grade=grade, reason=reason, by=by, now=now)
    clocks_sync(incident=incident, by=by, now=now)
    return incident


def grade_decide(*, incident: Incident, grade: int, reason: str, by: User, now: datetime) -> None:
    """Store the grade that a person decided, with the proposal beside it."""
    if grade not in IncidentGrade.values:
        raise RefusedError(Problem("grade", "事件等级", "应为 1（特别重大）至 4（一般）", grade))
    if grade != incident.grade_proposed and not reason.strip():
        rule = f"与建议等级（{_word(incident.grade_proposed)}）不同时必须写明理由"
        raise RefusedError(Problem("reason", "定级理由", rule, reason))
    why = words("reason", "定级理由", reason)
    before = incident.grade
    incident.grade, incident.grade_decided_by, incident.grade_decided_at = grade, by, now
    Incident.objects.filter(pk=incident.pk, status=IncidentStatus.OPEN).update(
        grade=grade, grade_decided_by=by, grade_decided_at=now
    )
    announce_incident(
        verb="incident.graded",
        incident=incident,
        by=by,
        now=now,
        payload={
            "from": _word(before) if before else "",
            "to": _word(grade),
            "proposed": _word(incident.grade_proposed),
        },
        reasons=[why] if why else [],
    )


def _word(grade: int | None) -> str:
    return "未达等级" if grade is None else str(IncidentGrade(grade).label)
