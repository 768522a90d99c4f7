from __future__ import annotations

import pytest

from anlan.core.dictionaries import (
    EventCode,
    UnknownTableError,
    event_code,
    event_codes,
    row_of,
    search_event_codes,
    table,
    table_names,
)
from anlan.core.dictionaries.tables import DATA


def test_every_file_is_a_table_and_every_table_a_file() -> None:
    assert {path.stem for path in DATA.glob("*.csv")} == set(table_names())


@pytest.mark.parametrize("name", table_names())
def test_every_row_has_a_source_and_a_confidence(name: str) -> None:
    rows = table(name)
    assert rows
    assert [row for row in rows if not row.source] == []
    assert {row.conf for row in rows} <= {"V", "M-high", "M-med", "M-low", "platform"}


@pytest.mark.parametrize("name", table_names())
def test_a_key_names_one_row(name: str) -> None:
    keys = [row.key for row in table(name)]
    assert [key for key in keys if keys.count(key) > 1] == []


def test_cells_are_typed() -> None:
    row = table("grading_thresholds")[1]
    assert (row["level"], row["min_incl"], row["max_excl"]) == (2, 10.0, 30.0)
    assert table("grading_thresholds")[0]["max_excl"] is None
    assert table("report_deadlines")[0]["minutes"] == 60


def test_rows_from_memory_are_marked_to_confirm() -> None:
    marks = {row.source: row.mark for row in table("report_deadlines")}
    assert marks["山东省安全生产条例(2021)第65条"] == ""
    assert marks["地方总体预案、值班信息报送规定"] == "待确认"
    assert table("event_aliases")[0].mark == "平台默认"


def test_an_unknown_table_or_row_is_refused_by_name() -> None:
    with pytest.raises(UnknownTableError, match="没有名为 weather"):
        table("weather")
    with pytest.raises(LookupError, match="没有 xx 这一行"):
        row_of("event_codes", "xx")


def test_every_code_hangs_under_a_code_that_exists() -> None:
    codes = {entry.code for entry in event_codes()}
    assert len(codes) == 231
    assert [e for e in event_codes() if e.parent and e.parent not in codes] == []


def test_aliases_domains_and_parties_name_what_exists() -> None:
    codes = {entry.code for entry in event_codes()}
    assert [row for row in table("event_aliases") if row["code"] not in codes] == []
    hazards = {row["hazard"] for row in table("grading_thresholds")}
    domains = {row["domain"] for row in table("report_deadlines")}
    for row in table("event_domains"):
        assert {h for h in row.text("grading_hazards").split(";") if h} <= hazards
        assert set(row.text("report_domains").split(";")) <= domains
    parties = {row["from_zh"] for row in table("report_parties")}
    assert {row["from_zh"] for row in table("report_deadlines")} == parties


@pytest.mark.parametrize(
    "sub_class", [e for e in event_codes() if e.level == 2], ids=lambda e: e.code
)
def test_every_sub_class_has_its_rules(sub_class: EventCode) -> None:
    prefixes = {row.text("code_prefix") for row in table("event_domains")}
    assert sub_class.code[:3] in prefixes


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("12A04", "12A04"),
        ("液氨", "12A04"),
        ("章丘化工园区液氨泄漏两人受伤", "12A04"),
        ("危险化学品", "12A04"),
        ("台风", "11B01"),
        ("追尾", "12C02"),
        ("冷库制冷间漏氨", "12A10"),
        ("燃气", "12D02"),
        ("地震", "11C01"),
        ("11g01", "11G01"),
    ],
)
def test_search_finds_first_what_the_caller_means(said: str, code: str) -> None:
    assert search_event_codes(said)[0].code == code


def test_search_of_nothing_finds_nothing() -> None:
    assert search_event_codes("  ") == ()
    assert search_event_codes("qqq") == ()


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(LookupError, match="99999"):
        event_code("99999")
