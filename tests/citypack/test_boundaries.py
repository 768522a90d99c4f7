from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from anlan.citypack import UnknownCode
from anlan.citypack.boundaries import Source, cities, districts_of
from anlan.citypack.coordinates import gcj02_to_wgs84
from kit.shared import shared_data


def test_jinan_has_its_twelve_districts() -> None:
    names = [area.name for area in districts_of("370100")]
    assert names == [
        "历下区", "市中区", "槐荫区", "天桥区", "历城区", "长清区",
        "章丘区", "济阳区", "莱芜区", "钢城区", "平阴县", "商河县",
    ]  # fmt: skip


def test_every_prefecture_has_valid_boundaries() -> None:
    assert len(cities()) > 360
    for code in ("110000", "370100", "371500", "419001", "441900", "540100", "810000"):
        for area in districts_of(code):
            assert area.boundary.is_valid
            assert all(part.exterior.is_ccw for part in area.boundary.geoms)


@pytest.mark.parametrize("source", ["amap", "tianditu"])
@pytest.mark.parametrize(("code", "city"), [("370100", "jinan"), ("371500", "liaocheng")])
def test_boundaries_are_those_of_the_wgs84_reference(source: Source, code: str, city: str) -> None:
    file = shared_data("boundaries", f"{city}_districts_{source}_wgs84.geojson")
    reference = {
        feature["properties"]["adcode"]: shapely.geometry.shape(feature["geometry"])
        for feature in json.loads(file.read_text(encoding="utf-8"))["features"]
    }
    for area in districts_of(code, source):
        other = reference[area.code]
        assert area.boundary.symmetric_difference(other).area < 1e-4 * other.area


def test_boundaries_are_wgs84_already() -> None:
    """Two sources agree as they are; shifted as GCJ-02 would need, they would not."""
    as_they_are, shifted = 0.0, 0.0
    for fine, coarse in zip(
        districts_of("370100", "amap"), districts_of("370100", "tianditu"), strict=True
    ):
        moved = shapely.transform(fine.boundary, lambda xy: np.stack(gcj02_to_wgs84(*xy.T), axis=1))
        as_they_are += fine.boundary.symmetric_difference(coarse.boundary).area
        shifted += moved.symmetric_difference(coarse.boundary).area
    assert as_they_are < shifted / 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("999999", "没有代码为 999999 的城市"),
        ("3701", "六位数字"),
        ("", "六位数字"),
        ("370114", "章丘区，不是地级市；请用所属城市的代码 370100"),
        ("379900", "济南市"),
    ],
)
def test_an_unknown_code_is_refused_with_what_to_do(code: str, words: str) -> None:
    with pytest.raises(UnknownCode, match=words):
        districts_of(code)
