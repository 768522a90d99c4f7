from datetime import UTC, datetime

import pytest

from anlan.science.common.constants import KNOT, NAUTICAL_MILE
from anlan.science.cyclone.readers import lekima_2019, read_cma, read_ibtracs, read_jma

KEY_FIXES = [  # notes/hazards: UTC day and hour, N, E, hPa, kt
    (8, 15, 24.9, 124.8, 925, 105),
    (10, 0, 29.1, 120.7, 970, 60),
    (11, 6, 35.0, 120.0, 980, 45),
    (11, 12, 35.9, 120.0, 980, 45),
    (11, 18, 37.1, 120.1, 980, 40),
    (12, 0, 37.8, 119.6, 985, 35),
    (12, 6, 37.9, 119.5, 985, 35),
    (12, 12, 36.9, 119.6, 990, 35),
    (12, 18, 37.0, 120.0, 992, None),
]

CMA = """\
66666 1909    4     9 1909 0 6 Lekima               20200612
2019081000 5 291 1207  970      35
2019081006 4 299 1204  975      28
2019081012 3 308 1204  980      23
2019081018 9 323 1203  982       0
66666 (nn)    2    10 0000 0 6 (nameless)           20200612
2019090100 1 150 1300 1000      12
2019090106 1 152 1298 1000      12
"""

IBTRACS = """\
SID,SEASON,NAME,ISO_TIME,NATURE,CMA_LAT,CMA_LON,CMA_WIND,CMA_PRES,TOKYO_LAT,TOKYO_LON,TOKYO_WIND,TOKYO_PRES
 ,Year, , , ,degrees_north,degrees_east,kts,mb,degrees_north,degrees_east,kts,mb
2019215N17129,2019,LEKIMA,2019-08-10 00:00:00,TS,29.1,120.7,68,970,29.1,120.7,60,970
2019215N17129,2019,LEKIMA,2019-08-10 06:00:00,TS,29.9,120.4,54,975,29.9,120.4, ,975
2019215N17129,2019,LEKIMA,2019-08-10 12:00:00,TS, , , , ,30.8,120.4,45,980
"""


def test_the_track_of_lekima_is_read_whole() -> None:
    track = lekima_2019()
    assert (track.agency, track.number, track.name) == ("JMA", "1909", "LEKIMA")
    assert len(track.fixes) == 56
    assert track.fixes[0].time == datetime(2019, 8, 2, 6, tzinfo=UTC)
    assert track.lowest_pressure == 92_500
    assert track.strongest_wind == pytest.approx(105 * KNOT)
    assert sum(fix.wind is None for fix in track.fixes) == 17
    assert {fix.averaging_minutes for fix in track.fixes} == {10}


@pytest.mark.parametrize(("day", "hour", "lat", "lon", "hpa", "knots"), KEY_FIXES)
def test_the_key_fixes_of_lekima_are_those_of_the_file(
    day: int, hour: int, lat: float, lon: float, hpa: int, knots: int | None
) -> None:
    when = datetime(2019, 8, day, hour, tzinfo=UTC)
    fix = next(fix for fix in lekima_2019().fixes if fix.time == when)
    assert (fix.lat, fix.lon, fix.pressure) == (lat, lon, hpa * 100)
    assert fix.wind == (None if knots is None else pytest.approx(knots * KNOT))


def test_the_fixes_of_lekima_are_closer_near_land_and_carry_radii() -> None:
    track = lekima_2019()
    gaps = set((track.hours[1:] - track.hours[:-1]).tolist())
    assert gaps == {3.0, 6.0}
    landfall = next(f for f in track.fixes if f.time == datetime(2019, 8, 10, 0, tzinfo=UTC))
    assert landfall.gale_radius == (300 * NAUTICAL_MILE, 250 * NAUTICAL_MILE)
    assert landfall.storm_radius == (60 * NAUTICAL_MILE, 60 * NAUTICAL_MILE)
    assert track.fixes[0].gale_radius is None


def test_a_cma_file_is_read_with_two_minute_winds() -> None:
    lekima, nameless = read_cma(CMA)
    assert (lekima.agency, lekima.number, lekima.name) == ("CMA", "1909", "LEKIMA")
    assert [fix.grade for fix in lekima.fixes] == ["STY", "TY", "STS", "L"]
    assert lekima.fixes[0].wind == 35.0
    assert lekima.fixes[3].wind is None
    assert lekima.fixes[0].averaging_minutes == 2
    assert nameless.name == "(NAMELESS)"


def test_ibtracs_is_read_for_the_agency_asked_for() -> None:
    (cma,) = read_ibtracs(IBTRACS)
    (tokyo,) = read_ibtracs(IBTRACS, agency="TOKYO")
    assert (len(cma.fixes), len(tokyo.fixes)) == (2, 3)
    assert cma.fixes[0].wind == pytest.approx(68 * KNOT)
    assert cma.fixes[0].averaging_minutes == 2
    assert tokyo.fixes[1].wind is None
    assert tokyo.fixes[0].averaging_minutes == 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("19080206 002 2 145 1343 1002     000\n", "line 1: a fix before the first header"),
        ("66666 1909\n19080206 002 2 xx5 1343 1002     000\n", "line 2: .*xx5"),
        ("66666 1909\n19130206 002 2 145 1343 1002     000\n", "line 2: month must be in"),
    ],
)
def test_a_broken_jma_line_is_refused_by_its_number(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_jma(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2019081000 5 291 1207 970 35\n", "line 1: a fix before"),
        ("66666 1909 4\n", "line 1: a header needs at least 8 fields"),
        (CMA.replace("970", "97x"), "line 2: "),
        (CMA.replace("2019081006 4 299", "2019081006 4 2990"), "line 3: lat must be between"),
    ],
)
def test_a_broken_cma_line_is_refused_by_its_number(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_cma(text)


def test_a_broken_ibtracs_file_is_refused_by_column_or_line() -> None:
    with pytest.raises(ValueError, match="lacks the columns CMA_WIND"):
        read_ibtracs(IBTRACS.replace("CMA_WIND", "OTHER"))
    with pytest.raises(ValueError, match="line 3: "):
        read_ibtracs(IBTRACS.replace("29.1,120.7,68", "north,120.7,68"))
    with pytest.raises(ValueError, match="agency must be one of CMA, TOKYO, USA"):
        read_ibtracs(IBTRACS, agency="BOM")


def test_a_longitude_beyond_the_date_line_is_brought_back() -> None:
    text = CMA.replace("1207", "1907")
    assert read_cma(text)[0].fixes[0].lon == pytest.approx(-169.3)
