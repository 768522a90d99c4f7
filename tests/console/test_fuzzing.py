"""Whatever stands in an address or a form gets an answer in words: no page breaks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.db import transaction
from django.utils.http import urlencode
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from anlan.command.services import report_receive, report_verify
from anlan.core.dictionaries import table
from anlan.core.records.registry import record_types
from kit.leak import LEAK, NOW

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from anlan.command.models import Incident
    from anlan.core.models import User
    from kit.people import People, Places

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

EXAMPLES = int(os.environ.get("ANLAN_PAGE_CASES", "12"))
ODD = (
    *("", " ", "0", "-1", "+1", "1e999", "NaN", "inf", "-0.0", "٣", "²", "½", "9" * 30, "9" * 5000),
    *("\x00", "a\x00b", "\ud800", "\u202e反向", "%", "_", "\\", "'", '"', "--", "%00", "../../x"),
    *("a" * 10_000, "长" * 10_000, "[" * 3000, '{"a":' * 3000, "[1,NaN]", "null", "true"),
    *("2026-02-30", "0000-00-00T00:00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00Z"),
    *("370114000000", "000000000000", "12A04", "ex-1", "ex-9" + "9" * 30, "ex-٣", "actual"),
    *("117.5,36.7,117.6,36.8", "nan,nan,nan,nan", "http://evil.example/", "//evil.example"),
)
SIGNAL = table("warning_signals")[0].key
GRADE = table("grading_thresholds")[0].key
values = st.sampled_from(ODD) | st.text(max_size=40)
READ = {
    "/": ("lane",),
    "/reports/": ("lane", "status", "page"),
    "/reports/new/": ("lane",),
    "/reports/event-types/": ("q",),
    "/reports/places/": ("q",),
    "/reports/hazard-fields/": ("event_code", "hazard-kind"),
    "/reports/duplicates/": ("longitude", "latitude", "event_code", "occurred_at", "lane"),
    "/incidents/": ("lane", "status", "page"),
    "/tasks/": ("lane", "incident"),
    "/outbox/": ("lane", "page"),
    "/warnings/": ("lane", "page"),
    "/plans/": ("status", "page"),
    "/plans/1/": ("level",),
    "/journal/": (
        *("since", "until", "who", "verb", "subject_type", "subject_id", "lane"),
        *("before", "after"),
    ),
    "/journal/export.csv": ("since", "who", "verb", "subject_id", "lane"),
    "/accounts/": ("q", "role", "state", "page"),
    "/norms/report_deadlines/": ("q", "only", "page"),
    "/map/operations.geojson": ("lane",),
    "/login/": ("next",),
    "/records/hospital/": ("q", "sort", "page", "division", "beds_free", "specialties", "source"),
    "/records/hospital/export.csv": ("q", "division", "specialties"),
    "/ogc/collections/hospital/items": ("bbox", "limit", "after", "beds_free", "division_id"),
    "/ogc/collections/school/items": ("bbox", "limit", "offset", "observed_at", "name", "pupils"),
}
FORMS = {
    "/reports/new/": (
        *("lane", "event_code", "text", "longitude", "latitude", "place", "occurred_at"),
        *("reporter_name", "reporter_phone", "injured", "deaths", "client_key", "substance"),
        *("mass_kg", "magnitude", "depth_km", "hazard-substance"),
    ),
    "/incidents/{incident}/casualties/": ("deaths", "injured", "source", "decrease_reason"),
    "/incidents/{incident}/grade/": ("grade", "reason"),
    "/incidents/{incident}/respond/": ("level", "reason"),
    "/incidents/{incident}/close/": ("reason", "cancel_open_tasks"),
    "/incidents/{incident}/official/": ("kind",),
    "/reports/{report}/attach/": ("incident", "reason"),
    "/reports/{report}/reject/": ("reason",),
    "/warnings/new/": (
        *("event_name", "event_code", "colour", "places", "effective", "expires", "lane"),
        *("hazard", "urgency", "certainty", "reason"),
    ),
    "/exercises/": ("title", "kind", "aim"),
    "/plans/import/": ("text", "keep", "check"),
    f"/norms/warning_signals/{SIGNAL}/override/": (
        *("machine_rule", "threshold_zh", "division", "document"),
    ),
    f"/norms/grading_thresholds/{GRADE}/override/": (
        *("min_incl", "max_excl", "division", "document"),
    ),
    "/accounts/new/": ("username", "name", "role", "division"),
    "/accounts/{lin_lan}/change/": ("name", "role", "division", "reason"),
    "/preferences/": ("theme", "next"),
    "/i18n/setlang/": ("language", "next"),
    "/login/": ("username", "password", "next"),
    "/records/hospital/new/": (
        *("name", "division", "location_lon", "location_lat", "beds_total", "beds_free"),
        *("observed_at", "specialties", "source", "phone", "read_at"),
    ),
    "/records/pipeline/new/": ("name", "division", "path", "course", "route", "observed_at"),
    "/records/hospital/import/": ("mode", "datum", "refuse_existing", "file"),
}


@pytest.fixture
def leak(people: People, places: Places, settings: Settings, tmp_path: Path) -> Incident:
    settings.VAR = tmp_path
    places.zhangqiu.boundary = MultiPolygon([box(117.4, 36.5, 117.7, 37.0)])
    places.zhangqiu.save()
    report = report_receive(entered=LEAK, by=people.lin_lan, now=NOW)
    return report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)


def texts(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(names), values, max_size=len(names))


URLENCODED = "application/x-www-form-urlencoded"
fuzzed = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def status_of(client: Client, method: str, address: str, data: dict[str, Any]) -> int:
    """Send a request, take back what it did, and return the status."""
    sent = {name: text.encode("utf-8", "surrogatepass") for name, text in data.items()}
    with transaction.atomic():
        if method == "get":
            given = client.get(address, sent)
        else:
            given = client.post(address, urlencode(sent), content_type=URLENCODED)
        if given.streaming:
            b"".join(given)  # read to its end, it closes its file
        transaction.set_rollback(True)
    status: int = given.status_code
    return status


def _administrator(people: People, address: str) -> User | None:
    """Return whose page it is, when it is one of the administrators'."""
    area = address.split("/")[1]
    return {
        "journal": people.auditor,
        "accounts": people.secadmin,
        "norms": people.sysadmin,
    }.get(area)


@pytest.mark.parametrize("address", READ)
@fuzzed
@given(data=st.data())
def test_no_query_breaks_a_page(
    client: Client, people: People, leak: Incident, address: str, data: st.DataObject
) -> None:
    client.force_login(_administrator(people, address) or people.gao_feng)
    assert status_of(client, "get", address, data.draw(texts(READ[address]))) < 500


@pytest.mark.parametrize("address", FORMS)
@fuzzed
@given(data=st.data())
def test_no_entry_breaks_a_form(
    client: Client, people: People, leak: Incident, address: str, data: st.DataObject
) -> None:
    able = people.xu_jing if "import" in address else people.gao_feng
    able = _administrator(people, address) or able
    client.force_login(people.lin_lan if "records/" in address and "new" in address else able)
    where = address.format(
        incident=leak.pk, report=leak.reports.get().pk, lin_lan=people.lin_lan.pk
    )
    assert status_of(client, "post", where, data.draw(texts(FORMS[address]))) < 500


SHARE = 4
"""Types share their kinds of field: every odd text meets each kind in one type of four."""


@pytest.mark.parametrize(
    ("number", "kind"), list(enumerate(record_types())), ids=[kind.key for kind in record_types()]
)
def test_no_entry_breaks_the_form_of_a_record(
    client: Client, people: People, number: int, kind: Any
) -> None:
    if kind.read_only:
        return
    client.force_login(people.zhou_heng if kind.area == "supplies" else people.lin_lan)
    names = [field.name for field in kind.fields()]
    names += [f"{name}_{part}" for name in names for part in ("lon", "lat")]
    for text in ODD[number % SHARE :: SHARE]:
        entry = dict.fromkeys(names, text)
        assert status_of(client, "post", f"/records/{kind.key}/new/", entry) < 500, text[:50]


numbers = st.integers(0, 30) | st.integers(0, 10**40)


@fuzzed
@given(
    key=st.sampled_from(["hospital", "school", "division", "no"]), z=numbers, x=numbers, y=numbers
)
def test_no_number_breaks_a_tile(
    client: Client, people: People, key: str, z: int, x: int, y: int
) -> None:
    client.force_login(people.gao_feng)
    assert status_of(client, "get", f"/tiles/{key}/{z}/{x}/{y}.mvt", {}) in {200, 304, 404}


@pytest.mark.parametrize("key", ["9" * 19, "9" * 40, "9" * 5000])
@pytest.mark.parametrize(
    "address", ["/incidents/{}/", "/records/school/{}/", "/ogc/collections/school/items/{}"]
)
def test_a_key_beyond_all_rows_is_not_found(
    client: Client, people: People, address: str, key: str
) -> None:
    client.force_login(people.lin_lan)
    assert client.get(address.format(key)).status_code == 404
