"""What is told of a chain of consequences: its figures, tables, marks and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anlan.forecast.types import Figure, Mark, Table
from anlan.science.chain import run as chain_run
from anlan.science.chain.links import shipped_table
from anlan.science.common.local import distance

if TYPE_CHECKING:
    from anlan.forecast.fields import Inputs
    from anlan.forecast.setting import Setting
    from anlan.science.chain.run import NodeResult

__all__ = ["STARTS", "TITLE", "VERSION", "figures", "link_table", "marks", "node_table", "summary"]

TITLE: Final = "灾害链推演"
VERSION: Final = f"v{chain_run.CARD.version}"
SOURCE: Final = f"{TITLE} {VERSION}"
HOUR: Final = 3600.0
RADIUS: Final = 10_000.0
"""Within this distance stations that the chain counts are marked as candidates. [m]"""
MOST_MARKS: Final = 40
LIKELY: Final = 0.1
WHOLE: Final = 100
"""A share of all members, rounded. Nothing that a model says is wholly sure. [%]"""

STARTS: Final = {
    "earthquake": "地震",
    "rain": "暴雨",
    "wind": "大风",
    "dam": "水库溃坝",
    "gas": "燃气管道泄漏",
    "chemical": "危化品泄漏",
}


def _chance(node: NodeResult) -> Figure:
    spread = node.probability_range
    return Figure(
        value=round(100.0 * node.probability),
        unit="%",
        source=SOURCE,
        low=float(round(100.0 * min(spread.low, node.probability))),
        high=float(round(100.0 * max(spread.high, node.probability))),
        to_confirm=True,
    )


def figures(follows: list[NodeResult]) -> dict[str, Figure]:
    """Return how likely each consequence is."""
    return {f"{n.title_zh}：发生概率": _chance(n) for n in follows if n.probability > 0}


def _counted(node: NodeResult) -> str:
    """Return what a count counts."""
    return "人" if node.title_zh.endswith(("人口", "死亡")) else "处"


def _size(node: NodeResult) -> str | Figure:
    """Return the size where it happens; shares in per cent."""
    if node.size_if is None:
        return "—"
    share = node.title_zh.endswith(("比例", "损失"))
    factor, unit = (
        (100.0, "%") if share else (1.0, _counted(node) if node.unit == "1" else node.unit)
    )
    low, middle, high = (
        float(f"{factor * v:.2g}")
        for v in (node.size_if.low, node.size_if.median, node.size_if.high)
    )
    return Figure(value=middle, unit=unit, source=SOURCE, low=low, high=high, to_confirm=True)


def _time(node: NodeResult) -> str:
    if node.time is None:
        return "—"
    if node.time.high < 60.0:
        return "当即"
    return f"{node.time.low / HOUR:.1f}–{node.time.high / HOUR:.1f} 小时"


def node_table(follows: list[NodeResult]) -> Table:
    """Return the consequences: how likely, how large, when, by what."""
    return Table(
        title="可能的后果",
        columns=("后果", "发生概率", "发生时的规模", "时间", "主要由什么引起"),
        rows=tuple(
            (
                n.title_zh,
                _chance(n),
                _size(n),
                _time(n),
                n.reasons[0].text if n.reasons else "—",
            )
            for n in follows
        ),
        note="规模为 5%–95% 区间；不计应急处置的作用",
    )


def link_table(follows: list[NodeResult]) -> Table:
    """Return the links that were followed, each with its source."""
    titles = shipped_table().nodes
    rows = tuple(
        (
            f"{titles[r.cause].title_zh} → {n.title_zh}",
            Figure(value=round(100.0 * r.share), unit="%", source=SOURCE),
            r.text,
            f"{r.source}（{r.confidence}）",
        )
        for n in follows
        for r in n.reasons
    )
    return Table(
        title="链接与来源",
        columns=("链接", "触发比例", "说明", "来源（置信度）"),
        rows=rows,
        note="V 已核对来源，M 凭记忆待核对，示例须用本地资料替换",
    )


CANDIDATES: Final = {
    "substations_lost": ("lifeline_facility", "变电站可能停运"),
    "tank_leaks": ("storage_tank", "储罐可能破损"),
    "hospitals_on_backup": ("hospital", "医院可能转自备电源"),
}
"""Events of the chain whose places the register knows."""


def marks(follows: list[NodeResult], inputs: Inputs, setting: Setting) -> tuple[Mark, ...]:
    """Mark the start, and the registered places that may be struck next."""
    place = setting.place
    marks = [
        Mark(
            lon=place.lon,
            lat=place.lat,
            label=f"起始：{STARTS[inputs.word('start')]}",
            state="danger",
            source="录入",
        )
    ]
    for node in follows:
        if node.key not in CANDIDATES or node.probability < LIKELY:
            continue
        kind, words = CANDIDATES[node.key]
        near = [
            f
            for f in setting.facilities
            if f.kind == kind
            and (kind != "lifeline_facility" or f.details.get("sort") == "substation")
            and float(distance(f.lon, f.lat, place.lon, place.lat)) <= RADIUS
        ]
        marks += [
            Mark(
                lon=f.lon,
                lat=f.lat,
                label=f"{f.name}：{words}（全市至少一处的概率 {100 * node.probability:.0f}%）",
                state="watch",
                minutes=0.0 if node.time is None else round(node.time.low / 60.0, 1),
                source=f.source,
            )
            for f in near
        ]
    return tuple(marks[:MOST_MARKS])


def summary(follows: list[NodeResult], inputs: Inputs) -> tuple[str, ...]:
    """Return the result in sentences."""
    likely = [n for n in follows if n.probability >= LIKELY]
    if not likely:
        return (f"{STARTS[inputs.word('start')]}之后，各类后果的概率都不到一成。",)
    said = []
    for node in likely[:4]:
        chance = _chance(node)
        ends = "" if chance.low == chance.high else f"（{chance.low:g}%–{chance.high:g}%）"
        when = _time(node)
        begins = "当即" if when == "当即" else f"{when}内"
        size = _size(node)
        large = (
            f"，发生时约 {size.value:g} {size.unit}（{size.low:g}–{size.high:g} {size.unit}）"
            if isinstance(size, Figure)
            else ""
        )
        sure = chance.value == WHOLE
        odds = f"概率接近 {WHOLE}%" if sure else f"概率 {chance.value:g}%"
        said.append(f"{begins}{node.title_zh}：{odds}{ends}{large}。")
    return tuple(said)
