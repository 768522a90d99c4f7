"""The reporting clocks of an incident: started by its grade and kind, met by reports or people."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from anlan.command.choices import ClockKind, OfficialReportKind
from anlan.command.models import ReportingClock
from anlan.command.phrases import moment
from anlan.command.rules.deadlines import ClockPlan, Situation, domains_of, duties, tiers_of
from anlan.command.rules.words import words_asked_for
from anlan.command.services.announce import announce_incident
from anlan.command.types import CASUALTY_FIELDS, ConflictError
from anlan.core.dictionaries import table
from anlan.core.dictionaries.selectors import rows_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from anlan.command.models import Incident, OfficialReport
    from anlan.command.rules.deadlines import Clock
    from anlan.core.models import User

__all__ = ["clock_meet", "clocks_met_by_report", "clocks_of_incident", "clocks_stop", "clocks_sync"]

VERIFIED_FIGURES = "核报"
"""The mode of the clock that only verified figures meet."""


def clocks_of_incident(incident: Incident) -> ClockPlan:
    """Return the duties that the rules in force at the place put on the incident as it stands.

    The grade that a person decided counts; until then the proposed one, because a clock that
    starts late is worse than one that is withdrawn.
    """
    figures = [incident.figures[name] for name in CASUALTY_FIELDS]
    return duties(
        rows_in_force("report_deadlines", incident.division_id),
        domains=domains_of(table("event_domains"), incident.event_code),
        situation=Situation(
            event_code=incident.event_code,
            grade=incident.grade or incident.grade_proposed,
            casualties=any(figures),
            sensitive=incident.details.get("sensitive") is True,
        ),
        starts={"receipt": incident.reported_at, "occurrence": incident.occurred_at},
        parties=tiers_of(table("report_parties")),
    )


@transaction.atomic
def clocks_sync(*, incident: Incident, by: User | None, now: datetime) -> list[ReportingClock]:
    """Start the clocks that the rules demand now, and withdraw those they no longer demand.

    A clock that was met or withdrawn stays in the record. Returns the clocks that were started.
    """
    wanted = {clock.rule_key: clock for clock in clocks_of_incident(incident).clocks}
    held: dict[str, list[ReportingClock]] = {}
    for row in incident.clocks.all():
        held.setdefault(row.rule_key, []).append(row)
    started = [_start(incident, clock) for key, clock in wanted.items() if not held.get(key)]
    again = [
        row.pk
        for key, rows in held.items()
        for row in rows
        if key in wanted and row.withdrawn_at is not None and row.met_at is None
    ]
    obsolete = [
        row
        for key, rows in held.items()
        for row in rows
        if key not in wanted and row.met_at is None and row.withdrawn_at is None
    ]
    ReportingClock.objects.filter(pk__in=again).update(withdrawn_at=None)
    ReportingClock.objects.filter(pk__in=[row.pk for row in obsolete]).update(withdrawn_at=now)
    if started or again:
        _tell(incident, "clock.started", started, by, now)
    if obsolete:
        _tell(incident, "clock.withdrawn", obsolete, by, now)
    return started


@transaction.atomic
def clock_meet(*, clock_id: int, note: str, by: User, now: datetime) -> ReportingClock:
    """Say that the duty was done otherwise than by a report sent from here, e.g. by telephone.

    Raises
    ------
    RefusedError
        If nobody says how it was done.
    ConflictError
        If it was already met or withdrawn.
    """
    how = words_asked_for(
        "note", "完成说明", note, rule="必须写明以何种方式、向谁报告", longest=200
    )
    clock = ReportingClock.objects.select_related("incident").get(pk=clock_id)
    if not _meet([clock], note=how, by=by, now=now):
        raise ConflictError(f"“{clock}”这项报告时限已完成或已撤销，无需再次登记")
    clock.refresh_from_db()
    return clock


def clocks_met_by_report(*, report: OfficialReport, by: User, now: datetime) -> int:
    """Meet the clocks that an official report meets, and start the next daily one.

    A 初报 meets every deadline to report; a 续报 or 终报 also the daily interval.
    """
    running = report.incident.clocks.filter(met_at=None, withdrawn_at=None)
    kinds = [ClockKind.DEADLINE, ClockKind.IMMEDIATE]
    if report.kind != OfficialReportKind.INITIAL:
        kinds.append(ClockKind.INTERVAL)
    rows = [clock for clock in running.filter(kind__in=kinds) if clock.mode_zh != VERIFIED_FIGURES]
    return _meet(rows, note=report.title, by=by, now=now)


def clocks_stop(*, incident: Incident, now: datetime) -> None:
    """Stop the daily clocks when an incident is closed. Deadlines that were missed stay visible."""
    incident.clocks.filter(met_at=None, withdrawn_at=None, kind=ClockKind.INTERVAL).update(
        withdrawn_at=now
    )


def _start(incident: Incident, clock: Clock) -> ReportingClock:
    return ReportingClock.objects.create(
        incident=incident,
        rule_key=clock.rule_key,
        domain=clock.domain,
        kind=clock.kind,
        from_zh=clock.from_zh,
        to_zh=clock.to_zh,
        mode_zh=clock.mode_zh,
        condition_zh=clock.condition_zh,
        basis=clock.basis,
        to_confirm=clock.to_confirm,
        note=clock.note,
        minutes=clock.minutes,
        starts_at=clock.starts_at,
        due_at=clock.due_at,
    )


def _meet(rows: list[ReportingClock], *, note: str, by: User, now: datetime) -> int:
    met = []
    for clock in rows:
        running = ReportingClock.objects.filter(pk=clock.pk, met_at=None, withdrawn_at=None)
        if not running.update(met_at=now, met_by=by, met_note=note[:200]):
            continue
        met.append(clock)
        if clock.kind == ClockKind.INTERVAL and clock.minutes:
            _next(clock, now)
    if met:
        _tell(met[0].incident, "clock.met", met, by, now, note=note)
    return len(met)


def _next(clock: ReportingClock, now: datetime) -> None:
    """Start the next round of a daily duty."""
    following = copy(clock)
    following.pk = None
    following.starts_at, following.due_at = now, now + timedelta(minutes=clock.minutes or 0)
    following.met_at = following.met_by = None
    following.met_note = ""
    following.save(force_insert=True)


def _tell(
    incident: Incident,
    verb: str,
    clocks: Iterable[ReportingClock],
    by: User | None,
    now: datetime,
    note: str = "",
) -> None:
    rows = list(clocks)
    announce_incident(
        verb=verb,
        incident=incident,
        by=by,
        now=now,
        payload={
            "note": note,
            "clocks": [
                {
                    "to": clock.to_zh,
                    "mode": clock.mode_zh,
                    "due_at": moment(clock.due_at),
                    "late": clock.due_at < now,
                }
                for clock in rows
            ],
        },
        reasons=[f"{c.basis}{'，待确认' if c.to_confirm else ''}" for c in rows],
    )
