"""What happens to an incident: new figures, response, closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from anlan.command.choices import IncidentStatus, ResponseLevel, TaskStatus
from anlan.command.models import CasualtyUpdate, Incident
from anlan.command.phrases import moment
from anlan.command.rules.casualties import changes_of, check_update
from anlan.command.rules.intake import CLOCK_TOLERANCE
from anlan.command.rules.tasks import FINISHED
from anlan.command.rules.words import problem_of_words, words, words_asked_for
from anlan.command.services.announce import announce_incident
from anlan.command.services.clocks import clocks_stop, clocks_sync
from anlan.command.services.grades import grade_repropose
from anlan.command.services.reservations import stock_release
from anlan.command.services.units import units_release
from anlan.command.types import ConflictError, Problem, RefusedError
from anlan.warn.selectors import warnings_not_issued
from anlan.warn.services import warning_withdraw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["casualties_update", "incident_close", "response_end", "response_start"]


LONGEST_MEASURES = 2000


@transaction.atomic
def casualties_update(
    *,
    incident_id: int,
    figures: Mapping[str, int | None],
    source: str,
    by: User,
    now: datetime,
    decrease_reason: str = "",
    at: datetime | None = None,
    confirmed: bool = False,
) -> CasualtyUpdate:
    """State new figures of people, with their source. Only the named figures change.

    Earlier statements are kept. The proposed grade and the clocks follow; the decided grade and
    the response level do not.

    Raises
    ------
    RefusedError
        If a figure is no number, nothing changes, the source is missing, the time lies in the
        future, or a figure falls without a reason.
    ConflictError
        If the incident is closed, or somebody stated other figures in the meantime.
    """
    source = words("source", "来源", source, longest=200)
    decrease_reason = words("decrease_reason", "减少理由", decrease_reason)
    incident = _open_incident(incident_id)
    held = incident.figures
    problems = list(check_update(held, figures, source=source, decrease_reason=decrease_reason))
    as_of = at or now
    if as_of > now + CLOCK_TOLERANCE:
        problems.append(Problem("at", "统计时点", "不能晚于现在", moment(as_of)))
    if problems:
        raise RefusedError(problems)
    changes = changes_of(held, figures)
    unchanged = {change.field: change.old for change in changes}
    new = {change.field: change.new for change in changes}
    rows = Incident.objects.filter(
        pk=incident.pk, status=IncidentStatus.OPEN, **_exactly(unchanged)
    )
    if not rows.update(**new):
        raise ConflictError("伤亡数字刚刚被他人更新，请刷新后重新核对")
    for name, value in new.items():
        setattr(incident, name, value)
    update = CasualtyUpdate.objects.create(
        incident=incident,
        at=as_of,
        recorded_at=now,
        by=by,
        figures=dict(figures),
        previous={name: held[name] for name in figures},
        source=source,
        confirmed=confirmed,
        decrease_reason=decrease_reason,
    )
    announce_incident(
        verb="incident.casualties_updated",
        incident=incident,
        by=by,
        now=now,
        payload={
            "changes": "，".join(str(change) for change in changes),
            "source": update.source,
            "figures": incident.figures,
        },
        reasons=[update.decrease_reason] if update.decrease_reason else [],
    )
    grade_repropose(incident=incident, by=by, now=now)
    clocks_sync(incident=incident, by=by, now=now)
    return update


@transaction.atomic
def response_start(
    *,
    incident_id: int,
    level: int,
    matter: str,
    expected_until: datetime,
    measures: str,
    by: User,
    now: datetime,
    reason: str = "",
) -> Incident:
    """Declare an emergency response, or change its level.

    突发事件应对法 (2024), article 72: a declaration states the matter, the level, how long it is
    expected to last, and the measures. All four are asked for.

    Raises
    ------
    RefusedError
        If one of them is missing, or the level does not exist.
    ConflictError
        If the incident is closed.
    """
    incident = _open_incident(incident_id)
    problems = []
    if level not in ResponseLevel.values:
        problems.append(Problem("level", "响应级别", "应为 1（一级）至 4（四级）", level))
    for name, label, said in (
        ("matter", "响应事项", matter),
        ("measures", "应急处置措施", measures),
    ):
        if not said.strip():
            problems.append(Problem(name, label, "必须写明（应对法第七十二条）", said))
        unfit = problem_of_words(name, label, said, LONGEST_MEASURES)
        if unfit is not None:
            problems.append(unfit)
    if expected_until <= now:
        rule = "预计期限必须晚于现在"
        problems.append(Problem("expected_until", "预计期限", rule, moment(expected_until)))
    if problems:
        raise RefusedError(problems)
    before = incident.response_level
    incident.response_level = level
    incident.details["response"] = {
        "matter": matter.strip(),
        "expected_until": expected_until.isoformat(),
        "measures": measures.strip(),
        "started_at": incident.details.get("response", {}).get("started_at") or now.isoformat(),
    }
    incident.save(update_fields=("response_level", "details"))
    announce_incident(
        verb="incident.response_changed" if before else "incident.response_started",
        incident=incident,
        by=by,
        now=now,
        payload={
            "from": _level(before),
            "to": _level(level),
            "matter": matter.strip(),
            "until": moment(expected_until),
            "measures": measures.strip(),
        },
        reasons=[reason.strip()] if reason.strip() else [],
    )
    return incident


@transaction.atomic
def response_end(*, incident_id: int, reason: str, by: User, now: datetime) -> Incident:
    """Declare the end of the response (突发事件应对法 2024, article 86)."""
    incident = _open_incident(incident_id)
    if incident.response_level is None:
        raise ConflictError(f"事件 {incident.number} 没有正在进行的应急响应")
    why = words_asked_for("reason", "终止理由", reason)
    before = incident.response_level
    incident.response_level = None
    response = {**incident.details.get("response", {}), "ended_at": now.isoformat()}
    incident.details["response"] = response
    incident.save(update_fields=("response_level", "details"))
    announce_incident(
        verb="incident.response_ended",
        incident=incident,
        by=by,
        now=now,
        payload={"from": _level(before)},
        reasons=[why],
    )
    return incident


@transaction.atomic
def incident_close(
    *,
    incident_id: int,
    reason: str,
    by: User,
    now: datetime,
    cancel_open_tasks: bool = False,
) -> Incident:
    """Close an incident. Tasks that are still out are named; they are cancelled only if asked for.

    Units that are still out for it are available again; what stock it was promised is free.
    Warnings drafted for it that have not gone out are withdrawn; those in force stay.

    Raises
    ------
    RefusedError
        Without a reason, or while tasks are out and `cancel_open_tasks` is not set.
    ConflictError
        If it is already closed.
    """
    why = words_asked_for("reason", "结束理由", reason)
    incident = _open_incident(incident_id)
    out = incident.tasks.exclude(status__in=FINISHED)
    if not cancel_open_tasks:
        titles = list(out.values_list("title", flat=True))
        if titles:
            rule = f"还有 {len(titles)} 项任务未完成（{'、'.join(titles[:5])}），请先完成或一并取消"
            raise RefusedError(Problem("tasks", "未完成任务", rule, len(titles)))
    # Tasks cancelled or failed before gave their units back then; another incident may have them.
    holding = list(incident.tasks.exclude(status__in=(TaskStatus.CANCELLED, TaskStatus.FAILED)))
    cancelled = out.update(status=TaskStatus.CANCELLED, finished_at=now)
    still_open = Incident.objects.filter(pk=incident.pk, status=IncidentStatus.OPEN)
    if not still_open.update(status=IncidentStatus.CLOSED, closed_at=now, closing_reason=why):
        raise ConflictError(f"事件 {incident.number} 已被他人结束")
    clocks_stop(incident=incident, now=now)
    returned = units_release(holding)
    goods = stock_release(incident=incident, reason=f"事件 {incident.number} 结束", by=by, now=now)
    for warning in warnings_not_issued(incident_id=incident.pk):
        warning_withdraw(warning=warning, by=by, now=now, reason=f"事件 {incident.number} 结束")
    incident.refresh_from_db()
    announce_incident(
        verb="incident.closed",
        incident=incident,
        by=by,
        now=now,
        payload={
            "number": incident.number,
            "cancelled_tasks": cancelled,
            "returned_units": returned,
            "released_stock": len(goods),
        },
        reasons=[why],
    )
    return incident


def _open_incident(incident_id: int) -> Incident:
    incident = Incident.objects.get(pk=incident_id)
    if incident.status != IncidentStatus.OPEN:
        raise ConflictError(f"事件 {incident.number} 已结束，不能再更改")
    return incident


def _exactly(values: Mapping[str, int | None]) -> dict[str, int | bool]:
    """Return the filter that a row passes only if these columns still hold these values."""
    return {
        (f"{name}__isnull" if value is None else name): (True if value is None else value)
        for name, value in values.items()
    }


def _level(level: int | None) -> str:
    return "" if level is None else str(ResponseLevel(level).label)
