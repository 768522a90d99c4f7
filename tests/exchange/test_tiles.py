from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mapbox_vector_tile
import pytest
from shapely import Point

from anlan.exchange import tiles
from anlan.exchange.tiles import tile_bounds
from anlan.register.models import School

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People, Places

ZOOM = 8


def tile_of(lon: float, lat: float, zoom: int = ZOOM) -> str:
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    west, south, east, north = tile_bounds(zoom, x, y)
    assert west <= lon <= east
    assert south <= lat <= north
    return f"/tiles/school/{zoom}/{x}/{y}.mvt"


def test_a_tile_holds_what_lies_in_it(
    client: Client, people: People, schools: list[School]
) -> None:
    client.force_login(people.lin_lan)
    answer = client.get(tile_of(117.5, 36.7))
    layer = mapbox_vector_tile.decode(answer.content)["school"]
    assert {f["properties"]["name"] for f in layer["features"]} == {s.name for s in schools[:-1]}


def test_an_unchanged_tile_is_not_sent_twice(
    client: Client, people: People, schools: list[School]
) -> None:
    client.force_login(people.lin_lan)
    first = client.get(tile_of(117.5, 36.7))
    again = client.get(tile_of(117.5, 36.7), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    schools[0].delete()
    changed = client.get(tile_of(117.5, 36.7), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_thinned_tile_says_so(
    client: Client, people: People, schools: list[School], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "FEATURES_MOST", 10)
    monkeypatch.setattr(tiles, "THIN_CELLS", 8)
    client.force_login(people.lin_lan)
    layer = mapbox_vector_tile.decode(client.get(tile_of(117.5, 36.7)).content)["school"]
    assert 0 < len(layer["features"]) < len(schools)
    assert all(feature["properties"]["thinned"] for feature in layer["features"])


@pytest.mark.parametrize("path", ["school/23/0/0", "school/2/4/0", "nothing/2/1/1"])
def test_a_tile_that_does_not_exist_is_404(client: Client, people: People, path: str) -> None:
    client.force_login(people.lin_lan)
    assert client.get(f"/tiles/{path}.mvt").status_code == 404


def test_a_tile_of_nothing_is_empty(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    answer = client.get(tile_of(10.0, 10.0))
    assert (answer.status_code, answer.content) == (200, b"")


def names_in(content: bytes) -> set[str]:
    return {
        f["properties"]["name"] for f in mapbox_vector_tile.decode(content)["school"]["features"]
    }


def test_a_thinned_tile_shows_every_part_of_the_city(
    client: Client, people: People, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First many schools in one spot, then a few elsewhere: the first rows are not the city."""
    monkeypatch.setattr(tiles, "FEATURES_MOST", 20)
    monkeypatch.setattr(tiles, "CHUNK", 7)
    spots = [(117.50, 36.70)] * 40 + [(116.9 + 0.05 * step, 36.9) for step in range(6)]
    School.objects.bulk_create(
        School(name=f"学校{n}", division=places.zhangqiu, location=Point(*spot))
        for n, spot in enumerate(spots)
    )
    client.force_login(people.lin_lan)
    content = client.get(tile_of(117.5, 36.7)).content
    shown = names_in(content)
    assert {f"学校{n}" for n in range(40, 46)} <= shown
    assert len(shown) == 7
    assert client.get(tile_of(117.5, 36.7)).content == content


def test_which_one_is_shown_does_not_depend_on_the_order_of_the_rows(
    client: Client, people: People, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "FEATURES_MOST", 5)
    keys = [
        School.objects.create(
            name=f"学校{n}", division=places.zhangqiu, location=Point(117.5, 36.7)
        ).pk
        for n in range(30)
    ]
    client.force_login(people.lin_lan)
    features = mapbox_vector_tile.decode(client.get(tile_of(117.5, 36.7)).content)["school"]
    assert [f["id"] for f in features["features"]] == [
        min(keys, key=lambda k: k * tiles.MIX % 2**64)
    ]


def test_a_tile_holds_only_the_accounts_own_division(
    client: Client, people: People, places: Places
) -> None:
    for division, name in ((places.zhangqiu, "章丘小学"), (places.lixia, "历下小学")):
        School.objects.create(name=name, division=division, location=Point(117.5, 36.7))
    client.force_login(people.lin_lan)
    assert names_in(client.get(tile_of(117.5, 36.7)).content) == {"章丘小学", "历下小学"}
    client.force_login(people.wang_guilan)
    assert names_in(client.get(tile_of(117.5, 36.7)).content) == {"章丘小学"}


def test_a_tile_carries_what_was_asked_for_and_since_when_it_is_known(
    client: Client, people: People, schools: list[School]
) -> None:
    client.force_login(people.lin_lan)
    answer = client.get(tile_of(117.5, 36.7), {"names": "name,synthetic"})
    for feature in mapbox_vector_tile.decode(answer.content)["school"]["features"]:
        assert set(feature["properties"]) == {"name", "synthetic", "known_at"}
    known = {
        f["properties"]["known_at"]
        for f in mapbox_vector_tile.decode(answer.content)["school"]["features"]
    }
    assert known <= {
        int((s.confirmed_at or s.observed_at or s.created_at).timestamp()) for s in schools
    }


def test_an_attribute_that_does_not_exist_is_refused(
    client: Client, people: People, schools: list[School]
) -> None:
    client.force_login(people.lin_lan)
    answer = client.get(tile_of(117.5, 36.7), {"names": "name,password"})
    assert answer.status_code == 400
    assert "names 应为" in answer.json()["detail"]
