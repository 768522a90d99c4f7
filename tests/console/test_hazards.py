from __future__ import annotations

import pytest
from django.forms import ChoiceField

from anlan.command.rules.scenario_changes import problems_of_inputs
from anlan.console.forms.hazards import (
    GasReleaseForm,
    HazardForm,
    TyphoonForm,
    WeatherForm,
)
from anlan.console.forms.scenarios import correction_form_for, hazard_form_for, kinds_for
from anlan.forecast.models_registry import parse_scenario
from anlan.forecast.scenarios import GasRelease, Typhoon, Weather

PLACES = {"章丘区": "370114000000", "历下区": "370102000000"}
LEKIMA = {
    "track": "lekima_1909",
    "start": "2019-08-10T00:00",
    "end": "2019-08-13T00:00",
    "rain_mm": "148.9",
    "rain_hours": "24",
    "rain_source": "8月11日全市平均雨量实况",
}


def entered(**values: str) -> dict[str, str]:
    return {f"hazard-{name}": value for name, value in values.items()}


@pytest.mark.parametrize(
    ("code", "form"), [("12A04", GasReleaseForm), ("11B01", TyphoonForm), ("12B03", WeatherForm)]
)
def test_a_kind_of_event_asks_for_what_its_model_needs(code: str, form: type[HazardForm]) -> None:
    assert type(hazard_form_for(code, places={})) is form


def test_what_is_entered_is_what_the_forecast_reads() -> None:
    data = entered(
        substance="氨", hole_mm="50", inventory_t="40", wind_speed="3", wind_from_deg="225"
    )
    form = hazard_form_for("12A04", data, places=PLACES)
    assert form.is_valid()
    details = form.details()
    release = parse_scenario(details["scenario"])
    weather = Weather.parse(details["weather"])
    assert isinstance(release, GasRelease)
    assert (release.hole_diameter_m, release.inventory_kg) == (0.05, 40_000)
    assert (weather.wind_speed, weather.wind_from_deg) == (3, 225)


def test_what_is_left_empty_is_left_out() -> None:
    form = hazard_form_for("12B03", entered(), places=PLACES)
    assert form.is_valid()
    assert form.details() == {}


def test_a_wind_that_cannot_be_is_refused() -> None:
    form = hazard_form_for("12B03", entered(wind_speed="-3"), places=PLACES)
    assert not form.is_valid()
    assert "wind_speed" in form.errors


def test_a_typhoon_is_its_track_its_time_and_its_rain() -> None:
    form = hazard_form_for(
        "11B01", entered(**LEKIMA, rain_places="章丘区 3 62\n\n历下区 6 80.5\n"), places=PLACES
    )
    assert form.is_valid()
    details = form.details()
    storm = parse_scenario(details["scenario"])
    assert isinstance(storm, Typhoon)
    assert "weather" not in details
    assert storm.start is not None
    assert storm.start.isoformat() == "2019-08-10T00:00:00+08:00"
    assert [(r.amount_mm, r.hours, r.division) for r in storm.rain] == [
        (148.9, 24, ""),
        (62, 3, "370114000000"),
        (80.5, 6, "370102000000"),
    ]
    assert {r.source for r in storm.rain} == {"8月11日全市平均雨量实况"}


def test_a_typhoon_may_come_without_rain() -> None:
    form = hazard_form_for("11B01", entered(track="lekima_1909"), places=PLACES)
    assert form.is_valid()
    assert form.details() == {"scenario": {"kind": "typhoon", "track": "lekima_1909"}}


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("track", {"track": "nari_2007"}),
        ("end", {"end": "2019-08-09T00:00"}),
        ("rain_hours", {"rain_hours": ""}),
        ("rain_mm", {"rain_mm": ""}),
        ("rain_mm", {"rain_mm": "-1"}),
        ("rain_places", {"rain_places": "章丘 3 62"}),
        ("rain_places", {"rain_places": "章丘区 3"}),
        ("rain_places", {"rain_places": "章丘区 3 nan"}),
        ("rain_places", {"rain_places": "章丘区 0 62"}),
    ],
)
def test_a_typhoon_that_cannot_be_is_refused_at_its_field(
    field: str, changed: dict[str, str]
) -> None:
    form = hazard_form_for("11B01", entered(**(LEKIMA | changed)), places=PLACES)
    assert list(form.errors) == [field]


def test_a_line_of_rain_that_cannot_be_read_is_named() -> None:
    form = hazard_form_for(
        "11B01", entered(**LEKIMA, rain_places="章丘区 3 62\n长安区 3 62"), places=PLACES
    )
    assert "第 2 行" in form.errors["rain_places"][0]
    assert "长安区 3 62" in form.errors["rain_places"][0]


def test_a_typhoon_is_shown_for_correction_as_it_was_entered() -> None:
    lines = "章丘区 3 62\n全市 6 80.5"
    form = hazard_form_for("11B01", entered(**LEKIMA, rain_places=lines), places=PLACES)
    assert form.is_valid()
    scenario = form.details()["scenario"] | {"surface_factor": 0.7}
    again = correction_form_for("11B01", scenario, {}, places=PLACES)
    shown = {f"hazard-{name}": again[name].value() for name in again.fields}
    shown |= {name: f"{shown[name]:%Y-%m-%dT%H:%M}" for name in ("hazard-start", "hazard-end")}
    saved = correction_form_for("11B01", scenario, {}, shown, places=PLACES)
    assert saved.is_valid(), saved.errors
    assert saved.corrected(scenario, {}) == (scenario, {})


def test_an_event_offers_the_scenarios_of_its_models_and_none() -> None:
    assert next(iter(kinds_for("12A04"))) == "gas_release"
    assert {"explosion", "pool_fire", "fireball"} <= set(kinds_for("12A04"))
    form = hazard_form_for("12A04", places=PLACES)
    assert form.kinds[0][2]
    assert form.kinds[-1][0] == "none"
    assert hazard_form_for("12B03", places=PLACES).kinds == []


def test_a_form_made_from_a_model_gives_what_the_model_reads() -> None:
    data = entered(kind="pool_fire", fuel="diesel", diameter_m="25", inventory_kg="800")
    form = hazard_form_for("12B09", data, places=PLACES)
    assert form.is_valid()
    scenario = form.details()["scenario"]
    assert scenario == {
        "kind": "pool_fire",
        "fuel": "diesel",
        "diameter_m": 25.0,
        "inventory_kg": 800_000.0,
    }
    assert parse_scenario(scenario).number("inventory_kg") == 800_000


def test_a_form_made_from_a_model_refuses_what_the_model_would() -> None:
    form = hazard_form_for("12B09", entered(kind="pool_fire", diameter_m="900"), places=PLACES)
    assert not form.is_valid()
    assert "diameter_m" in form.errors


def test_every_form_of_a_call_can_be_left_empty_and_what_is_needed_is_said_later() -> None:
    for code in ("12A05", "12B09", "11G01", "12E01"):
        for kind in kinds_for(code):
            form = hazard_form_for(code, entered(kind=kind), places=PLACES)
            chosen = {n for n, f in form.fields.items() if isinstance(f, ChoiceField)}
            assert set(form.errors) <= chosen
            if form.errors:
                continue
            scenario = form.details()["scenario"]
            assert [str(problem) for problem in problems_of_inputs(scenario, {})] == []


def test_weather_alone_is_a_choice() -> None:
    form = hazard_form_for("11G01", entered(kind="none", wind_speed="3"), places=PLACES)
    assert form.is_valid()
    assert form.details() == {"weather": {"wind_speed": 3.0}}


def test_a_scenario_is_corrected_in_the_form_of_its_own_kind() -> None:
    scenario = {"kind": "forest_fire", "humidity_percent": 25.0, "hours": 3.0, "fuel": "1.6"}
    form = correction_form_for("11G01", scenario, {"wind_speed": 5.0}, places=PLACES)
    assert form.kind == "forest_fire"
    assert form["hours"].value() == "3"
    again = {f"hazard-{n}": "" if form[n].value() is None else form[n].value() for n in form.fields}
    changed = correction_form_for(
        "11G01",
        scenario,
        {"wind_speed": 5.0},
        {**again, "hazard-humidity_percent": "40"},
        places=PLACES,
    )
    assert changed.is_valid()
    new, weather = changed.corrected(scenario, {"wind_speed": 5.0})
    assert new == {**scenario, "humidity_percent": 40.0}
    assert weather == {"wind_speed": 5.0}
