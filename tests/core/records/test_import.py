"""Files of records come in whole, or say row by row what is wrong."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override

from anlan.core.jobs.services import claim_job
from anlan.core.jobs.worker import JobStopped
from anlan.core.models import JournalEntry, RecordImport
from anlan.core.records import files
from anlan.core.records.registry import record_type
from anlan.core.records.services import error_file, import_run, import_take
from anlan.register.models import Hospital, Pipeline
from anlan.register.tasks import run_import
from kit.files import HOSPITAL, begun, excel, hospital_row, send

if TYPE_CHECKING:
    from kit.people import People, Places


def complaints(run: RecordImport) -> list[tuple[int, str]]:
    """Return (line, sentence) of the error file."""
    sheet = openpyxl.load_workbook(error_file(run)).worksheets[0]
    return [(row[1], row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)]  # type: ignore[misc]


def test_a_good_file_is_registered_with_one_entry_of_the_journal(people: People) -> None:
    run = send(excel([hospital_row(n) for n in range(1, 4)]), by=people.xu_jing)

    assert (run.status, run.created, run.rejected) == ("done", 3, 0)
    first = Hospital.objects.get(name="第1医院")
    assert first.specialties == ("burn", "toxicology")
    assert (first.location.x, first.location.y) == (117.52, 36.71)
    assert (first.source, first.division.name) == ("import", "章丘区")
    entry = JournalEntry.objects.get()
    payload = json.loads(entry.payload)
    assert (entry.verb, payload["created"], len(payload["rows_sha256"])) == (
        "record.imported",
        3,
        64,
    )


def test_a_second_import_updates_by_natural_key_and_keeps_what_has_no_column(
    people: People,
) -> None:
    send(excel([hospital_row()]), by=people.xu_jing)

    columns = ["名称", "行政区划", "空余床位"]
    run = send(excel([["第1医院", "章丘区", 12]], columns), by=people.xu_jing)

    assert (run.created, run.updated) == (0, 1)
    row = Hospital.objects.get()
    assert (row.beds_free, row.beds_total, row.location.x) == (12, 500, 117.52)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"行政区划": "370199"}, "行政区划：没有代码为“370199”的行政区划"),
    ({"行政区划": "东昌府区"}, "行政区划：行政区划 371502000000 不在您的管辖范围（济南市）内"),
    ({"床位总数": -5}, "床位总数：确保该值大于或等于0，填写的是“-5”"),
    ({"床位总数": "三百"}, "床位总数：应填数字，填写的是“三百”"),
    ({"床位总数": 2.5}, "床位总数：应填整数，填写的是“2.5”"),
    ({"空余床位": 501}, "空余床位不能多于床位总数"),
    ({"专科能力": "算命"}, "专科能力：“算命”不在可选范围内"),
    ({"经度": 36.7, "纬度": 117.5}, "位置：坐标（36.7, 117.5）超出经纬度范围"),
    ({"经度": None, "纬度": None}, "位置：必须填写"),
    ({"经度": "东经"}, "位置：经度、纬度应填数字"),
    ({"名称": None}, "名称：必须填写"),
    ({"经度": float("nan")}, "位置：坐标（nan, 36.71）超出经纬度范围"),
]


@pytest.mark.parametrize(("changes", "expected"), WRONG, ids=lambda v: str(v)[:30])
def test_a_wrong_cell_is_named_with_its_rule_and_value(
    people: People, changes: dict[str, Any], expected: str
) -> None:
    rows = [hospital_row(1), hospital_row(2, **changes)]
    if any(v != v for v in changes.values()):
        text = "\n".join(",".join(str(c) for c in row) for row in [HOSPITAL, *rows])
        run = send(text.encode(), by=people.lin_lan, name="a.csv")
    else:
        run = send(excel(rows), by=people.lin_lan)

    assert (run.status, run.rejected, Hospital.objects.count()) == ("refused", 1, 0)
    [(line, sentence)] = complaints(run)
    assert line == 3
    assert expected in sentence


def test_good_rows_are_kept_where_the_sender_chose_so(people: People) -> None:
    rows = [hospital_row(1), hospital_row(2, 床位总数=-1), hospital_row(3)]
    run = send(excel(rows), by=people.xu_jing, mode="good")

    assert (run.status, run.created, run.rejected) == ("done", 2, 1)
    assert complaints(run)[0][0] == 3


def test_the_corrected_error_file_can_be_sent_as_it_is(people: People) -> None:
    run = send(excel([hospital_row(1, 床位总数=-1)]), by=people.xu_jing)
    book = openpyxl.load_workbook(error_file(run))
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    sheet.cell(2, headers.index("床位总数") + 1).value = 100
    corrected = io.BytesIO()
    book.save(corrected)

    assert send(corrected.getvalue(), by=people.xu_jing).created == 1


def test_the_same_row_twice_in_a_file_is_refused(people: People) -> None:
    run = send(excel([hospital_row(1), hospital_row(1)]), by=people.xu_jing)
    assert complaints(run) == [(3, "与第 2 行重复")]


def test_known_records_are_refused_where_the_sender_chose_so(people: People) -> None:
    send(excel([hospital_row(1)]), by=people.xu_jing)
    run = send(excel([hospital_row(1)]), by=people.xu_jing, refuse_existing=True)
    assert complaints(run) == [(2, "已登记过同一条记录")]


def test_a_time_to_come_is_refused(people: People) -> None:
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    run = send(excel([[*hospital_row(), later]], [*HOSPITAL, "数据时间"]), by=people.xu_jing)
    assert "晚于现在" in complaints(run)[0][1]


def test_a_point_outside_the_division_is_refused(people: People, places: Places) -> None:
    places.zhangqiu.boundary = (
        "MULTIPOLYGON(((117.3 36.4,117.8 36.4,117.8 37,117.3 37,117.3 36.4)))"
    )
    places.zhangqiu.save()
    run = send(excel([hospital_row(1), hospital_row(2, 经度=121.5)]), by=people.xu_jing)
    assert complaints(run) == [
        (3, "位置：（121.50000, 36.71000）不在章丘区范围内，请核对经纬度次序和坐标系")
    ]


def test_coordinates_of_gaode_are_moved_to_wgs84(people: People) -> None:
    send(excel([hospital_row()]), by=people.xu_jing, datum="gcj02")
    moved = Hospital.objects.get().location
    assert 0.002 < abs(moved.x - 117.52) < 0.01
    assert abs(moved.y - 36.71) < 0.005


def test_a_file_cannot_say_when_it_was_confirmed(people: People) -> None:
    row = [*hospital_row(), "2026-03-01 08:00"]
    assert send(excel([row], [*HOSPITAL, "确认时间"]), by=people.xu_jing).created == 1
    assert Hospital.objects.get().confirmed_at is None


def test_an_invalid_geometry_is_refused(people: People) -> None:
    headers = ["名称", "行政区划", "介质", "管径（mm）", "走向"]
    rows = [
        ["甲线", "370114", "天然气", 300, "LINESTRING(117.5 36.7, 117.6 36.8)"],
        ["乙线", "370114", "天然气", 300, "LINESTRING(117.5"],
        ["丙线", "370114", "天然气", 300, "POINT(117.5 36.7)"],
    ]
    run = send(excel(rows, headers), by=people.xu_jing, key="pipeline", mode="good")
    assert [line for line, _text in complaints(run)] == [3, 4]
    assert Pipeline.objects.get().route.length > 0


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (excel([["x"]], ["名字"]), "a.xlsx", "缺少列：行政区划、名称；不认识的列：名字"),
        (excel([], HOSPITAL), "a.xlsx", "文件里没有数据行"),
        (b"not a workbook", "a.xlsx", "不是可读的 Excel"),
        (b"", "a.csv", "文件是空的"),
        (b"\xff\xfe\x00\x81\xff", "a.csv", "编码不是"),
        (b"{}", "a.geojson", "不是 GeoJSON"),
        (b"[" * 100_000, "a.geojson", "不是 GeoJSON"),
        (b"x", "a.exe", "不支持 .exe 文件"),
        (b"x", "a." + "甲" * 150, "不支持 .甲"),
        (b"x", "../../etc/passwd", "不支持 没有扩展名的 文件"),
        ("名称,行政区划,名称\n".encode(), "a.csv", "表头重复：名称"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    people: People, data: bytes, name: str, message: str
) -> None:
    run = send(data, by=people.xu_jing, name=name)
    assert run.status == "refused"
    assert message in run.message


def part_replaced(part: str, content: bytes) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(excel([hospital_row()])))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, content if name == part else source.read(name))
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(people: People) -> None:
    run = send(part_replaced(SHEET, b" " * 60_000_000), by=people.xu_jing)
    assert run.message == "Excel 文件压缩比异常，已拒绝"


def test_xml_entities_are_refused(people: People) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "x">]><worksheet>&a;</worksheet>'
    run = send(part_replaced(SHEET, bomb), by=people.xu_jing)
    assert run.message == "Excel 文件含有 XML 实体，已拒绝"


def test_a_file_above_the_limit_is_refused_before_parsing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LIMITS", files.Limits(upload=1000))
    run = send(excel([hospital_row()]), by=people.xu_jing)
    assert run.message.startswith("文件超过 0 MB")


def test_a_masked_number_is_not_taken_for_a_number(people: People) -> None:
    run = send(
        excel([[*hospital_row(), "138****1234"]], [*HOSPITAL, "联系电话"]), by=people.xu_jing
    )
    assert "号码已被隐去" in complaints(run)[0][1]


def test_errors_are_said_in_the_language_of_the_sender(people: People) -> None:
    """The columns of a file are Chinese in either language."""
    with override("en"):
        run = send(excel([hospital_row(1, 行政区划="370199")]), by=people.lin_lan)
    assert run.message.startswith("1 rows have errors"), run.message
    [(_line, sentence)] = complaints(run)
    assert sentence.startswith("行政区划：No division has the code “370199”")
    assert run.message.startswith("1 rows have errors")


def test_an_import_that_another_worker_took_over_is_left_to_it(people: People) -> None:
    run = begun(excel([hospital_row()]), by=people.xu_jing)

    class Taken:
        attempt = 1

        def progress(self, fraction: float, note: str = "") -> None:
            raise JobStopped

    with pytest.raises(JobStopped):
        run_import({"import": run.pk}, Taken())
    run.refresh_from_db()
    assert run.status == "running"
    assert import_run(run=run, now=timezone.now()).created == 1


def test_a_small_file_that_breaks_the_platform_leaves_nobody_waiting(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("anlan.core.records.services.imports.read_rows", broken)
    with pytest.raises(ZeroDivisionError):
        import_take(
            declared=record_type("hospital"),
            upload=SimpleUploadedFile("a.xlsx", excel([hospital_row()])),
            mode="all",
            refuse_existing=False,
            datum="wgs84",
            by=people.xu_jing,
            now=timezone.now(),
            language="zh-hans",
        )
    run = RecordImport.objects.get()
    assert run.status == "refused"
    assert "没有写入任何数据" in run.message


def test_an_import_whose_workers_die_every_time_ends_and_says_so(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.core.records.services.imports.AT_ONCE", 0)
    now = timezone.now()
    run = import_take(
        declared=record_type("hospital"),
        upload=SimpleUploadedFile("a.xlsx", excel([hospital_row()])),
        mode="all",
        refuse_existing=False,
        datum="wgs84",
        by=people.xu_jing,
        now=now,
        language="zh-hans",
    )
    for n in range(4):
        claim_job(owner=f"dies-{n}", now=now + n * timedelta(minutes=1))
    run.refresh_from_db()
    assert run.status == "refused"
    assert "没有写入任何数据" in run.message
