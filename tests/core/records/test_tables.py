from __future__ import annotations

import io
from datetime import datetime

from openpyxl import load_workbook

from anlan.core.records.tables import write_xlsx


def written(headers: list[str], rows: list[list[object]]):  # type: ignore[no-untyped-def]
    file = io.BytesIO()
    write_xlsx(file, "医院", headers, rows)
    return load_workbook(io.BytesIO(file.getvalue())).active


def test_a_column_is_as_wide_as_what_stands_in_it() -> None:
    sheet = written(["名称", "床位"], [["章丘区人民医院（示例）", 93], ["短", 7]])
    assert sheet.column_dimensions["A"].width >= 22
    assert sheet.column_dimensions["B"].width < 12


def test_a_very_long_text_does_not_make_the_column_endless() -> None:
    sheet = written(["来源说明"], [["长" * 400]])
    assert sheet.column_dimensions["A"].width <= 46


def test_a_time_is_a_time_and_a_formula_is_a_text() -> None:
    sheet = written(["数据时间", "备注"], [["2026-11-06 02:02:00", "=1+1"]])
    assert sheet["A2"].value == datetime(2026, 11, 6, 2, 2)  # noqa: DTZ001 - a sheet has no zone
    assert sheet["A2"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")


def test_the_head_stays_and_is_repeated_on_paper() -> None:
    sheet = written(["名称", "床位"], [["甲", 1]])
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref == "A1:B1"
    assert sheet.page_setup.orientation == "landscape"


def test_rows_beyond_the_sample_are_written_too() -> None:
    sheet = written(["编号"], [[n] for n in range(1000)])
    assert sheet.max_row == 1001
    assert sheet["A1001"].value == 999
