"""What people with bad intent type: nothing is done, nothing is found that was not meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely
from django.test import Client

from anlan.register.models import School

if TYPE_CHECKING:
    from kit.people import People, Places

FORM = {"division": "370114000000", "location_lon": "117.5", "location_lat": "36.7"}
FORM |= {"source": "manual", "pupils": "5", "stage": "primary", "boarders": "0", "staff": "1"}
CHANGES = ["/reports/new/", "/exercises/", "/warnings/new/", "/records/school/new/", "/logout/"]


@pytest.fixture
def school(places: Places) -> School:
    where = shapely.Point(117.5, 36.7)
    return School.objects.create(name="明水小学", division=places.zhangqiu, location=where)


@pytest.mark.parametrize("address", CHANGES)
def test_a_form_without_its_token_changes_nothing(people: People, address: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.lin_lan)
    assert browser.post(address, {"title": "x", "name": "x"}).status_code == 403


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\x00//e",
    ],
)
def test_no_address_sends_people_to_another_site(
    client: Client, people: People, school: School, target: str
) -> None:
    people.lin_lan.set_password("a-password")
    people.lin_lan.save()
    entry = {"username": "lin_lan", "password": "a-password", "next": target}
    assert client.post("/login/", entry)["Location"] == "/"
    confirmed = client.post(f"/records/school/{school.pk}/confirm/", {"next": target})
    assert confirmed["Location"] == f"/records/school/{school.pk}/"
    for address in ("/preferences/", "/i18n/setlang/"):
        sent = client.post(address, {"next": target, "theme": "dark", "language": "en"})
        assert "evil" not in sent["Location"]
        assert sent["Location"].startswith("/")


@pytest.mark.parametrize("words", ["%", "_", "明%", "明_小学", "\\", "' OR 1=1 --"])
def test_a_search_takes_wildcards_for_letters(
    client: Client, people: People, school: School, words: str
) -> None:
    client.force_login(people.lin_lan)
    answer = client.get("/records/school/", {"q": words})
    assert answer.status_code == 200
    assert "明水小学" not in answer.content.decode()


@pytest.mark.parametrize("name", ["长" * 10_000, "a\x00b", "", "   "])
def test_a_name_that_cannot_be_kept_is_refused(client: Client, people: People, name: str) -> None:
    client.force_login(people.lin_lan)
    answer = client.post("/records/school/new/", FORM | {"name": name})
    assert set(answer.context["form"].errors) == {"name"}
    assert not School.objects.exists()


def test_markup_in_a_name_is_shown_as_text(client: Client, people: People, school: School) -> None:
    School.objects.filter(pk=school.pk).update(name="<script>alert(1)</script>")
    client.force_login(people.lin_lan)
    for address in ("/records/school/", f"/records/school/{school.pk}/"):
        assert "<script>alert" not in client.get(address).content.decode()


def test_a_name_that_can_be_kept_is_kept(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    answer = client.post("/records/school/new/", FORM | {"name": "明水中学"})
    assert answer.status_code == 302, answer.context["form"].errors
