"""Forecast of an earthquake: intensity zones, damage, deaths and injuries, what the rescue needs.

The zones are the ellipses of GB 18306. Nothing in that relation knows the depth of the focus, so
depth only limits its use; what intensity meters report goes in as a correction of the degree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.fields import CHOICE, Field, Inputs, Spread
from anlan.forecast.hazards.earthquake_losses import (
    Losses,
    casualty_table,
    damage_table,
    district_table,
    loss_figures,
    losses,
    need_table,
)
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.shapes import disc, moving_front
from anlan.forecast.types import Assumption, Figure, Footprint, Forecast, Mark, Table
from anlan.science.seismic import casualties, damage, intensity, motion, needs
from anlan.science.seismic.ellipse import contour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Place

__all__ = ["MODEL", "run_earthquake"]

KIND: Final = "earthquake"
TITLE: Final = "地震烈度与损失评估（GB 18306 椭圆衰减）"
VERSION: Final = f"v{intensity.CARD.version}.{damage.CARD.version}.{casualties.CARD.version}"
SOURCE: Final = f"{TITLE} {VERSION}"

ROMAN: Final = {6: "VI", 7: "VII", 8: "VIII", 9: "IX", 10: "X", 11: "XI"}
DEGREES: Final = tuple(sorted(ROMAN, reverse=True))
"""Zones that are drawn, the most severe first."""

DAMAGING: Final = 7
"""From this degree buildings are damaged in number: what lies inside is checked first."""

REGIONS: Final = {
    "eastern": "东部区（含郯庐断裂带、山东）",
    "central": "中部区",
    "xinjiang": "新疆区",
    "tibetan": "青藏区",
}
LIKELY_STRIKE: Final = 20.0
"""Strike of the Tanlu belt, taken to draw a picture when nobody knows the fault. [deg]"""

MAGNITUDE_STEP: Final = 0.2
"""How far early magnitudes are corrected afterwards. [1]"""

STRIKE_STEP: Final = 30.0
S_WAVE: Final = 3500.0
"""Speed of shear waves in the crust. [m/s]"""

SHOWN_MINUTES: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
DEEP: Final = 35_000.0
"""Beyond this depth the relation, fitted on shallow earthquakes, is too large. [m]"""

MARKED: Final = {
    "reservoir": "水库",
    "tailings_dam": "尾矿库",
    "major_hazard_source": "重大危险源",
    "storage_tank": "储罐",
}
"""Kinds that must be looked at first after strong shaking."""

MOST_MARKS: Final = 60

FIELDS: Final = (
    Field(
        key="magnitude",
        title="面波震级 Ms",
        low=4.0,
        high=8.5,
        required=True,
        spread=Spread(
            low=-MAGNITUDE_STEP,
            high=MAGNITUDE_STEP,
            how="add",
            basis="速报震级后续修订一般在 ±0.2 以内，待确认",
        ),
        help="地震台网速报的震级",
    ),
    Field(
        key="strike_deg",
        title="发震断层走向（长轴方向）",
        unit="°",
        low=0.0,
        high=360.0,
        spread=Spread(low=-STRIKE_STEP, high=STRIKE_STEP, how="add"),
        help="自正北顺时针；不知道就不填，按各方向都可能画外包线",
    ),
    Field(
        key="region",
        title="衰减分区",
        kind=CHOICE,
        choices=REGIONS,
        default="eastern",
        basis="山东按东部区，分区图待核对标准原文",
    ),
    Field(
        key="depth_m",
        title="震源深度",
        unit="km",
        scale=1000.0,
        low=0.0,
        high=100_000.0,
        help="衰减关系按浅源地震统计，不随深度变化；超过 35 km 会提示偏大",
    ),
    Field(
        key="intensity_offset",
        title="烈度修正",
        unit="度",
        low=-2.0,
        high=2.0,
        default=0.0,
        basis="没有仪器烈度速报，按衰减关系中值",
        spread=Spread(
            low=-0.6, high=0.6, how="add", basis="衰减关系单点标准差约 0.6 度（GB 18306）"
        ),
        help="仪器烈度速报比本图高一度就填 1",
    ),
    Field(
        key="old_share",
        title="居住老旧民房的人口比例",
        unit="%",
        scale=0.01,
        low=0.0,
        high=1.0,
        default=0.15,
        basis="示例值，换成房屋普查成果",
        spread=Spread(low=0.5, high=1.5, basis="示例值的上下浮动，待确认"),
    ),
)


def run_earthquake(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the intensity zones from XI down to VI, damage, casualties and needs."""
    place = setting.place
    magnitude = inputs.number("magnitude")
    strike = inputs.get("strike_deg")
    region, offset = inputs.word("region"), inputs.number("intensity_offset")
    drawn = LIKELY_STRIKE if strike is None else strike
    tried = sorted({max(4.0, magnitude - MAGNITUDE_STEP), min(8.5, magnitude + MAGNITUDE_STEP)})
    if setting.member:  # the ensemble draws the magnitude, and here the fault that nobody knows
        tried = []
        if strike is None:
            drawn = float(np.random.default_rng(setting.seed).uniform(0.0, 180.0))
    footprints = []
    for degree in DEGREES:
        axes = [_axes(degree - offset, m, region) for m in (magnitude, *tried)]
        if axes[0][0] <= 0.0:
            continue
        area, *members = (_ellipse(place, a, drawn) for a in axes)
        footprints.append(
            Footprint(
                key=f"intensity{degree}",
                label=f"{ROMAN[degree]} 度区",
                threshold=Figure(value=degree, unit="度", source="GB/T 17742-2020"),
                area=area,
                envelope=area if setting.member else _envelope(place, axes, strike, area),
                figures=_zone_figures(axes),
                members=tuple(members),
            )
        )
    with refused("scenario", magnitude):
        found = losses(inputs, setting, strike=drawn, magnitudes=(magnitude, *tried))
    top = float(intensity.intensity(0.0, magnitude=magnitude, region=region)) + offset
    figures = {
        "震中烈度": Figure(
            value=round(top, 1),
            unit="度",
            source=SOURCE,
            low=round(top - intensity.intensity_sigma(region), 1),
            high=round(top + intensity.intensity_sigma(region), 1),
            note="GB 18306 中值与一倍标准差",
        ),
        "震中峰值加速度": _motion(magnitude, tried, region),
        **loss_figures(found, SOURCE),
    }
    shortfalls = [] if found else ["没有人口网格，不估算损失和伤亡；请装载城市数据包"]
    if not footprints:
        shortfalls.append("计算烈度不到 VI 度，不画影响区")
    depth = inputs.get("depth_m")
    if depth is not None and depth > DEEP:
        shortfalls.append(f"震源深 {depth / 1000:g} km，衰减关系按浅源统计，影响区偏大")
    return Forecast(
        model=KIND,
        version=VERSION,
        title=TITLE,
        footprints=tuple(footprints),
        figures=figures,
        assumptions=(*inputs.assumptions, *_strike_assumed(strike)),
        reasons=(
            f"{REGIONS[region]}，Ms {magnitude:g}，长轴方向 {drawn:g}°",
            "各帧为横波（3.5 km/s）已到达的部分，累积",
            "外包线含震级 ±0.2" + ("、走向 ±30°" if strike is not None else "、任意走向"),
            *(() if strike is not None else ("集合的每个成员各取一个走向",)),
        ),
        limits=tuple(
            dict.fromkeys(
                (
                    *intensity.CARD.limits,
                    *motion.CARD.limits,
                    *damage.CARD.limits,
                    *casualties.CARD.limits,
                    *needs.CARD.limits,
                )
            )
        ),
        shortfalls=tuple(shortfalls),
        frames=()
        if setting.member
        else moving_front(footprints, place, speed=S_WAVE, minutes=SHOWN_MINUTES),
        tables=()
        if setting.member
        else (
            _zone_table(footprints, magnitude, region, offset, found),
            *(
                ()
                if found is None
                else (
                    casualty_table(found, SOURCE),
                    damage_table(found, SOURCE),
                    need_table(found, SOURCE),
                )
            ),
            *district_table(inputs, setting, strike=drawn, source=SOURCE),
        ),
        marks=() if setting.member else _marks(footprints, setting),
        summary=_summary(footprints, found, top),
        uncertainty="震级、断层走向和房屋抗震能力（震害矩阵为示例）",
        would_change=(
            "震级修订 0.2：死亡人数可变化数倍，收到正式测定后重算",
            "断层走向确认后：影响区转向长轴方向",
            "仪器烈度速报到达：填烈度修正后重算",
            "换成本地震害预测矩阵和房屋普查数据",
        ),
    )


def _axes(level: float, magnitude: float, region: str) -> tuple[float, float]:
    """Return the semi-axes of an intensity in metres, 0 where the short one vanishes."""
    long, short = intensity.isoseismal_axes(
        min(max(level, 1.0), 12.0), magnitude=magnitude, region=region
    )
    return (float(long), float(short)) if min(long, short) > 0.0 else (0.0, 0.0)


def _ellipse(place: Place, axes: tuple[float, float], strike: float) -> BaseGeometry:
    if axes[0] <= 0.0:
        return Polygon()
    ring = contour(*axes, lon=place.lon, lat=place.lat, long_axis_deg=strike)
    return Polygon(ring)


def _envelope(
    place: Place,
    axes: Sequence[tuple[float, float]],
    strike: float | None,
    area: BaseGeometry,
) -> BaseGeometry:
    """Return what the zone may cover: the larger magnitude, and the fault turned."""
    largest = max(axes)
    if strike is None:
        return unary_union([disc(place, largest[0]), area])
    turned = [
        _ellipse(place, largest, strike + turn)
        for turn in (-STRIKE_STEP, -STRIKE_STEP / 2, 0.0, STRIKE_STEP / 2, STRIKE_STEP)
    ]
    return unary_union([*turned, area])


def _zone_figures(axes: Sequence[tuple[float, float]]) -> dict[str, Figure]:
    found = {}
    for name, which in (("长半轴", 0), ("短半轴", 1)):
        values = [one[which] / 1000.0 for one in axes]
        found[name] = Figure(
            value=round(values[0], 1),
            unit="km",
            source=SOURCE,
            low=round(min(values), 1),
            high=round(max(values), 1),
            note="区间为震级 ±0.2",
        )
    return found


def _motion(magnitude: float, tried: Sequence[float], region: str) -> Figure:
    values = [float(motion.pga(0.0, magnitude=m, region=region)) for m in (magnitude, *tried)]
    return Figure(
        value=round(values[0], 2),
        unit="m/s²",
        source=f"GB 18306 峰值加速度衰减 v{motion.CARD.version}",
        low=round(min(values) / 10 ** motion.SIGMA["pga"], 2),
        high=round(max(values) * 10 ** motion.SIGMA["pga"], 2),
        note="II 类场地；区间含震级 ±0.2 与一倍标准差",
    )


def _strike_assumed(strike: float | None) -> tuple[Assumption, ...]:
    if strike is not None:
        return ()
    return (
        Assumption(
            field="scenario.strike_deg",
            title="断层走向",
            value=LIKELY_STRIKE,
            unit="°",
            basis="示意取郯庐带方向；外包线按各方向都可能",
        ),
    )


def _zone_table(
    footprints: Sequence[Footprint],
    magnitude: float,
    region: str,
    offset: float,
    found: Losses | None,
) -> Table:
    rows: list[tuple[str | Figure, ...]] = []
    for zone in footprints:
        degree = int(zone.threshold.value or 0)
        edge = _axes(degree - offset, magnitude, region)[0]
        pga = float(motion.pga(min(edge, 500e3), 0.0, magnitude=magnitude, region=region))
        people: str | Figure = "缺人口网格"
        if found is not None:
            people = found.people_from(degree, SOURCE)
        rows.append(
            (
                zone.label,
                zone.figures["长半轴"],
                zone.figures["短半轴"],
                Figure(value=round(pga, 2), unit="m/s²", source=SOURCE, note="长轴外缘，中值"),
                people,
            )
        )
    return Table(
        title="烈度区",
        columns=("烈度", "长半轴", "短半轴", "外缘峰值加速度", "区内人口（含更高烈度）"),
        rows=tuple(rows),
    )


def _marks(footprints: Sequence[Footprint], setting: Setting) -> tuple[Mark, ...]:
    place = setting.place
    marks = [Mark(lon=place.lon, lat=place.lat, label="震中", state="danger", source="录入")]
    zone = next((f for f in footprints if f.key == f"intensity{DAMAGING}"), None)
    if zone is None:
        return tuple(marks)
    for one in setting.facilities:
        if one.kind in MARKED and shapely.contains_xy(zone.area, one.lon, one.lat):
            label = f"{MARKED[one.kind]} {one.name}：先排查"
            marks.append(
                Mark(lon=one.lon, lat=one.lat, label=label, state="watch", source=one.source)
            )
    return tuple(marks[:MOST_MARKS])


def _summary(footprints: Sequence[Footprint], found: Losses | None, top: float) -> tuple[str, ...]:
    if not footprints:
        return (f"震中烈度约 {top:.1f} 度，不到 VI 度，一般只有震感，房屋基本完好。",)
    worst, widest = footprints[0], footprints[-1]
    long = widest.figures["长半轴"]
    reach = (
        f"震中烈度约 {worst.label.removesuffix('区')}；{widest.label}沿断层方向伸到距震中 "
        f"{long.value:g} km（{long.low:g}–{long.high:g} km）。"
    )
    return (reach, *(() if found is None else found.sentences()))


MODEL: Final = ForecastModel(
    kind=KIND,
    family="earthquake",
    title="地震烈度与损失",
    about="各烈度区到哪里、多少人在里面、可能的伤亡区间、要多少救援、床位和帐篷",
    cards=(
        "seismic.intensity",
        "seismic.motion",
        "seismic.damage",
        "seismic.casualties",
        "seismic.needs",
    ),
    fields=FIELDS,
    run=run_earthquake,
    event_codes=("11C",),
)
