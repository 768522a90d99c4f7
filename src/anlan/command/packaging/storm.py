"""What is particular to typhoons and rain: points in danger, metrics, signals by district."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from shapely.affinity import scale
from shapely.geometry import Polygon

from anlan.command.packaging.areas import issuer_of, reported_metrics
from anlan.command.packaging.contents import Signal, WarningContent
from anlan.forecast.types import Figure, Footprint
from anlan.warn.rules.signals import propose_by_place
from anlan.warn.rules.texts import compose_text
from anlan.warn.types import COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from anlan.command.packaging.build import Build
    from anlan.forecast.exposure import Facility
    from anlan.warn.types import Proposal

__all__ = ["danger_points", "metrics", "signals", "warning", "worst_signals"]

VALID_FOR: Final = timedelta(hours=24)

SIGNALS: Final = {
    "台风": ("wind_mean_bft", "gust_bft"),
    "暴雨": ("rain_3h", "rain_6h", "rain_12h"),
}
"""Signals that are judged, and the numbers they are judged by."""

POINTS: Final = (
    ("geohazard_point", "地质灾害隐患点周边", ("geological_hazard",), 200.0),
    ("low_lying", "低洼易涝点周边", ("flood_prone_point",), 150.0),
    ("below_dam", "超汛限水库下游近区", ("reservoir",), 1000.0),
)
"""Zone of the plans, label, kinds of record, radius in metres (platform default, 待确认)."""

METRES_PER_DEGREE: Final = 111_195.0


def danger_points(build: Build) -> tuple[Footprint, ...]:
    """Return the surroundings of registered danger points, as areas that the plans name.

    A screening by distance, not a flood model: radius and its double give the range.
    """
    found = []
    for key, label, kinds, radius in POINTS:
        points = [f for f in build.city.facilities if f.kind in kinds and _in_danger(f)]
        if not points:
            continue
        area, wide = _around(points, radius), _around(points, 2 * radius)
        ground = f"登记{len(points)}处，按半径{radius:g} m 筛查（平台默认，待确认）"
        found.append(
            Footprint(
                key=key,
                label=label,
                threshold=Figure(value=radius, unit="m", source=ground, to_confirm=True),
                area=area,
                envelope=area,
                figures={"登记点数": Figure(value=len(points), unit="处", source="登记表")},
                members=(_around(points, radius / 2), wide),
            )
        )
    return tuple(found)


def _in_danger(facility: Facility) -> bool:
    """Tell whether a point is dangerous now: a reservoir only above its flood limit."""
    if facility.kind != "reservoir":
        return True
    level, limit = facility.details.get("level_m"), facility.details.get("flood_limit_m")
    return level is not None and limit is not None and level > limit


def _around(points: Iterable[Facility], radius: float) -> BaseGeometry:
    lonlat = np.array([(p.lon, p.lat) for p in points], dtype=np.float64)
    squeeze = float(np.cos(np.radians(lonlat[:, 1].mean())))
    flat = shapely.points(lonlat[:, 0] * squeeze, lonlat[:, 1])
    joined = shapely.union_all(shapely.buffer(flat, radius / METRES_PER_DEGREE, quad_segs=4))
    if joined.is_empty:
        return Polygon()
    return scale(joined, xfact=1.0 / squeeze, yfact=1.0, origin=(0, 0))


def metrics(build: Build) -> dict[str, Figure]:
    """Return the largest wind and rain of any district, and the people to move."""
    found = reported_metrics(build)
    rows = build.forecast.rows if build.forecast else ()
    for metric, name in (
        ("wind_mean_bft", "wind_mean_bft"),
        ("gust_bft", "gust_bft"),
        ("rain_24h_mm", "rain_24h"),
    ):
        known = [row["figures"][name] for row in rows if name in row["figures"]]
        if known:
            found[metric] = max(known, key=lambda figure: float(figure.value or 0))
    if build.people_to_move is not None and build.people_to_move.value is not None:
        found["people_to_move"] = build.people_to_move
    dams = build.footprint("below_dam")
    found["reservoirs_in_danger"] = (
        dams.figures["登记点数"] if dams else Figure(value=0, unit="座", source="登记表水位")
    )
    return found


def signals(build: Build) -> list[tuple[Mapping[str, Any], Proposal]]:
    """Return the proposed signals by district, each by the table in force there."""
    rows = build.forecast.rows if build.forecast else ()
    by_code = {str(row["code"]): row for row in rows}
    found = []
    for hazard, names in SIGNALS.items():
        known = {
            code: {name: row["figures"][name].value for name in names if name in row["figures"]}
            for code, row in by_code.items()
        }
        proposals = propose_by_place(
            hazard, {code: v for code, v in known.items() if v}, rows=build.city.signals
        )
        found += [(by_code[code], proposal) for code, proposal in proposals.items()]
    return found


def worst_signals(build: Build) -> dict[str, Proposal]:
    """Return the highest proposed signal of each district, by its code."""
    worst: dict[str, Proposal] = {}
    for row, proposal in signals(build):
        if proposal.colour is None:
            continue
        held = worst.get(row["code"])
        if held is None or held.colour is None or proposal.colour.level < held.colour.level:
            worst[row["code"]] = proposal
    return worst


def warning(build: Build) -> WarningContent | None:
    """Draft the warning: the highest colour of any district, for the districts that reach any."""
    proposals = [(row, p) for row, p in signals(build) if p.colour is not None]
    if not proposals or build.forecast is None:
        return None
    worst = min(
        (p for _row, p in proposals if p.colour), key=lambda p: p.colour.level if p.colour else 9
    )
    if worst.colour is None:
        return None
    same = [
        row
        for row, p in proposals
        if p.hazard == worst.hazard and p.colour is not None and p.colour.code == worst.colour.code
    ]
    areas = tuple((str(row["code"]), str(row["name"])) for row in same)
    names = [name for _code, name in areas]
    situation = build.situation
    onset, expires = situation.now, situation.now + VALID_FOR
    whole = "全市" if situation.division_name in names else situation.division_name or "全市"
    where = names if len(names) < len(build.city.districts) else [whole]
    issuer = issuer_of(build).replace("应急管理局", "气象台")
    what = _what(worst.hazard, same)
    text = compose_text(
        hazard=worst.hazard,
        colour=worst.colour.code,
        issuer=issuer,
        places=where,
        effective=onset,
        expires=expires,
        what=what,
    )
    codes = {code for code, _name in areas}
    return WarningContent(
        hazard=worst.hazard,
        event_code=situation.event_code,
        colour=worst.colour.code,
        colour_name=worst.colour.name,
        issuer=issuer,
        what=what,
        headline=text.headline,
        text=text.description,
        instruction=text.instruction,
        short=text.short,
        onset=onset,
        expires=expires,
        area_text="、".join(where),
        areas=areas,
        polygon=shapely.union_all([d.area for d in build.city.districts if d.code in codes]),
        signals=tuple(_signal(row, p) for row, p in proposals),
        reasons=(*worst.reasons, *worst.shortfalls),
    )


def _what(hazard: str, rows: list[Mapping[str, Any]]) -> str:
    """Say what is known, with the range where it is computed."""
    if hazard == "暴雨":
        rain = [r["figures"]["rain_24h"] for r in rows if "rain_24h" in r["figures"]]
        return f"24小时雨量已达{max(float(f.value) for f in rain):g}毫米" if rain else "出现强降雨"
    wind = [r["figures"]["wind_mean_bft"] for r in rows if "wind_mean_bft" in r["figures"]]
    low, high = min(f.low or 0 for f in wind), max(f.high or 0 for f in wind)
    return f"受台风影响，平均风力{low:g}至{high:g}级（模型计算）"


def _signal(row: Mapping[str, Any], proposal: Proposal) -> Signal:
    colour = proposal.colour or COLOURS["blue"]
    return Signal(
        code=str(row["code"]),
        name=str(row["name"]),
        hazard=proposal.hazard,
        colour=colour.code,
        colour_name=colour.name,
        reasons=(*proposal.reasons, *proposal.shortfalls),
    )
