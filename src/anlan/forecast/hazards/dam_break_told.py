"""What is told of a dam break: its curves, figures, tables and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.hazards.flooding import Water, wet_km2
from anlan.forecast.types import Assumption, Figure, Series, Table
from anlan.forecast.wording import after, span
from anlan.science.common.local import distance
from anlan.science.flood import breach, shallow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.forecast.fields import Inputs
    from anlan.forecast.setting import Setting
    from anlan.science.flood.hydrograph import Hydrograph

__all__ = [
    "SOURCE",
    "TITLE",
    "VERSION",
    "Dam",
    "arrival_table",
    "figures",
    "flow_series",
    "peak_table",
    "relevant",
    "summary",
    "wet_series",
]

TITLE: Final = "溃坝洪水（完整浅水方程）"
VERSION: Final = f"v{shallow.CARD.version}.{breach.CARD.version}"
SOURCE: Final = f"{TITLE} {VERSION}"
PEAK_ERROR: Final = (0.53, 2.3)
"""Range that holds 95 per cent of real peaks over those of the best relation (Froehlich): T. L.
Wahl (2004), Uncertainty of predictions of embankment dam breach parameters, J. Hydraul. Eng.
130(5), table 2; confidence M. The relations lie closer to each other than to what happens. [1]"""

RINGS: Final = (1000.0, 2000.0, 3000.0, 5000.0, 8000.0, 12_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dam:
    """What breaks, and where that is known from."""

    volume: float
    height: float
    tailings: bool
    assumptions: tuple[Assumption, ...]


def relevant(inputs: Inputs, dam: Dam) -> tuple[Assumption, ...]:
    """Return the assumptions that this dam's run used."""
    return tuple(
        a for a in inputs.assumptions if dam.tailings or a.field != "scenario.yield_stress_pa"
    )


def flow_series(minutes: Sequence[float], flows: Sequence[Hydrograph]) -> Series:
    """Return the outflow over time, and its range over the relations."""
    shown = (0.0, *minutes)
    columns = np.array([flow.at(np.array(shown) * 60.0) for flow in flows])
    return Series(
        key="outflow",
        label="溃口流量",
        unit="m³/s",
        minutes=shown,
        values=tuple(np.round(columns[0]).tolist()),
        low=tuple(np.round(columns.min(axis=0)).tolist()),
        high=tuple(np.round(columns.max(axis=0)).tolist()),
        source=SOURCE,
    )


def wet_series(likely: Water, tried: Sequence[Water]) -> Series:
    """Return the wet area over time, and its range."""
    columns = np.array([[round(wet_km2(w, d), 3) for d in w.depths] for w in (likely, *tried)])
    return Series(
        key="wet_area",
        label="0.15 m 以上淹没面积",
        unit="km²",
        minutes=likely.minutes,
        values=tuple(columns[0].tolist()),
        low=tuple(columns.min(axis=0).tolist()),
        high=tuple(columns.max(axis=0).tolist()),
        source=SOURCE,
    )


def figures(rows: Sequence[tuple[str, float]], wet: Series, *, tailings: bool) -> dict[str, Figure]:
    """Return the figures of the first page."""
    peaks = [value for _relation, value in rows]
    less, more = (1.0, 1.0) if tailings else PEAK_ERROR
    return {
        "溃口洪峰": Figure(
            value=float(f"{np.median(peaks):.3g}"),
            unit="m³/s",
            source=SOURCE,
            low=float(f"{min(peaks) * less:.3g}"),
            high=float(f"{max(peaks) * more:.3g}"),
            note="几种公开公式的中位；区间"
            + ("只含公式之间的差别" if tailings else "含公式误差 0.53–2.3 倍（Wahl 2004）"),
            to_confirm=True,
        ),
        "最大淹没面积": Figure(
            value=max(wet.values), unit="km²", source=SOURCE, low=max(wet.low), high=max(wet.high)
        ),
    }


def peak_table(rows: Sequence[tuple[str, float]]) -> Table:
    """Return the peak outflow by each relation."""
    return Table(
        title="溃口洪峰：几种公式并列",
        columns=("公式", "洪峰"),
        rows=tuple(
            (
                relation,
                Figure(value=float(f"{peak:.3g}"), unit="m³/s", source=SOURCE, to_confirm=True),
            )
            for relation, peak in rows
        ),
        note="系数待核对原文；公式之间相差数倍，只看范围",
    )


def _ring(water: Water, setting: Setting, low: float, high: float) -> tuple[float, float]:
    """Return the earliest arrival in a ring around the dam in minutes, and its greatest depth."""
    lon, lat = water.ground.grid.lonlat()
    far = np.asarray(distance(lon, lat, setting.place.lon, setting.place.lat))
    inside = (far > low) & (far <= high)
    if not inside.any():
        return float("inf"), 0.0
    return float(water.arrival[inside].min()) / 60.0, float(water.largest_depth[inside].max())


def arrival_table(likely: Water, tried: Sequence[Water], setting: Setting) -> Table:
    """Return when the water arrives at each distance, and how deep it gets."""
    rows: list[tuple[str | Figure, ...]] = []
    before = 0.0
    for reach in RINGS:
        found = [_ring(water, setting, before, reach) for water in (likely, *tried)]
        arrival, depth = found[0]
        label = f"{before / 1000:g}–{reach / 1000:g} km"
        before = reach
        if not np.isfinite(arrival):
            continue
        times = [t for t, _d in found if np.isfinite(t)]
        depths = [d for _t, d in found]
        rows.append(
            (
                label,
                Figure(
                    value=round(arrival, 1),
                    unit="min",
                    source=SOURCE,
                    low=round(min(times), 1),
                    high=round(max(times), 1),
                ),
                Figure(
                    value=round(depth, 1),
                    unit="m",
                    source=SOURCE,
                    low=round(min(depths), 1),
                    high=round(max(depths), 1),
                ),
            )
        )
    return Table(
        title="距坝址多远、几分钟到",
        columns=("直线距离", "最早到达", "最大水深"),
        rows=tuple(rows),
        note="水深到 0.15 m 算到达；区间为洪峰公式及其误差的最小与最大",
    )


def summary(
    likely: Water,
    tried: Sequence[Water],
    setting: Setting,
    peak: Figure,
    wet: Series,
) -> tuple[str, ...]:
    """Return the result in sentences."""
    said = [f"溃口洪峰约 {span(peak)}。"]
    for row in arrival_table(likely, tried, setting).rows[1:3]:
        time, depth = row[1], row[2]
        if isinstance(time, Figure) and isinstance(depth, Figure):
            said.append(
                f"{after(float(time.value or 0.0))}（{time.low:.0f}–{time.high:.0f} 分钟）到达距坝 {row[0]} 处，"
                f"最深约 {depth.value:g} m。"
            )
    hours = likely.minutes[-1] / 60.0
    area = Figure(
        value=max(wet.values), unit="km²", source=SOURCE, low=max(wet.low), high=max(wet.high)
    )
    said.append(f"{hours:g} 小时内淹没 {span(area)}。")
    return tuple(said)
