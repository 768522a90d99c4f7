from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.citypack.divisions import city_divisions, largest_remainder
from anlan.citypack.population import spread_people
from anlan.citypack.tables import rows_of
from kit.shared import shared_data

if TYPE_CHECKING:
    from anlan.citypack import CityPack


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.integers(0, 10**7))
def test_shares_add_up_and_are_off_by_less_than_one(weights: list[float], total: int) -> None:
    w = np.array(weights)
    if not w.sum() > 0:
        with pytest.raises(ValueError, match="positive sum"):
            largest_remainder(w, total)
        return
    shares = largest_remainder(w, total)
    assert shares.sum() == total
    assert np.all(np.abs(shares - w / w.sum() * total) < 1 + 1e-6)


def test_the_typed_census_is_that_of_the_yearbook() -> None:
    file = shared_data("census", "shandong_county_2020_population.csv")
    with file.open(encoding="utf-8-sig") as lines:
        truth = {row["CODE"]: int(row["POPU"]) for row in csv.DictReader(lines)}
    typed = {
        row["census_code"] or row["code"]: int(row["population"])
        for row in rows_of("census_2020_shandong")
    }
    assert typed == truth


def test_the_provinces_add_up_to_the_bulletin() -> None:
    mainland = [r for r in rows_of("provinces_2020") if r["code"] < "700000"]
    assert sum(int(row["population"]) for row in mainland) == 1_409_778_724


@pytest.mark.parametrize(("code", "total"), [("370100", 9_202_432), ("371500", 5_952_128)])
@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_every_county_has_its_census_figure_exactly(code: str, total: int, scale: float) -> None:
    divisions = city_divisions(code)
    people = spread_people(divisions, np.random.default_rng(7), scale=scale)
    census = {row["code"]: int(row["population"]) for row in rows_of("census_2020_shandong")}
    sums = np.bincount(people.division_index, weights=people.people)
    for division, found in zip(people.division_codes, sums, strict=True):
        assert int(found) == census[division[:6]]
    assert people.total == total
    assert np.all(people.people > 0)


def test_ten_times_the_scale_is_ten_times_the_cells() -> None:
    divisions = city_divisions("370100")
    small, large = (
        len(spread_people(divisions, np.random.default_rng(7), scale=s).people) for s in (1.0, 10.0)
    )
    assert large / small == pytest.approx(10, rel=0.02)


def test_people_live_in_their_district(jinan: CityPack) -> None:
    people = jinan.population
    boundaries = {d.code: d.boundary for d in jinan.divisions if d.boundary is not None}
    for index, code in enumerate(people.division_codes):
        if code not in boundaries:
            continue
        rows = people.division_index == index
        assert shapely.contains_xy(boundaries[code], people.lon[rows], people.lat[rows]).all()


def test_people_in_a_district_without_a_zone_are_its_census_figure(jinan: CityPack) -> None:
    zhangqiu = next(d for d in jinan.divisions if d.name == "章丘区")
    assert zhangqiu.boundary is not None
    assert jinan.population.people_in(zhangqiu.boundary) == 1_075_784


def test_people_nowhere_are_none(jinan: CityPack) -> None:
    assert jinan.population.people_in(shapely.box(0, 0, 1, 1)) == 0


def test_another_province_gets_an_estimate_that_says_so() -> None:
    divisions = city_divisions("340100")
    assert all(d.synthetic and "估算" in d.population_source for d in divisions)
    people = spread_people(divisions, np.random.default_rng(7))
    assert people.total == divisions[0].population
    assert people.total > 0


def test_codes_are_paths_and_townships_know_their_district() -> None:
    divisions = city_divisions("370100")
    codes = [d.code for d in divisions]
    assert codes == sorted(set(codes))
    assert all(len(code) == 12 and code.isdigit() for code in codes)
    counties = {d.code[:6] for d in divisions if d.level == "county"}
    townships = [d for d in divisions if d.level == "township"]
    assert len(townships) > 160
    assert {d.code[:6] for d in townships} <= counties
    assert all(d.boundary is None for d in townships)


def test_the_typed_townships_are_those_of_the_statistics_bureau() -> None:
    file = shared_data("divisions", "shandong_streets_2023.csv")
    with file.open(encoding="utf-8-sig") as lines:
        truth = {
            (row["code"] + "000", row["name"])
            for row in csv.DictReader(lines)
            if row["cityCode"] in {"3701", "3715"}
        }
    assert {(row["code"], row["name"]) for row in rows_of("townships")} == truth


def test_typed_centres_lie_in_their_district() -> None:
    for city in ("370100", "371500"):
        divisions = city_divisions(city)
        boundaries = {d.code[:6]: d.boundary for d in divisions if d.boundary is not None}
        for d in divisions:
            boundary = boundaries.get(d.code[:6])
            if d.level == "township" and d.centre is not None and boundary is not None:
                assert boundary.contains(d.centre), d.name
