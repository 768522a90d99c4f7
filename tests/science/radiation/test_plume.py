from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.radiation.dose import (
    ACTIONS,
    BREATHING,
    action_distances,
    plume_dose,
    released_activity,
)
from anlan.science.radiation.plume import (
    NUCLIDES,
    Nuclide,
    activity_budget,
    dispersion_factor,
    nuclide,
    puff_activity,
    washout,
)
from anlan.science.release.plume import concentration
from anlan.science.release.puff import puff_concentration

WEATHER: dict[str, Any] = {"wind_speed": 2.0, "stability": "F"}
SHORT = Nuclide(
    key="test", title="试", half_life=250.0, inhalation=1e-9, thyroid=0.0, cloud_shine=1e-14,
    ground_shine=1e-16, deposition_velocity=0.0,
)  # fmt: skip


@pytest.mark.published(
    "radiation.plume", source="CCPS (1999) p. 97, 1.172175e-4 kg/m3 at 0.1 kg/s; 1e-5"
)
def test_a_noble_gas_disperses_as_in_the_plume_of_ccps() -> None:
    found = dispersion_factor(500.0, source=nuclide("Kr-85"), **WEATHER)
    assert found == pytest.approx(1.1721754974531345e-3, rel=1e-5)


@pytest.mark.published(
    "radiation.plume", source="ICRP-107 (2008): half-lives in days, years of 365.25 d; 2 permille"
)
@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("I-131", 8.02070),
        ("Cs-134", 2.0648 * 365.25),
        ("Cs-137", 30.1671 * 365.25),
        ("Co-60", 5.2713 * 365.25),
        ("Xe-133", 5.243),
        ("Kr-85", 10.756 * 365.25),
    ],
)
def test_the_half_lives_are_those_of_icrp_107(key: str, days: float) -> None:
    assert nuclide(key).half_life / 86_400.0 == pytest.approx(days, rel=2e-3)


@pytest.mark.published(
    "radiation.dose",
    source="ICRP-119 (2012) annex G, adults of the public: type F, cobalt type M; exact",
)
@pytest.mark.parametrize(
    ("key", "dose"), [("I-131", 7.4e-9), ("Cs-134", 6.6e-9), ("Cs-137", 4.6e-9), ("Co-60", 1.0e-8)]
)
def test_the_inhalation_doses_are_those_of_icrp_119(key: str, dose: float) -> None:
    assert nuclide(key).inhalation == dose


@pytest.mark.analytic("radiation.plume")
def test_one_half_life_of_travel_halves_the_concentration() -> None:
    found = dispersion_factor(500.0, source=SHORT, **WEATHER)
    assert found == pytest.approx(0.5 * float(concentration(500.0, rate=1.0, **WEATHER)))


@pytest.mark.analytic("radiation.plume")
def test_what_falls_dry_is_the_flux_on_the_ground() -> None:
    source = nuclide("I-131")
    x = np.geomspace(10.0, 5000.0, 600)
    y = np.linspace(-400.0, 400.0, 1201)
    field = dispersion_factor(x[:, None], y[None, :], source=source, **WEATHER)
    flux = source.deposition_velocity * np.trapezoid(field, y, axis=1)
    budget = activity_budget(5000.0, source, **WEATHER)
    assert np.trapezoid(flux, x) == pytest.approx(float(budget.dry), rel=2e-3)


@pytest.mark.property("radiation.plume")
@settings(max_examples=30)
@given(
    key=st.sampled_from(NUCLIDES),
    wind=st.floats(min_value=0.5, max_value=20),
    height=st.floats(min_value=0, max_value=200),
    wash=st.floats(min_value=0, max_value=1e-2),
    x=st.floats(min_value=0, max_value=10e3),
)
def test_airborne_deposited_and_decayed_are_all_that_was_released(
    key: str, wind: float, height: float, wash: float, x: float
) -> None:
    found = activity_budget(
        x, nuclide(key), wind_speed=wind, stability="D", height=height, washout_rate=wash
    )
    total = found.airborne + found.dry + found.wet + found.decayed
    assert float(total) == pytest.approx(1.0, abs=1e-6)
    assert min(found.airborne, found.dry, found.wet, found.decayed) >= -1e-12


@pytest.mark.property("radiation.plume")
def test_a_puff_loses_what_the_plume_loses() -> None:
    place: dict[str, Any] = {"x": 500.0, "y": 0.0, "z": 0.0, "time": 250.0}
    plain = puff_concentration(**place, mass=1.0, **WEATHER)
    found = puff_activity(**place, activity=1e12, source=SHORT, **WEATHER)
    assert found == pytest.approx(0.5e12 * float(plain))


def test_rain_washes_with_its_power() -> None:
    one, ten = washout([1e-3 / 3600, 1e-2 / 3600])
    assert ten / one == pytest.approx(10**0.8)
    dry, wet = (
        float(dispersion_factor(2000.0, source=nuclide("Cs-137"), washout_rate=w, **WEATHER))
        for w in (0.0, float(ten))
    )
    assert wet < dry


@pytest.mark.analytic("radiation.dose")
def test_the_dose_is_integral_times_coefficient() -> None:
    source = nuclide("Cs-137")
    found = plume_dose(1000.0, activity=1e15, source=source, stay=3600.0, **WEATHER)
    integral = 1e15 * float(dispersion_factor(1000.0, source=source, **WEATHER))
    assert found.inhalation == pytest.approx(integral * BREATHING * 4.6e-9)
    assert found.cloud == pytest.approx(integral * 2.88e-14)
    assert found.deposit == pytest.approx(integral * 1e-3)
    assert found.ground == pytest.approx(integral * 1e-3 * 5.86e-16 * 3600.0, rel=1e-5)
    total = found.inhalation + found.cloud + found.ground
    assert float(found.effective) == pytest.approx(float(total))


@pytest.mark.analytic("radiation.dose")
def test_a_long_stay_gives_the_mean_life_times_the_first_rate() -> None:
    source = nuclide("I-131")
    found = plume_dose(1000.0, activity=1e12, source=source, stay=3e7, **WEATHER)
    assert found.ground == pytest.approx(
        float(found.deposit) * source.ground_shine / source.decay_constant, rel=1e-9
    )


@pytest.mark.analytic("radiation.dose")
def test_what_rain_washes_out_reaches_the_ground() -> None:
    source, wash = nuclide("Kr-85"), 1e-4
    x, y = np.geomspace(10.0, 8000.0, 500), np.linspace(-600.0, 600.0, 1201)
    found = plume_dose(
        x[:, None], y[None, :], activity=1.0, source=source, washout_rate=wash, **WEATHER
    )
    on_ground = np.trapezoid(np.trapezoid(found.deposit, y, axis=1), x)
    budget = activity_budget([10.0, 8000.0], source, washout_rate=wash, **WEATHER)
    assert on_ground == pytest.approx(float(np.diff(budget.wet)[0]), rel=2e-3)


@pytest.mark.property("radiation.dose")
@given(activity=st.floats(min_value=1e9, max_value=1e18), k=st.floats(min_value=1, max_value=10))
def test_dose_is_proportional_and_zones_grow_with_the_release(activity: float, k: float) -> None:
    source = nuclide("I-131")
    one, more = (
        plume_dose(800.0, activity=a, source=source, **WEATHER) for a in (activity, k * activity)
    )
    assert float(more.effective) == pytest.approx(k * float(one.effective))
    near, far = (
        action_distances(activity=a, source=source, **WEATHER) for a in (activity, k * activity)
    )
    assert all(far[action] >= near[action] for action in ACTIONS)


def test_sheltering_reaches_farther_than_evacuation() -> None:
    found = action_distances(activity=3e14, source=nuclide("I-131"), **WEATHER)
    assert found["shelter"] > found["evacuate"] > 0
    assert action_distances(activity=1.0, source=nuclide("Xe-133"), **WEATHER) == dict.fromkeys(
        ACTIONS, 0.0
    )
    with pytest.raises(ValueError, match="levels must name shelter"):
        action_distances(activity=1.0, source=SHORT, levels={"pray": 1.0}, **WEATHER)


def test_the_five_factors_multiply_and_are_shares() -> None:
    found = released_activity(
        1e16, damage_ratio=0.5, airborne_fraction=0.1, respirable_fraction=0.2, leak_path=0.01
    )
    assert found == pytest.approx(1e12)
    with pytest.raises(ValueError, match="leak_path must be between 0 and 1"):
        released_activity(1.0, leak_path=5.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wind_speed": 0.1}, r"wind_speed must be between 0\.5 and 40 m/s"),
        ({"activity": -1.0}, "activity must be between 0"),
        ({"stability": "G"}, "stability must be one of"),
        ({"washout_rate": 1.0}, "washout_rate must be between"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"activity": 1e12, "source": SHORT, **WEATHER}
    with pytest.raises(ValueError, match=message):
        plume_dose(1000.0, **(usual | change))
    with pytest.raises(ValueError, match="nuclide must be one of I-131"):
        nuclide("U-235")
