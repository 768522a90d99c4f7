import numpy as np
import pytest

from anlan.science.common.constants import ATMOSPHERE
from anlan.science.release.substances import (
    AEGL_MINUTES,
    NotHeldError,
    Substance,
    find,
    ppm_to_density,
    substances,
)

ALL = substances()


def named(held: Substance) -> str:
    return held.name_en


def test_at_least_thirty_six_substances_are_held_under_names_of_their_own() -> None:
    assert len(ALL) >= 36
    names = [n for s in ALL for n in (s.cas, s.name_en.casefold(), s.name_zh, *s.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("held", ALL, ids=named)
def test_the_vapour_pressure_is_one_atmosphere_at_the_boiling_point(held: Substance) -> None:
    if not held.holds("vapour_pressure"):
        pytest.skip("no vapour pressure is held")
    curve = held._curve("vapour_pressure")
    if not curve.low < held.boiling_point < curve.high + 4:
        pytest.skip("the table ends before the boiling point")
    t = float(np.clip(held.boiling_point, curve.low, curve.high))
    assert held.vapour_pressure(t) == pytest.approx(ATMOSPHERE, rel=0.07)


@pytest.mark.parametrize("held", ALL, ids=named)
def test_properties_are_of_a_plausible_size(held: Substance) -> None:
    assert 0.002 <= held.molar_mass <= 0.2
    assert held.boiling_point < held.critical_temperature
    t = max(held.boiling_point, 193.0) if held.name_en == "Acetylene" else held.boiling_point
    if held.holds("liquid_density"):
        assert 60 <= held.liquid_density(t) <= 3500
    if held.holds("vaporisation"):
        assert 1e5 <= held.heat_of_vaporisation(t) <= 1.5e6
    if held.cp_gas is not None:
        assert 1.03 < held.gamma < 1.45


@pytest.mark.parametrize(
    ("name", "density", "rtol", "source"),
    [
        ("氨", 681.97, 0.003, "NIST webbook, saturated liquid at 239.82 K"),
        ("氯", 1562.5, 0.005, "CRC handbook, boiling point"),
        ("丙烷", 580.9, 0.003, "NIST webbook, 231.04 K"),
        ("甲烷", 422.4, 0.003, "NIST webbook, 111.67 K"),
        ("苯", 813.6, 0.003, "NIST webbook, 353.2 K"),
    ],
)
def test_liquid_densities_at_the_boiling_point_agree_with_other_tables(
    name: str, density: float, rtol: float, source: str
) -> None:
    held = find(name)
    assert held.liquid_density(held.boiling_point) == pytest.approx(density, rel=rtol)


@pytest.mark.parametrize(
    ("name", "heat", "rtol"),
    [
        ("氨", 1.370e6, 0.01),
        ("氯", 2.878e5, 0.01),
        ("丙烷", 4.256e5, 0.01),
        ("甲烷", 5.108e5, 0.01),
    ],
)
def test_heats_of_vaporisation_agree_with_other_tables(name: str, heat: float, rtol: float) -> None:
    held = find(name)
    assert held.heat_of_vaporisation(held.boiling_point) == pytest.approx(heat, rel=rtol)


def test_ammonia_at_20_celsius_stands_under_857_kilopascal() -> None:
    assert find("氨").vapour_pressure(293.15) == pytest.approx(857.5e3, rel=0.005)


@pytest.mark.parametrize("held", ALL, ids=named)
def test_a_higher_level_or_a_shorter_exposure_never_has_a_lower_threshold(held: Substance) -> None:
    known = {}
    for level in (1, 2, 3):
        for minutes in AEGL_MINUTES:
            try:
                known[level, minutes] = held.aegl(level, minutes).ppm
            except NotHeldError:
                continue
    for (level, minutes), ppm in known.items():
        for (other, longer), value in known.items():
            if other == level and longer > minutes:
                assert value <= ppm
            if longer == minutes and other > level:
                assert value > ppm


def test_the_hour_levels_are_verified_and_the_others_say_they_are_not() -> None:
    assert find("氨").aegl(2, 60).confidence == "V"
    assert find("氨").aegl(2, 10).confidence == "M"


def test_what_is_not_held_is_refused_by_name() -> None:
    with pytest.raises(NotHeldError, match="Phosgene: no AEGL-1 for 60 min is held"):
        find("光气").aegl(1, 60)
    with pytest.raises(NotHeldError, match="Arsine: no vapour pressure is held"):
        find("砷化氢").vapour_pressure(250.0)
    with pytest.raises(NotHeldError, match="no heat capacity of the gas"):
        _ = find("苯乙烯").gamma
    with pytest.raises(ValueError, match="no substance called '水'"):
        find("水")


@pytest.mark.parametrize(("level", "minutes"), [(0, 60), (4, 60), (2, 45)])
def test_an_unknown_level_or_time_is_refused(level: int, minutes: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        find("氯").aegl(level, minutes)


@pytest.mark.parametrize("name", ["氨", "氯", "氯化氢", "环氧乙烷", "丙烯", "二氧化硫", "丁二烯"])
def test_liquefied_gases_are_held_at_the_temperature_of_a_summer_day(name: str) -> None:
    held, t = find(name), 303.15 if name != "氯化氢" else 285.0
    assert held.vapour_pressure(t) > ATMOSPHERE
    assert 400 < held.liquid_density(t) < 1600
    assert 800 < held.liquid_heat_capacity(t) < 5500


def test_a_temperature_outside_the_table_is_refused_with_its_range_and_source() -> None:
    with pytest.raises(NotHeldError, match=r"between .* K for the vapour pressure \(Perry"):
        find("氨").vapour_pressure(1000.0)


def test_ppm_and_milligrams_agree_with_the_usual_rule() -> None:
    chlorine = find("氯")
    assert ppm_to_density(1.0, chlorine.molar_mass) * 1e6 == pytest.approx(2.898, rel=1e-3)


def test_every_row_of_the_thresholds_belongs_to_a_substance() -> None:
    from anlan.science.common.tables import read_rows

    known = {s.cas for s in ALL}
    for name in ("aegl.csv", "correlations.csv"):
        rows = read_rows("anlan.science.release", name)
        assert {row["cas"] for row in rows} <= known
        assert rows
