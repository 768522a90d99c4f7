"""Forecast of a release of radioactive matter: protective-action zones, dose by pathway and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import CHOICE, Field, Inputs, Spread
from anlan.forecast.hazards import radiation_told as told
from anlan.forecast.hazards.gas_source import CALM, calm_assumed
from anlan.forecast.hazards.radiation_told import ACTIONS, DAY, FARTHEST, READINGS, TITLE, Action
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.shapes import moving_front
from anlan.forecast.types import Forecast
from anlan.science.radiation import dose, plume
from anlan.science.release.sigma import plume_widths
from anlan.science.release.zone import Zone

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "run_radiation"]

NEAREST = 50.0
"""Where zones begin: nearer the release itself is the danger. [m]"""

STRONGEST_WIND = 40.0
"""End of the range of the model. [m/s]"""

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

    readings = READINGS[:1] if setting.member else READINGS
    with refused("scenario", inputs.word("nuclide")):
        zones = {
            action.key: [_zone(action, doses, share, weather.stability) for share in readings]
            for action in ACTIONS
        }
    footprints = [
        told.footprint(action, zones[action.key], setting)
        for action in ACTIONS
        if zones[action.key][0].length > 0
    ]
    lasts = inputs.number("duration_s")
    return Forecast(
        model="radiation",
        version=f"v{plume.CARD.version}.{dose.CARD.version}",
        title=TITLE,
        footprints=tuple(footprints),
        figures=told.figures(inputs, activity, source, doses),
        assumptions=(*weather.assumptions, *inputs.assumptions, *calm_assumed(weather)),
        reasons=(
            f"{source.title}，进入空气 {activity:.3g} Bq；稳定度 {weather.stability}，风速 {wind:g} m/s",
            "按室外无防护成人计；行动水平取 GB 18871—2002 通用优化干预水平（待确认）",
            "动画为烟羽经过处，过后地面沉积仍有照射",
        ),
        limits=tuple(
            dict.fromkeys((*plume.CARD.limits, *dose.CARD.limits, *dose.CARD.unconfirmed))
        ),
        shortfalls=tuple(told.shortfalls(zones)),
        frames=()
        if setting.member
        else moving_front(footprints, setting.place, speed=wind, minutes=SHOWN_MINUTES),
        series=told.series(doses, source, wind, lasts),
        tables=() if setting.member else (told.pathways(doses),),
        summary=told.summary(footprints, wind, source.title),
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


MODEL: Final = ForecastModel(
    kind="radiation",
    family="radiation",
    title="放射性物质释放",
    about="烟羽往哪里去，哪里要撤离、隐蔽、服碘，剂量由哪些途径来",
    cards=("radiation.plume", "radiation.dose"),
    fields=FIELDS,
    run=run_radiation,
    event_codes=("12E",),
    uses_weather=True,
)
