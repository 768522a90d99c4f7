"""What the page of an incident shows besides its own fields."""

from __future__ import annotations

from dataclasses import dataclass

from anlan.command.choices import ClockKind, OfficialReportKind, OfficialReportStatus
from anlan.command.models import (
    CasualtyUpdate,
    Incident,
    OfficialReport,
    Package,
    Report,
    ReportingClock,
    StockReservation,
    Task,
)
from anlan.command.rules.tasks import FINISHED
from anlan.command.selectors.holdings import reservations_of_incident

__all__ = ["IncidentPage", "draftable_kinds", "incident_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """Everything that hangs on an incident."""

    clocks: list[ReportingClock]
    reports: list[Report]
    statements: list[CasualtyUpdate]
    official: list[OfficialReport]
    package: Package | None
    reservations: list[StockReservation]
    tasks_open: int
    tasks_all: int


def incident_page(*, incident: Incident) -> IncidentPage:
    """Return what hangs on `incident`, the newest first where time matters."""
    tasks = Task.objects.filter(incident=incident)
    return IncidentPage(
        clocks=list(incident.clocks.filter(withdrawn_at=None).exclude(kind=ClockKind.WINDOW)),
        reports=list(incident.reports.all()),
        statements=list(incident.casualty_updates.select_related("by").order_by("-recorded_at")),
        official=list(incident.official_reports.all()),
        package=incident.packages.first(),
        reservations=reservations_of_incident(incident),
        tasks_open=tasks.exclude(status__in=FINISHED).count(),
        tasks_all=tasks.count(),
    )


def draftable_kinds(official: list[OfficialReport]) -> tuple[str, ...]:
    """Return what may be drafted next: one 初报, then 续报 and 终报, after the 终报 nothing."""
    signed = {r.kind for r in official if r.status != OfficialReportStatus.DRAFT}
    if OfficialReportKind.FINAL in signed:
        return ()
    if OfficialReportKind.INITIAL in signed:
        return (OfficialReportKind.FOLLOW_UP, OfficialReportKind.FINAL)
    return () if official else (OfficialReportKind.INITIAL,)
