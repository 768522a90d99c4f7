"""Which model forecasts which scenario. A new hazard is one more row here.

Every model takes the scenario, the weather, the place and the divisions, and returns a
`Forecast`: areas, figures, what was assumed and when not to trust it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from anlan.forecast.gas_release import run_gas_release
from anlan.forecast.scenarios import GasRelease, Typhoon
from anlan.forecast.typhoon import run_typhoon

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anlan.forecast.districts import District
    from anlan.forecast.scenarios import Scenario, Weather
    from anlan.forecast.types import Forecast, Place

__all__ = ["MODELS", "ForecastModel", "forecast_model", "run_model"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastModel:
    """A model of the platform: its cards in the science, and how it is run."""

    kind: str
    title: str
    scenario: type[Any]
    cards: tuple[str, ...]
    run: Callable[[Any, Weather, Place, Sequence[District]], Forecast]


MODELS: Final[Mapping[str, ForecastModel]] = {
    model.kind: model
    for model in (
        ForecastModel(
            kind="gas_release",
            title="有毒气体泄漏扩散",
            scenario=GasRelease,
            cards=("release.orifice", "release.flash", "release.plume", "release.heavy"),
            run=run_gas_release,
        ),
        ForecastModel(
            kind="typhoon",
            title="台风大风与降雨",
            scenario=Typhoon,
            cards=("cyclone.wind",),
            run=run_typhoon,
        ),
    )
}


def forecast_model(kind: str) -> ForecastModel:
    """Return the model for a kind of scenario, or raise `LookupError`."""
    try:
        return MODELS[kind]
    except KeyError:
        raise LookupError(f"没有情景 {kind!r} 的预测模型；可用：{'、'.join(MODELS)}") from None


def run_model(
    scenario: Scenario, weather: Weather, place: Place, districts: Sequence[District] = ()
) -> Forecast:
    """Run the model that belongs to the scenario."""
    return forecast_model(scenario.kind).run(scenario, weather, place, districts)
