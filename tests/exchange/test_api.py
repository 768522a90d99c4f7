from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from anlan.command.models import Report
from anlan.core.models import JournalEntry
from anlan.core.records.registry import record_types
from anlan.register.models import School

if TYPE_CHECKING:
    from anlan.core.models import Person
    from kit.people import People, Places

REPORT = {
    "event_code": "12E01",
    "text": "化工园区液氨泄漏，两人受伤",
    "location": {"type": "Point", "coordinates": [117.5, 36.7]},
    "injured": 2,
}
SCHOOL = {
    "name": "明水中学",
    "division_id": "370114000000",
    "location": {"type": "Point", "coordinates": [117.5, 36.7]},
    "pupils": 1200,
}


@pytest.fixture
def event_code() -> str:
    from anlan.core.dictionaries import event_codes

    return next(entry.code for entry in event_codes() if entry.level == 3)


def post(client: Client, path: str, data: Any) -> Any:
    return client.post(f"/api{path}", data, content_type="application/json")


def patch(client: Client, path: str, data: Any) -> Any:
    return client.patch(f"/api{path}", data, content_type="application/json")


def fields(answer: Any) -> set[str]:
    return {problem["field"] for problem in answer.json()["problems"]}


def test_a_stranger_gets_nothing(client: Client, db: None) -> None:
    for path in ("/reports", "/incidents", "/records/school"):
        answer = client.get(f"/api{path}")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Basic")


def test_every_record_type_is_described(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert all(f"/api/records/{kind.key}" in paths for kind in record_types())


def test_the_description_is_made_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/api/openapi.json").json()
    monkeypatch.setattr("ninja.main.get_schema", None)
    assert client.get("/api/openapi.json").json() == first


def test_an_address_that_does_not_exist_is_said_so_in_json(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    for path in (
        "/api/nosuch",
        "/api/incidents/false",
        "/api/records/school/-1",
        "/api/records/school/a%0Ab",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["detail"]) == (404, "没有这一条")


@pytest.mark.parametrize(("site", "status"), [(None, 422), ("none", 422), ("cross-site", 403)])
def test_a_program_writes_with_its_password_and_a_page_of_another_site_does_not(
    people: People, site: str | None, status: int
) -> None:
    people.lin_lan.set_password("a-password")
    people.lin_lan.save()
    headers = {"Authorization": f"Basic {base64.b64encode(b'lin_lan:a-password').decode()}"}
    if site:
        headers["Sec-Fetch-Site"] = site
    program = Client(enforce_csrf_checks=True, headers=headers)
    answer = program.post("/api/records/school", {}, content_type="application/json")
    assert answer.status_code == status


def test_a_program_does_not_come_in_with_a_password_that_somebody_gave(people: People) -> None:
    people.lin_lan.set_password("a-password")
    people.lin_lan.must_choose_password = True
    people.lin_lan.save()
    headers = {"Authorization": f"Basic {base64.b64encode(b'lin_lan:a-password').decode()}"}
    for path in ("/api/incidents", "/ogc/"):
        answer = Client(headers=headers).get(path)
        assert answer.status_code == 401
        assert "换成自己的" in answer.json()["detail"]


def test_a_browser_writes_with_its_token_only(people: People) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.lin_lan)
    answer = browser.post("/api/records/school", {}, content_type="application/json")
    assert answer.status_code == 403
    assert "detail" in answer.json()


def test_a_report_comes_in_once(client: Client, people: People, event_code: str) -> None:
    client.force_login(people.lin_lan)
    report = REPORT | {"event_code": event_code, "client_key": "k-1"}
    first, second = post(client, "/reports", report), post(client, "/reports", report)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["longitude"] == 117.5
    assert Report.objects.count() == 1
    assert JournalEntry.objects.filter(verb="report.received").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event_code": "99999"}, "event_code"),
        ({"injured": -1}, "injured"),
        ({"text": ""}, "text"),
        ({"occurred_at": "2099-01-01T00:00:00Z"}, "occurred_at"),
        ({"location": {"type": "Point", "coordinates": [200, 36]}}, "coordinates"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_bad_report_is_refused_by_field(
    client: Client, people: People, event_code: str, change: dict[str, Any], field: str
) -> None:
    client.force_login(people.lin_lan)
    answer = post(client, "/reports", REPORT | {"event_code": event_code} | change)
    assert answer.status_code == 422
    assert any(field in named for named in fields(answer))
    assert not Report.objects.exists()


def test_an_auditor_reports_nothing_and_sees_nothing(
    client: Client, people: People, event_code: str
) -> None:
    client.force_login(people.auditor)
    assert post(client, "/reports", REPORT | {"event_code": event_code}).status_code == 403
    assert client.get("/api/reports").json() == []


def test_reports_of_another_city_are_not_there(
    client: Client, people: People, event_code: str
) -> None:
    client.force_login(people.lin_lan)
    post(client, "/reports", REPORT | {"event_code": event_code})
    assert len(client.get("/api/reports").json()) == 1
    client.force_login(people.sun_yuan)
    assert client.get("/api/reports").json() == []


def test_a_record_is_added_changed_and_deleted(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    made = post(client, "/records/school", SCHOOL)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    changed = patch(client, f"/records/school/{key}", {"pupils": 1300})
    assert changed.status_code == 200, changed.content
    assert changed.json()["pupils"] == 1300
    assert changed.json()["location"] == SCHOOL["location"]
    assert client.delete(f"/api/records/school/{key}").status_code == 204
    assert client.get(f"/api/records/school/{key}").status_code == 404
    verbs = list(JournalEntry.objects.values_list("verb", flat=True))
    assert verbs == ["record.created", "record.changed", "record.deleted"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pupils": -1}, "pupils"),
        ({"name": ""}, "name"),
        ({"division_id": "371502000000"}, "division"),
        ({"location": None}, "location"),
        ({"observed_at": "2099-01-01T00:00:00Z"}, "observed_at"),
    ],
)
def test_a_bad_record_is_refused_by_field(
    client: Client, people: People, change: dict[str, Any], field: str
) -> None:
    client.force_login(people.lin_lan)
    answer = post(client, "/records/school", SCHOOL | change)
    assert answer.status_code == 422, answer.content
    assert any(field in named for named in fields(answer))
    assert not School.objects.exists()


def test_a_viewer_without_the_right_changes_nothing(client: Client, people: People) -> None:
    client.force_login(people.wang_guilan)
    assert post(client, "/records/school", SCHOOL).status_code == 403


def test_records_of_another_city_cannot_be_changed(
    client: Client, people: People, places: Places
) -> None:
    far = School.objects.create(name="外市小学", division=places.dongchangfu, location=(116, 36.4))
    client.force_login(people.lin_lan)
    assert patch(client, f"/records/school/{far.pk}", {"pupils": 1}).status_code == 404
    assert client.delete(f"/api/records/school/{far.pk}").status_code == 404


def test_a_phone_number_is_masked_for_those_without_the_right(
    client: Client, people: People, contact: Person
) -> None:
    client.force_login(people.lin_lan)
    assert client.get("/api/records/contact").json()[0]["phone"] == "13800000000"
    client.force_login(people.wang_guilan)
    assert client.get("/api/records/contact").status_code == 403


def test_pages_of_records_follow_each_other(
    client: Client, people: People, schools: list[School]
) -> None:
    client.force_login(people.lin_lan)
    seen: list[int] = []
    while rows := client.get(
        "/api/records/school", {"limit": 7, "after": seen[-1] if seen else 0}
    ).json():
        seen += [row["id"] for row in rows]
    assert seen == [school.pk for school in schools[:-1]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[" * 100_000, 400),
        ('{"pupils":' + "9" * 5000 + "}", 400),
        ('{"name":"\\ud800"}', 422),
        ('{"location":{"type":"Point","coordinates":[117.5,NaN]}}', 422),
    ],
    ids=["nested", "long number", "half a character", "not a number"],
)
def test_a_body_that_cannot_be_meant_is_refused(
    client: Client, people: People, body: str, status: int
) -> None:
    client.force_login(people.lin_lan)
    answer = client.post("/api/records/school", body, content_type="application/json")
    assert answer.status_code == status
    assert not School.objects.exists()
