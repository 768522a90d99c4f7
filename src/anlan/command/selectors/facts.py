"""The facts of an incident as reports tell them: every one with its source and its time."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from anlan.command.choices import PartKind, PartStatus, TaskStatus
from anlan.command.models import CasualtyUpdate, OfficialReport, PackagePart
from anlan.command.phrases import coordinates, moment, moment_with_year
from anlan.command.rules.elements import ELEMENTS_STATED, StatedElement, element_words
from anlan.command.rules.tasks import UNIT_TASK
from anlan.command.types import FIGURE_LABELS, Fact
from anlan.core.dictionaries import event_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anlan.command.models import Incident, Report

__all__ = ["decrease_reasons", "facts_from_json", "facts_of", "last_report"]

DETAIL_FACTS = {
    "substance": StatedElement("涉事物质"),
    **ELEMENTS_STATED,
}
"""Elements that a report or an officer may give: what they are called, and their unit."""

PREDICTED: Final = ("affected", "people_to_move")
"""Facts that only a package knows: who may be hit, who must move."""

NOT_SENT: Final = (TaskStatus.WAITING, TaskStatus.READY)


def facts_of(incident: Incident, *, extra: Iterable[Fact] = ()) -> tuple[Fact, ...]:
    """Return what is known of an incident. Facts in `extra` replace those of the same key.

    What an officer stated goes before what a package predicts and the tasks show. Four queries:
    the reports, the statements of figures, the approved package, the tasks.
    """
    first = incident.reports.order_by("received_at", "pk").first()
    stated = _detail_facts(incident, first)
    said = {fact.key for fact in stated}
    found = [*_predicted_facts(incident), *_action_facts(incident)]
    facts = [
        *_intake_facts(incident, first),
        *_place_facts(incident, first),
        *_figure_facts(incident),
        *stated,
        *(fact for fact in found if fact.key not in said),
        *_state_facts(incident),
    ]
    given = {fact.key: fact for fact in extra}
    merged = [given.pop(fact.key, fact) for fact in facts]
    return (*merged, *given.values())


def last_report(incident: Incident) -> OfficialReport | None:
    """Return the official report that the next one compares with: the last one that was signed."""
    return incident.official_reports.exclude(status="draft").order_by("number").last()


def facts_from_json(rows: Iterable[dict[str, Any]]) -> tuple[Fact, ...]:
    """Return stored facts as facts."""
    return tuple(Fact(**row) for row in rows)


def decrease_reasons(incident: Incident) -> dict[str, str]:
    """Return for each figure the reason of its last decrease."""
    reasons: dict[str, str] = {}
    for update in CasualtyUpdate.objects.filter(incident=incident).exclude(decrease_reason=""):
        for name, value in update.figures.items():
            before = update.previous.get(name)
            if before is not None and (value is None or value < before):
                reasons[name] = update.decrease_reason
    return reasons


def _intake_facts(incident: Incident, report: Report | None) -> list[Fact]:
    source = _told_by(report)
    facts = [
        Fact(
            key="received_at",
            label="接报时间",
            value=moment_with_year(incident.reported_at),
            source="接报记录",
            confirmed=True,
        )
    ]
    if report is None:
        return facts
    contact = f"{report.reporter_name} {report.reporter_phone}".strip()
    facts.extend(
        [
            Fact(
                key="info_source",
                label="信息来源",
                value=str(report.get_channel_display()),
                source="接报记录",
                confirmed=True,
            ),
            Fact(
                key="reporting_unit",
                label="报告单位",
                value=report.reporter_unit or report.reporter_name or None,
                source="接报记录",
            ),
            Fact(key="contact", label="联系方式", value=contact or None, source="接报记录"),
            Fact(key="course", label="简要经过", value=report.text, source=source),
        ]
    )
    return facts


def _place_facts(incident: Incident, report: Report | None) -> list[Fact]:
    source = _told_by(report)
    division = incident.division
    place = incident.place or None
    if place and not place.startswith(division.name):
        place = f"{division.name}{place}"
    return [
        Fact(
            key="occurred_at", label="事发时间", value=moment(incident.occurred_at), source=source
        ),
        Fact(key="place", label="事发地点", value=place or division.name, source=source),
        Fact(
            key="division",
            label="行政区划代码",
            value=division.code,
            source="由坐标判定",
            confirmed=True,
        ),
        Fact(
            key="coordinates",
            label="坐标",
            value=coordinates(incident.location.x, incident.location.y),
            source=source,
        ),
        Fact(
            key="event_type",
            label="事件类别",
            value=event_name(incident.event_code),
            source="值班员核实",
            confirmed=True,
        ),
    ]


def _figure_facts(incident: Incident) -> list[Fact]:
    stated: dict[str, CasualtyUpdate] = {}
    for update in incident.casualty_updates.all():
        stated.update(dict.fromkeys(update.figures, update))
    return [
        Fact(
            key=name,
            label=label,
            value=getattr(incident, name),
            unit="人",
            source=stated[name].source if name in stated else "未报告",
            at=moment(stated[name].at) if name in stated else "",
            confirmed=stated[name].confirmed if name in stated else False,
        )
        for name, label in FIGURE_LABELS.items()
    ]


def _detail_facts(incident: Incident, report: Report | None) -> list[Fact]:
    stated = incident.details.get("stated", {})
    facts = []
    for key, element in DETAIL_FACTS.items():
        value = incident.details.get(key)
        if not isinstance(value, str | int | float):
            continue
        said = stated.get(key, {})
        facts.append(
            Fact(
                key=key,
                label=element.label,
                value=element_words(value) if isinstance(value, float) else value,
                unit=element.unit,
                source=said.get("source") or _told_by(report),
                at=moment(datetime.fromisoformat(said["at"])) if said.get("at") else "",
            )
        )
    return facts


def _predicted_facts(incident: Incident) -> list[Fact]:
    """Return what the last approved first report of a package says of who may be hit."""
    decided = PackagePart.objects.filter(
        package__incident=incident,
        kind=PartKind.REPORT,
        status__in=(PartStatus.APPROVED, PartStatus.EDITED),
    )
    part = decided.order_by("package__version").last()
    content: dict[str, Any] = {} if part is None else dict(part.in_force)
    return [Fact(**row) for row in content.get("facts", ()) if row["key"] in PREDICTED]


def _action_facts(incident: Incident) -> list[Fact]:
    """Return what was ordered and how far it has come, in numbers."""
    tasks = incident.tasks.exclude(status=TaskStatus.CANCELLED)
    rows = list(tasks.values_list("key", "status"))
    if not rows:
        return []
    states = Counter(status for _key, status in rows)
    sent = len(rows) - sum(states[status] for status in NOT_SENT)
    said = f"已部署任务{len(rows)}项，已下达{sent}项，完成{states[TaskStatus.DONE]}项"
    units = [status for key, status in rows if key.startswith(UNIT_TASK)]
    if units:
        out = sum(status not in NOT_SENT for status in units)
        said += f"；其中调派救援单元{len(units)}个，已下达出动命令{out}个"
    if states[TaskStatus.FAILED]:
        said += f"；报告无法完成{states[TaskStatus.FAILED]}项"
    return [
        Fact(key="actions", label="处置情况", value=said, source="任务台账", confirmed=True),
    ]


def _state_facts(incident: Incident) -> list[Fact]:
    facts = []
    if incident.grade is not None:
        by = str(incident.grade_decided_by) if incident.grade_decided_by else "值班员"
        value, source, decided = str(incident.get_grade_display()), f"{by}判定", True
    elif incident.grade_proposed is not None:
        value = f"初判{incident.get_grade_proposed_display()}"
        source, decided = "平台按分级标准建议，待判定", False
    else:
        value, source, decided = "未达等级", "平台按分级标准建议，待判定", False
    facts.append(Fact(key="grade", label="事件等级", value=value, source=source, confirmed=decided))
    response = incident.details.get("response", {})
    if incident.response_level is not None:
        value = f"已启动{incident.get_response_level_display()}响应"
        facts.append(
            Fact(key="response", label="应急响应", value=value, source="响应命令", confirmed=True)
        )
    elif response.get("ended_at"):
        facts.append(
            Fact(
                key="response_ended_at",
                label="响应终止时间",
                value=moment_with_year(datetime.fromisoformat(response["ended_at"])),
                source="响应命令",
                confirmed=True,
            )
        )
    return facts


def _told_by(report: Report | None) -> str:
    if report is None:
        return "接报记录"
    teller = report.reporter_unit or report.reporter_name or "报告人"
    return f"{teller}{report.get_channel_display()}报告，{moment(report.received_at)}"
