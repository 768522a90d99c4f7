from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.command.rules.official_reports import (
    ReportText,
    chinese_number,
    compose_report,
    diff_facts,
    problems_of_text,
)
from anlan.command.types import Fact
from anlan.core.dictionaries import table

ELEMENTS = table("report_elements")


def fact(key: str, label: str, value: Any, unit: str = "", source: str = "园区电话报告") -> Fact:
    return Fact(key=key, label=label, value=value, unit=unit, source=source)


FACTS = (
    fact("info_source", "信息来源", "电话"),
    fact("received_at", "接报时间", "3月1日10时08分"),
    fact("reporting_unit", "报告单位", "齐鲁化工园区管委会"),
    fact("occurred_at", "事发时间", "3月1日10时00分"),
    fact("place", "事发地点", "济南市章丘区齐鲁化工园区"),
    fact("division", "行政区划代码", "370114000000"),
    fact("coordinates", "坐标", "东经117.5200°，北纬36.8000°"),
    fact("event_type", "事件类别", "危险化学品事故"),
    fact("injured", "受伤", 2, "人"),
)


def compose(kind: str = "initial", facts: tuple[Fact, ...] = FACTS, **more: Any) -> ReportText:
    return compose_report(
        facts,
        kind=kind,
        serial=more.pop("serial", 1),
        incident_title="章丘区齐鲁化工园区液氨泄漏事故",
        as_of="3月1日10时20分",
        elements=ELEMENTS,
        domains=("生产安全事故",),
        **more,
    )


def test_the_first_report_reads_as_the_template_wants() -> None:
    report = compose()
    assert report.title == "关于章丘区齐鲁化工园区液氨泄漏事故的信息报告（初报）"
    assert report.paragraphs[0].startswith(
        "【电话】3月1日10时08分，据齐鲁化工园区管委会报告，3月1日10时00分，"
        "济南市章丘区齐鲁化工园区（东经117.5200°，北纬36.8000°）发生危险化学品事故。"
    )
    assert "截至3月1日10时20分，受伤2人（待核实，来源：园区电话报告）" in report.text


def test_missing_elements_are_named_not_invented() -> None:
    report = compose()
    assert {"死亡人数", "单位名称", "发展态势", "处置情况", "事故单位概况"} <= set(report.missing)
    assert "受伤人数" not in report.missing
    assert "以下要素正在核实，核实后续报" in report.text
    assert "死亡0人" not in report.text


def test_elements_of_one_domain_are_not_asked_for_in_another() -> None:
    report = compose_report(
        FACTS,
        kind="initial",
        serial=1,
        incident_title="暴雨内涝",
        as_of="3月1日10时20分",
        elements=ELEMENTS,
        domains=("自然灾害",),
    )
    assert "事故单位概况" not in report.missing


def test_every_number_of_people_in_the_text_has_a_source() -> None:
    facts = (*FACTS, fact("deaths", "死亡", 1, "人", "市卫健委"))
    report = compose(facts=facts)
    assert "死亡1人（待核实，来源：市卫健委）" in report.text


def test_a_follow_up_tells_only_what_changed_with_both_sources() -> None:
    later = tuple(
        fact("injured", "受伤", 3, "人", "市立五院") if f.key == "injured" else f for f in FACTS
    )
    changes = diff_facts(FACTS, later)
    report = compose("follow_up", later, serial=2, changes=changes)
    assert report.title.endswith("（续报二）")
    assert "1. 受伤由2人变为3人（来源：市立五院）。" in report.text
    assert "化工园区（东经" not in report.text
    assert changes[0].as_dict()["old_source"] == "园区电话报告"


def test_a_decrease_carries_its_reason() -> None:
    later = (fact("injured", "受伤", 1, "人", "市立五院"),)
    change = diff_facts(FACTS[-1:], later, reasons={"injured": "一人排除中毒"})[0]
    assert change.falls
    assert "减少原因：一人排除中毒" in str(change)


def test_what_is_still_unknown_is_no_change() -> None:
    assert diff_facts(FACTS, (*FACTS, fact("deaths", "死亡", None, "人"))) == ()


def test_no_change_is_said_plainly() -> None:
    assert "各项情况无变化" in compose("follow_up", changes=()).text


def test_the_final_report_asks_for_its_elements() -> None:
    assert set(compose("final").missing) == {
        "处置结果",
        "损失核定",
        "原因初判",
        "响应终止时间",
        "评估",
    }


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("截至目前受伤2人。", 0),
        ("截至目前受伤3人。", 1),
        ("受伤由1人变为3人", 1),
        ("受伤由1人变为2人", 0),
        ("死亡1人", 1),
        ("受伤 2 人，死亡 0 人", 1),
    ],
)
def test_numbers_in_the_text_must_equal_the_record(text: str, wrong: int) -> None:
    assert len(problems_of_text(text, FACTS)) == wrong


@given(st.integers(0, 99999), st.integers(0, 99999))
def test_a_composed_report_agrees_with_itself(deaths: int, injured: int) -> None:
    facts = (
        *FACTS[:-1],
        fact("deaths", "死亡", deaths, "人"),
        fact("injured", "受伤", injured, "人"),
    )
    assert problems_of_text(compose(facts=facts).text, facts) == ()
    changes = diff_facts(FACTS, facts)
    assert problems_of_text(compose("follow_up", facts, changes=changes).text, facts) == ()


def test_serial_numbers_are_chinese() -> None:
    assert [chinese_number(n) for n in (1, 9, 10, 11, 20, 35)] == [
        "一",
        "九",
        "十",
        "十一",
        "二十",
        "三十五",
    ]
