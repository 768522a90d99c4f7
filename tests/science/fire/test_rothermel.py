import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.fire.intensity import flame_length
from anlan.science.fire.rothermel import (
    FUELS,
    FuelModel,
    Moisture,
    fuel_model,
    rothermel,
    sheltered_wind_factor,
)

CHAINS_AN_HOUR = 20.1168 / 3600.0
MPH = 0.44704
DRY = Moisture(one_hour=0.06, ten_hour=0.07, hundred_hour=0.08, herb=0.60, woody=0.90)
SHELTER = sheltered_wind_factor(0.5, 30 * 0.3048, crown_ratio=0.5)
WIND = 5 * MPH * SHELTER
ANDERSON = (
    ("1", 78, 4), ("2", 35, 6), ("3", 104, 12), ("4", 75, 19), ("5", 18, 4), ("6", 32, 6),
    ("7", 20, 5), ("8", 1.6, 1.0), ("9", 7.5, 2.6), ("10", 7.9, 4.8), ("11", 6.0, 3.5),
    ("12", 13.0, 8.0), ("13", 13.5, 10.5),
)  # fmt: skip


@pytest.mark.cross("fire.rothermel", source="firelab/behave testBehave.cpp, 00e9820a; 1e-6 ch/h")
def test_upslope_wind_gives_the_rates_of_behave() -> None:
    fire = rothermel("GS4", DRY, wind_speed=WIND, slope=0.3)
    found = [r / CHAINS_AN_HOUR for r in (fire.rate, fire.backing_rate, fire.flanking_rate)]
    assert found == pytest.approx([8.876216, 2.91614659, 5.08766627], abs=1e-6)


@pytest.mark.cross("fire.rothermel", source="firelab/behave testBehave.cpp, 00e9820a; 1e-6 ch/h")
@pytest.mark.parametrize(
    ("direction", "wind", "rate"), [(90, 45, 4.929573), (160, 290, 2.765342), (215, 215, 2.675125)]
)
def test_other_directions_have_the_rates_of_behave(
    direction: float, wind: float, rate: float
) -> None:
    fire = rothermel("GS4", DRY, wind_speed=WIND, wind_angle_deg=wind, slope=0.3)
    assert fire.rate_towards(direction) / CHAINS_AN_HOUR == pytest.approx(rate, abs=1e-6)


@pytest.mark.cross("fire.rothermel", source="firelab/behave testBehave.cpp, 00e9820a; 1e-6")
@pytest.mark.parametrize(("mph", "ratio"), [(5.0, 1.375624), (15.0, 1.519936)])
def test_wind_across_a_slope_gives_the_shape_of_behave(mph: float, ratio: float) -> None:
    fire = rothermel(
        "GS4",
        DRY,
        wind_speed=mph * MPH * SHELTER,
        wind_angle_deg=45.0 - 95.0,
        slope=math.tan(math.radians(30)),
    )
    assert fire.length_to_width == pytest.approx(ratio, abs=1e-6)


@pytest.mark.published(
    "fire.rothermel", source="Behave: ellipse after 3.5869124 min at 5 mph, a, b, c in ch; 1e-5"
)
def test_the_ellipse_of_a_fire_on_the_flat_is_that_of_behave() -> None:
    fire = rothermel("GS4", DRY, wind_speed=5 * MPH)
    minutes = 3.5869124 * 60.0 / 20.1168
    head, back = fire.rate * minutes, fire.backing_rate * minutes
    b, c = (head + back) / 2, (head - back) / 2
    assert (b, c) == pytest.approx((1.0, 0.777482), abs=1e-5)
    assert b / fire.length_to_width == pytest.approx(0.628905, abs=1e-5)
    assert head / back == pytest.approx(7.988029, rel=1e-5)


@pytest.mark.cross("fire.rothermel", source="firelab/behave testBehave.cpp, d963287f; 1e-6 ch/h")
def test_chaparral_on_a_slope_with_wind_across_has_the_rate_of_behave() -> None:
    shelter = sheltered_wind_factor(0.4, 30 * 0.3048, crown_ratio=0.5)
    fire = rothermel(
        "4",
        DRY,
        wind_speed=5 * MPH * shelter,
        wind_angle_deg=90.0,
        slope=math.tan(math.radians(30)),
    )
    assert fire.rate / CHAINS_AN_HOUR == pytest.approx(46.631688, abs=1e-6)


@pytest.mark.cross(
    "fire.rothermel",
    source="firelab/behave testBehave.cpp, d963287f: crown fire, 3.34 times fuel 10; 1e-6 ft/min",
)
def test_timber_litter_below_a_crown_fire_has_the_rate_of_behave() -> None:
    litter = Moisture(one_hour=0.08, ten_hour=0.09, hundred_hour=0.10, herb=0.60, woody=1.17)
    feet_a_minute = 0.3048 / 60.0
    fire = rothermel("10", litter, wind_speed=0.4 * 2187.226624 * feet_a_minute)
    assert 3.34 * fire.rate / feet_a_minute == pytest.approx(65.221842, abs=1e-6)


@pytest.mark.published(
    "fire.rothermel",
    source="Anderson (1982) INT-122: dead fuel 8 %, live 100 %, 5 mi/h at mid-flame; read from"
    " nomograms, rate within 30 %, flame within 20 %",
)
@pytest.mark.parametrize(("fuel", "chains_an_hour", "flame_feet"), ANDERSON)
def test_the_thirteen_fuels_burn_as_anderson_says(
    fuel: str, chains_an_hour: float, flame_feet: float
) -> None:
    eight = Moisture(one_hour=0.08, ten_hour=0.08, hundred_hour=0.08, herb=1.0, woody=1.0)
    fire = rothermel(fuel, eight, wind_speed=5 * MPH)
    assert fire.rate / CHAINS_AN_HOUR == pytest.approx(chains_an_hour, rel=0.30)
    assert float(flame_length(fire.intensity)) / 0.3048 == pytest.approx(flame_feet, rel=0.20)


@pytest.mark.analytic("fire.rothermel")
def test_without_wind_and_slope_the_fire_is_a_circle() -> None:
    fire = rothermel("GS4", DRY)
    assert (fire.length_to_width, fire.eccentricity) == (1.0, 0.0)
    assert fire.backing_rate == fire.rate == fire.rate_towards(77.0)


@pytest.mark.analytic("fire.rothermel")
def test_wind_alone_is_its_own_effective_wind() -> None:
    assert rothermel("GS4", DRY, wind_speed=2.0).effective_wind == pytest.approx(2.0)


@pytest.mark.property("fire.rothermel")
@given(fuel=st.sampled_from(FUELS), wind=st.floats(min_value=0, max_value=8))
def test_more_wind_and_less_water_never_slow_the_fire(fuel: str, wind: float) -> None:
    wet = Moisture(one_hour=0.10, ten_hour=0.11, hundred_hour=0.12, herb=0.9, woody=1.2)
    base = rothermel(fuel, wet, wind_speed=wind)
    assert rothermel(fuel, wet, wind_speed=wind * 1.2).rate >= base.rate * (1 - 1e-9)
    assert rothermel(fuel, DRY, wind_speed=wind).rate >= base.rate
    assert base.intensity >= 0.0


@given(wind=st.floats(min_value=0, max_value=10), turn=st.floats(min_value=0, max_value=360))
def test_the_head_is_the_fastest_and_the_back_the_slowest(wind: float, turn: float) -> None:
    fire = rothermel("10", DRY, wind_speed=wind, wind_angle_deg=turn, slope=0.4)
    for direction in range(0, 360, 30):
        rate = fire.rate_towards(direction)
        assert fire.backing_rate * (1 - 1e-9) <= rate <= fire.rate * (1 + 1e-9)


def test_fuel_beyond_extinction_does_not_burn() -> None:
    soaked = Moisture(one_hour=0.4, ten_hour=0.4, hundred_hour=0.4, herb=2.0, woody=2.0)
    assert rothermel("1", soaked, wind_speed=3.0).rate == 0.0


def test_every_fuel_is_held_and_an_unknown_one_is_refused() -> None:
    assert [fuel_model(key).key for key in FUELS] == list(FUELS)
    with pytest.raises(ValueError, match="fuel must be one of 1, 2"):
        rothermel("GS99", DRY)
    with pytest.raises(ValueError, match=r"herb must be between 0\.01 and 3"):
        Moisture(one_hour=0.06, ten_hour=0.07, hundred_hour=0.08, herb=60, woody=0.9)
    with pytest.raises(ValueError, match="slope must be between 0 and 2 m/m"):
        rothermel("1", DRY, slope=30.0)
    with pytest.raises(ValueError, match="to shelter"):
        sheltered_wind_factor(0.1, 10.0, crown_ratio=0.1)


@pytest.mark.published(
    "fire.rothermel",
    source="Scott & Burgan (2005) RMRS-GTR-153: forty models; loads, ratio, depth and extinction of"
    " GR2, SH5, TU5, TL8, SB4; GR6 alone has 9000 Btu/lb; exact",
)
def test_the_forty_models_are_those_of_scott_and_burgan() -> None:
    acre = 2000.0 / 43_560.0
    rows = {
        "GR2": ((0.10, 0, 0), 1.00, 0, 2000, 1.0, 0.15),
        "SH5": ((3.60, 2.10, 0), 0, 2.90, 750, 6.0, 0.15),
        "TU5": ((4.00, 4.00, 3.00), 0, 3.00, 1500, 1.0, 0.25),
        "TL8": ((5.80, 1.40, 1.10), 0, 0, 1800, 0.3, 0.35),
        "SB4": ((5.25, 3.50, 5.25), 0, 0, 2000, 2.7, 0.25),
    }
    for key, (dead, herb, woody, sav, depth, extinction) in rows.items():
        bed = fuel_model(key)
        assert (*bed.dead, bed.herb, bed.woody) == pytest.approx(
            [load * acre for load in (*dead, herb, woody)]
        )
        assert (bed.sav1, bed.depth, bed.extinction) == (sav, depth, extinction)
    assert [key for key in FUELS if fuel_model(key).heat != 8000] == ["GR6"]
    assert len(FUELS) == 13 + 40


def test_a_bed_of_ones_own_burns_like_that_of_the_table() -> None:
    own = replace(fuel_model("SH5"), key="own", title="自定")
    assert rothermel(own, DRY, wind_speed=2.0) == rothermel("SH5", DRY, wind_speed=2.0)
    hotter = rothermel(replace(own, heat=9000.0), DRY, wind_speed=2.0)
    assert hotter.rate > rothermel(own, DRY, wind_speed=2.0).rate


def test_a_bed_without_fuel_is_refused() -> None:
    with pytest.raises(ValueError, match="the load of the bed must be > 0"):
        FuelModel(
            key="none", title="无", dead=(0.0, 0.0, 0.0), herb=0.0, woody=0.0, sav1=2000.0,
            savherb=1500.0, savwoody=1500.0, depth=1.0, extinction=0.25, dynamic=False,
        )  # fmt: skip
