from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from anlan.science.common.local import lonlat_to_downwind
from anlan.science.release.plume import concentration
from anlan.science.release.stability import CLASSES
from anlan.science.release.zone import place_zone, plume_zone, rotated_zone

SOURCE: Any = {"rate": 0.1, "wind_speed": 2.0, "stability": "F"}


@pytest.mark.published("release.plume", source="CCPS (1999) p. 97 read backwards; 1 mm")
def test_the_zone_ends_where_the_printed_concentration_is() -> None:
    assert plume_zone(1.1721754974531345e-4, **SOURCE).length == pytest.approx(500.0, abs=0.01)


@pytest.mark.property("release.plume")
@given(
    stability=st.sampled_from(CLASSES),
    height=st.sampled_from([0.0, 20.0]),
    ppm=st.floats(min_value=1e-6, max_value=1e-4),
)
def test_the_concentration_on_the_edge_is_the_threshold(
    stability: str, height: float, ppm: float
) -> None:
    source: Any = {"rate": 1.0, "wind_speed": 3.0, "stability": stability, "height": height}
    zone = plume_zone(ppm, **source)
    if zone.length == 0 or zone.truncated:
        return
    edge = zone.outline[5:-5]
    edge = edge[(edge[:, 0] > 1.0) & (np.abs(edge[:, 1]) > 1e-6)]
    c = concentration(edge[:, 0], edge[:, 1], **source)
    np.testing.assert_allclose(c, ppm, rtol=1e-6)


@pytest.mark.property("release.plume")
@given(low=st.floats(min_value=1e-6, max_value=1e-3), more=st.floats(min_value=1.1, max_value=50))
def test_a_higher_threshold_has_a_smaller_zone_inside(low: float, more: float) -> None:
    outer, inner = plume_zone(low, **SOURCE), plume_zone(low * more, **SOURCE)
    assert inner.area <= outer.area
    assert inner.length <= outer.length


def test_a_high_chimney_spares_the_ground_near_it() -> None:
    zone = plume_zone(1e-6, rate=0.1, wind_speed=3.0, stability="D", height=50.0)
    assert 100 < zone.start < zone.length


def test_nothing_exceeds_a_very_high_threshold() -> None:
    zone = plume_zone(1e6, **SOURCE)
    assert (zone.length, zone.area) == (0.0, 0.0)
    assert place_zone(zone, lon=117, lat=36, wind_from_deg=0).is_empty
    assert zone.reasons == ("地面浓度处处低于该阈值",)


def test_a_zone_longer_than_the_model_says_so() -> None:
    zone = plume_zone(1e-9, rate=100.0, wind_speed=2.0, stability="F")
    assert zone.truncated
    assert zone.length == 10_000
    assert "实际更远" in zone.reasons[1]


@pytest.mark.parametrize("wind", [0.0, 45.0, 200.0, 360.0])
def test_on_the_map_the_zone_lies_downwind_with_the_same_area(wind: float) -> None:
    zone = plume_zone(1e-5, **SOURCE)
    placed = place_zone(zone, lon=117.5, lat=36.7, wind_from_deg=wind)
    x, y = lonlat_to_downwind(
        *np.asarray(placed.exterior.coords).T, lon0=117.5, lat0=36.7, wind_from_deg=wind
    )
    np.testing.assert_allclose(np.column_stack([x, y]), zone.outline, atol=1e-3)
    assert placed.is_valid


def test_an_uncertain_wind_sweeps_a_sector_that_holds_the_zone() -> None:
    zone = plume_zone(1e-5, **SOURCE)
    place: Any = {"lon": 117.5, "lat": 36.7, "wind_from_deg": 270.0}
    one = place_zone(zone, **place)
    sector = rotated_zone(zone, spread_deg=30.0, **place)
    assert sector.buffer(1e-9).contains(one)
    assert sector.area > 3 * one.area
    assert sector.is_valid
    assert sector.buffer(1e-6).contains(Point(117.5, 36.7))


def test_what_the_wind_may_sweep_has_no_teeth_and_leaves_nothing_out() -> None:
    zone = plume_zone(1.1721754974531345e-4, **SOURCE)
    place: Any = {"lon": 117.5, "lat": 36.7}
    sector = rotated_zone(zone, wind_from_deg=90.0, spread_deg=20.0, **place)
    metre = 1e-5
    for angle in np.linspace(70.0, 110.0, 83):
        turned = place_zone(zone, wind_from_deg=float(angle), **place)
        assert turned.difference(sector.buffer(0.5 * metre)).is_empty, angle
    assert sector.convex_hull.area < 1.15 * sector.area


def test_a_chimney_under_any_wind_makes_a_ring() -> None:
    zone = plume_zone(1e-6, rate=0.1, wind_speed=3.0, stability="D", height=50.0)
    ring = rotated_zone(zone, lon=117.5, lat=36.7, wind_from_deg=0.0, spread_deg=180.0)
    assert not ring.contains(Point(117.5, 36.7))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lon": 200.0}, "lon must be between"),
        ({"lat": 91.0}, "lat must be between"),
        ({"wind_from_deg": -10.0}, "wind_from_deg must be between 0 and 360 deg"),
    ],
)
def test_a_place_off_the_map_is_refused(change: dict[str, float], message: str) -> None:
    zone = plume_zone(1e-5, **SOURCE)
    where: Any = {"lon": 117.5, "lat": 36.7, "wind_from_deg": 270.0} | change
    with pytest.raises(ValueError, match=message):
        place_zone(zone, **where)
    with pytest.raises(ValueError, match="threshold must be > 0"):
        plume_zone(0.0, **SOURCE)
