"""Norm tables on pages: read, adjusted by a document, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from anlan.core.dictionaries import table, table_names
from anlan.core.dictionaries.selectors import rows_in_force
from anlan.core.dictionaries.services import row_override
from anlan.core.models import DictionaryOverride, JournalEntry
from kit.leak import NOW

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People, Places

ROW = next(
    row
    for row in table("report_deadlines")
    if row["domain"] == "突发事件(通用)" and row["mode_zh"] == "电话"
)
SIGNAL = next(row for row in table("warning_signals") if row["colour"] == "红")
PATH = reverse("console:norm", args=["report_deadlines", ROW.key])


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", table_names())
def test_every_table_can_be_read_and_every_row_opened(
    client: Client, people: People, name: str
) -> None:
    client.force_login(people.sysadmin)
    page = page_of(client, reverse("console:norm-table", args=[name]))
    assert "出处" in page
    for row in (table(name)[0], table(name)[-1]):
        assert row.source in page_of(client, reverse("console:norm", args=[name, row.key])).replace(
            "&gt;", ">"
        ).replace("&lt;", "<").replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")


def test_the_tables_say_how_many_rows_are_to_confirm(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    page = page_of(client, "/norms/")
    waiting = sum(1 for row in table("report_deadlines") if row.mark)
    assert "?only=confirm" in page
    assert f">{waiting}</a>" in page
    assert ROW.mark == "待确认"
    listed = page_of(client, "/norms/report_deadlines/?only=confirm")
    assert ROW.key in listed
    assert "没有符合条件的行" in page_of(client, "/norms/report_deadlines/?q=没有这种词")


def test_a_value_is_put_with_its_document_and_taken_back(
    client: Client, people: People, places: Places
) -> None:
    client.force_login(people.sysadmin)
    given = {"minutes": "20", "division": places.jinan.code, "document": "济政办字〔2025〕3号"}
    assert client.post(f"{PATH}override/", given).status_code == 302
    row = next(
        r for r in rows_in_force("report_deadlines", places.zhangqiu.code) if r.key == ROW.key
    )
    assert row.whole("minutes") == 20
    page = page_of(client, PATH)
    assert "济南市已调整" in page
    assert "<del>30</del> → <ins>20</ins>" in page
    held = DictionaryOverride.objects.get()
    path = reverse("console:norm-withdraw", args=[held.pk])
    client.post(path, {"reason": " "})
    assert DictionaryOverride.objects.exists()
    client.post(path, {"reason": "文件废止"})
    assert not DictionaryOverride.objects.exists()
    page = page_of(client, PATH)
    assert "没有本地调整" in page
    assert "文件废止" in page
    assert "济政办字〔2025〕3号" in page
    verbs = JournalEntry.objects.order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["dictionary.overridden", "dictionary.override_withdrawn"]


def test_the_published_value_with_a_document_is_confirmed(
    client: Client, people: People, places: Places
) -> None:
    client.force_login(people.xu_jing)
    given = {"minutes": "30", "division": places.jinan.code, "document": "鲁政办发〔2024〕1号"}
    assert client.post(f"{PATH}override/", given).status_code == 302
    row = next(r for r in rows_in_force("report_deadlines", places.jinan.code) if r.key == ROW.key)
    assert (row.whole("minutes"), row.mark) == (30, "")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"minutes": ""}, "必须填写"),
        ({"minutes": "soon"}, "类型不符"),
        ({"minutes": "-1"}, "不能为负数"),
        ({"minutes": "9" * 12}, "不超过 525,600"),
        ({"document": " "}, "这个字段是必填项"),
        ({"division": "371502000000"}, "选择一个有效的选项"),
    ],
)
def test_a_wrong_value_is_told_at_its_field(
    client: Client, people: People, places: Places, changed: dict[str, str], words: str
) -> None:
    client.force_login(people.sysadmin)
    given = {"minutes": "20", "division": places.jinan.code, "document": "文"}
    answer = client.post(f"{PATH}override/", given | changed)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not DictionaryOverride.objects.exists()


@pytest.mark.parametrize(
    ("rule", "words"),
    [("rain_3h >=", "读不懂"), ("__import__('os')", "读不懂"), ("snow >= 3", "不认识的要素")],
)
def test_a_rule_that_cannot_be_judged_is_refused(
    client: Client, people: People, places: Places, rule: str, words: str
) -> None:
    client.force_login(people.sysadmin)
    path = reverse("console:norm-override", args=["warning_signals", SIGNAL.key])
    given = {
        "machine_rule": rule,
        "threshold_zh": "试",
        "division": places.jinan.code,
        "document": "文",
    }
    answer = client.post(path, given)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_range_that_is_empty_is_refused(client: Client, people: People, places: Places) -> None:
    client.force_login(people.sysadmin)
    row = next(r for r in table("grading_thresholds") if r["max_excl"] is not None)
    path = reverse("console:norm-override", args=["grading_thresholds", row.key])
    for low, high in (("10", "3"), ("", ""), ("nan", "3"), ("3", "inf")):
        given = {"min_incl": low, "max_excl": high, "division": places.jinan.code, "document": "文"}
        assert client.post(path, given).status_code == 400, (low, high)


def test_what_is_the_same_everywhere_cannot_be_adjusted(
    client: Client, people: People, places: Places
) -> None:
    client.force_login(people.sysadmin)
    row = table("event_codes")[0]
    path = reverse("console:norm", args=["event_codes", row.key])
    assert "没有可按地方调整的数值" in page_of(client, path)
    given = {"division": places.jinan.code, "document": "文"}
    assert client.post(f"{path}override/", given).status_code == 404
    for address in ("/norms/nosuch/", "/norms/nosuch/x/", "/norms/report_deadlines/x/"):
        assert client.get(address).status_code == 404


def test_a_duty_officer_reads_and_another_city_does_not_see(
    client: Client, people: People, places: Places
) -> None:
    row_override(
        table="report_deadlines", row_key=ROW.key, division_code=places.jinan.code,
        values={"minutes": "20"}, document="济政办字〔2025〕3号", by=people.xu_jing, now=NOW,
    )  # fmt: skip
    client.force_login(people.lin_lan)
    page = page_of(client, PATH)
    assert "济政办字〔2025〕3号" in page
    assert "按文件调整或确认" not in page
    client.force_login(people.sun_yuan)
    assert "济政办字〔2025〕3号" not in page_of(client, PATH)
