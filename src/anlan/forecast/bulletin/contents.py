"""What stands on the printed page: the kept result of a run, in words and rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shapely.geometry import Point, shape

from anlan.core.numerals import SMALL, power_of_ten
from anlan.forecast.impact import PEOPLE_ONLY
from anlan.forecast.results import widest
from anlan.forecast.wording import rounded
from anlan.science.common.card import card

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

__all__ = ["COLOURS", "Bulletin", "BulletinFacts", "Zone", "bulletin_of", "figure_text"]

COLOURS: Final = ("#c62828", "#ef6c00", "#f9a825", "#1565c0", "#6a1b9a", "#00695c")
"""Colours of the areas, the gravest first; the words stand beside them in the legend."""

MOST_FIGURES: Final = 9
MOST_ZONES: Final = 6
MOST_ASSUMED: Final = 8
MOST_LIMITS: Final = 4
EXAMPLE: Final = "示例数据"
NONE: Final = "—"
WAN: Final = "万"
MYRIADS_FROM: Final = 100_000
"""From here on numbers are printed in 万."""

STATES: Final = {
    "validated": "已验证",
    "checked": "已核对",
    "draft": "未验证",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinFacts:
    """What the page says about a run besides its result.

    Parameters
    ----------
    title
        Name of the run.
    place_name, lon, lat
        Where, in degrees.
    moment
        When it starts, in local time.
    model_title
        Chinese name of the model.
    cards
        Keys of the science it stands on; their state of validation is printed.
    version, code_version, seed, digest
        What repeats it.
    made_by, made_at
        Who asked for it and when it ran.
    incident_number
        The incident it belongs to.
    exercise
        Whether it was made in an exercise.
    """

    title: str
    place_name: str
    lon: float
    lat: float
    moment: datetime
    model_title: str
    cards: tuple[str, ...]
    version: str
    code_version: str
    seed: int | None
    digest: str
    made_by: str
    made_at: datetime
    incident_number: str = ""
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zone:
    """An area of the map with the colour and the word of its legend."""

    label: str
    colour: str
    area: BaseGeometry
    envelope: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bulletin:
    """The page, ready to be laid out: every part is text, rows or areas."""

    title: str
    head: tuple[str, ...]
    watermark: str
    summary: tuple[str, ...]
    figures: tuple[tuple[str, str, str, str], ...]
    zones: tuple[Zone, ...]
    impact: tuple[tuple[str, str, str, str, str], ...]
    uncertainty: str
    would_change: tuple[str, ...]
    assumptions: tuple[str, ...]
    limits: tuple[str, ...]
    shortfalls: tuple[str, ...]
    foot: tuple[str, ...]
    lon: float
    lat: float
    marks: tuple[tuple[float, float, str, str], ...] = ()


def bulletin_of(document: Mapping[str, Any], facts: BulletinFacts) -> Bulletin:
    """Return the page of a run from its kept result (see `anlan.forecast.results`)."""
    forecast = document["forecast"]
    ensemble = document.get("ensemble") or {}
    zones = tuple(
        Zone(
            label=str(footprint["label"]),
            colour=COLOURS[min(k, len(COLOURS) - 1)],
            area=_area(footprint.get("area")),
            envelope=_area(footprint.get("envelope")),
        )
        for k, footprint in enumerate(forecast.get("footprints") or ())
    )
    return Bulletin(
        title=f"研判简报：{facts.title}",
        head=_head(facts),
        watermark=_watermark(document, facts),
        summary=(
            *(forecast.get("summary") or ()),
            *((document.get("impact") or {}).get("summary") or ()),
        ),
        figures=_figures(forecast.get("figures") or {}, ensemble.get("figures") or {}),
        zones=zones,
        impact=_impact(
            document.get("impact") or {},
            ensemble.get("people") or {},
            people_only=forecast.get("model") in PEOPLE_ONLY,
        ),
        uncertainty=str(forecast.get("uncertainty") or ""),
        would_change=tuple(forecast.get("would_change") or ()),
        assumptions=_assumptions(forecast.get("assumptions") or ()),
        limits=tuple(forecast.get("limits") or ())[:MOST_LIMITS],
        shortfalls=(
            *(forecast.get("shortfalls") or ()),
            *((document.get("impact") or {}).get("shortfalls") or ()),
        ),
        foot=_foot(facts, ensemble),
        lon=facts.lon,
        lat=facts.lat,
        marks=tuple(
            (float(m["lon"]), float(m["lat"]), str(m["label"]), str(m.get("state", "fact")))
            for m in forecast.get("marks") or ()
        ),
    )


def _area(geometry: Mapping[str, Any] | None) -> BaseGeometry:
    return shape(dict(geometry)) if geometry else Point()


def _head(facts: BulletinFacts) -> tuple[str, ...]:
    where = facts.place_name or "未命名地点"
    found = [
        f"地点：{where}（东经 {facts.lon:.4f}°，北纬 {facts.lat:.4f}°）",
        f"起算时间：{facts.moment:%Y年%m月%d日 %H:%M}",
    ]
    if facts.incident_number:
        found.append(f"事件编号：{facts.incident_number}")
    return tuple(found)


def _watermark(document: Mapping[str, Any], facts: BulletinFacts) -> str:
    """Return the word across the page: an exercise, or made-up data anywhere behind the result."""
    words = ["演练"] if facts.exercise else []
    if EXAMPLE in json.dumps(document, ensure_ascii=False, default=str):
        words.append(EXAMPLE)
    return " · ".join(words)


def figure_text(figure: Mapping[str, Any]) -> str:
    """Return a figure with its unit; what is not known says so."""
    value = figure.get("value")
    if value is None or value == "":
        return "未知"
    unit, number = str(figure.get("unit") or ""), _number(value)
    return f"{number}{unit}" if number.endswith(WAN) else f"{number} {unit}".strip()


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if abs(value) >= MYRIADS_FROM:
        return f"{value / 10_000:,.1f} {WAN}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return power_of_ten(value) if 0 < abs(value) < SMALL else f"{value:.4g}"


def _range_text(figure: Mapping[str, Any]) -> str:
    low, high = figure.get("low"), figure.get("high")
    if low is None and high is None:
        return NONE
    if high is None:
        return f"≥ {_number(low)}"
    if low is None:
        return f"≤ {_number(high)}"
    digits = _digits(low, high, figure.get("value"))
    return f"{_end(low, digits)}–{_end(high, digits)}"


def _digits(low: Any, high: Any, value: Any) -> int:
    """Return the leading digits for a range: three, or as many as keep its ends around the value."""
    if not all(isinstance(v, int | float) for v in (low, high, value)) or low == high:
        return 3
    least = 4 if max(abs(low), abs(high)) >= MYRIADS_FROM else 3
    for digits in range(least, 7):
        ends = rounded(low, digits), rounded(high, digits)
        if ends[0] < ends[1] and ends[0] <= max(value, low) and min(value, high) <= ends[1]:
            return digits
    return 7


def _end(value: Any, digits: int = 3) -> str:
    """Return an end of a range: three leading digits are more than anybody knows of it."""
    return _number(rounded(value, digits) if isinstance(value, int | float) else value)


def _figures(
    figures: Mapping[str, Any], drawn: Mapping[str, Any]
) -> tuple[tuple[str, str, str, str], ...]:
    """Return name, value, range and source; the range is that of the ensemble where there is one."""
    rows = []
    for name, figure in figures.items():
        ranged = widest(figure, drawn.get(name))
        source = str(figure.get("source") or "")
        if figure.get("to_confirm"):
            source = f"{source}（待确认）"
        rows.append((name, figure_text(figure), _range_text(ranged), source))
    # what is uncertain first: those are the numbers that the run was made for
    rows.sort(key=lambda row: row[2] == NONE)
    return tuple(rows[:MOST_FIGURES])


def _impact(
    impact: Mapping[str, Any], drawn: Mapping[str, Any], *, people_only: bool = False
) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return for each area the people by night and by day, the sites and the roads inside."""
    unknown = NONE if people_only else "未知"
    rows = []
    for zone in (impact.get("zones") or ())[:MOST_ZONES]:
        night = zone.get("people_by_night")
        sites = sum(int(f.get("value") or 0) for f in (zone.get("facilities") or {}).values())
        most = sum(
            int(f.get("high") or f.get("value") or 0)
            for f in (zone.get("facilities") or {}).values()
        )
        rows.append(
            (
                str(zone["label"]),
                _people(widest(night, drawn.get(zone.get("key"))) if night else None),
                _people(zone.get("people_by_day")),
                NONE if people_only else _sites(sites, most),
                figure_text(zone["roads_km"]) if zone.get("roads_km") else unknown,
            )
        )
    return tuple(rows)


def _sites(sure: int, most: int) -> str:
    return f"{sure:,} 处" if most == sure else f"{sure:,}–{most:,} 处"


def _people(figure: Mapping[str, Any] | None) -> str:
    if not figure:
        return "未知"
    reach = _range_text(figure)
    same = figure.get("low") == figure.get("high")
    return figure_text(figure) + ("" if reach == NONE or same else f"（{reach}）")


def _assumptions(assumed: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    rows = [
        f"{a['title']} {_number(a['value'])}{a.get('unit') or ''}（{a['basis']}）" for a in assumed
    ]
    if len(rows) > MOST_ASSUMED:
        rest = len(rows) - MOST_ASSUMED + 1
        rows = [*rows[: MOST_ASSUMED - 1], f"另有 {rest} 项未填取默认，见系统内完整结果"]
    return tuple(rows)


def _foot(facts: BulletinFacts, ensemble: Mapping[str, Any]) -> tuple[str, ...]:
    states = []
    for key in facts.cards:
        one = card(key)
        word = STATES.get(one.validation.value, one.validation.value)
        states.append(f"{one.title_zh} v{one.version} {word}")
    seed = "" if facts.seed is None else f"，随机种子 {facts.seed}"
    members = f"，集合 {ensemble['members']} 个成员" if ensemble.get("members") else ""
    return (
        f"模型：{facts.model_title} {facts.version}；程序 {facts.code_version}{seed}{members}",
        f"验证状态：{'；'.join(states)}",
        (
            f"制作：{facts.made_by}，{facts.made_at:%Y-%m-%d %H:%M}；"
            f"结果摘要 {facts.digest[:16] or '无'}。模型结果供研判参考，不替代现场监测与指挥决定。"
        ),
    )
