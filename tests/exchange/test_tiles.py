from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mapbox_vector_tile
import pytest

from anlan.exchange import tiles
from anlan.exchange.tiles import tile_bounds

if TYPE_CHECKING:
    from django.test import Client

    from anlan.register.models import School
    from kit.people import People

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
