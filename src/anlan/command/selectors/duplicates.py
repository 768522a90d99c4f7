"""What a new report may repeat: reports and incidents near it in place, time and kind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from shapely import Point

from anlan.command.choices import IncidentStatus, ReportStatus
from anlan.command.models import Incident, Report
from anlan.command.rules.duplicates import (
    FAR_M,
    LONG_MIN,
    Candidate,
    Sighting,
    likely_duplicates,
)
from anlan.core.choices import ACTUAL
from anlan.core.dictionaries import event_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

__all__ = ["duplicates_of", "duplicates_of_report"]


def duplicates_of(
    *,
    longitude: float,
    latitude: float,
    event_code: str,
    occurred_at: datetime,
    phone: str = "",
    lane: str = ACTUAL,
    besides: int | None = None,
) -> tuple[Candidate, ...]:
    """Return what a report with these particulars may repeat, likest first. Two queries."""
    new = Sighting(
        longitude=longitude,
        latitude=latitude,
        at=occurred_at,
        event_code=event_code,
        type_name=event_name(event_code),
        phone=phone,
    )
    span = timedelta(minutes=LONG_MIN)
    near = {
        "lane": lane,
        "location__dwithin": (Point(longitude, latitude), FAR_M),
        "occurred_at__range": (occurred_at - span, occurred_at + span),
    }
    reports = Report.objects.filter(**near)
    if besides is not None:
        reports = reports.exclude(pk=besides)
    # A report that became an incident is offered as that incident.
    reports = reports.filter(Q(status=ReportStatus.NEW) | Q(status=ReportStatus.DUPLICATE))
    incidents = Incident.objects.filter(**near, status=IncidentStatus.OPEN)
    return likely_duplicates(new, [*_reports(reports), *_incidents(incidents)])


def duplicates_of_report(report: Report) -> tuple[Candidate, ...]:
    """Return what a report that is already entered may repeat."""
    return duplicates_of(
        longitude=report.location.x,
        latitude=report.location.y,
        event_code=report.event_code,
        occurred_at=report.occurred_at,
        phone=report.reporter_phone,
        lane=report.lane,
        besides=report.pk,
    )


def _reports(rows: QuerySet[Report]) -> Iterator[tuple[str, int, str, Sighting]]:
    for report in rows:
        yield "report", report.pk, str(report), _sighting(report, report.reporter_phone)


def _incidents(rows: QuerySet[Incident]) -> Iterator[tuple[str, int, str, Sighting]]:
    for incident in rows:
        yield "incident", incident.pk, str(incident), _sighting(incident, "")


def _sighting(row: Report | Incident, phone: str) -> Sighting:
    return Sighting(
        longitude=row.location.x,
        latitude=row.location.y,
        at=row.occurred_at,
        event_code=row.event_code,
        type_name=event_name(row.event_code),
        phone=phone,
    )
