from __future__ import annotations

import pytest

from anlan.console.forms.hazards import GasReleaseForm, HazardForm, TyphoonForm, hazard_form_for
from anlan.forecast.scenarios import GasRelease, Weather, parse_scenario


def entered(**values: str) -> dict[str, str]:
    return {f"hazard-{name}": value for name, value in values.items()}


@pytest.mark.parametrize(
    ("code", "form"), [("12A04", GasReleaseForm), ("11B01", TyphoonForm), ("12B03", HazardForm)]
)
def test_a_kind_of_event_asks_for_what_its_model_needs(code: str, form: type[HazardForm]) -> None:
    assert type(hazard_form_for(code)) is form


def test_what_is_entered_is_what_the_forecast_reads() -> None:
    data = entered(
        substance="氨", hole_mm="50", inventory_t="40", wind_speed="3", wind_from_deg="225"
    )
    form = hazard_form_for("12A04", data)
    assert form.is_valid()
    details = form.details()
    release = parse_scenario(details["scenario"])
    weather = Weather.parse(details["weather"])
    assert isinstance(release, GasRelease)
    assert (release.hole_diameter_m, release.inventory_kg) == (0.05, 40_000)
    assert (weather.wind_speed, weather.wind_from_deg) == (3, 225)


def test_what_is_left_empty_is_left_out() -> None:
    form = hazard_form_for("12B03", entered())
    assert form.is_valid()
    assert form.details() == {}


def test_a_wind_that_cannot_be_is_refused() -> None:
    form = hazard_form_for("12B03", entered(wind_speed="-3"))
    assert not form.is_valid()
    assert "wind_speed" in form.errors
