"""Take reports in, and decide what becomes of each: incident, attached, duplicate, rejected."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from shapely import Point

from anlan.command.choices import IncidentStatus, ReportChannel, ReportStatus
from anlan.command.models import CasualtyUpdate, Incident, Report
from anlan.command.phrases import incident_title, moment, who
from anlan.command.rules.intake import CLOCK_TOLERANCE, ReportInput, problems_of_report
from anlan.command.rules.words import words, words_asked_for
from anlan.command.selectors.duplicates import duplicates_of_report
from anlan.command.selectors.places import division_at
from anlan.command.services.announce import announce, announce_incident
from anlan.command.services.clocks import clocks_sync
from anlan.command.services.grades import grade_decide, grade_repropose
from anlan.command.types import (
    CASUALTY_FIELDS,
    ConflictError,
    Problem,
    RefusedError,
    figures_sentence,
)
from anlan.core.choices import ACTUAL, DivisionLevel
from anlan.core.dictionaries import event_codes, event_name
from anlan.core.models import Division
from anlan.core.rules import is_inside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.core.models import User

__all__ = [
    "report_attach",
    "report_mark_duplicate",
    "report_problems",
    "report_receive",
    "report_reject",
    "report_verify",
]


KEY_HEAD = 47
"""So much of a key is kept where the sign of other content follows it: 64 in all."""

SAME_PLACE_DEG = 1e-9


@transaction.atomic
def report_receive(
    *, entered: ReportInput, by: User | None, now: datetime, lane: str = ACTUAL
) -> Report:
    """Take a report in. The same form sent twice (same `client_key`, same content) is one report.

    A form that came back by the browser's Back button and tells something else is another report.

    Raises
    ------
    RefusedError
        Naming every field that does not fit, its rule and its value.
    """
    key, sent_before = _sent_before(entered, lane)
    if sent_before is not None:
        return sent_before
    problems = report_problems(entered=entered, by=by, now=now)
    if problems:
        raise RefusedError(problems)
    division = _division(entered, by)
    received_at = min(entered.received_at or now, now + CLOCK_TOLERANCE)
    report = Report.objects.create(
        lane=lane,
        received_at=received_at,
        channel=entered.channel,
        reporter_name=entered.reporter_name.strip(),
        reporter_unit=entered.reporter_unit.strip(),
        reporter_phone=entered.reporter_phone.strip(),
        event_code=entered.event_code,
        text=entered.text.strip(),
        place=entered.place.strip(),
        location=Point(entered.longitude, entered.latitude),
        division=division,
        occurred_at=entered.occurred_at or received_at,
        details=dict(entered.details),
        client_key=key,
        received_by=by,
        **{name: entered.figures.get(name) for name in CASUALTY_FIELDS},
    )
    similar = duplicates_of_report(report)
    announce(
        verb="report.received",
        subject=report,
        by=by,
        now=now,
        lane=lane,
        payload={
            "place": report.place or division.name,
            "event": event_name(report.event_code),
            "channel": report.get_channel_display(),
            "text": report.text,
            "figures": figures_sentence(report.figures),
            "similar": [{"kind": c.kind, "id": c.pk, "score": c.likeness.score} for c in similar],
        },
    )
    return report


@transaction.atomic
def report_verify(
    *,
    report_id: int,
    by: User,
    now: datetime,
    title: str = "",
    event_code: str = "",
    grade: int | None = None,
    grade_reason: str = "",
    scenario: Mapping[str, Any] | None = None,
    weather: Mapping[str, Any] | None = None,
) -> Incident:
    """Say that a report is true: it becomes an incident, with a proposed grade and its clocks.

    The grade is proposed, not set, unless the officer decides it here (`grade`). A kind that was
    guessed or wrong is corrected by `event_code`; the report keeps what was said.

    Raises
    ------
    ConflictError
        If somebody else has already decided about the report.
    RefusedError
        If the kind does not exist.
    """
    report = _undecided(report_id)
    code = event_code or report.event_code
    if code not in {entry.code for entry in event_codes()}:
        rule = "没有这个编码，请从事件类型中搜索选择"
        raise RefusedError(Problem("event_code", "事件类型", rule, code))
    name = words("title", "标题", title, longest=200)
    incident = _open(report, code, name, scenario or {}, weather or {})
    _decide(report, ReportStatus.VERIFIED, by=by, now=now, incident=incident)
    _first_figures(incident, report, by, now)
    announce_incident(
        verb="incident.opened",
        incident=incident,
        by=by,
        now=now,
        payload={
            "number": incident.number,
            "title": incident.title,
            "report": report.pk,
            "figures": figures_sentence(report.figures),
        },
    )
    grade_repropose(incident=incident, by=by, now=now)
    if grade is not None:
        grade_decide(incident=incident, grade=grade, reason=grade_reason, by=by, now=now)
    clocks_sync(incident=incident, by=by, now=now)
    return incident


@transaction.atomic
def report_attach(
    *, report_id: int, incident_id: int, by: User, now: datetime, reason: str = ""
) -> Report:
    """Say that a report tells of an incident that is already open. Its figures are kept beside.

    The incident's figures do not change: which number is right a person says, with
    `casualties_update`.

    Raises
    ------
    ConflictError
        If the report was already decided, or the incident is closed.
    RefusedError
        If the incident belongs to another lane.
    """
    report = _undecided(report_id)
    incident = Incident.objects.get(pk=incident_id)
    if incident.lane != report.lane:
        raise RefusedError(Problem("incident", "事件", "演练与实战不能互相并入", incident.number))
    if incident.status != IncidentStatus.OPEN:
        raise ConflictError(f"事件 {incident.number} 已结束，不能再并入报告")
    _decide(report, ReportStatus.MERGED, by=by, now=now, incident=incident, reason=reason)
    announce(
        verb="report.attached",
        subject=report,
        incident=incident,
        by=by,
        now=now,
        lane=report.lane,
        payload={"number": incident.number, "figures": figures_sentence(report.figures)},
        reasons=[reason] if reason else [],
    )
    return report


@transaction.atomic
def report_mark_duplicate(
    *, report_id: int, of_report_id: int, by: User, now: datetime, reason: str = ""
) -> Report:
    """Say that a report repeats another. If that one became an incident, this one joins it."""
    report = _undecided(report_id)
    first = Report.objects.select_related("incident").get(pk=of_report_id)
    if first.pk == report.pk or first.lane != report.lane:
        raise RefusedError(
            Problem("duplicate_of", "与之重复", "应为同一通道的另一条报告", first.pk)
        )
    _decide(
        report,
        ReportStatus.DUPLICATE,
        by=by,
        now=now,
        incident=first.incident,
        duplicate_of=first,
        reason=reason,
    )
    announce(
        verb="report.duplicate",
        subject=report,
        incident=first.incident,
        by=by,
        now=now,
        lane=report.lane,
        payload={"of": first.pk, "of_title": str(first)},
        reasons=[reason] if reason else [],
    )
    return report


@transaction.atomic
def report_reject(*, report_id: int, reason: str, by: User, now: datetime) -> Report:
    """Say that a report is not true or not ours. The reason is kept; the report stays.

    Raises
    ------
    RefusedError
        Without a reason.
    ConflictError
        If somebody else has already decided about the report.
    """
    why = words_asked_for("reason", "不属实理由", reason, rule="必须写明核实经过")
    report = _undecided(report_id)
    _decide(report, ReportStatus.REJECTED, by=by, now=now, reason=why)
    announce(
        verb="report.rejected",
        subject=report,
        by=by,
        now=now,
        lane=report.lane,
        payload={"place": report.place},
        reasons=[why],
    )
    return report


def _sent_before(entered: ReportInput, lane: str) -> tuple[str, Report | None]:
    """Return the key to keep, and the report that this form has made already, if it has."""
    key = entered.client_key
    if not key:
        return key, None
    reports = Report.objects.filter(lane=lane)
    first = reports.filter(client_key=key).first()
    if first is None or _says_the_same(first, entered):
        return key, first
    content = json.dumps(asdict(entered), sort_keys=True, ensure_ascii=False, default=str)
    other = f"{key[:KEY_HEAD]}~{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    return other, reports.filter(client_key=other).first()


def _says_the_same(report: Report, entered: ReportInput) -> bool:
    names = ("text", "place", "reporter_name", "reporter_unit", "reporter_phone")
    return (
        all(getattr(report, name) == getattr(entered, name).strip() for name in names)
        and (report.event_code, report.channel) == (entered.event_code, entered.channel)
        and math.isclose(report.location.x, entered.longitude, abs_tol=SAME_PLACE_DEG)
        and math.isclose(report.location.y, entered.latitude, abs_tol=SAME_PLACE_DEG)
        and all(getattr(report, name) == entered.figures.get(name) for name in CASUALTY_FIELDS)
        and report.details == dict(entered.details)
        and entered.occurred_at in (None, report.occurred_at)
    )


def report_problems(*, entered: ReportInput, by: User | None, now: datetime) -> tuple[Problem, ...]:
    """Return everything for which a report would be refused. Nothing is written."""
    problems = problems_of_report(
        entered,
        now=timezone.localtime(now),
        known_codes={entry.code for entry in event_codes()},
        channels=ReportChannel.values,
    )
    if any(problem.field in {"longitude", "latitude"} for problem in problems):
        return problems
    try:
        _division(entered, by)
    except RefusedError as refused:
        return (*problems, *refused.problems)
    return problems


def _division(entered: ReportInput, by: User | None) -> Division:
    division = division_at(entered.longitude, entered.latitude)
    at = f"{entered.longitude}, {entered.latitude}"
    if division is None:
        rule = "不在本平台的任何行政区划内，请核对坐标"
        raise RefusedError(Problem("location", "坐标", rule, at))
    if by is not None and (by.division_id is None or not is_inside(division.code, by.division_id)):
        own = by.division.name if by.division else "（未设置）"
        rule = f"不在您的辖区{own}内，请核对坐标或转报属地"
        raise RefusedError(Problem("location", "坐标", rule, at))
    return _named_whole(entered.place, division, by) or division


def _named_whole(place: str, division: Division, by: User | None) -> Division | None:
    """Return the city or district around `division` that the report names as its place, if any."""
    named = Division.objects.filter(
        name=place.strip(), level__in=(DivisionLevel.CITY, DivisionLevel.COUNTY)
    )
    for row in named.defer("boundary", "centre"):
        allowed = by is None or by.division_id is None or is_inside(row.code, by.division_id)
        if allowed and is_inside(division.code, row.code):
            return row
    return None


def _undecided(report_id: int) -> Report:
    reports = Report.objects.select_related("division", "decided_by")
    report = reports.defer("division__boundary", "division__centre").get(pk=report_id)
    if report.status != ReportStatus.NEW:
        raise _too_late(report)
    return report


def _too_late(report: Report) -> ConflictError:
    when = moment(report.decided_at) if report.decided_at else "此前"
    return ConflictError(
        f"这条报告已由{who(report.decided_by)}于{when}处理为“{report.get_status_display()}”，"
        "请刷新后查看"
    )


def _decide(
    report: Report,
    status: ReportStatus,
    *,
    by: User,
    now: datetime,
    incident: Incident | None = None,
    duplicate_of: Report | None = None,
    reason: str = "",
) -> None:
    """Move the report out of `new`, if it is still there: of two officers one wins."""
    still_new = Report.objects.filter(pk=report.pk, status=ReportStatus.NEW)
    moved = still_new.update(
        status=status,
        incident=incident,
        duplicate_of=duplicate_of,
        status_reason=words("reason", "处理理由", reason),
        decided_by=by,
        decided_at=now,
    )
    report.refresh_from_db()
    if not moved:
        raise _too_late(report)


def _open(
    report: Report, code: str, title: str, scenario: Mapping[str, Any], weather: Mapping[str, Any]
) -> Incident:
    division = report.division
    fields = {
        "lane": report.lane,
        "title": title or incident_title(division, report.place, code),
        "event_code": code,
        "location": report.location,
        "place": report.place,
        "division": division,
        "occurred_at": report.occurred_at,
        "reported_at": report.received_at,
        "details": dict(report.details),
        "scenario": dict(scenario),
        "weather": dict(weather),
        **report.figures,
    }
    day = f"{timezone.localtime(report.received_at):%Y%m%d}"
    head = f"{division.code[:6]}-{day}"
    if report.lane != ACTUAL:
        head = f"{report.lane.upper()}-{head}"
    while True:
        number = f"{head}-{Incident.objects.filter(number__startswith=head).count() + 1:04d}"
        try:
            with transaction.atomic():
                return Incident.objects.create(number=number, **fields)
        except IntegrityError:
            if not Incident.objects.filter(number=number).exists():
                raise


def _first_figures(incident: Incident, report: Report, by: User, now: datetime) -> None:
    """Keep the reported figures as the first statement, so that each number has its source."""
    known = {name: value for name, value in report.figures.items() if value is not None}
    if known:
        CasualtyUpdate.objects.create(
            incident=incident,
            at=report.received_at,
            recorded_at=now,
            by=by,
            figures=known,
            source=source_of(report),
        )


def source_of(report: Report) -> str:
    """Return whence a report's figures come: who told us, by which way, when."""
    teller = report.reporter_unit or report.reporter_name or "报告人"
    return f"{teller}{report.get_channel_display()}报告，{moment(report.received_at)}"
