"""Forecast of a flammable cloud from a vessel: where it may be lit, how much may explode."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from anlan.forecast.hazards import gas_release, registered
from anlan.forecast.hazards.flammable import air_over, flammable_footprints
from anlan.forecast.hazards.gas_source import calm_assumed, drawn_reading, source_term
from anlan.forecast.hazards.rings import text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import GasRelease, ScenarioError
from anlan.forecast.shapes import moving_front
from anlan.forecast.types import Figure, Forecast
from anlan.science.release import heavy, orifice, plume, substances

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "FlammableCloud", "run_flammable_cloud"]

TITLE: Final = "可燃气云模型（高斯烟羽与重气、爆炸下限）"
SOURCE: Final = f"{TITLE} v{plume.CARD.version}.{heavy.CARD.version}"
SHOWN_MINUTES: Final = (0.5, 1, 2, 3, 5, 8, 12, 20, 30)


class FlammableCloud(GasRelease):
    """A leak of something that burns: the same inputs as a toxic one."""

    __slots__ = ()
    kind = "flammable_cloud"


def run_flammable_cloud(scenario: FlammableCloud, setting: Setting) -> Forecast:
    """Return the areas above the lower flammable limit and above half of it.

    Raises
    ------
    ScenarioError
        If the substance is unknown or does not burn, or the models refuse an input.
    """
    name = "scenario.substance"
    try:
        substance = substances.find(scenario.substance)
    except ValueError:
        raise ScenarioError(
            name, "为物质表中的物质（如丙烷、甲烷、苯）", scenario.substance
        ) from None
    if substance.lfl is None:
        raise ScenarioError(name, "为可燃物质（物性表中有爆炸下限）", scenario.substance)
    over = air_over(setting, gas_release.SCHEMES[scenario.terrain])
    with refused(name, scenario.substance):
        source = source_term(scenario, substance, wind_speed=over.wind_speed)
        terms = (source.likely, source.least, source.most)
        if setting.member:
            drawn = (source.least, source.likely, source.most)[drawn_reading(setting.seed)]
            source = replace(source, likely=drawn)
            terms = (drawn, drawn, drawn)
        footprints = flammable_footprints(terms, setting, over, height=scenario.height_m)
    lasts = None
    if scenario.inventory_kg is not None:
        lasts = scenario.inventory_kg / source.outflow
    figures = {
        "进入空气速率": Figure(
            value=round(source.likely.rate, 3),
            unit="kg/s",
            source=f"孔口泄漏与闪蒸模型 v{orifice.CARD.version}",
            low=round(source.least.rate, 3),
            high=round(source.most.rate, 3),
        )
    }
    if footprints:
        reach = footprints[0].figures["下风向距离"]
        lengths = (reach.value, reach.low, reach.high)
        masses = [
            term.rate * float(length or 0.0) / over.wind_speed
            for term, length in zip(terms, lengths, strict=True)
        ]
        figures["气云内可燃物（延迟爆炸用）"] = Figure(
            value=round(masses[0]),
            unit="kg",
            source=f"{SOURCE}：速率 × 下限区长度 ÷ 风速",
            low=float(round(min(masses))),
            high=float(round(max(masses))),
            note="填入爆炸模型作参与质量",
        )
    return Forecast(
        model="flammable_cloud",
        version=f"v{plume.CARD.version}.{heavy.CARD.version}.{orifice.CARD.version}",
        title=TITLE,
        footprints=footprints,
        figures=figures,
        assumptions=(
            *setting.weather.assumptions,
            *scenario.assumptions,
            *calm_assumed(setting.weather),
        ),
        reasons=(
            *source.reasons,
            f"{substance.name_zh}爆炸下限 {substance.lfl / 1e4:g}%（体积）",
            f"稳定度 {setting.weather.stability}，风速 {over.wind_speed:g} m/s，{over.scheme} 扩散参数",
        ),
        limits=tuple(dict.fromkeys((*plume.CARD.limits, *heavy.CARD.limits))),
        shortfalls=()
        if footprints
        else (f"{substance.name_zh}浓度在地面任何处都达不到爆炸下限的一半，不画可燃区",),
        frames=()
        if setting.member
        else moving_front(
            footprints,
            setting.place,
            speed=over.wind_speed,
            minutes=SHOWN_MINUTES,
            lasts_s=lasts,
        ),
        summary=tuple(
            f"{float(f.figures['下风向距离'].value or 0) / over.wind_speed / 60:.1f} 分钟内"
            f"{substance.name_zh}{f.label}到下风向 {text_range(f.figures['下风向距离'])}"
            for f in footprints
        )
        or (f"{substance.name_zh}在地面不形成可燃气云（按录入情况）",),
        uncertainty="实际进入空气的量（闪蒸至全部夹带）和风向摆动",
        would_change=(
            "警戒区内出现火源：闪火瞬间烧到整个下限区",
            "堵漏或关阀：气云在数分钟内消散",
            "气云进入厂房、街区：延迟点燃时爆炸更强",
        ),
    )


def parse_flammable_cloud(content: Mapping[str, Any], temperature_c: float) -> FlammableCloud:
    """Read a leak of something that burns."""
    return FlammableCloud.parse(content, temperature_c)  # type: ignore[return-value]


MODEL: Final = ForecastModel(
    kind="flammable_cloud",
    family="chemical",
    title="可燃气体泄漏（闪火与爆炸危险区）",
    about="可燃气云到多远会被点着，延迟爆炸会有多少参与",
    cards=("release.orifice", "release.flash", "release.plume", "release.heavy"),
    fields=gas_release.MODEL.fields,
    reader=parse_flammable_cloud,
    run=run_flammable_cloud,
    event_codes=("12A04", "12B09"),
    registered=registered.BURNING_CLOUD,
    uses_weather=True,
)
