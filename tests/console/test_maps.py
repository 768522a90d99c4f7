from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest
import shapely
from django.urls import reverse
from django.utils import timezone

from anlan.register.models import Hospital

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from kit.people import People, Places


@pytest.fixture
def hospitals(places: Places) -> list[Hospital]:
    now = timezone.now()
    return [
        Hospital.objects.create(
            name="章丘区人民医院",
            division=places.zhangqiu,
            location=shapely.Point(117.53, 36.71),
            observed_at=now,
        ),
        Hospital.objects.create(
            name="历下区医院",
            division=places.lixia,
            location=shapely.Point(117.07, 36.66),
            observed_at=now - timedelta(days=3000),
            synthetic=True,
        ),
    ]


def layers(client: Client) -> dict[str, Any]:
    answer = client.get(reverse("console:map"))
    assert answer.status_code == 200
    return {layer.kind.key: layer for layer in answer.context["layers"]}


def test_a_layer_says_how_many_there_are_and_how_many_are_not_real(
    client: Client, people: People, hospitals: list[Hospital]
) -> None:
    client.force_login(people.lin_lan)
    hospital = layers(client)["hospital"]
    assert (hospital.count, hospital.synthetic) == (2, 1)
    assert hospital.half_life_s > 0


def test_a_layer_counts_only_the_accounts_own_division(
    client: Client, people: People, hospitals: list[Hospital]
) -> None:
    client.force_login(people.wang_guilan)
    assert layers(client)["hospital"].count == 1


def test_the_tiles_of_every_layer_answer_what_the_map_asks_for(
    client: Client, people: People, hospitals: list[Hospital]
) -> None:
    """Also for an account that may not read names of persons in full."""
    for account in (people.lin_lan, people.wang_guilan):
        client.force_login(account)
        for layer in layers(client).values():
            assert client.get(layer.tiles.format(z=6, x=52, y=24)).status_code == 200


def test_a_tile_of_the_map_says_since_when_it_is_known_and_what_is_not_real(
    client: Client, people: People, hospitals: list[Hospital]
) -> None:
    client.force_login(people.lin_lan)
    content = client.get(layers(client)["hospital"].tiles.format(z=6, x=52, y=24)).content
    shown = {
        f["properties"]["name"]: f["properties"]
        for f in mapbox_vector_tile.decode(content)["hospital"]["features"]
    }
    for hospital in hospitals:
        assert hospital.observed_at is not None
        assert shown[hospital.name] == {
            "name": hospital.name,
            "synthetic": hospital.synthetic,
            "known_at": int(hospital.observed_at.timestamp()),
        }


def test_the_map_is_empty_and_not_broken_without_a_city_pack(
    client: Client, people: People, settings: Settings, tmp_path: Path
) -> None:
    settings.ANLAN_CITY = tmp_path
    client.force_login(people.lin_lan)
    answer = client.get(reverse("console:map-ground"))
    assert json.loads(answer.content) == {"type": "FeatureCollection", "features": []}


def test_what_happens_is_hidden_from_those_who_may_not_see_incidents(
    client: Client, people: People
) -> None:
    client.force_login(people.wang_guilan)
    assert client.get(reverse("console:map-operations")).status_code == 403
