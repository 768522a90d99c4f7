"""Bring the acknowledged reports of the public to the desk, many at a time.

The live lane acknowledges thousands a second into a table of its own. A job takes them from there
in the order of their arrival. One journal entry stands for a batch and names every report in it:
an entry for each would make a flood of reports wait for the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from shapely import Point, STRtree

from anlan.command.choices import ReportChannel
from anlan.command.models import Report
from anlan.command.rules.public import entered_by_public
from anlan.command.services.announce import announce
from anlan.core.choices import ACTUAL
from anlan.core.live.selectors import pending_reports
from anlan.core.live.services import mark_refused, mark_taken
from anlan.core.models import Division
from anlan.core.rules import code_stem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from anlan.command.rules.intake import ReportInput
    from anlan.core.live.models import IntakeReport

__all__ = ["public_reports_take"]

BATCH = 500


@transaction.atomic
def public_reports_take(*, now: datetime, limit: int = BATCH) -> dict[str, int]:
    """Take up to `limit` public reports to the desk; return how many were `taken`, `refused`.

    A report that lies in no division that this node knows is put aside with the reason. If another
    worker takes a row at the same time, the whole batch is undone and taken again later.
    """
    rows = list(pending_reports()[:limit])
    if not rows:
        return {"taken": 0, "refused": 0}
    local = timezone.localtime(now)
    read = [
        entered_by_public(row.body, key=f"live-{row.pk}", received_at=row.received_at, now=local)
        for row in rows
    ]
    places = _places([entered for entered, _problems in read])
    reports: list[tuple[IntakeReport, Report]] = []
    refused = 0
    for row, (entered, problems), division in zip(rows, read, places, strict=True):
        if problems or division is None:
            why = str(problems[0]) if problems else "坐标不在本平台的任何行政区划内"
            refused += mark_refused(intake_id=row.pk, reason=why, now=now)
        else:
            reports.append((row, _report(entered, row, division)))
    Report.objects.bulk_create([report for _row, report in reports])
    for row, report in reports:
        if not mark_taken(intake_id=row.pk, reference=f"command.report:{report.pk}", now=now):
            raise RuntimeError(f"public report {row.pk} was taken by another worker")
    _tell([report for _row, report in reports], now)
    return {"taken": len(reports), "refused": refused}


def _places(entered: Sequence[ReportInput]) -> list[Division | None]:
    """Return the smallest division around each point, looking the boundaries up once."""
    divisions = list(Division.objects.exclude(boundary=None).defer("centre"))
    found: list[Division | None] = [None] * len(entered)
    if not divisions:
        return found
    tree = STRtree([division.boundary for division in divisions])
    points = [Point(report.longitude, report.latitude) for report in entered]
    for at, hit in zip(*tree.query(points, predicate="intersects"), strict=True):
        best, new = found[at], divisions[hit]
        if best is None or len(code_stem(new.code)) > len(code_stem(best.code)):
            found[at] = new
    return found


def _report(entered: ReportInput, row: IntakeReport, division: Division) -> Report:
    return Report(
        lane=ACTUAL,
        received_at=row.received_at,
        channel=ReportChannel.APP,
        reporter_name=entered.reporter_name,
        reporter_phone=entered.reporter_phone,
        event_code=entered.event_code,
        text=entered.text,
        place=entered.place,
        location=Point(entered.longitude, entered.latitude),
        division=division,
        occurred_at=entered.occurred_at or row.received_at,
        details=dict(entered.details),
        client_key=entered.client_key,
    )


def _tell(reports: list[Report], now: datetime) -> None:
    """Write one entry a division: a district's officers are told of their own reports."""
    by_division: dict[str, list[Report]] = {}
    for report in reports:
        by_division.setdefault(report.division_id, []).append(report)
    for batch in by_division.values():
        announce(
            verb="report.received_from_public",
            subject=batch[0],
            by=None,
            now=now,
            lane=ACTUAL,
            payload={"count": len(batch), "reports": [report.pk for report in batch]},
        )
