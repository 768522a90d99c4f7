from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.cyclone.track import Fix, Track, convert_wind, decayed_wind

START = datetime(2019, 8, 10, tzinfo=UTC)
PERIOD = st.sampled_from([1, 2, 3, 10])


def fix(hours: float = 0.0, **changes: Any) -> Fix:
    words: dict[str, Any] = {
        "time": START + timedelta(hours=hours),
        "lon": 121.0,
        "lat": 28.0,
        "pressure": 97_000.0,
        "wind": 30.0,
        "averaging_minutes": 2,
    }
    return Fix(**(words | changes))


def track(*fixes: Fix) -> Track:
    return Track(agency="CMA", number="1909", name="LEKIMA", fixes=fixes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lat": 95.0}, "lat must be between -90 and 90 deg, got 95"),
        ({"pressure": 970.0}, "pressure must be between 85000 and 105000 Pa, got 970"),
        ({"wind": 200.0}, "wind must be between 0 and 120 m/s"),
        ({"time": START.replace(tzinfo=None)}, "time must carry its zone"),
    ],
)
def test_an_impossible_fix_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fix(**changes)


def test_a_track_needs_two_fixes_in_order() -> None:
    with pytest.raises(ValueError, match="at least two fixes"):
        track(fix())
    with pytest.raises(ValueError, match="not in the order of time"):
        track(fix(6), fix(0))


def test_a_track_without_analysis_has_no_extremes() -> None:
    blank = track(fix(0, wind=None, pressure=None), fix(6, wind=None, pressure=None))
    assert blank.strongest_wind != blank.strongest_wind
    assert blank.lowest_pressure != blank.lowest_pressure


@given(v=st.floats(min_value=0, max_value=80), a=PERIOD, b=PERIOD)
def test_converting_there_and_back_gives_the_same_wind(v: float, a: int, b: int) -> None:
    there = convert_wind(v, from_minutes=a, to_minutes=b)
    assert convert_wind(there, from_minutes=b, to_minutes=a) == pytest.approx(v)
    if a > b:
        assert there >= v


@given(v=st.floats(min_value=0, max_value=80), t=st.floats(min_value=0, max_value=100))
def test_a_storm_never_grows_over_land(v: float, t: float) -> None:
    assert 0 <= decayed_wind(v, t) <= v
    assert decayed_wind(v, t + 1) <= decayed_wind(v, t) + 1e-12


def test_a_storm_decays_to_the_background() -> None:
    assert decayed_wind(60.0, 1000.0) == pytest.approx(13.736, abs=1e-3)
