"""Which model forecasts which scenario. A new hazard is one more module in `hazards`.

Every model takes what was entered and its setting, and returns a `Forecast`: areas, how they
grow, figures, what was assumed and when not to trust it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from anlan.forecast.hazards import (
    chain,
    dam_break,
    earthquake,
    epidemic,
    explosion,
    facility_risk,
    fireball,
    flammable_cloud,
    flood,
    forest_fire,
    gas_pipeline,
    gas_release,
    jet_fire,
    lifeline,
    mass_gathering,
    opinion_surge,
    outbreak_detection,
    pool_fire,
    radiation,
    typhoon,
)
from anlan.forecast.scenarios import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anlan.forecast.model import ForecastModel
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Forecast

__all__ = ["FAMILIES", "MODELS", "forecast_model", "models_for", "parse_scenario", "run_model"]

FAMILIES: Final[Mapping[str, str]] = {
    "chemical": "危险化学品泄漏",
    "explosion": "火灾爆炸",
    "radiation": "核与辐射",
    "typhoon": "台风",
    "flood": "洪涝与溃坝",
    "earthquake": "地震",
    "wildfire": "森林火灾",
    "epidemic": "传染病疫情",
    "detection": "疫情早期发现",
    "gathering": "大型聚集活动",
    "lifeline": "生命线与网络瘫痪",
    "opinion": "舆情与热线激增",
    "chain": "灾害链",
}
"""What the models are grouped by, in the order in which a duty officer meets them."""

MODELS: Final[Mapping[str, ForecastModel]] = {
    model.kind: model
    for model in (
        gas_release.MODEL,
        flammable_cloud.MODEL,
        gas_pipeline.MODEL,
        explosion.MODEL,
        pool_fire.MODEL,
        fireball.MODEL,
        jet_fire.MODEL,
        facility_risk.MODEL,
        radiation.MODEL,
        typhoon.MODEL,
        forest_fire.MODEL,
        earthquake.MODEL,
        epidemic.MODEL,
        outbreak_detection.MODEL,
        mass_gathering.MODEL,
        opinion_surge.MODEL,
        flood.MODEL,
        dam_break.MODEL,
        lifeline.MODEL,
        chain.MODEL,
    )
}


def forecast_model(kind: str) -> ForecastModel:
    """Return the model for a kind of scenario, or raise `LookupError`."""
    try:
        return MODELS[kind]
    except KeyError:
        raise LookupError(f"没有情景 {kind!r} 的预测模型；可用：{'、'.join(MODELS)}") from None


def models_for(event_code: str) -> tuple[ForecastModel, ...]:
    """Return the models that fit a kind of event, the closest first."""
    fits = [
        (max(len(code) for code in model.event_codes if event_code.startswith(code)), model)
        for model in MODELS.values()
        if event_code and any(event_code.startswith(code) for code in model.event_codes)
    ]
    return tuple(model for _length, model in sorted(fits, key=lambda fit: -fit[0]))


def parse_scenario(content: Mapping[str, Any], *, temperature_c: float = 25.0) -> Any:
    """Read a scenario by its `kind`, or raise `ScenarioError`."""
    kind = content.get("kind")
    if kind not in MODELS:
        raise ScenarioError("scenario.kind", f"为 {'、'.join(MODELS)} 之一", kind)
    return MODELS[str(kind)].parse(content, temperature_c)


def run_model(scenario: Any, setting: Setting) -> Forecast:
    """Run the model that belongs to the scenario."""
    return forecast_model(scenario.kind).run(scenario, setting)
