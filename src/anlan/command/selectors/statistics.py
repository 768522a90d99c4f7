"""How the duty was done: how fast reports were decided, and which clocks were kept."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from anlan.command.choices import ClockKind, IncidentGrade
from anlan.command.models import Incident, Report, ReportingClock
from anlan.core.choices import ACTUAL
from anlan.core.permissions import restrict

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["DutyStatistics", "duty_statistics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyStatistics:
    """The duty of one span of time in one lane."""

    reports: int
    decided: int
    median_decision_s: float | None
    """From receipt to decision [s]; None: nothing was decided."""
    incidents: int
    by_grade: dict[str, int]
    clocks_due: int
    clocks_kept: int


def duty_statistics(
    user: User, *, since: datetime, until: datetime, lane: str = ACTUAL
) -> DutyStatistics:
    """Return the figures of `[since, until)`. An exercise never counts into what is real.

    A clock counts as due when it ran out before `until`, or was met. Three queries.
    """
    reports = restrict(
        Report.objects.filter(lane=lane, received_at__gte=since, received_at__lt=until),
        user,
        "incident.view",
    )
    times = list(reports.values_list("received_at", "decided_at"))
    waits = [(decided - received).total_seconds() for received, decided in times if decided]
    incidents = restrict(
        Incident.objects.filter(lane=lane, reported_at__gte=since, reported_at__lt=until),
        user,
        "incident.view",
    )
    grades = {
        row["grade"]: row["count"]
        for row in incidents.order_by().values("grade").annotate(count=Count("pk"))
    }
    clocks = restrict(
        ReportingClock.objects.filter(
            incident__lane=lane, starts_at__gte=since, starts_at__lt=until, withdrawn_at=None
        ).exclude(kind=ClockKind.WINDOW),
        user,
        "incident.view",
        field="incident__division_id",
    )
    kept = Q(met_at__isnull=False, met_at__lte=F("due_at"))
    due = Q(met_at__isnull=False) | Q(due_at__lt=until)
    counted = clocks.aggregate(due=Count("pk", filter=due), kept=Count("pk", filter=kept))
    return DutyStatistics(
        reports=len(times),
        decided=len(waits),
        median_decision_s=median(waits) if waits else None,
        incidents=sum(grades.values()),
        by_grade={
            _("未定级") if grade is None else str(IncidentGrade(grade).label): count
            for grade, count in sorted(grades.items(), key=lambda pair: pair[0] or 9)
        },
        clocks_due=counted["due"],
        clocks_kept=counted["kept"],
    )
