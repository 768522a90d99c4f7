"""The pages of records: who may open them, what they show, what they say when something is wrong."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from anlan.core.jobs.worker import run_next
from anlan.core.models import JournalEntry, RecordImport
from anlan.core.records.registry import record_types
from anlan.core.records.services import records_load
from anlan.register.models import Hospital
from kit.files import excel, hospital_row

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People

LIST = "/records/hospital/"

RIGHTS = [
    # address, person, answer
    (LIST, None, 302),
    (LIST, "lin_lan", 200),
    (LIST, "wang_guilan", 200),
    (LIST, "newcomer", 200),
    (LIST, "auditor", 403),
    ("/records/", "auditor", 200),
    ("/records/nosuch/", "lin_lan", 404),
    ("/records/contact/", "wang_guilan", 403),
    ("/records/contact/", "lin_lan", 200),
    ("/records/stock/", "zhou_heng", 200),
    ("/records/stock/", "wang_guilan", 403),
    ("/records/stock/new/", "zhou_heng", 200),
    ("/records/stock/new/", "xu_jing", 403),
    ("/records/hospital/new/", "lin_lan", 200),
    ("/records/hospital/new/", "wang_guilan", 403),
    ("/records/hospital/import/", "xu_jing", 200),
    ("/records/hospital/import/", "lin_lan", 403),
    ("/records/hospital/template.xlsx", "xu_jing", 200),
    ("/records/hospital/export.csv", "lin_lan", 200),
    ("/records/hospital/export.csv", "wang_guilan", 403),
    ("/records/hospital/export.pdf", "lin_lan", 404),
    ("/records/post/export.geojson", "lin_lan", 404),
    ("/records/division/", "lin_lan", 200),
    ("/records/division/new/", "xu_jing", 404),
    ("/records/division/export.geojson", "lin_lan", 200),
    ("/records/confirmations/", "lin_lan", 200),
    ("/records/imports/999/", "xu_jing", 404),
]


@pytest.mark.parametrize(("address", "person", "answer"), RIGHTS)
def test_an_address_answers_each_person_as_the_table_says(
    client: Client, people: People, address: str, person: str | None, answer: int
) -> None:
    if person:
        client.force_login(getattr(people, person))
    given = client.get(address)
    given.close()
    assert given.status_code == answer


PARTS = ["", "edit/", "delete/", "confirm/"]


@pytest.mark.parametrize("part", PARTS)
def test_a_record_of_another_city_does_not_exist(
    client: Client, people: People, hospitals: dict[str, Any], part: str
) -> None:
    client.force_login(people.sun_yuan)
    mine, theirs = hospitals["东昌府医院"].pk, hospitals["人民医院"].pk
    send = client.post if part in {"delete/", "confirm/"} else client.get
    assert send(f"{LIST}{theirs}/{part}").status_code == 404
    assert send(f"{LIST}{mine}/{part}").status_code in {200, 302}


@pytest.mark.parametrize("declared", record_types(), ids=lambda t: t.key)
def test_every_type_has_its_pages(client: Client, people: People, declared: Any) -> None:
    person = people.zhou_heng if declared.area == "supplies" else people.xu_jing
    client.force_login(person)
    listed = client.get(reverse("console:record-list", args=[declared.key]))
    assert listed.status_code == 200
    assert declared.label in listed.content.decode()
    if not declared.read_only:
        assert client.get(reverse("console:record-new", args=[declared.key])).status_code == 200
        book = client.get(reverse("console:record-template", args=[declared.key]))
        sheets = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).sheetnames  # type: ignore[attr-defined]
        assert sheets[1] == "填写说明"


def test_the_list_shows_the_own_division_only_and_marks_examples(
    client: Client, people: People, hospitals: dict[str, Any]
) -> None:
    client.force_login(people.lin_lan)
    text = client.get(LIST).content.decode()
    assert "人民医院" in text
    assert "东昌府医院" not in text
    assert "示例" in text
    assert "烧伤" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=人民", True),
        ("q=人民 医院", True),
        ("q=没有", False),
        ("specialties=burn", True),
        ("specialties=eye", False),
        ("division=370114000000", True),
        ("division=370102000000", False),
        ("emergency_department=0", False),
        ("sort=-beds_free", True),
        ("sort=nosuch", True),
        ("page=999", True),
        ("division=370199000000", True),  # unknown: the form says so, the list stays
    ],
)
def test_the_list_is_narrowed_by_its_filters(
    client: Client, people: People, hospitals: dict[str, Any], query: str, found: bool
) -> None:
    client.force_login(people.lin_lan)
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert ("人民医院" in answer.content.decode()) is found


def test_the_detail_page_masks_the_number_for_who_may_not_see_it(
    client: Client, people: People, hospitals: dict[str, Any]
) -> None:
    address = f"{LIST}{hospitals['人民医院'].pk}/"
    client.force_login(people.lin_lan)
    assert "13812345678" in client.get(address).content.decode()
    client.force_login(people.wang_guilan)
    text = client.get(address).content.decode()
    assert "138******78" in text
    assert "13812345678" not in text


FORM = {
    "name": "章丘中医院",
    "division": "370114000000",
    "grade": "2a",
    "beds_total": "100",
    "beds_free": "20",
    "icu_total": "5",
    "icu_free": "1",
    "isolation_beds": "0",
    "ventilators": "3",
    "ambulances": "2",
    "emergency_department": "on",
    "specialties": ["burn", "trauma"],
    "location_lon": "117.5",
    "location_lat": "36.7",
    "source": "manual",
}


def test_a_form_registers_a_record_confirmed_by_who_filled_it_in(
    client: Client, people: People
) -> None:
    client.force_login(people.lin_lan)
    answer = client.post(f"{LIST}new/", FORM)
    assert answer.status_code == 302, answer.context["form"].errors
    row = Hospital.objects.get()
    assert (row.specialties, row.location.x, row.confirmed_by) == (
        ("burn", "trauma"),
        117.5,
        people.lin_lan,
    )
    assert JournalEntry.objects.get().verb == "record.created"
    assert "新增" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"beds_free": "300"}, "空余床位不能多于床位总数"),
        ({"beds_total": "-4"}, "填写的是“-4”"),
        ({"location_lon": "36.7", "location_lat": "117.5"}, "位置"),
        ({"observed_at": "2999-01-01T00:00"}, "晚于现在"),
        ({"division": "371502000000"}, "行政区划"),
        ({"specialties": ["witchcraft"]}, "witchcraft"),
        ({"name": ""}, "名称"),
    ],
)
def test_a_form_names_field_rule_and_value(
    client: Client, people: People, changes: dict[str, Any], message: str
) -> None:
    client.force_login(people.lin_lan)
    answer = client.post(f"{LIST}new/", FORM | changes)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not Hospital.objects.exists()


def test_a_change_is_kept_with_before_and_after(
    client: Client, people: People, hospitals: dict[str, Any]
) -> None:
    row = hospitals["人民医院"]
    client.force_login(people.lin_lan)
    posted = FORM | {"name": "人民医院", "read_at": row.updated_at.isoformat()}
    assert client.post(f"{LIST}{row.pk}/edit/", posted).status_code == 302
    text = client.get(f"{LIST}{row.pk}/").content.decode()
    assert "空余床位" in text
    assert "80" in text


def test_a_form_that_was_overtaken_is_not_saved(
    client: Client, people: People, hospitals: dict[str, Any]
) -> None:
    row = hospitals["人民医院"]
    client.force_login(people.lin_lan)
    posted = FORM | {"name": "人民医院", "read_at": row.updated_at.isoformat()}
    client.post(f"{LIST}{row.pk}/edit/", posted)
    answer = client.post(f"{LIST}{row.pk}/edit/", posted | {"beds_free": "1"})
    assert answer.status_code == 400
    assert "已被修改" in answer.content.decode()
    assert Hospital.objects.get(pk=row.pk).beds_free == 20


def test_a_record_in_use_cannot_be_deleted(client: Client, people: People) -> None:
    now = timezone.now()
    place = {"division": "370114", "location": (117.5, 36.7)}
    records_load("hospital", [{"name": "甲", **place}], by=None, now=now)
    unit = {"name": "车", "kind": "ambulance", "hospital": "甲", **place}
    records_load("response_unit", [unit], by=None, now=now)
    row = Hospital.objects.get()
    client.force_login(people.lin_lan)
    answer = client.post(f"{LIST}{row.pk}/delete/", follow=True)
    assert "正被引用：救援单元“车”" in answer.content.decode()
    assert Hospital.objects.exists()
    assert not JournalEntry.objects.filter(verb="record.deleted").exists()


def test_a_confirmation_takes_a_record_off_the_list_of_calls(
    client: Client, people: People, hospitals: dict[str, Any]
) -> None:
    row = hospitals["人民医院"]
    Hospital.objects.filter(pk=row.pk).update(observed_at="2026-01-01T00:00:00+08:00")
    client.force_login(people.lin_lan)
    calls = reverse("console:record-confirmations")
    assert "13812345678" in client.get(calls).content.decode()
    client.post(f"{LIST}{row.pk}/confirm/", {"next": calls})
    assert "人民医院" not in client.get(calls).context["calls"]
    assert client.get(calls).context["calls"] == []


def test_an_import_answers_with_its_result_and_error_file(client: Client, people: People) -> None:
    client.force_login(people.xu_jing)
    data = excel([hospital_row(1), hospital_row(2, 床位总数=-1)])
    posted = {"file": SimpleUploadedFile("a.xlsx", data), "mode": "good", "datum": "wgs84"}
    answer = client.post(f"{LIST}import/", posted, follow=True)
    assert "新增 1 条" in answer.content.decode()
    run = RecordImport.objects.get()
    errors = client.get(reverse("console:record-import-errors", args=[run.pk]))
    assert b"".join(errors.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    client.force_login(people.sun_yuan)
    assert client.get(reverse("console:record-import-result", args=[run.pk])).status_code == 404


def test_an_upload_above_the_limit_is_refused_with_the_limit(
    client: Client, people: People
) -> None:
    client.force_login(people.xu_jing)
    file = SimpleUploadedFile("a.csv", b"x" * (50 * 1024**2 + 1))
    answer = client.post(f"{LIST}import/", {"file": file, "mode": "all", "datum": "wgs84"})
    assert answer.status_code == 400
    assert "文件超过 50 MB" in answer.content.decode()
    assert not RecordImport.objects.exists()


def test_an_export_takes_what_the_list_shows_and_is_noted(
    client: Client, people: People, hospitals: dict[str, Any]
) -> None:
    client.force_login(people.lin_lan)
    answer = client.get(f"{LIST}export.csv?q=人民")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "人民医院" in text
    assert "东昌府医院" not in text
    assert text.splitlines()[1].endswith("是")  # 示例数据
    assert JournalEntry.objects.filter(verb="record.exported").count() == 1


def test_a_large_file_is_read_by_a_job(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.core.records.services.imports.AT_ONCE", 0)
    client.force_login(people.xu_jing)
    file = SimpleUploadedFile("a.xlsx", excel([hospital_row(n) for n in range(3)]))
    answer = client.post(f"{LIST}import/", {"file": file, "mode": "all", "datum": "wgs84"})
    assert "正在检查和导入" in client.get(answer["Location"]).content.decode()
    assert run_next(owner="test")
    assert "新增 3 条" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("key", ["hospital", "response_unit", "major_hazard_source", "camera"])
def test_a_list_takes_as_many_queries_for_twenty_rows_as_for_one(
    client: Client, people: People, key: str
) -> None:
    place = {"division": "370114", "location": (117.5, 36.7)}
    now = timezone.now()
    records_load("fire_station", [{"name": "站", **place}], by=None, now=now)
    records_load("hazardous_enterprise", [{"name": "厂", **place}], by=None, now=now)
    special: dict[str, dict[str, Any]] = {
        "response_unit": {"kind": "fire_crew", "station": "站"},
        "major_hazard_source": {
            "enterprise": "厂",
            "substance": "氯",
            "quantity_t": 9,
            "grade": "1",
        },
    }
    client.force_login(people.lin_lan)
    counts = []
    for rows in (1, 20):
        wanted = [{"name": f"记录{n}", **place, **special.get(key, {})} for n in range(rows)]
        records_load(key, wanted, by=None, now=now)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(f"/records/{key}/").context["lines"]) == rows
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 12
