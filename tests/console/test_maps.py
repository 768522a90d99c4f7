from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

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


def layer(client: Client, key: str) -> list[dict[str, object]]:
    answer = client.get(reverse("console:map-records", args=[key]))
    assert answer.status_code == 200
    return [f["properties"] for f in json.loads(answer.content)["features"]]


def test_a_layer_says_what_is_stale_and_what_is_not_real(
    client: Client, people: People, hospitals: list[Hospital]
) -> None:
    client.force_login(people.lin_lan)
    first, second = layer(client, "hospital")
    assert (first["name"], first["stale"], first["synthetic"]) == ("章丘区人民医院", False, False)
    assert (second["name"], second["stale"], second["synthetic"]) == ("历下区医院", True, True)


def test_a_layer_holds_only_the_accounts_own_division(
    client: Client, people: People, hospitals: list[Hospital]
) -> None:
    client.force_login(people.wang_guilan)
    assert [row["name"] for row in layer(client, "hospital")] == ["章丘区人民医院"]


def test_an_unknown_layer_is_not_found(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    assert client.get(reverse("console:map-records", args=["ufo"])).status_code == 404


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
