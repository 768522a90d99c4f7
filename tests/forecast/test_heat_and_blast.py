"""Pool fire, fireball, jet fire and explosion as forecasts."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from anlan.forecast.models_registry import MODELS, models_for
from anlan.forecast.scenarios import ScenarioError
from anlan.science.blast import domino, fireball, jetfire, kingery, poolfire, tnt
from anlan.science.release import orifice
from anlan.science.release.substances import find
from kit.outlook import PARK, assert_nested, assert_ranges, forecast_of, make_setting, tank

KINDS = ("pool_fire", "fireball", "jet_fire", "explosion")


@pytest.mark.parametrize("kind", KINDS)
def test_without_any_entry_the_zones_are_nested_and_say_what_was_assumed(kind: str) -> None:
    forecast = forecast_of(kind)
    assert_nested(forecast.footprints)
    assert_ranges(forecast)
    assert len(forecast.summary) >= 2
    assert forecast.uncertainty
    assert forecast.limits
    titles = {a.title for a in forecast.assumptions}
    declared = {f.title for f in MODELS[kind].fields if f.default is not None}
    assert declared <= titles


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_inputs_give_the_same_forecast(kind: str) -> None:
    assert forecast_of(kind) == forecast_of(kind)


@pytest.mark.parametrize(
    ("kind", "field", "value", "rule"),
    [
        ("pool_fire", "diameter_m", 500, "1 至 150 m"),
        ("pool_fire", "fuel", "water", "之一"),
        ("fireball", "mass_kg", -5, "0.001 至 5000 t"),
        ("jet_fire", "pressure_pa", "高", "0.11 至 50 MPa"),
        ("explosion", "efficiency", 0.9, "0.002 至 0.2"),
        ("explosion", "colour", 1, "已知字段"),
    ],
)
def test_a_wrong_entry_is_refused_with_field_rule_and_value(
    kind: str, field: str, value: Any, rule: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        forecast_of(kind, **{field: value})
    assert refused.value.field == f"scenario.{field}"
    assert rule in str(refused.value)


def test_a_pool_fire_reaches_as_far_as_the_science_says() -> None:
    forecast = forecast_of("pool_fire", fuel="gasoline", diameter_m=20)
    fire = poolfire.pool_fire(20, poolfire.fuel("gasoline").burning_rate, wind_speed=3.0)
    for key, flux in (("heat_injury", 12.5e3), ("heat_pain", 5e3), ("heat_caution", 1.58e3)):
        zone = forecast.footprint(key)
        assert zone is not None
        assert zone.figures["距离"].value == pytest.approx(fire.distance(flux), rel=0.03)


def test_a_smoky_pool_fire_says_which_level_it_does_not_reach() -> None:
    forecast = forecast_of("pool_fire", fuel="gasoline", diameter_m=30)
    assert forecast.footprint("heat_lethal") is None
    assert any("37.5" in said for said in forecast.shortfalls)


def test_the_heat_of_a_pool_fire_leans_with_the_wind() -> None:
    zone = forecast_of("pool_fire").footprints[-1].area
    assert zone.centroid.x < PARK.lon
    assert zone.centroid.y < PARK.lat


def test_without_a_known_wind_the_heat_of_a_pool_fire_is_drawn_to_all_sides() -> None:
    calm = make_setting(weather={"wind_from_deg": None})
    zone = forecast_of("pool_fire", setting=calm).footprints[-1].area
    assert zone.centroid.distance(Point(PARK.lon, PARK.lat)) < 1e-6


def test_a_storm_is_beyond_the_pool_fire_model() -> None:
    with pytest.raises(ScenarioError, match=r"weather\.wind_speed"):
        forecast_of("pool_fire", setting=make_setting(weather={"wind_speed": 45}))


def test_a_fireball_is_the_one_of_the_science() -> None:
    forecast = forecast_of("fireball", mass_kg=12_000)
    assert forecast.figures["火球直径"].value == round(float(fireball.fireball_diameter(12_000)))
    zone = forecast.footprint("heat_injury")
    assert zone is not None
    assert zone.figures["距离"].value == round(fireball.fireball_distance(12.5e3, 12_000))


def test_a_jet_fire_burns_what_comes_out_of_the_hole() -> None:
    forecast = forecast_of("jet_fire", gas="methane", hole_diameter_m=0.02, pressure_pa=1e6)
    methane = find("甲烷")
    rate = float(
        orifice.gas_rate(
            orifice.hole_area(0.02),
            1e6,
            orifice.gas_density(1e6, 293.15, methane.molar_mass),
            gamma=methane.gamma,
            discharge_coefficient=0.85,
        )
    )
    assert forecast.figures["泄漏速率"].value == pytest.approx(rate, abs=1e-3)
    length = float(jetfire.jet_length(rate, 50e6))
    away = float(jetfire.jet_distance(5e3, rate, heat_of_combustion=50e6))
    zone = forecast.footprint("heat_pain")
    assert zone is not None
    assert zone.figures["距离"].value == round(length / 2 + away)


def test_a_jet_that_stands_up_heats_less_ground() -> None:
    lying, upright = (
        forecast_of("jet_fire", direction=direction).footprint("heat_caution")
        for direction in ("horizontal", "vertical")
    )
    assert lying is not None
    assert upright is not None
    assert upright.area.area < lying.area.area


def test_an_explosion_has_both_methods() -> None:
    """The curves hold the ground; the Chinese relations are of free air and take 1.8 times the charge."""
    forecast = forecast_of("explosion", material="tnt", mass_kg=1000)
    zone = forecast.footprint("blast_minor")
    assert zone is not None
    assert zone.figures["距离"].value == round(kingery.blast_distance(17e3, 1000))
    assert zone.figures["中国公式距离"].value == round(float(tnt.overpressure_radius(17e3, 1800)))
    death = forecast.footprint("blast_death")
    assert death is not None
    assert death.figures["距离"].value == round(float(tnt.death_radius(1800)))


def test_a_cloud_explodes_with_the_share_of_its_heat() -> None:
    forecast = forecast_of("explosion", material="lpg", mass_kg=1000)
    heat = poolfire.fuel("lpg").heat_of_combustion
    wanted = float(tnt.tnt_equivalent(1000, heat, ground_factor=1.0))
    figure = forecast.figures["TNT 当量"]
    assert figure.value == round(wanted)
    assert figure.high == pytest.approx(2.5 * wanted, abs=1)
    printed = float(tnt.tnt_equivalent(1000, heat))
    assert any(f"{printed:,.0f} kg" in said for said in forecast.reasons)


@pytest.mark.parametrize("level", [44e3, 17e3])
def test_the_ground_is_counted_once_in_the_distances_of_a_cloud(level: float) -> None:
    forecast = forecast_of("explosion", material="lpg", mass_kg=20_000)
    heat = poolfire.fuel("lpg").heat_of_combustion
    on_ground = 0.04 * 20_000 * heat / tnt.HEAT_OF_TNT
    zone = forecast.footprint("blast_severe" if level == tnt.SEVERE_INJURY else "blast_minor")
    assert zone is not None
    distance, printed = zone.figures["距离"].value, zone.figures["中国公式距离"].value
    assert distance == round(kingery.blast_distance(level, on_ground))
    assert printed == round(float(tnt.overpressure_radius(level, 1.8 * on_ground)))
    assert distance == pytest.approx(printed, rel=0.09), "the two methods stand side by side"


def test_more_explosive_than_the_curves_hold_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"scenario\.mass_kg"):
        forecast_of("explosion", material="tnt", mass_kg=9.9e6)


def test_tanks_around_a_fireball_are_marked_by_what_reaches_them() -> None:
    here = make_setting(facilities=(tank(10), tank(150, name="近罐"), tank(2500, name="远罐")))
    forecast = forecast_of("fireball", mass_kg=50_000, setting=here)
    assert [m.label.split("：")[0] for m in forecast.marks] == ["近罐"]
    flux = float(fireball.fireball_flux(150.0, 50_000))
    minutes = float(domino.time_to_failure(flux, 1000.0, vessel="atmospheric")) / 60
    assert forecast.marks[0].minutes == pytest.approx(minutes, abs=0.15)
    assert forecast.tables[-1].rows[0][0] == "近罐"


def test_tanks_around_an_explosion_are_marked_by_the_blast() -> None:
    here = make_setting(facilities=(tank(60, name="近罐"), tank(900, name="远罐")))
    forecast = forecast_of("explosion", material="tnt", mass_kg=1000, setting=here)
    assert [m.label.split("：")[0] for m in forecast.marks] == ["近罐"]
    assert forecast.marks[0].state in ("danger", "watch")


@settings(max_examples=25)
@given(
    diameter=st.floats(1, 150),
    fuel=st.sampled_from(poolfire.FUELS),
    wind=st.floats(0, 30),
)
def test_every_pool_fire_gives_nested_zones_and_honest_ranges(
    diameter: float, fuel: str, wind: float
) -> None:
    forecast = forecast_of(
        "pool_fire",
        setting=make_setting(weather={"wind_speed": wind}),
        diameter_m=diameter,
        fuel=fuel,
    )
    assert_nested(forecast.footprints)
    assert_ranges(forecast)


@settings(max_examples=30)
@given(mass=st.floats(1, 5e6), power=st.floats(5e4, 4.5e5), transmissivity=st.floats(0.1, 1.0))
def test_every_fireball_gives_nested_zones(
    mass: float, power: float, transmissivity: float
) -> None:
    forecast = forecast_of(
        "fireball", mass_kg=mass, emissive_power_w_m2=power, transmissivity=transmissivity
    )
    assert_ranges(forecast)
    if forecast.footprints:
        assert_nested(forecast.footprints)


@settings(max_examples=30)
@given(
    hole=st.floats(0.0005, 1.0),
    pressure=st.floats(1.1e5, 5e7),
    direction=st.sampled_from(["horizontal", "vertical"]),
)
def test_every_jet_fire_gives_nested_zones_or_names_the_field(
    hole: float, pressure: float, direction: str
) -> None:
    entry: dict[str, Any] = {
        "hole_diameter_m": hole,
        "pressure_pa": pressure,
        "direction": direction,
    }
    with suppress(ScenarioError):
        forecast = forecast_of("jet_fire", **entry)
        assert_ranges(forecast)
        if forecast.footprints:
            assert_nested(forecast.footprints)


def test_the_kinds_of_event_offer_these_models() -> None:
    assert {m.kind for m in models_for("12B09")} >= {"pool_fire", "fireball", "jet_fire"}
    assert models_for("12A05")[0].kind == "explosion"
