from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.leak import vessel_leak
from anlan.science.release.substances import NotHeldError, find
from anlan.science.release.threat import (
    Weather,
    exposure_minutes,
    flammable_zones,
    threat_zones,
)
from anlan.science.release.zone import place_zone

CALM = Weather(wind_speed=2.5, wind_from_deg=45.0, temperature=298.15, stability="D")
AMMONIA: Any = {"mass": 20e3, "hole_diameter": 0.025, "temperature": 298.15}


def test_liquid_ammonia_threatens_in_three_nested_areas() -> None:
    source = vessel_leak(find("液氨"), **AMMONIA)
    zones = threat_zones(source, CALM, minutes=60)
    assert [z.guideline.ppm for z in zones] == [1100, 160, 30]
    lengths = [z.zone.length for z in zones]
    assert lengths == sorted(lengths)
    placed = [place_zone(z.zone, lon=117.5, lat=36.7, wind_from_deg=45.0) for z in zones]
    assert all(p.is_valid and not p.is_empty for p in placed)
    assert placed[0].area < placed[1].area < placed[2].area
    assert placed[1].centroid.x < 117.5  # a north-easterly wind carries to the south-west
    assert placed[1].centroid.y < 36.7


def test_the_longer_of_both_models_is_kept_and_the_choice_is_said() -> None:
    for zone in threat_zones(vessel_leak(find("液氨"), **AMMONIA), CALM, minutes=60):
        assert zone.heavy_length is not None
        assert zone.zone.length == max(zone.plume_length, zone.heavy_length)
        assert zone.model == ("heavy" if zone.heavy_length > zone.plume_length else "plume")
        assert any("取较长者" in reason for reason in zone.reasons)


def test_unconfirmed_thresholds_say_so() -> None:
    source = vessel_leak(find("液氨"), **AMMONIA)
    (zone,) = threat_zones(source, CALM, minutes=30, levels=(2,))
    assert "该阈值待确认" in zone.reasons


def test_the_exposure_follows_the_release() -> None:
    source = vessel_leak(find("液氨"), **AMMONIA)
    assert source.duration == pytest.approx(20e3 / source.rate)
    assert threat_zones(source, CALM)[0].guideline.name == "AEGL-3 (60 min)"
    assert exposure_minutes(30 * 3600) == 480


def test_methylamine_flashes_although_its_table_of_heat_ends_early() -> None:
    source = vessel_leak(find("甲胺"), mass=1000, hole_diameter=0.01, temperature=310.0)
    assert find("甲胺").range_of("liquid_heat_capacity")[1] < 285
    assert 0.1 < source.vapour_fraction < 0.3
    assert len(threat_zones(source, CALM, minutes=60)) == 3


def test_benzene_makes_a_pool_that_a_bund_limits() -> None:
    leak: Any = {"mass": 5e3, "hole_diameter": 0.03, "temperature": 298.15, "head": 3.0}
    free = vessel_leak(find("苯"), **leak)
    bund = vessel_leak(find("苯"), pool_limit=50.0, **leak)
    assert bund.rate < free.rate <= free.outflow
    assert bund.vapour_fraction == 1.0


def test_a_gas_under_pressure_leaves_as_gas() -> None:
    source = vessel_leak(
        find("硫化氢"), mass=500, hole_diameter=0.02, temperature=298.15, phase="gas", pressure=1e6
    )
    assert source.vapour_fraction == 1.0
    assert source.rate == source.outflow
    zones = threat_zones(source, CALM, minutes=60)
    assert len(zones) == 3


def test_a_high_release_is_never_dense() -> None:
    source = vessel_leak(find("液氨"), **AMMONIA)
    zones = threat_zones(source, CALM, minutes=60, height=30.0)
    assert {z.model for z in zones} == {"plume"}
    assert any("泄放口高于地面" in reason for reason in zones[0].reasons)


def test_a_light_gas_in_wind_uses_the_plume_alone() -> None:
    source = vessel_leak(
        find("一氧化碳"),
        mass=50,
        hole_diameter=0.005,
        temperature=298.15,
        phase="gas",
        pressure=5e5,
    )
    zones = threat_zones(source, CALM, minutes=60)
    assert [z.guideline.name for z in zones] == ["AEGL-3 (60 min)", "AEGL-2 (60 min)"]
    assert all(z.heavy_length is None for z in zones)


@given(
    hole=st.floats(min_value=0.005, max_value=0.1),
    wind=st.floats(min_value=1.0, max_value=10.0),
    stability=st.sampled_from("ABCDEF"),
    temperature=st.floats(min_value=265, max_value=310),
)
def test_any_ordinary_ammonia_leak_has_an_answer(
    hole: float, wind: float, stability: str, temperature: float
) -> None:
    weather = Weather(
        wind_speed=wind, wind_from_deg=0.0, temperature=temperature, stability=stability
    )
    source = vessel_leak(find("氨"), mass=20e3, hole_diameter=hole, temperature=temperature)
    zones = threat_zones(source, weather)
    assert len(zones) == 3
    assert all(z.zone.polygon.is_valid for z in zones)
    assert zones[0].zone.length <= zones[1].zone.length <= zones[2].zone.length


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mass": 0.0}, "mass must be > 0 kg"),
        ({"hole_diameter": 5.0}, "hole_diameter must be between"),
        ({"phase": "solid"}, "phase must be one of liquid, gas, got 'solid'"),
        ({"phase": "gas"}, "pressure must be given in Pa for a gas"),
        ({"pressure": 5e4}, "pressure must be >= 101325 Pa"),
        ({"temperature": 230.0, "pressure": 5e4}, "pressure must be >= 101325 Pa"),
        ({"temperature": 230.0}, "head must be > 0 m"),
    ],
)
def test_an_impossible_leak_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        vessel_leak(find("氨"), **(AMMONIA | changes))


def test_a_source_beyond_the_nomogram_falls_back_on_the_plume_and_says_so() -> None:
    source = vessel_leak(find("液氯"), mass=1e6, hole_diameter=1.0, temperature=298.15)
    still = Weather(wind_speed=0.5, wind_from_deg=0.0, temperature=298.15, stability="F")
    (zone,) = threat_zones(source, still, minutes=60, levels=(2,))
    assert zone.model == "plume"
    assert any("重气模型不适用" in reason for reason in zone.reasons)


def test_a_gas_without_overpressure_does_not_leak() -> None:
    with pytest.raises(ValueError, match="the release must have a rate > 0 kg/s"):
        vessel_leak(
            find("氯"),
            mass=10.0,
            hole_diameter=0.01,
            temperature=298.15,
            phase="gas",
            pressure=101_325.0,
        )


def test_propane_burns_farther_at_half_its_limit() -> None:
    source = vessel_leak(find("LPG"), mass=5e3, hole_diameter=0.03, temperature=298.15)
    limit, half = flammable_zones(source, CALM)
    assert (limit.guideline.ppm, half.guideline.ppm) == (21_000, 10_500)
    assert 0 < limit.zone.length < half.zone.length < 1000


def test_what_does_not_burn_has_no_flammable_zone() -> None:
    source = vessel_leak(find("液氯"), mass=1e3, hole_diameter=0.01, temperature=298.15)
    with pytest.raises(NotHeldError, match="Chlorine: no lower flammable limit is held"):
        flammable_zones(source, CALM)


def test_a_substance_without_levels_is_refused() -> None:
    source = vessel_leak(
        find("甲烷"), mass=100, hole_diameter=0.02, temperature=298.15, phase="gas", pressure=4e5
    )
    with pytest.raises(NotHeldError, match="Methane: no AEGL for 10 min is held"):
        threat_zones(source, CALM)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"wind_speed": 0.1}, r"wind_speed must be between 0\.5 and 40 m/s"),
        ({"wind_from_deg": 400.0}, "wind_from_deg must be between 0 and 360 deg"),
        ({"temperature": 25.0}, "temperature must be between 230 and 325 K, got 25"),
    ],
)
def test_impossible_weather_is_refused(changes: dict[str, Any], message: str) -> None:
    words: Any = {
        "wind_speed": 2.0,
        "wind_from_deg": 0.0,
        "temperature": 290.0,
        "stability": "D",
    } | changes
    with pytest.raises(ValueError, match=message):
        Weather(**words)
