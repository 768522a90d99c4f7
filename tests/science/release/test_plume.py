import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.plume import concentration, ground_field
from anlan.science.release.sigma import PLUME_SCHEMES, plume_widths, puff_widths, reach_of
from anlan.science.release.stability import CLASSES

CLASS = st.sampled_from(CLASSES)
SCHEME = st.sampled_from(PLUME_SCHEMES)
DISTANCE = st.floats(min_value=100, max_value=9_900)
CCPS: Any = {"rate": 0.1, "wind_speed": 2.0, "stability": "F"}


@pytest.mark.published("release.plume", source="CCPS (1999) p. 97, widths; rtol 1e-9")
def test_widths_are_those_printed() -> None:
    w = plume_widths(500.0, stability="F")
    assert w.y == pytest.approx(19.518001458970662, rel=1e-9)
    assert w.z == pytest.approx(6.9565217391304355, rel=1e-9)


@pytest.mark.published("release.plume", source="CCPS (1999) p. 97, concentration; rtol 1e-9")
def test_the_concentration_is_that_printed() -> None:
    assert concentration(500.0, **CCPS) == pytest.approx(1.1721754975e-4, rel=1e-9)


@pytest.mark.published("release.plume", source="EPA ISC3 volume II table 1-2, sigma_z; rtol 1e-5")
@pytest.mark.parametrize(
    ("stability", "x", "sigma_z"),
    [
        ("A", 50, 7.24628),
        ("B", 300, 30.1442),
        ("C", 100, 7.44188),
        ("D", 2000, 50.1514),
        ("E", 500, 12.8014),
        ("F", 5000, 34.2072),
    ],
)
def test_isc3_widths_are_those_printed(stability: str, x: float, sigma_z: float) -> None:
    assert plume_widths(x, stability=stability, scheme="isc3").z == pytest.approx(sigma_z, rel=1e-5)


@pytest.mark.published(
    "release.plume",
    source="Turner (1970) AP-26, chapter 7: burning dump, 3 g/s, 7 m/s, D, 3 km; refinery, 80 g/s at"
    " 60 m, 6 m/s, D, 500 m; widths within 3 %, concentrations 12 % (read from curves)",
)
@pytest.mark.parametrize(
    ("x", "rate", "wind", "height", "widths", "grams"),
    [(3000, 0.003, 7.0, 0.0, (190.0, 65.0), 1.1e-5), (500, 0.08, 6.0, 60.0, (36.0, 18.5), 3.3e-5)],
)
def test_the_problems_of_turner_have_the_printed_widths_and_concentrations(
    x: float, rate: float, wind: float, height: float, widths: tuple[float, float], grams: float
) -> None:
    w = plume_widths(x, stability="D", scheme="isc3")
    assert (float(w.y), float(w.z)) == pytest.approx(widths, rel=0.03)
    c = concentration(x, rate=rate, wind_speed=wind, stability="D", scheme="isc3", height=height)
    assert float(c) * 1e3 == pytest.approx(grams, rel=0.12)


@pytest.mark.analytic("release.plume")
@pytest.mark.parametrize("scheme", PLUME_SCHEMES)
@pytest.mark.parametrize("stability", CLASSES)
def test_what_is_released_flows_through_every_section(stability: str, scheme: str) -> None:
    w = plume_widths(1000.0, stability=stability, scheme=scheme)
    y = np.linspace(-8, 8, 401) * float(w.y)
    z = np.linspace(0, 8 * float(w.z) + 30.0, 4001)
    c = concentration(
        1000.0,
        y[:, None],
        z[None, :],
        rate=2.5,
        wind_speed=3.0,
        stability=stability,
        scheme=scheme,
        height=30.0,
    )
    flux = 3.0 * np.trapezoid(np.trapezoid(c, z, axis=1), y)
    assert flux == pytest.approx(2.5, rel=1e-4)


@pytest.mark.property("release.plume")
@given(x=DISTANCE, y=st.floats(min_value=0, max_value=3000), stability=CLASS, scheme=SCHEME)
def test_left_and_right_are_alike(x: float, y: float, stability: str, scheme: str) -> None:
    source: Any = {"rate": 1.0, "wind_speed": 2.0, "stability": stability, "scheme": scheme}
    assert concentration(x, y, **source) == concentration(x, -y, **source)


@pytest.mark.property("release.plume")
@given(x=DISTANCE, factor=st.floats(min_value=0.1, max_value=100), stability=CLASS)
def test_concentration_is_proportional_to_the_release(
    x: float, factor: float, stability: str
) -> None:
    one = concentration(x, rate=1.0, wind_speed=2.0, stability=stability)
    many = concentration(x, rate=factor, wind_speed=2.0, stability=stability)
    np.testing.assert_allclose(many, factor * one)


@pytest.mark.property("release.plume")
@given(x=DISTANCE, scheme=SCHEME)
def test_the_plume_is_narrower_the_more_stable_the_air(x: float, scheme: str) -> None:
    across = [float(plume_widths(x, stability=c, scheme=scheme).y) for c in CLASSES]
    assert all(a >= b for a, b in itertools.pairwise(across))


@pytest.mark.property("release.plume")
@pytest.mark.parametrize("scheme", ["briggs_rural", "briggs_urban"])
@pytest.mark.parametrize("stability", CLASSES)
def test_the_compiled_field_is_the_plain_formula(stability: str, scheme: str) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-200, 10_000, (40, 50)), rng.normal(0, 300, (40, 50))
    source: Any = {"rate": 3.0, "wind_speed": 2.5, "stability": stability, "scheme": scheme}
    fast = ground_field(x, y, height=25.0, averaging_time=1800.0, **source)
    slow = concentration(x, y, height=25.0, averaging_time=1800.0, **source)
    np.testing.assert_allclose(fast, slow, rtol=1e-12, atol=1e-300)


def test_the_field_is_not_a_number_where_the_widths_end() -> None:
    c = ground_field(np.array([-1.0, 0.0, 10_001.0, np.nan]), np.zeros(4), **CCPS)
    np.testing.assert_array_equal(c, [0.0, 0.0, np.nan, np.nan])


def test_upwind_there_is_nothing() -> None:
    assert concentration(-1.0, **CCPS) == 0.0
    assert concentration([-5.0, 0.0], **CCPS).tolist() == [0.0, 0.0]


def test_a_longer_average_is_lower_on_the_axis() -> None:
    ten = concentration(500.0, **CCPS)
    hour = concentration(500.0, averaging_time=3600.0, **CCPS)
    assert ten / hour == pytest.approx(6**0.2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": 0.0}, "rate must be between"),
        ({"wind_speed": 0.2}, r"wind_speed must be between 0\.5 and 40 m/s, got 0\.2"),
        ({"stability": "G"}, "stability must be one of"),
        ({"scheme": "mine"}, "scheme must be one of"),
        ({"averaging_time": 60.0}, "averaging_time must be between 600 and 3600 s, got 60"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        concentration(500.0, **(CCPS | change))


def test_distances_beyond_the_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="x must be above 0 and at most 10000 m"):
        concentration(10_001.0, **CCPS)
    with pytest.raises(ValueError, match="z must be >= 0 m"):
        concentration(100.0, 0.0, -1.0, **CCPS)
    with pytest.raises(ValueError, match="scheme must be briggs"):
        ground_field(np.ones(2), np.ones(2), scheme="isc3", **CCPS)
    with pytest.raises(ValueError, match="x and y must have one shape"):
        ground_field(np.ones(2), np.ones(3), **CCPS)
    with pytest.raises(ValueError, match="scheme must be one of"):
        reach_of("mine")
    with pytest.raises(ValueError, match="scheme must be one of"):
        plume_widths(100.0, stability="A", scheme="mine")
    with pytest.raises(ValueError, match="stability must be one of"):
        puff_widths(100.0, stability="G")
    with pytest.raises(ValueError, match="averaging_time must be between 600 and 3600 s"):
        plume_widths(100.0, stability="A", averaging_time=1.0)


def test_inputs_are_left_alone() -> None:
    x = np.array([100.0, 200.0])
    concentration(x, **CCPS)
    assert x.tolist() == [100.0, 200.0]
