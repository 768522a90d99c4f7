from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from anlan.core.models import User
    from anlan.register.models import School
    from kit.people import People

ITEMS = "/ogc/collections/school/items"


@pytest.fixture
def client_of(client: Client) -> Any:
    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


def names(answer: Any) -> list[str]:
    return [feature["properties"]["name"] for feature in answer.json()["features"]]


def test_a_stranger_is_asked_for_name_and_password(client: Client, people: People) -> None:
    answer = client.get("/ogc/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_a_program_signs_in_with_name_and_password(
    client: Client, people: People, schools: list[School]
) -> None:
    people.lin_lan.set_password("correct horse battery")
    people.lin_lan.save()

    def get(password: str) -> int:
        coded = base64.b64encode(f"lin_lan:{password}".encode()).decode()
        return client.get(ITEMS, headers={"Authorization": f"Basic {coded}"}).status_code

    assert get("correct horse battery") == 200
    assert get("wrong") == 401


def test_collections_are_those_the_role_may_see(client_of: Any, people: People) -> None:
    def keys(user: User) -> set[str]:
        found = client_of(user).get("/ogc/collections").json()["collections"]
        return {collection["id"] for collection in found}

    assert {"school", "hospital", "division", "pipeline"} <= keys(people.lin_lan)
    assert keys(people.auditor) == set()
    assert client_of(people.auditor).get("/ogc/collections/school").status_code == 404


def test_rows_of_another_city_are_not_there(
    client_of: Any, people: People, schools: list[School]
) -> None:
    assert "外市小学" not in names(client_of(people.lin_lan).get(ITEMS))
    assert names(client_of(people.sun_yuan).get(ITEMS)) == ["外市小学"]
    far = schools[-1].pk
    assert client_of(people.lin_lan).get(f"{ITEMS}/{far}").status_code == 404
    assert client_of(people.sun_yuan).get(f"{ITEMS}/{far}").status_code == 200


def test_pages_follow_each_other_and_miss_nothing(
    client_of: Any, people: People, schools: list[School]
) -> None:
    client = client_of(people.lin_lan)
    url, seen = f"{ITEMS}?limit=7", []
    while url:
        answer = client.get(url).json()
        seen += [feature["id"] for feature in answer["features"]]
        url = next((k["href"] for k in answer["links"] if k["rel"] == "next"), "")
    assert seen == [school.pk for school in schools[:-1]]


def test_a_box_and_an_attribute_narrow_the_answer(
    client_of: Any, people: People, schools: list[School]
) -> None:
    client = client_of(people.lin_lan)
    inside = client.get(ITEMS, {"bbox": "117.395,36.6,117.425,36.8"})
    assert names(inside) == ["第0小学", "第1小学", "第2小学"]
    assert inside.json()["numberMatched"] == 3
    assert names(client.get(ITEMS, {"name": "第5小学"})) == ["第5小学"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "nan,1,2,3"}, "bbox"),
        ({"bbox": "118,36,117,37"}, "bbox"),
        ({"limit": "0"}, "limit"),
        ({"limit": "-5"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"after": "9999999999999999999999"}, "after"),
        ({"observed_at": "yesterday"}, "observed_at"),
        ({"synthetic": "perhaps"}, "synthetic"),
    ],
)
def test_a_bad_parameter_is_named(
    client_of: Any, people: People, query: dict[str, str], named: str
) -> None:
    answer = client_of(people.lin_lan).get(ITEMS, query)
    assert answer.status_code == 400
    assert named in answer.json()["description"]


def test_only_reading_is_allowed(client_of: Any, people: People) -> None:
    assert client_of(people.lin_lan).post(ITEMS).status_code == 405


def test_the_description_names_every_layer(client_of: Any, people: People) -> None:
    client = client_of(people.lin_lan)
    paths = client.get("/ogc/api").json()["paths"]
    collections = client.get("/ogc/collections").json()["collections"]
    assert set(paths) == {f"/collections/{c['id']}/items" for c in collections}
