"""Settings and checks for the models of the platform."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from anlan.forecast.exposure import Facility
from anlan.forecast.models_registry import forecast_model, parse_scenario, run_model
from anlan.forecast.scenarios import Weather
from anlan.forecast.setting import Setting
from anlan.forecast.types import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.forecast.types import Footprint, Forecast

__all__ = ["PARK", "assert_nested", "assert_ranges", "forecast_of", "make_setting", "tank"]

PARK = Place(lon=117.45, lat=36.75, name="示例化工园区")
WIND = {
    "wind_speed": 3.0,
    "wind_from_deg": 45.0,
    "temperature_c": 20.0,
    "cloud_octas": 3,
    "is_day": True,
}


def make_setting(*, weather: dict[str, Any] | None = None, **given: Any) -> Setting:
    """Return a setting at the park with a steady wind from the north-east."""
    return Setting(
        **{
            "place": PARK,
            "weather": Weather.parse({**WIND, **(weather or {})}),
            "moment": datetime(2026, 3, 1, 3, tzinfo=UTC),
            **given,
        }
    )


def forecast_of(kind: str, *, setting: Setting | None = None, **scenario: Any) -> Forecast:
    """Read a scenario and run its model, as the page does."""
    assert forecast_model(kind).kind == kind
    return run_model(parse_scenario({"kind": kind, **scenario}), setting or make_setting())


def tank(metres_east: float, *, pressure: float = 1e5, name: str = "罐") -> Facility:
    """Return a registered tank of 1000 m3 east of the park."""
    return Facility(
        id=round(metres_east),
        kind="storage_tank",
        name=name,
        lon=PARK.lon + metres_east / 89_094.0,
        lat=PARK.lat,
        source="登记表",
        details={"pressure_pa": pressure, "volume_m3": 1000.0, "inventory_kg": 5e5},
    )


def assert_nested(footprints: Sequence[Footprint]) -> None:
    """Check that each area lies in the next, and in its envelope."""
    assert footprints
    for inner, outer in pairwise(footprints):
        assert outer.area.buffer(2e-5).contains(inner.area), (inner.key, outer.key)
    for one in footprints:
        assert one.envelope.buffer(1e-6).contains(one.area), one.key


def assert_ranges(forecast: Forecast) -> None:
    """Check that every range holds its value and every number has a source."""
    named = [*forecast.figures.items()]
    named += [(f"{z.key} {k}", f) for z in forecast.footprints for k, f in z.figures.items()]
    for name, figure in named:
        assert figure.source, name
        if isinstance(figure.value, int | float):
            assert figure.low is None or figure.low <= figure.value, name
            assert figure.high is None or figure.value <= figure.high, name
