"""From a report to a response package in one call, without touching the database's rows.

The same rules and the same engine as on the duty desk: the report is checked, the grade
proposed, the package built. Nothing is stored and nothing leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import OperationalError, ProgrammingError
from django.utils import timezone
from shapely.geometry import Point

from anlan.command.choices import IncidentGrade, PartKind, ReportChannel
from anlan.command.packaging.build import build_package
from anlan.command.packaging.citydata import city_data
from anlan.command.packaging.inputs import CityFacts, Situation
from anlan.command.packaging.summary import summary_lines
from anlan.command.rules.grading import hazards_of, is_toxic, metrics_of, propose_grade
from anlan.command.rules.intake import ReportInput, problems_of_report
from anlan.command.selectors.city_facts import city_facts
from anlan.command.selectors.pack_facts import example_plans, pack_facts
from anlan.command.selectors.situations import scenario_from_details
from anlan.command.types import Problem, RefusedError
from anlan.core.dictionaries import event_codes, event_name, table
from anlan.core.models import Division
from anlan.forecast.plain import plain
from anlan.forecast.types import Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anlan.command.packaging.build import BuiltPackage
    from anlan.command.rules.grading import GradeProposal

__all__ = ["RespondResult", "render_text", "respond"]

OURS: Final = {"scenario", "weather", "as_of", "division", "title"}
"""Keys of a report file beside those of a report."""

THEIRS: Final = {
    *("event_code", "text", "longitude", "latitude", "place", "occurred_at", "channel"),
    *("reporter_name", "reporter_unit", "reporter_phone", "figures", "details"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondResult:
    """A package that was built in memory, and what it was built for."""

    situation: Situation
    grade: GradeProposal
    built: BuiltPackage
    facts_from: str

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        situation = self.situation
        return {
            "title": situation.title,
            "event_code": situation.event_code,
            "event": situation.event_name,
            "place": plain(situation.place),
            "division": situation.division_name,
            "as_of": situation.now.isoformat(),
            "figures": dict(situation.figures),
            "facts_from": self.facts_from,
            "grade": {
                "proposed": self.grade.grade,
                "name": _grade_name(self.grade),
                "reasons": [str(r) for r in self.grade.reasons],
            },
            "parts": [
                {
                    "kind": part.kind,
                    "title": str(PartKind(part.kind).label),
                    "content": plain(part.content),
                    "reasons": list(part.reasons),
                    "shortfalls": list(part.shortfalls),
                }
                for part in self.built.parts
            ],
            "timings": dict(self.built.timings),
        }


def respond(report: Mapping[str, Any], *, now: datetime, city: Path | None = None) -> RespondResult:
    """Build the package of a report.

    Parameters
    ----------
    report
        What a report file says: the fields of a report, `scenario` and `weather`; `as_of` moves
        the clock for an event of the past, `division` names the place of a city-wide event.
    now
        The moment, with a time zone.
    city
        A city pack to use instead of the loaded city.

    Raises
    ------
    RefusedError
        Naming every field that is unknown or wrong.
    """
    moment = timezone.localtime(_as_of(report, now))
    entered = _entered(report, moment)
    facts, source = _facts(report, city, moment)
    division, division_name = _division(report, entered, facts)
    details = dict(entered.details)
    situation = Situation(
        title=str(report.get("title") or f"{entered.place}{event_name(entered.event_code)}"),
        event_code=entered.event_code,
        event_name=event_name(entered.event_code),
        place=Place(
            lon=entered.longitude, lat=entered.latitude, name=entered.place, division=division
        ),
        occurred_at=entered.occurred_at or moment,
        reported_at=moment,
        now=moment,
        figures=dict(entered.figures),
        figures_source=str(ReportChannel(entered.channel).label) + "报告",
        scenario=dict(report.get("scenario") or scenario_from_details(details)),
        weather=dict(report.get("weather") or {}),
        details={
            "course": entered.text,
            "contact": f"{entered.reporter_name} {entered.reporter_phone}".strip(),
            "reporting_unit": entered.reporter_unit or entered.reporter_name,
            **details,
        },
        division_name=division_name,
    )
    return RespondResult(
        situation=situation,
        grade=_grade(situation),
        built=build_package(situation, facts),
        facts_from=source,
    )


def render_text(result: RespondResult) -> str:
    """Return the package as text for a terminal."""
    situation = result.situation
    place = situation.place
    where = f"{situation.where}（{place.lon:.4f}, {place.lat:.4f}）"
    lines = [
        f"【{situation.title}】",
        f"{situation.now:%Y-%m-%d %H:%M}  {where}",
        f"数据：{result.facts_from}",
        "",
        f"建议事件等级：{_grade_name(result.grade)}",
        *(f"  · {reason}" for reason in result.grade.reasons),
    ]
    for number, part in enumerate(result.built.parts, 1):
        lines += ["", f"{number}. {PartKind(part.kind).label}"]
        lines += [f"  {line}" for line in summary_lines(part.kind, plain(part.content))]
        lines += [f"  · {reason}" for reason in part.reasons]
        lines += [f"  ! {shortfall}" for shortfall in part.shortfalls]
    spent = sum(result.built.timings.values())
    lines += ["", f"用时 {spent:.2f} 秒。以上为建议，须经指挥员审定。"]
    return "\n".join(lines)


def _as_of(report: Mapping[str, Any], now: datetime) -> datetime:
    said = report.get("as_of")
    if said is None:
        return now
    try:
        moment = said if isinstance(said, datetime) else datetime.fromisoformat(str(said))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        rule = "应为带时区的时间，如 2019-08-11T08:00:00+08:00"
        raise RefusedError(Problem("as_of", "推演时刻", rule, said))
    return moment


def _entered(report: Mapping[str, Any], moment: datetime) -> ReportInput:
    unknown = sorted(set(report) - OURS - THEIRS)
    problems = [
        Problem(name, name, f"没有这个字段（可用：{'、'.join(sorted(OURS | THEIRS))}）", "")
        for name in unknown
    ]
    values = {key: value for key, value in report.items() if key in THEIRS}
    problems += [
        Problem(name, name, "必须填写", None)
        for name in ("event_code", "text", "longitude", "latitude")
        if name not in values
    ]
    problems += [
        Problem(name, name, f"应为 [{name}] 表", report[name])
        for name in ("scenario", "weather", "figures", "details")
        if name in report and not isinstance(report[name], dict)
    ]
    if problems:
        raise RefusedError(problems)
    occurred = values.get("occurred_at")
    if isinstance(occurred, str):
        try:
            values["occurred_at"] = datetime.fromisoformat(occurred)
        except ValueError:
            rule = "应为带时区的时间"
            raise RefusedError(Problem("occurred_at", "发生时间", rule, occurred)) from None
    values.setdefault("occurred_at", moment)
    entered = ReportInput(received_at=moment, **values)
    found = problems_of_report(
        entered,
        now=moment,
        known_codes={entry.code for entry in event_codes()},
        channels=ReportChannel.values,
    )
    if found:
        raise RefusedError(found)
    return entered


def _facts(report: Mapping[str, Any], city: Path | None, moment: datetime) -> tuple[CityFacts, str]:
    """Return the loaded city, or the pack when no city is loaded."""
    data = city_data(city or settings.ANLAN_CITY)
    code = str(report.get("division") or f"{data.code or '370100'}000000")
    if city is None and _city_is_loaded():
        facts = city_facts(division_code=code, now=moment)
        if facts.plans:
            return facts, "已装载的城市数据库"
        return _with_examples(facts), "已装载的城市数据库；没有批准的预案，采用示例预案"
    path = city or settings.ANLAN_CITY
    return pack_facts(path=path, now=moment), f"城市数据包 {data.name or path.name}；示例预案"


def _with_examples(facts: CityFacts) -> CityFacts:
    values = {name: getattr(facts, name) for name in CityFacts.__dataclass_fields__}
    return CityFacts(**{**values, "plans": example_plans()})


def _city_is_loaded() -> bool:
    try:
        return Division.objects.exists()
    except (OperationalError, ProgrammingError):
        return False


def _division(report: Mapping[str, Any], entered: ReportInput, facts: CityFacts) -> tuple[str, str]:
    names = {d.code: d.name for d in facts.districts}
    said = str(report.get("division") or "")
    if said:
        return said, names.get(said, entered.place)
    spot = Point(entered.longitude, entered.latitude)
    for district in facts.districts:
        if district.area.contains(spot):
            return district.code, district.name
    if not facts.districts:
        return "370000000000", ""
    rule = f"应在本市范围内（{'、'.join(names.values())}）"
    where = f"{entered.longitude}, {entered.latitude}"
    raise RefusedError(Problem("longitude", "坐标", rule, where))


def _grade(situation: Situation) -> GradeProposal:
    metrics, assumed = metrics_of(
        situation.figures,
        situation.details,
        toxic=is_toxic(
            str(situation.details.get("substance") or situation.scenario.get("substance") or ""),
            table("gb18218_table1_chemicals"),
        ),
    )
    proposal = propose_grade(
        table("grading_thresholds"),
        hazards=hazards_of(table("event_domains"), situation.event_code),
        metrics=metrics,
    )
    return type(proposal)(
        grade=proposal.grade,
        reasons=(*proposal.reasons, *assumed),
        to_judge=proposal.to_judge,
    )


def _grade_name(proposal: GradeProposal) -> str:
    if proposal.grade is None:
        return "未达一般"
    return str(IncidentGrade(proposal.grade).label)
