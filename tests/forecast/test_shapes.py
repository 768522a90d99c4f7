"""Areas from grids and circles: right size, holes kept, nothing where nothing is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from shapely import Point

from anlan.forecast.shapes import area_above, disc, moving_front
from anlan.forecast.types import Figure, Footprint, Place

PLACE = Place(lon=117.0, lat=36.7)
M_PER_DEG = 111_195.0


def square_metres(area: object) -> float:
    return float(area.area) * M_PER_DEG**2 * math.cos(math.radians(PLACE.lat))  # type: ignore[attr-defined]


def test_a_disc_has_the_size_of_its_circle() -> None:
    assert square_metres(disc(PLACE, 1000.0)) == pytest.approx(math.pi * 1e6, rel=3e-3)
    assert disc(PLACE, 0.0).is_empty


def test_an_area_above_a_level_is_the_circle_that_the_field_draws() -> None:
    x, y = np.meshgrid(np.linspace(-2, 2, 161), np.linspace(-2, 2, 161))
    area = area_above(4.0 - (x**2 + y**2), x, y, 3.0)
    assert area.area == pytest.approx(math.pi, rel=2e-3)


def test_an_area_keeps_its_hole_and_its_islands() -> None:
    x, y = np.meshgrid(np.linspace(-3, 3, 241), np.linspace(-3, 3, 241))
    ring = np.where(np.hypot(x, y) < 1.0, 0.0, 1.0) * (np.hypot(x, y) < 2.0)
    area = area_above(ring, x, y, 0.5)
    assert not area.contains(Point(0, 0))
    assert area.contains(Point(1.5, 0))
    assert area.area == pytest.approx(math.pi * 3, rel=2e-2)


def test_a_field_below_the_level_and_one_that_is_nowhere_finite_give_nothing() -> None:
    lon = lat = np.linspace(0, 1, 5)
    assert area_above(np.zeros((5, 5)), lon, lat, 1.0).is_empty
    assert area_above(np.full((5, 5), np.nan), lon, lat, 1.0).is_empty


def test_cells_without_a_value_count_as_below() -> None:
    lon = lat = np.linspace(0, 1, 11)
    field = np.ones((11, 11))
    field[:, :5] = np.nan
    area = area_above(field, lon, lat, 0.5)
    assert not area.contains(Point(0.2, 0.5))
    assert area.contains(Point(0.8, 0.5))


def test_a_front_moves_out_and_the_near_end_clears_after_the_source_is_empty() -> None:
    area = disc(PLACE, 3000.0)
    footprint = Footprint(
        key="a",
        label="a",
        threshold=Figure(value=1, unit="1", source="test"),
        area=area,
        envelope=area,
    )
    early, late = moving_front([footprint], PLACE, speed=2.0, minutes=(10, 60), lasts_s=600.0)
    assert square_metres(early.areas["a"]) == pytest.approx(math.pi * 1200.0**2, rel=1e-2)
    assert not late.areas["a"].contains(Point(PLACE.lon, PLACE.lat))
    assert late.areas["a"].is_empty
