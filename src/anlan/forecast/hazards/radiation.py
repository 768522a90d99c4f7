"""Forecast of a release of radioactive matter: protective-action zones, dose by pathway and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from shapely.ops import unary_union

from anlan.forecast.fields import CHOICE, Field, Inputs, Spread, read_fields
from anlan.forecast.hazards.gas_source import CALM
from anlan.forecast.hazards.rings import distance_figure, refused, text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.shapes import disc, moving_front
from anlan.forecast.types import Assumption, Figure, Footprint, Forecast, Series, Table
from anlan.science.radiation import dose, plume
from anlan.science.release.sigma import plume_widths
from anlan.science.release.zone import Zone, place_zone, rotated_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "run_radiation"]

TITLE: Final = "放射性烟羽剂量模型（高斯、衰变与沉积）"
SOURCE: Final = f"{TITLE} v{plume.CARD.version}.{dose.CARD.version}"
NEAREST = 50.0
"""Where zones begin: nearer the release itself is the danger. [m]"""

FARTHEST = 10e3
"""End of the widths. [m]"""

STRONGEST_WIND = 40.0
"""End of the range of the model. [m/s]"""

DAY = 86_400.0
READINGS = (1.0, 0.3, 3.0)
"""Released activity against the entered one, the likeliest first. Platform default. [1]"""

SHOWN_AT = (500.0, 1000.0, 2000.0, 5000.0, 10_000.0)
"""Distances of the table of doses. [m]"""

SERIES_AT = (1000.0, 3000.0, 5000.0)
"""Distances of the doses over time. [m]"""

SHOWN_MINUTES: Final = (2, 5, 10, 15, 20, 30, 45, 60, 90, 120)

FIELDS: Final = (
    Field(
        key="nuclide",
        title="核素",
        kind=CHOICE,
        choices={key: plume.nuclide(key).title for key in plume.NUCLIDES},
        default="Cs-137",
        basis="工业与医疗常见长寿命源，请按源登记核实",
    ),
    Field(
        key="activity_bq",
        title="源活度",
        unit="TBq",
        scale=1e12,
        low=1e6,
        high=1e20,
        default=5.1e13,
        basis="1987年戈亚尼亚铯源 50.9 TBq 量级，请按源登记核实",
        spread=Spread(low=READINGS[1], high=READINGS[2], basis="源项通常只知数量级"),
    ),
    Field(
        key="airborne_share",
        title="进入空气的份额",
        low=1e-6,
        high=1,
        default=1.0,
        basis="全部进入空气为谨慎读法",
    ),
    Field(
        key="duration_s",
        title="释放持续时间",
        unit="h",
        scale=3600.0,
        low=60,
        high=7 * DAY,
        default=3600.0,
        basis="平台默认，待确认",
    ),
    Field(
        key="height_m",
        title="释放高度",
        unit="m",
        low=0,
        high=300,
        default=0.0,
        basis="近地面释放影响最大，谨慎读法",
    ),
    Field(
        key="rain_m_s",
        title="雨强",
        unit="mm/h",
        scale=1e-3 / 3600.0,
        low=0,
        high=0.2 / 3600.0,
        default=0.0,
        basis="无雨；下雨时近处沉积增多，请按实况填",
    ),
)


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


def parse_radiation(content: Mapping[str, Any], _temperature_c: float) -> Inputs:
    """Read a release of radioactive matter."""
    return read_fields("radiation", FIELDS, content)


def run_radiation(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the zones of protective action, the gravest first.

    Raises
    ------
    ScenarioError
        If the wind is beyond the model.
    """
    weather = setting.weather
    if weather.wind_speed > STRONGEST_WIND:
        raise ScenarioError(
            "weather.wind_speed", f"不大于 {STRONGEST_WIND:g} m/s（烟羽模型）", weather.wind_speed
        )
    source = plume.nuclide(inputs.word("nuclide"))
    with refused("scenario.activity_bq", inputs.number("activity_bq")):
        activity = float(
            dose.released_activity(
                inputs.number("activity_bq"), airborne_fraction=inputs.number("airborne_share")
            )
        )
    wind = max(weather.wind_speed, CALM)
    washed = float(plume.washout(inputs.number("rain_m_s")))

    def doses(x: NDArray[np.float64], stay: float, share: float = 1.0) -> dose.Dose:
        return dose.plume_dose(
            x,
            activity=min(activity * share, 1e20),
            source=source,
            wind_speed=wind,
            stability=weather.stability,
            height=inputs.number("height_m"),
            washout_rate=washed,
            stay=stay,
        )

    with refused("scenario", inputs.word("nuclide")):
        zones = {
            action.key: [_zone(action, doses, share, weather.stability) for share in READINGS]
            for action in ACTIONS
        }
    footprints = [
        _footprint(action, zones[action.key], setting)
        for action in ACTIONS
        if zones[action.key][0].length > 0
    ]
    lasts = inputs.number("duration_s")
    assumptions = [*weather.assumptions, *inputs.assumptions]
    if weather.wind_speed < CALM:
        assumptions.append(
            Assumption(
                field="weather.wind_speed",
                title="静风风速",
                value=CALM,
                unit=" m/s",
                basis=f"实测 {weather.wind_speed:g} m/s 低于模型下限，各方向都可能",
            )
        )
    return Forecast(
        model="radiation",
        version=f"v{plume.CARD.version}.{dose.CARD.version}",
        title=TITLE,
        footprints=tuple(footprints),
        figures=_figures(inputs, activity, source, doses),
        assumptions=tuple(assumptions),
        reasons=(
            f"{source.title}，进入空气 {activity:.3g} Bq；稳定度 {weather.stability}，风速 {wind:g} m/s",
            "按室外无防护成人计；行动水平取 GB 18871—2002 通用优化干预水平（待确认）",
            "动画为烟羽经过处，过后地面沉积仍有照射",
        ),
        limits=tuple(
            dict.fromkeys((*plume.CARD.limits, *dose.CARD.limits, *dose.CARD.unconfirmed))
        ),
        shortfalls=tuple(_shortfalls(zones)),
        frames=moving_front(footprints, setting.place, speed=wind, minutes=SHOWN_MINUTES),
        series=_series(doses, source, wind, lasts),
        tables=(_pathways(doses),),
        summary=_summary(footprints, wind, source.title),
        uncertainty="释放活度（源项）和风向",
        would_change=(
            "源登记或监测核实后的活度",
            "下雨：近处地面沉积成倍增加，远处减少",
            "关门窗隐蔽：吸入剂量约减半以上，烟羽过后须通风",
        ),
    )


def _counted(action: Action, found: dose.Dose) -> NDArray[np.float64]:
    return found.thyroid if action.stay is None else found.effective


def _zone(action: Action, doses: Callable[..., dose.Dose], share: float, stability: str) -> Zone:
    """Return where the dose of an action is met: exact across the wind, where it is Gaussian."""
    x = np.geomspace(NEAREST, FARTHEST, 240)
    ratio = _counted(action, doses(x, action.stay or 0.0, share)) / action.level
    above = ratio >= 1.0
    if not above.any():
        return Zone(
            threshold=action.level,
            start=0.0,
            length=0.0,
            half_width=0.0,
            outline=np.empty((0, 2)),
            truncated=False,
            reasons=(),
        )
    first, last = (int(k) for k in np.flatnonzero(above)[[0, -1]])
    reached = slice(first, last + 1)
    along = x[reached]
    widths = plume_widths(along, stability=stability, scheme="briggs_rural").y
    side = widths * np.sqrt(2.0 * np.log(np.maximum(ratio[reached], 1.0 + 1e-6)))
    truncated = last == len(x) - 1
    start, end = 0.0 if first == 0 else float(along[0]), float(along[-1])
    if not truncated:
        end *= (x[last + 1] / x[last]) ** float(
            np.log(ratio[last]) / np.log(ratio[last] / ratio[last + 1])
        )
    if first == 0:  # from the release on, as wide as where the model begins
        along, side = np.concatenate([[0.0], along]), np.concatenate([[side[0]], side])
    if not truncated:
        along, side = np.concatenate([along, [end]]), np.concatenate([side, [0.0]])
    outline = np.column_stack(
        [np.concatenate([along, along[::-1]]), np.concatenate([side, -side[::-1]])]
    )
    return Zone(
        threshold=action.level,
        start=start,
        length=end,
        half_width=float(side.max()),
        outline=np.vstack([outline, outline[:1]]),
        truncated=truncated,
        reasons=(),
    )


def _footprint(action: Action, zones: Sequence[Zone], setting: Setting) -> Footprint:
    weather, place = setting.weather, setting.place
    lengths = [zone.length for zone in zones]
    area: BaseGeometry
    members: list[BaseGeometry]
    if weather.wind_from_deg is None or weather.wind_speed < CALM:
        area, envelope = disc(place, lengths[0]), disc(place, max(lengths))
        members = [disc(place, length) for length in lengths]
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


def _shortfalls(zones: Mapping[str, Sequence[Zone]]) -> list[str]:
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


def _figures(
    inputs: Inputs, activity: float, source: plume.Nuclide, doses: Callable[..., dose.Dose]
) -> dict[str, Figure]:
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


def _pathways(doses: Callable[..., dose.Dose]) -> Table:
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


def _series(
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


def _summary(footprints: Sequence[Footprint], wind: float, nuclide: str) -> tuple[str, ...]:
    if not footprints:
        return (f"{nuclide}释放：按录入活度，任何距离都不需要紧急防护行动（以监测为准）",)
    said = [
        f"{f.figures['到达边缘时间'].value:g} 分钟后烟羽到达{f.label}最远处，"
        f"距释放点 {text_range(f.figures['下风向距离'])}"
        for f in footprints
    ]
    said.append(f"烟羽每小时约移动 {wind * 3.6:.0f} km；先隐蔽、后按监测撤离，撤离方向垂直于风")
    return tuple(said)


MODEL: Final = ForecastModel(
    kind="radiation",
    family="radiation",
    title="放射性物质释放",
    about="烟羽往哪里去，哪里要撤离、隐蔽、服碘，剂量由哪些途径来",
    cards=("radiation.plume", "radiation.dose"),
    fields=FIELDS,
    parse=parse_radiation,
    run=run_radiation,
    event_codes=("12E",),
    uses_weather=True,
)
