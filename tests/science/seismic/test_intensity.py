import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.seismic.intensity import (
    instrument_intensity,
    intensity,
    intensity_sigma,
    isoseismal_axes,
)
from anlan.science.seismic.motion import REGIONS

LINES = (Path(__file__).parent / "data" / "gb18306_intensity_axes.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(line for line in LINES.splitlines() if not line.startswith("#")))
MAGNITUDE = st.floats(min_value=4.0, max_value=8.0)


@pytest.mark.cross(
    "seismic.intensity", source="GB 18306-2015 isoseismals, computed apart (2026-11); 0.06 km"
)
@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"Ms{r['Ms']}-{r['intensity']}")
def test_the_isoseismals_have_the_expected_axes(row: dict[str, str]) -> None:
    a, b = isoseismal_axes(
        float(row["intensity"]), magnitude=float(row["Ms"]), region=row["region"]
    )
    assert float(a) / 1000 == pytest.approx(float(row["long_km"]), abs=0.06)
    assert float(b) / 1000 == pytest.approx(float(row["short_km"]), abs=0.06)


@pytest.mark.published(
    "seismic.intensity", source="泸定 2022-09-05 MS 6.8: maximum intensity IX (zgdz.eq-j.cn 2024/3)"
)
def test_luding_2022_reaches_nine_at_most() -> None:
    assert round(float(intensity(0.0, magnitude=6.8, region="tibetan"))) == 9


@pytest.mark.analytic("seismic.intensity")
@pytest.mark.parametrize("region", REGIONS)
@given(m=MAGNITUDE)
def test_the_axes_meet_at_the_epicentre(region: str, m: float) -> None:
    top = float(intensity(0.0, magnitude=m, region=region))
    a, b = isoseismal_axes(top - 0.002, magnitude=m, region=region)
    assert a > 0
    assert b > 0


@pytest.mark.analytic("seismic.intensity")
def test_the_checksum_of_eastern_magnitude_seven_is_met() -> None:
    assert intensity(0.0, magnitude=7.0, region="eastern") == pytest.approx(9.253, abs=1e-3)


@pytest.mark.analytic("seismic.intensity")
@given(m=st.floats(min_value=5.5, max_value=8.0), level=st.floats(min_value=5.0, max_value=6.5))
def test_intensity_and_isoseismal_are_each_others_inverse(m: float, level: float) -> None:
    a, b = isoseismal_axes(level, magnitude=m, region="eastern")
    assert intensity(a, 0.0, magnitude=m, region="eastern") == pytest.approx(level, abs=1e-9)
    assert intensity(b, 90.0, magnitude=m, region="eastern") == pytest.approx(level, abs=1e-9)


@pytest.mark.property("seismic.intensity")
@given(m=MAGNITUDE, angle=st.floats(min_value=0, max_value=360), region=st.sampled_from(REGIONS))
def test_intensity_never_grows_with_distance(m: float, angle: float, region: str) -> None:
    found = intensity(np.geomspace(1e3, 300e3, 100), angle, magnitude=m, region=region)
    assert np.all(np.diff(found) <= 1e-12)


def test_the_scatter_is_that_of_the_standard() -> None:
    assert intensity_sigma("eastern") == 0.5826


def test_an_intensity_outside_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="value must be between 1 and 12"):
        isoseismal_axes(13.0, magnitude=7.0, region="eastern")
    with pytest.raises(ValueError, match=r"magnitude must be between 4 and 8\.5"):
        intensity(0.0, magnitude=3.0, region="eastern")


@pytest.mark.published(
    "seismic.intensity",
    source="GB/T 17742-2020, table 1: PGA 1.35, 2.79, 5.77, 11.9 m/s2 and PGV 0.120, 0.258, 0.555,"
    " 1.19 m/s in the middle of VII to X; 0.03 degrees",
)
def test_an_instrument_measures_the_degrees_of_the_table() -> None:
    found = instrument_intensity([1.35, 2.79, 5.77, 11.9], [0.120, 0.258, 0.555, 1.19])
    np.testing.assert_allclose(found, [7, 8, 9, 10], atol=0.03)


@pytest.mark.analytic("seismic.intensity")
def test_a_weak_motion_has_the_mean_of_both_and_a_strong_one_the_velocity() -> None:
    weak = (3.17 * np.log10(0.1) + 6.59 + 3.0 * np.log10(0.01) + 9.77) / 2
    found = instrument_intensity([0.1, 5.0, 1e-6, 99.0], [0.01, 0.1, 1e-6, 50.0])
    np.testing.assert_allclose(found, [weak, 6.77, 1.0, 12.0])
