"""The earthquake of the study page: the zones and losses of the science, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from anlan.forecast.exposure import Facility, PeopleGrid
from anlan.forecast.hazards.earthquake import run_earthquake
from anlan.forecast.hazards.earthquake_losses import is_night, structure_shares
from anlan.forecast.models_registry import models_for, parse_scenario, run_model
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.selectors.city import city_surroundings
from anlan.forecast.setting import Setting
from anlan.forecast.types import Figure, Forecast, Place, Table
from anlan.science.seismic.casualties import casualties
from anlan.science.seismic.damage import damage_counts, example_matrix
from anlan.science.seismic.intensity import intensity, isoseismal_axes
from kit.cities import jinan_pack
from kit.towns import number

PLACE = Place(lon=117.0, lat=36.66, name="示例震中")
DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)
NIGHT = datetime(2026, 3, 1, 18, tzinfo=UTC)
KM_PER_DEG = 111.195


def town(people: float = 50_000.0) -> PeopleGrid:
    """Return one cell of people at the epicentre."""
    return PeopleGrid(
        lon=np.array([PLACE.lon]),
        lat=np.array([PLACE.lat]),
        people=np.array([people]),
        cell_lon=0.01,
        cell_lat=0.01,
        source="试验人口",
    )


def setting(moment: datetime = DAY, **more: Any) -> Setting:
    return Setting(place=PLACE, weather=Weather.parse({}), moment=moment, **more)


def quake(at: Setting | None = None, **fields: Any) -> Forecast:
    given = {"kind": "earthquake", "magnitude": 7.0, "strike_deg": 20.0, **fields}
    found = run_model(parse_scenario(given), at or setting())
    assert isinstance(found, Forecast)
    return found


def table(forecast: Forecast, title: str) -> Table:
    return next(t for t in forecast.tables if t.title.startswith(title))


def span(figure: Figure) -> tuple[float, float, float]:
    """Return the least, the likely and the most."""
    assert figure.low is not None
    assert figure.high is not None
    return figure.low, number(figure), figure.high


def test_the_zones_have_the_axes_of_the_standard() -> None:
    for zone in quake().footprints:
        long, short = isoseismal_axes(number(zone.threshold), magnitude=7.0, region="eastern")
        assert zone.figures["长半轴"].value == round(float(long) / 1000, 1)
        assert zone.figures["短半轴"].value == round(float(short) / 1000, 1)
        drawn = zone.area.area * KM_PER_DEG**2 * np.cos(np.radians(PLACE.lat))
        assert drawn == pytest.approx(np.pi * float(long * short) / 1e6, rel=5e-3)


def test_the_zones_are_nested_and_lie_in_their_envelopes() -> None:
    zones = quake().footprints
    assert [z.key for z in zones] == ["intensity9", "intensity8", "intensity7", "intensity6"]
    for inner, outer in pairwise(zones):
        assert outer.area.contains(inner.area)
    for zone in zones:
        assert zone.envelope.buffer(1e-9).contains(zone.area)
        assert len(zone.members) == 2


def test_a_strike_that_nobody_knows_makes_the_envelope_round_and_is_said() -> None:
    forecast = quake(strike_deg=None)
    west, south, east, north = forecast.footprint("intensity7").envelope.bounds  # type: ignore[union-attr]
    width = (east - west) * np.cos(np.radians(PLACE.lat))
    assert width == pytest.approx(north - south, rel=5e-3)
    assert any(a.field == "scenario.strike_deg" for a in forecast.assumptions)


def test_the_long_axis_points_along_the_strike() -> None:
    west, south, east, north = quake(strike_deg=0.0).footprint("intensity7").area.bounds  # type: ignore[union-attr]
    assert north - south > (east - west) * np.cos(np.radians(PLACE.lat))


def test_the_losses_are_those_of_the_science_for_the_same_people() -> None:
    forecast = quake(setting(people=town()), magnitude=6.5, old_share=0.2)
    level = intensity(0.0, magnitude=6.5, region="eastern")
    shares = structure_shares(0.2)
    collapsed = damage_counts(level, shares, matrix=example_matrix())[..., -1]
    cell = 0.01 * KM_PER_DEG
    expected = casualties(
        level,
        collapsed,
        50_000.0,
        density=50_000.0 / (cell * cell * np.cos(np.radians(PLACE.lat))),
        night=False,
    )
    rows = table(forecast, "伤亡").rows
    assert [row[0] for row in rows] == [e.title for e in expected]
    for row, estimate in zip(rows, expected, strict=True):
        assert isinstance(row[1], Figure)
        least, likely, most = span(row[1])
        assert likely == pytest.approx(estimate.deaths, rel=0.06, abs=0.6)
        assert least <= likely <= most
    least, likely, most = span(forecast.figures["可能死亡"])
    assert least < likely < most


@pytest.mark.parametrize("magnitude", [5.5, 6.5, 7.5])
def test_the_headline_carries_the_whole_spread_of_the_models_side_by_side(
    magnitude: float,
) -> None:
    forecast = quake(setting(people=town()), magnitude=magnitude)
    rows = table(forecast, "伤亡").rows
    for column, name in ((1, "可能死亡"), (2, "可能受伤")):
        ranges = [span(cell) for row in rows if isinstance(cell := row[column], Figure)]
        assert len(ranges) == len(rows) == 3
        least, _likely, most = span(forecast.figures[name])
        assert least == min(low for low, _middle, _high in ranges)
        assert most == max(high for _low, _middle, high in ranges)
        assert f"{least:,.0f}–{most:,.0f} 人" in "".join(forecast.summary)


def test_a_night_kills_more_than_a_day() -> None:
    day = quake(setting(DAY, people=town()), magnitude=6.0)
    night = quake(setting(NIGHT, people=town()), magnitude=6.0)
    assert span(night.figures["可能死亡"])[2] >= span(day.figures["可能死亡"])[2]
    assert number(table(night, "伤亡").rows[1][1]) > number(table(day, "伤亡").rows[1][1])
    assert "夜间" in table(night, "伤亡").note
    assert is_night(datetime.fromisoformat("2026-03-01T23:00:00+08:00"))
    assert not is_night(datetime.fromisoformat("2026-03-01T06:00:00+08:00"))


def test_the_shares_of_dwellings_sum_to_all_people() -> None:
    assert sum(structure_shares(0.3).values()) == pytest.approx(1.0)


def test_frames_grow_until_they_hold_the_whole_zone() -> None:
    forecast = quake()
    sizes = [frame.areas["intensity6"].area for frame in forecast.frames]
    assert sizes == sorted(sizes)
    assert sizes[-1] == pytest.approx(forecast.footprints[-1].area.area, rel=1e-6)


def test_reservoirs_in_the_damaging_zone_are_marked_first() -> None:
    near = Facility(id=1, kind="reservoir", name="示例水库", lon=117.01, lat=36.66)
    far = Facility(id=2, kind="reservoir", name="远处水库", lon=119.9, lat=36.66)
    labels = [m.label for m in quake(setting(facilities=(near, far))).marks]
    assert labels == ["震中", "水库 示例水库：先排查"]


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"magnitude": 9.5}, "magnitude", "9.5"),
        ({"magnitude": None}, "magnitude", "None"),
        ({"region": "西部"}, "region", "西部"),
        ({"strike_deg": 400}, "strike_deg", "400"),
        ({"shape": 1}, "shape", "shape"),
    ],
)
def test_a_wrong_input_names_field_rule_and_value(
    fields: dict[str, Any], field: str, value: str
) -> None:
    with pytest.raises(ScenarioError, match=f"scenario.{field} 应.*{value}"):
        quake(**fields)


def test_an_observed_intensity_one_degree_higher_moves_every_zone_out() -> None:
    plain, shifted = quake(), quake(intensity_offset=1.0)
    assert shifted.footprint("intensity8").area.equals(plain.footprint("intensity7").area)  # type: ignore[union-attr]


def test_a_small_earthquake_says_that_it_is_only_felt() -> None:
    forecast = quake(magnitude=4.0)
    assert forecast.footprints == ()
    assert "震感" in forecast.summary[0]


def test_a_deep_focus_is_said_to_make_the_zones_too_large() -> None:
    assert any("浅源" in s for s in quake(depth_m=60_000.0).shortfalls)


def test_without_people_the_zones_stand_and_the_lack_is_said() -> None:
    forecast = quake()
    assert forecast.footprints
    assert any("人口网格" in s for s in forecast.shortfalls)


def test_a_whole_city_gives_every_district_its_intensity_and_a_summary() -> None:
    city = city_surroundings(jinan_pack())
    at = setting(people=city.people, districts=city.districts)
    forecast = run_earthquake(parse_scenario({"kind": "earthquake", "magnitude": 6.5}), at)
    tops = [number(row[1]) for row in table(forecast, "各区县").rows]
    assert len(tops) == 12
    assert tops == sorted(tops, reverse=True)
    assert len(forecast.summary) == 3
    again = run_earthquake(parse_scenario({"kind": "earthquake", "magnitude": 6.5}), at)
    assert again.tables == forecast.tables
    people = [number(row[4]) for row in table(forecast, "烈度区").rows]
    assert people == sorted(people)


def test_it_is_offered_for_earthquakes() -> None:
    assert models_for("11C01")[0].kind == "earthquake"
