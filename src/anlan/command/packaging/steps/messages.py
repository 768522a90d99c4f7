"""Steps 10 and 11: the words for the public, and the first report upwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.command.packaging.contents import Part, ReportContent, WarningContent
from anlan.command.rules.deadlines import domains_of
from anlan.command.rules.official_reports import compose_report
from anlan.command.types import FIGURE_LABELS, Fact
from anlan.core.dictionaries import table
from anlan.core.numerals import written
from anlan.plans.types import LEVEL_NAMES
from anlan.warn.cap.identifiers import BEIJING
from anlan.warn.rules.texts import TooLongError

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.command.packaging.build import Build
    from anlan.forecast.types import Figure, Forecast

__all__ = ["report_step", "warning_step"]


def warning_step(build: Build) -> Part:
    """Draft the warning by the hazard's own rule."""
    try:
        content = build.hazard.warning(build)
    except TooLongError as error:
        return _no_warning(build, f"预警文字未生成：{error}")
    if content is None:
        return _no_warning(build, "没有达到预警标准或没有预测范围，未起草预警；如需发布请人工起草")
    return Part(
        kind="warning",
        content=content,
        reasons=content.reasons,
        shortfalls=("预警须经审核批准后发布（突发事件应对法第六十四条）",),
    )


def _no_warning(build: Build, why: str) -> Part:
    now = build.situation.now
    content = WarningContent(
        hazard=build.hazard.title,
        event_code=build.situation.event_code,
        colour="",
        colour_name="",
        issuer="",
        what="",
        headline="",
        text="",
        instruction="",
        short="",
        onset=now,
        expires=now,
        area_text="",
        areas=(),
        polygon=None,
    )
    return Part(kind="warning", content=content, shortfalls=(why,))


def report_step(build: Build) -> Part:
    """Write the first report from everything known; each number brings its source."""
    facts = report_facts(build)
    situation = build.situation
    text = compose_report(
        facts,
        kind="initial",
        serial=1,
        incident_title=situation.title,
        as_of=_clock(situation.now),
        elements=table("report_elements"),
        domains=domains_of(table("event_domains"), situation.event_code),
    )
    return Part(
        kind="report",
        content=ReportContent(
            title=text.title, text=text.text, facts=tuple(facts), missing=text.missing
        ),
        reasons=("按信息报告要素表组成，数字均带来源；预测数字注明区间",),
        shortfalls=tuple(f"缺少要素：{name}" for name in text.missing),
    )


def report_facts(build: Build) -> list[Fact]:
    """Return the elements of the report that the package knows."""
    situation = build.situation
    place = situation.place
    said = situation.figures_source
    facts = [
        Fact(key="received_at", label="接报时间", value=_clock(situation.reported_at), source=said),
        Fact(key="occurred_at", label="事发时间", value=_clock(situation.occurred_at), source=said),
        Fact(
            key="place",
            label="事发地点",
            value=situation.where,
            source=said,
        ),
        Fact(key="division", label="行政区划代码", value=place.division, source="行政区划表"),
        Fact(
            key="coordinates",
            label="坐标",
            value=f"东经{place.lon:.5f}°，北纬{place.lat:.5f}°",
            source=said,
        ),
        Fact(key="event_type", label="事件类别", value=situation.event_name, source="事件分类编码"),
        Fact(key="info_source", label="信息来源", value=said, source=said),
    ]
    facts += [
        Fact(key=name, label=f"{label}人数", value=situation.figures[name], unit="人", source=said)
        for name, label in FIGURE_LABELS.items()
        if situation.figures.get(name) is not None
    ]
    facts += [
        Fact(key=key, label=label, value=str(value), source=said)
        for key, label in (
            ("unit_name", "单位名称"),
            ("contact", "联系方式"),
            ("course", "简要经过"),
            ("reporting_unit", "报告单位"),
            ("direct_loss", "直接经济损失初步评估"),
        )
        if (value := situation.details.get(key))
    ]
    return [*facts, *_affected(build), *_response(build)]


def _affected(build: Build) -> list[Fact]:
    if build.forecast is None:
        return []
    source = build.forecast.source
    parts = []
    for footprint in build.forecast.footprints:
        exposure = build.exposures.get(footprint.key)
        if exposure is None or exposure.people.value is None:
            continue
        parts.append(
            f"{footprint.label}内预测人口{_ranged(exposure.people)}（{exposure.people.source}）"
        )
    found = []
    if parts:
        found.append(
            Fact(
                key="affected",
                label="影响范围",
                value="；".join(parts),
                source=f"{source}{_air(build.forecast)}，未经现场核实",
            )
        )
    if build.people_to_move is not None and build.people_to_move.value is not None:
        found.append(
            Fact(
                key="people_to_move",
                label="预计需转移",
                value=_ranged(build.people_to_move),
                source=build.people_to_move.source,
            )
        )
    return found


def _air(forecast: Forecast) -> str:
    """Return the stability class and what it was read from, where the areas rest on it."""
    if "稳定度" not in forecast.figures:
        return ""
    read = (a for a in forecast.assumptions if a.field == "weather.stability")
    return next((f"，大气稳定度 {a.value}（{a.basis}）" for a in read), "")


def _response(build: Build) -> list[Fact]:
    found = []
    plan = build.match.plan if build.match else None
    if plan is not None and build.level is not None:
        found.append(
            Fact(
                key="response",
                label="应急响应",
                value=f"建议按《{plan.title}》启动{LEVEL_NAMES[build.level]}响应，待批准",
                source=f"预案{plan.version}版",
            )
        )
    units = build.parts.get("units")
    rows = units.content.units if units else ()
    if rows:
        first = rows[0].eta_min
        found.append(
            Fact(
                key="actions",
                label="处置情况",
                value=f"拟调派{len(rows)}个救援单元，最快{first.value}分钟到达集结点，待指挥员批准",
                source=f"救援力量登记表；{first.source}",
            )
        )
    return found


def _ranged(figure: Figure) -> str:
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return f"约{figure.value}{figure.unit}"
    return f"约{figure.value}{figure.unit}（{written(figure.low)}–{written(figure.high)}）"


def _clock(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{local:%Y年%m月%d日%H时%M分}"
