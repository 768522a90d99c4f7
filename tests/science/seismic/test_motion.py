import csv
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.seismic.ellipse import contour, warm_up
from anlan.science.seismic.motion import (
    REGIONS,
    SIGMA,
    motion_contour_axes,
    motion_on_axis,
    pga,
    pgv,
)

LINES = (Path(__file__).parent / "data" / "gb18306_reference_values.csv").read_text(
    encoding="utf-8"
)
ROWS = list(csv.DictReader(line for line in LINES.splitlines() if not line.startswith("#")))
MAGNITUDE = st.floats(min_value=4.0, max_value=8.0)
DISTANCE = st.floats(min_value=1e3, max_value=300e3)
ANGLE = st.floats(min_value=-180.0, max_value=360.0)
REGION = st.sampled_from(REGIONS)
FIELDS = {"pga": pga, "pgv": pgv}


@pytest.mark.cross(
    "seismic.motion", source="GB 18306-2015 with exact ellipses, computed apart (2026-11); 6e-4"
)
@pytest.mark.parametrize(
    "row", ROWS, ids=lambda r: f"{r['quantity']}-{r['Ms']}-{r['R_km']}-{r['angle_deg']}"
)
def test_every_reference_row_is_met(row: dict[str, str]) -> None:
    found = FIELDS[row["quantity"].lower()](
        float(row["R_km"]) * 1000,
        float(row["angle_deg"]),
        magnitude=float(row["Ms"]),
        region=row["region"],
    )
    assert float(found) * 100 == pytest.approx(float(row["value"]), abs=6e-4)


@pytest.mark.analytic("seismic.motion")
@given(m=MAGNITUDE, r=DISTANCE, region=REGION, quantity=st.sampled_from(["pga", "pgv"]))
def test_on_the_axes_the_formula_of_the_standard_holds(
    m: float, r: float, region: str, quantity: str
) -> None:
    for axis, angle in (("long", 0.0), ("short", 90.0)):
        printed = motion_on_axis(quantity, r, axis=axis, magnitude=m, region=region)
        other = motion_on_axis(
            quantity, 0.0, axis="short" if axis == "long" else "long", magnitude=m, region=region
        )
        if printed < other:  # the ellipse exists
            found = FIELDS[quantity](r, angle, magnitude=m, region=region)
            assert found == pytest.approx(float(printed), rel=1e-9)


@pytest.mark.analytic("seismic.motion")
@given(m=MAGNITUDE, r=DISTANCE, angle=ANGLE, region=REGION)
def test_every_place_lies_on_the_ellipse_of_its_own_value(
    m: float, r: float, angle: float, region: str
) -> None:
    value = float(pga(r, angle, magnitude=m, region=region))
    a, b = motion_contour_axes("pga", value, magnitude=m, region=region)
    if a > 0 and b > 0:
        t = math.radians(angle)
        left = (r * math.cos(t) / a) ** 2 + (r * math.sin(t) / b) ** 2
        assert left == pytest.approx(1.0, abs=1e-6) or r < 15e3  # near it the axes may not meet


@pytest.mark.property("seismic.motion")
@given(m=MAGNITUDE, angle=ANGLE, region=REGION, quantity=st.sampled_from(["pga", "pgv"]))
def test_shaking_never_grows_with_distance(
    m: float, angle: float, region: str, quantity: str
) -> None:
    r = np.geomspace(1e3, 300e3, 200)
    found = FIELDS[quantity](r, angle, magnitude=m, region=region)
    assert np.all(np.diff(found) < 1e-12)


@pytest.mark.property("seismic.motion")
@given(m=MAGNITUDE, r=DISTANCE, angle=ANGLE, region=REGION)
def test_shaking_lies_between_that_of_the_axes(
    m: float, r: float, angle: float, region: str
) -> None:
    ends = [float(motion_on_axis("pgv", r, axis=x, magnitude=m, region=region)) for x in AXES]
    found = float(pgv(r, angle, magnitude=m, region=region))
    assert min(ends) * (1 - 1e-9) <= found <= max(ends) * (1 + 1e-9)


AXES = ("long", "short")


@pytest.mark.property("seismic.motion")
@given(m=MAGNITUDE, r=DISTANCE, angle=st.floats(min_value=0, max_value=90), region=REGION)
def test_the_four_quadrants_are_alike(m: float, r: float, angle: float, region: str) -> None:
    four = pga(r, [angle, -angle, 180 - angle, 180 + angle], magnitude=m, region=region)
    np.testing.assert_allclose(four, four[0], rtol=1e-9)


def test_weak_motion_falls_where_combining_logarithms_would_make_it_rise() -> None:
    r = np.array([5, 10, 15, 30, 50, 100, 200]) * 1e3
    along = pgv(r, 30.0, magnitude=5.0, region="eastern") * 100
    assert np.all(np.diff(along) < 0)
    assert along[-1] < 0.1


def test_a_fifth_of_a_million_buildings_take_less_than_a_second() -> None:
    rng = np.random.default_rng(0)
    r, angle = rng.uniform(0, 200e3, 200_000), rng.uniform(0, 360, 200_000)
    warm_up()
    start = time.process_time()
    found = pga(r, angle, magnitude=7.0, region="eastern")
    assert time.process_time() - start < 1.0
    assert found.shape == r.shape
    assert np.all(np.isfinite(found))


def test_the_contour_runs_through_the_ends_of_its_axes() -> None:
    ring = contour(20e3, 10e3, lon=117.0, lat=36.0, long_axis_deg=90.0)
    assert ring.shape == (73, 2)
    np.testing.assert_array_equal(ring[0], ring[-1])
    assert ring[0, 0] > 117.2
    assert ring[0, 1] == pytest.approx(36.0, abs=1e-9)
    with pytest.raises(ValueError, match="points must be >= 8"):
        contour(1.0, 1.0, lon=0.0, lat=0.0, long_axis_deg=0.0, points=3)


def test_contours_of_values_that_are_not_reached_have_no_size() -> None:
    a, b = motion_contour_axes("pga", [0.1, 100.0], magnitude=6.0, region="central")
    assert a[0] > b[0] > 0.0
    assert (a[1], b[1]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"magnitude": 9.5}, "magnitude must be between 4 and 8.5, got 9.5"),
        ({"region": "东北"}, "region must be one of eastern"),
        ({"distance": -1.0}, "distance must be between 0 and 500000 m"),
        ({"distance": float("nan")}, "distance must be between"),
        ({"angle_deg": float("inf")}, "angle_deg must be finite deg"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, object], message: str) -> None:
    given_: dict[str, object] = {
        "distance": 1e4, "angle_deg": 0.0, "magnitude": 6.0, "region": "eastern", **change
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        pga(given_.pop("distance"), **given_)  # type: ignore[arg-type]


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="quantity must be one of pga, pgv"):
        motion_on_axis("psa", 1e3, axis="long", magnitude=6.0, region="eastern")
    with pytest.raises(ValueError, match="axis must be one of long, short"):
        motion_on_axis("pga", 1e3, axis="wide", magnitude=6.0, region="eastern")
    assert set(SIGMA) == set(FIELDS)
