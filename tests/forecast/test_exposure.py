from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import Point, box

from anlan.forecast.exposure import Facility, PeopleGrid, expose, people_inside
from anlan.forecast.types import Figure, Footprint


def make_grid() -> PeopleGrid:
    lon, lat = np.meshgrid(117.0 + 0.01 * np.arange(10), 36.0 + 0.01 * np.arange(10))
    return PeopleGrid(
        lon=lon.ravel(),
        lat=lat.ravel(),
        people=np.full(100, 50.0),
        cell_lon=0.01,
        cell_lat=0.01,
        source="人口网格（测试）",
    )


def make_footprint() -> Footprint:
    area = box(116.995, 35.995, 117.015, 36.015)
    wide = box(116.995, 35.995, 117.035, 36.035)
    return Footprint(
        key="aegl2",
        label="AEGL-2 区",
        threshold=Figure(value=160, unit="ppm", source="表"),
        area=area,
        envelope=wide,
        members=(box(116.995, 35.995, 117.005, 36.005), wide),
    )


def test_people_are_counted_by_cells() -> None:
    assert people_inside(make_grid(), make_footprint().area) == pytest.approx(4 * 50)


def test_a_part_of_a_cell_counts_for_its_part() -> None:
    assert people_inside(make_grid(), box(116.995, 35.995, 117.0, 36.005)) == pytest.approx(25)


def test_everybody_is_inside_the_whole() -> None:
    grid = make_grid()
    assert people_inside(grid, box(116, 35, 118, 37)) == pytest.approx(grid.total)


def test_exposure_gives_a_range_and_names_what_is_sure_and_what_is_possible() -> None:
    school = Facility(id=1, kind="school", name="甲小学", lon=117.01, lat=36.01)
    clinic = Facility(id=2, kind="hospital", name="乙医院", lon=117.03, lat=36.03)
    far = Facility(id=3, kind="school", name="丙小学", lon=117.09, lat=36.09)
    found = expose(make_footprint(), make_grid(), [school, clinic, far])
    assert (found.people.value, found.people.low, found.people.high) == (200, 50, 800)
    assert found.facilities == {"school": (school,)}
    assert found.possible == {"hospital": (clinic,)}


def test_without_a_grid_the_answer_is_unknown_not_zero() -> None:
    found = expose(make_footprint(), None, [])
    assert found.people.value is None
    assert "请装载" in found.people.note


def test_an_empty_area_holds_nobody() -> None:
    assert people_inside(make_grid(), Point(0, 0).buffer(0)) == 0
