"""What is told of a release of radioactive matter: its areas, figures, tables, sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.ops import unary_union

from anlan.forecast.hazards.gas_source import CALM
from anlan.forecast.hazards.rings import distance_figure
from anlan.forecast.shapes import disc
from anlan.forecast.types import Figure, Footprint, Series, Table
from anlan.forecast.wording import after, span
from anlan.science.radiation import dose, plume
from anlan.science.release.zone import Zone, place_zone, rotated_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.fields import Inputs
    from anlan.forecast.setting import Setting

__all__ = [
    "ACTIONS",
    "DAY",
    "FARTHEST",
    "READINGS",
    "TITLE",
    "Action",
    "figures",
    "footprint",
    "pathways",
    "series",
    "shortfalls",
    "summary",
]

TITLE: Final = "放射性烟羽剂量模型（高斯、衰变与沉积）"
SOURCE: Final = f"{TITLE} v{plume.CARD.version}.{dose.CARD.version}"
FARTHEST = 10e3
"""End of the widths. [m]"""
DAY = 86_400.0
READINGS = (1.0, 0.3, 3.0)
"""Released activity against the entered one, the likeliest first. Platform default. [1]"""
SHOWN_AT = (500.0, 1000.0, 2000.0, 5000.0, 10_000.0)
"""Distances of the table of doses. [m]"""
SERIES_AT = (1000.0, 3000.0, 5000.0)
"""Distances of the doses over time. [m]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A protective action: its dose and how the dose is counted.

    `stay` is the time on the ground in s; None counts the thyroid instead of the whole body.
    """

    key: str
    name: str
    label: str
    stay: float | None

    @property
    def level(self) -> float:
        """The dose that calls for it, in Sv."""
        return dose.ACTIONS[self.name]


ACTIONS: Final = (
    Action(key="rad_evacuate", name="evacuate", label="撤离区（7天 50 mSv）", stay=7 * DAY),
    Action(key="rad_shelter", name="shelter", label="隐蔽区（2天 10 mSv）", stay=2 * DAY),
    Action(key="rad_iodine", name="iodine", label="服碘区（甲状腺 100 mGy）", stay=None),
)


def footprint(action: Action, zones: Sequence[Zone], setting: Setting) -> Footprint:
    """Return the area of a protective action and its range."""
    weather, place = setting.weather, setting.place
    lengths = [zone.length for zone in zones]
    area: BaseGeometry
    members: list[BaseGeometry]
    if weather.wind_from_deg is None or weather.wind_speed < CALM:
        area, envelope = disc(place, lengths[0]), disc(place, max(lengths))
        members = [disc(place, length) for length in lengths]
    elif setting.member:
        at = {"lon": place.lon, "lat": place.lat}
        area = envelope = place_zone(zones[0], **at, wind_from_deg=weather.wind_from_deg)
        members = [area]
    else:
        at = {"lon": place.lon, "lat": place.lat}
        turns = [
            (weather.wind_from_deg + step) % 360.0
            for step in (0.0, -weather.wind_spread_deg, weather.wind_spread_deg)
        ]
        members = [place_zone(z, **at, wind_from_deg=turn) for z in zones for turn in turns]
        area = members[0]
        swept = [
            rotated_zone(
                zone,
                **at,
                wind_from_deg=turns[0],
                spread_deg=min(weather.wind_spread_deg, 180.0),
            )
            for zone in zones
        ]
        envelope = unary_union([*swept, area])
    return Footprint(
        key=action.key,
        label=action.label,
        threshold=Figure(
            value=action.level * 1000.0,
            unit="mGy" if action.stay is None else "mSv",
            source="GB 18871—2002 通用优化干预水平",
            to_confirm=True,
        ),
        area=area,
        envelope=envelope,
        figures={
            "下风向距离": distance_figure(lengths[0], lengths, SOURCE),
            "到达边缘时间": Figure(
                value=round(lengths[0] / max(weather.wind_speed, CALM) / 60.0, 1),
                unit="min",
                source=f"{SOURCE}，按平均风速",
                low=round(min(lengths) / max(weather.wind_speed, CALM) / 60.0, 1),
                high=round(max(lengths) / max(weather.wind_speed, CALM) / 60.0, 1),
            ),
        },
        members=tuple(members),
    )


def shortfalls(zones: Mapping[str, Sequence[Zone]]) -> list[str]:
    """Say which action is needed nowhere, and which area is cut off."""
    said = []
    for action in ACTIONS:
        likely = zones[action.key][0]
        if likely.length == 0:
            said.append(f"任何距离都达不到{action.label}的剂量，不画该区")
        elif likely.truncated:
            said.append(
                f"{action.label}在 {FARTHEST / 1000:g} km 处仍超过，范围只画到此处，实际更远"
            )
    return said


def figures(
    inputs: Inputs, activity: float, source: plume.Nuclide, doses: Callable[..., dose.Dose]
) -> dict[str, Figure]:
    """Return the figures of the first page."""
    at_one = doses(np.array([1000.0]), 7 * DAY)
    effective = float(at_one.effective[0]) * 1000.0
    deposit = float(at_one.deposit[0]) / 1000.0
    return {
        "进入空气的活度": Figure(
            value=round(activity / 1e12, 6),
            unit="TBq",
            source="录入活度 × 进入空气份额",
            low=round(activity * READINGS[1] / 1e12, 6),
            high=round(activity * READINGS[2] / 1e12, 6),
        ),
        "1 km 处7天剂量": Figure(
            value=float(f"{effective:.3g}"),
            unit="mSv",
            source=SOURCE,
            low=float(f"{effective * READINGS[1]:.3g}"),
            high=float(f"{effective * READINGS[2]:.3g}"),
            to_confirm=True,
        ),
        "1 km 处地面沉积": Figure(
            value=float(f"{deposit:.3g}"),
            unit="kBq/m²",
            source=SOURCE,
            low=float(f"{deposit * READINGS[1]:.3g}"),
            high=float(f"{deposit * READINGS[2]:.3g}"),
            to_confirm=True,
        ),
        "半衰期": Figure(
            value=round(source.half_life / DAY, 1), unit="d", source="核素常数表", to_confirm=True
        ),
        "释放持续时间": Figure(
            value=round(inputs.number("duration_s") / 3600.0, 2), unit="h", source="录入或默认"
        ),
    }


def pathways(doses: Callable[..., dose.Dose]) -> Table:
    """Return the dose by pathway at some distances on the axis of the plume."""
    x = np.array(SHOWN_AT)
    found = doses(x, 7 * DAY)
    parts = (found.inhalation, found.cloud, found.ground, found.effective, found.thyroid)

    def shown(value: float, unit: str) -> Figure:
        return Figure(value=float(f"{value:.3g}"), unit=unit, source=SOURCE, to_confirm=True)

    return Table(
        title="烟羽轴线上的剂量（室外、无防护、7天）",
        columns=("距离", "吸入", "烟云外照射", "地面沉积", "合计", "甲状腺", "沉积活度"),
        rows=tuple(
            (
                f"{x[i] / 1000:g} km",
                *(
                    shown(float(part[i]) * 1000.0, "mGy" if part is found.thyroid else "mSv")
                    for part in parts
                ),
                shown(float(found.deposit[i]) / 1000.0, "kBq/m²"),
            )
            for i in range(len(x))
        ),
        note="剂量系数、呼吸率凭记忆录入，待确认；以监测为准",
    )


def series(
    doses: Callable[..., dose.Dose], source: plume.Nuclide, wind: float, lasts: float
) -> tuple[Series, ...]:
    """Return the dose over the first day for somebody who stays in the open."""
    minutes = np.concatenate([np.arange(0.0, 240.0, 10.0), np.arange(240.0, 1441.0, 60.0)])
    found = []
    for x in SERIES_AT:
        since = np.maximum(minutes * 60.0 - x / wind, 0.0)
        passed = np.minimum(since / lasts, 1.0)
        at = doses(np.array([x]), 0.0)
        air = (float(at.inhalation[0]) + float(at.cloud[0])) * passed
        # What has settled by a moment shines from then on; on the mean since half of the passage.
        settled = float(at.deposit[0]) * passed
        shone = np.maximum(since - 0.5 * np.minimum(since, lasts), 0.0)
        rate = source.decay_constant
        ground = settled * source.ground_shine * -np.expm1(-rate * shone) / rate
        total = (air + ground) * 1000.0
        found.append(
            Series(
                key=f"dose_{x:.0f}",
                label=f"下风 {x / 1000:g} km 累积剂量",
                unit="mSv",
                minutes=tuple(minutes.tolist()),
                values=tuple(float(f"{v:.4g}") for v in total),
                low=tuple(float(f"{v * READINGS[1]:.4g}") for v in total),
                high=tuple(float(f"{v * READINGS[2]:.4g}") for v in total),
                source=SOURCE,
            )
        )
    return tuple(found)


def summary(footprints: Sequence[Footprint], wind: float, nuclide: str) -> tuple[str, ...]:
    """Return the result in sentences."""
    if not footprints:
        return (f"{nuclide}释放：按录入活度，任何距离都不需要紧急防护行动（以监测为准）",)
    said = [
        f"{f.label}超过 {span(f.figures['下风向距离'])}（模型只适用到此，实际更远），"
        f"{after(float(f.figures['到达边缘时间'].value or 0.0))}烟羽到达此处"
        if float(f.figures["下风向距离"].value or 0.0) >= FARTHEST
        else f"{after(float(f.figures['到达边缘时间'].value or 0.0))}烟羽到达{f.label}最远处，"
        f"距释放点约 {span(f.figures['下风向距离'])}"
        for f in footprints
    ]
    said.append(f"烟羽每小时约移动 {wind * 3.6:.0f} km；先隐蔽、后按监测撤离，撤离方向垂直于风")
    return tuple(said)
