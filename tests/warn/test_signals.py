"""Colours from the table of signals, and the reader of its expressions."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.core.dictionaries import table
from anlan.core.dictionaries.selectors import rows_in_force_by_place
from anlan.core.dictionaries.services import row_override
from anlan.science.cyclone.beaufort import wind_force
from anlan.warn.rules import propose_by_place, propose_signal
from anlan.warn.rules.expressions import BadExpressionError, judge, variables
from anlan.warn.rules.signals import VARIABLES
from kit.shared import shared_data

if TYPE_CHECKING:
    from kit.people import People, Places

RULES = [row.text("machine_rule") for row in table("warning_signals")]


@pytest.mark.parametrize("rule", RULES)
def test_every_expression_of_the_table_can_be_judged(rule: str) -> None:
    assert set(variables(rule)) <= set(VARIABLES)
    assert judge(rule, {}) is None


@pytest.mark.parametrize(
    "bad",
    [
        "__import__('os').system('true')",
        "().__class__",
        "a.b>1",
        "a[0]>1",
        "f(1)>0",
        "[x for x in y]",
        "lambda: 1",
        "a+1>2",
        "a if b else c",
        "(a:=1)",
        "a is None",
        "a in b",
        "a>=",
        "",
        "a>b''",
        "1",
        "f'{a}'>1",
        "a>=1\nb>=1",
        "a" * 301,
        "not " * 60 + "(" * 30,
    ],
)
def test_what_a_table_has_no_need_of_is_refused(bad: str) -> None:
    with pytest.raises(BadExpressionError):
        judge(bad, {"a": 1.0})


def test_a_text_and_a_number_do_not_compare() -> None:
    with pytest.raises(BadExpressionError, match="compare"):
        judge("a>=1", {"a": "high"})


@pytest.mark.parametrize(
    ("expression", "values", "verdict"),
    [
        ("a>=6 or b>=8", {"a": 6.0}, True),
        ("a>=6 or b>=8", {"a": 5.0}, None),
        ("a>=6 and b>=8", {"a": 5.0}, False),
        ("a>=6 and b>=8", {"a": 6.0}, None),
        ("not a>=6", {}, None),
        ("not a>=6", {"a": 5.0}, True),
        ("a<=-3", {"a": -3.0}, True),
        ("1<=a<3", {"a": 3.0}, False),
        ("a=='high'", {"a": "high"}, True),
        ("a!='high'", {"a": "high"}, False),
        ("t<0 and p", {"t": -1.0, "p": True}, True),
        ("t<0 and p", {"t": -1.0, "p": None}, None),
        ("a>=1", {"a": float("nan")}, None),
    ],
)
def test_what_is_not_known_stays_unknown(
    expression: str, values: dict[str, float | str | bool | None], verdict: bool | None
) -> None:
    assert judge(expression, values) is verdict


def colour(hazard: str, **values: float | str | bool | None) -> str | None:
    proposal = propose_signal(hazard, values)
    return proposal.colour.code if proposal.colour else None


@pytest.mark.parametrize(
    ("rain_3h", "expected"), [(100.0, "red"), (99.9, "orange"), (50.0, "orange"), (49.9, None)]
)
def test_a_bound_belongs_to_the_graver_colour(rain_3h: float, expected: str | None) -> None:
    assert colour("暴雨", rain_3h=rain_3h) == expected


def test_the_highest_colour_met_by_any_value_wins() -> None:
    assert colour("台风", wind_mean_bft=8, gust_bft=14) == "red"
    assert colour("台风", wind_mean_bft=10, gust_bft=10) == "orange"
    assert colour("台风", wind_mean_bft=5, gust_bft=7) is None
    assert colour("洪水", stage=27.0, stage_warning=26.0, stage_guaranteed=28.0) == "yellow"
    assert colour("高温", tmax_24h=40) == "red"
    assert colour("重污染天气", aqi200_hours=80, aqi300_hours=10) == "orange"


def test_a_proposal_shows_its_rows_source_and_doubt() -> None:
    proposal = propose_signal("大风", {"wind_mean_bft": 8, "gust_bft": 9})
    assert proposal.colour is not None
    assert proposal.colour.code == "yellow"
    assert proposal.reasons[0].startswith("黄色：平均风力 8 级，阵风 9 级，符合")
    assert "待确认" in proposal.reasons[0]
    assert proposal.to_confirm
    assert any("待确认" in text for text in proposal.shortfalls)
    assert [row.text("colour") for row in proposal.rows] == ["黄", "蓝"]


def test_a_higher_colour_that_could_not_be_judged_is_named() -> None:
    proposal = propose_signal("暴雨", {"rain_12h": 60.0})
    assert proposal.colour is not None
    assert proposal.colour.code == "blue"
    assert "缺少3小时雨量，未能判断红、橙色" in proposal.shortfalls
    assert "缺少6小时雨量，未能判断黄色" in proposal.shortfalls


def test_nothing_known_proposes_nothing_and_says_so() -> None:
    proposal = propose_signal("暴雨", {"rain_3h": None})
    assert proposal.colour is None
    assert "没有可用于判断" in proposal.reasons[0]


def test_road_ice_needs_the_time_to_onset() -> None:
    values = {"t_road": -2.0, "precip": True}
    assert propose_signal("道路结冰", values).colour is None
    for lead, expected in ((1.5, "red"), (5.0, "orange"), (10.0, "yellow")):
        proposal = propose_signal("道路结冰", values, lead_h=lead)
        assert proposal.colour is not None
        assert proposal.colour.code == expected
        assert any("预报员" in text for text in proposal.shortfalls)


def test_a_strange_hazard_or_value_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="没有名为“龙卷”"):
        propose_signal("龙卷", {})
    with pytest.raises(ValueError, match="rain_1h"):
        propose_signal("暴雨", {"rain_1h": 3.0})


@pytest.mark.parametrize("rule", ["rain_3h>=", "import os", "rain_1h>=50"])
def test_a_rule_that_a_place_has_spoilt_is_named_and_left_out(rule: str) -> None:
    rows = [
        row.replaced({**row.values, "machine_rule": rule}, document="某文件", place="370100000000")
        if row.text("colour") == "红"
        else row
        for row in table("warning_signals")
    ]
    proposal = propose_signal("暴雨", {"rain_3h": 120.0}, rows=rows)
    assert proposal.colour is not None
    assert proposal.colour.code == "orange"
    assert "红色标准未能判断" in proposal.shortfalls[0]


@pytest.mark.django_db
def test_a_district_uses_the_threshold_that_its_city_has_put(
    places: Places, people: People
) -> None:
    (red,) = [
        row
        for row in table("warning_signals")
        if row.text("hazard") == "暴雨" and row.text("colour") == "红"
    ]
    row_override(
        table="warning_signals",
        row_key=red.key,
        division_code=places.jinan.code,
        values={"machine_rule": "rain_3h>=80"},
        document="济南市试验文件",
        by=people.xu_jing,
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    values = {code: {"rain_3h": 90.0} for code in (places.zhangqiu.code, places.dongchangfu.code)}
    rows = rows_in_force_by_place("warning_signals", values)
    found = propose_by_place("暴雨", values, rows=rows)
    assert [p.colour.code for p in found.values() if p.colour] == ["red", "orange"]
    assert "济南市试验文件" in found[places.zhangqiu.code].reasons[0]


def test_each_district_gets_its_own_colour() -> None:
    proposals = propose_by_place(
        "暴雨", {"370114000000": {"rain_3h": 120.0}, "370102000000": {"rain_3h": 20.0}}, rows={}
    )
    assert proposals["370114000000"].colour is not None
    assert proposals["370102000000"].colour is None


@given(st.floats(0, 70), st.floats(0, 30))
def test_a_stronger_wind_has_no_lower_colour(speed: float, more: float) -> None:
    def level(wind: float) -> int:
        proposal = propose_signal("台风", {"wind_mean_bft": int(wind_force(wind)), "gust_bft": 0})
        return proposal.colour.level if proposal.colour else 5

    assert level(speed + more) <= level(speed)


def test_the_rain_of_lekima_on_jinan_calls_a_colour() -> None:
    """148.9 mm fell on 2019-08-11; a day's sum says nothing of hours, so we ask what we know."""
    path = shared_data("series")
    rain = 0.0
    for file in path.glob("*.csv"):
        with file.open(encoding="utf-8") as lines:
            for row in csv.reader(lines):
                if any(cell.strip('"').startswith("2019-08-11") for cell in row):
                    rain = max([rain, *(float(c) for c in row if c == "148.9")])
    assert rain == 148.9
    assert colour("暴雨", rain_12h=rain) == "blue"
