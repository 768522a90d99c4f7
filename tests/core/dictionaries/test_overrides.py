from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from anlan.core.dictionaries import table, table_names
from anlan.core.dictionaries.labels import COLUMN_LABELS, TABLE_LABELS
from anlan.core.dictionaries.selectors import rows_in_force
from anlan.core.dictionaries.services import (
    OverrideRefusedError,
    row_override,
    row_override_withdraw,
)
from anlan.core.dictionaries.tables import ADJUSTABLE
from anlan.core.journal import verify
from anlan.core.models import DictionaryOverride, JournalEntry
from kit.source import SRC, python_files

if TYPE_CHECKING:
    from kit.people import People, Places

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
ROW = next(
    row
    for row in table("report_deadlines")
    if row["domain"] == "突发事件(通用)" and row["mode_zh"] == "电话"
)


def minutes(code: str) -> int | None:
    rows = {row.key: row for row in rows_in_force("report_deadlines", code)}
    return rows[ROW.key].whole("minutes")


def put(people: People, code: str, value: str, document: str = "济政办字〔2025〕3号") -> None:
    row_override(
        table="report_deadlines",
        row_key=ROW.key,
        division_code=code,
        values={"minutes": value},
        document=document,
        by=people.xu_jing,
        now=NOW,
    )


def test_the_nearest_place_wins(people: People, places: Places) -> None:
    put(people, places.jinan.code, "20")
    put(people, places.zhangqiu.code, "15")
    assert minutes(places.zhangqiu.code) == 15
    assert minutes(places.lixia.code) == 20
    assert minutes(places.dongchangfu.code) == 30


def test_what_a_place_confirmed_by_document_is_no_longer_to_confirm(
    people: People, places: Places
) -> None:
    put(people, places.jinan.code, "20")
    row = next(r for r in rows_in_force("report_deadlines", places.jinan.code) if r.key == ROW.key)
    assert (row.mark, row.source, row.place) == ("", "济政办字〔2025〕3号", places.jinan.code)
    assert ROW.mark == "待确认"


def test_an_override_is_journalled_with_both_values(people: People, places: Places) -> None:
    put(people, places.jinan.code, "20")
    entry = JournalEntry.objects.get(verb="dictionary.overridden")
    assert '"minutes": 30' in entry.payload
    assert '"minutes": 20' in entry.payload
    assert verify() is None


@pytest.mark.parametrize(
    ("values", "document", "message"),
    [
        ({"minutes": "20"}, " ", "依据文件：必须写明"),
        ({"minutes": "soon"}, "文", "minutes：类型不符，收到 'soon'"),
        ({"minutes": "-1"}, "文", "minutes：不能为负数，收到 '-1'"),
        ({"colour": "red"}, "文", "colour：表中没有这一列"),
        ({}, "文", "至少改一列"),
    ],
)
def test_an_override_that_does_not_fit_is_refused(
    people: People, places: Places, values: dict[str, str], document: str, message: str
) -> None:
    with pytest.raises(OverrideRefusedError, match=message):
        row_override(
            table="report_deadlines",
            row_key=ROW.key,
            division_code=places.jinan.code,
            values=values,
            document=document,
            by=people.xu_jing,
            now=NOW,
        )
    assert not DictionaryOverride.objects.exists()


def test_withdrawing_brings_the_published_row_back(people: People, places: Places) -> None:
    put(people, places.jinan.code, "20")
    override = DictionaryOverride.objects.get()
    row_override_withdraw(override_id=override.pk, reason="文件废止", by=people.xu_jing, now=NOW)
    assert minutes(places.jinan.code) == 30


def test_only_whoever_may_change_norms_and_only_for_his_own_place(
    people: People, places: Places
) -> None:
    given: dict[str, Any] = {
        "table": "report_deadlines",
        "row_key": ROW.key,
        "values": {"minutes": "20"},
    }
    given |= {"document": "文", "now": NOW}
    for by in (people.lin_lan, people.gao_feng, people.secadmin, people.auditor):
        with pytest.raises(PermissionDenied):
            row_override(division_code=places.jinan.code, by=by, **given)
    with pytest.raises(OverrideRefusedError, match="管辖范围"):
        row_override(division_code=places.dongchangfu.code, by=people.xu_jing, **given)
    put(people, places.jinan.code, "20")
    held = DictionaryOverride.objects.get()
    with pytest.raises(PermissionDenied):
        row_override_withdraw(override_id=held.pk, reason="废止", by=people.lin_lan, now=NOW)


def test_a_column_of_names_stays_as_published(people: People, places: Places) -> None:
    with pytest.raises(OverrideRefusedError, match="不能按地方调整，可改：minutes"):
        row_override(
            table="report_deadlines",
            row_key=ROW.key,
            division_code=places.jinan.code,
            values={"kind": "immediate"},
            document="文",
            by=people.xu_jing,
            now=NOW,
        )


def test_the_tables_that_may_be_adjusted_are_those_asked_by_place() -> None:
    """An adjustment that nothing reads would be a promise that is not kept."""
    source = "".join(path.read_text(encoding="utf-8") for path in python_files(SRC))
    asked = set(re.findall(r'rows_in_force(?:_by_place)?\("(\w+)"', source))
    assert asked == set(ADJUSTABLE)


def test_every_table_and_every_column_has_a_name() -> None:
    assert set(TABLE_LABELS) == set(table_names())
    columns = {column for name in table_names() for column in table(name)[0].values}
    foreign = {column for column in columns if column.endswith("_en")}
    assert columns - foreign == set(COLUMN_LABELS)
