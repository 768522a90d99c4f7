"""Matching, activation, amounts and the one-page view."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plans.rules import (
    activation_tasks,
    event_code_covers,
    load_plan,
    match_plans,
    one_page,
    planned_resources,
    read_plan,
    shipped_vocabulary,
)
from anlan.plans.types import LEVELS, Plan

NOW = datetime(2026, 8, 11, 2, 30, tzinfo=UTC)
ZHANGQIU = "370114000000"
EXAMPLES = (
    "hazardous_chemicals",
    "flood_typhoon",
    "earthquake",
    "fire_explosion",
    "forest_fire",
    "radiation",
)


def example(name: str) -> Plan:
    text = (files("anlan.plans") / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    return load_plan(text, file=f"{name}.toml", vocabulary=shipped_vocabulary())


def city_plan() -> Plan:
    text = (files("anlan.plans") / "examples" / "hazardous_chemicals.toml").read_text("utf-8")
    text = text.replace('scope = "000000000000"', 'scope = "370100000000"')
    return load_plan(text, file="city", vocabulary=shipped_vocabulary())


PLANS = {name: example(name) for name in EXAMPLES}
HAZMAT = PLANS["hazardous_chemicals"]


def test_a_deadline_is_said_in_hours_and_days() -> None:
    reports = one_page(PLANS["earthquake"]).sections[-1]
    deadlines = {row[2] for row in reports.rows}
    assert {"启动响应后24小时内", "稳定后5天内"} <= deadlines


def test_a_range_is_said_as_a_regulation_writes_it() -> None:
    said = [c.range_text for c in PLANS["earthquake"].conditions if c.level == 2]
    assert "6级以上7级以下" in said
    assert "10万人以上50万人以下" in said
    assert not any(
        "e+" in text or "M" in text
        for plan in PLANS.values()
        for text in (c.range_text for c in plan.conditions)
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_plan_is_complete_and_marked(name: str) -> None:
    plan = PLANS[name]
    assert plan.example
    assert "示例" in plan.title
    assert len(plan.tasks) >= 20
    assert [x.level for x in plan.levels] == [1, 2, 3, 4]
    assert all(task.measures for task in plan.tasks)
    assert len({task.owner for task in plan.tasks}) >= 15
    text = (files("anlan.plans") / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    assert read_plan(text, file=name, vocabulary=shipped_vocabulary()).findings == ()


def test_an_ammonia_leak_at_a_park_is_matched_with_reasons() -> None:
    match = match_plans(
        PLANS.values(), "12A04", ZHANGQIU, {"injured": 2, "people_aegl2": 4300, "people_aegl3": 40}
    )
    assert match.plan is HAZMAT
    assert match.level == 2
    assert "12A04" in match.reasons[0]
    assert match.reasons[1].startswith("二级：不可逆伤害区(AEGL-2)内人口 4300人")
    assert any("未知" in s and "死亡" in s for s in match.shortfalls)
    assert any("示例" in s for s in match.shortfalls)


def test_a_number_on_the_bound_belongs_to_the_graver_row() -> None:
    assert match_plans([HAZMAT], "12A04", ZHANGQIU, {"deaths": 10}).level == 1
    assert match_plans([HAZMAT], "12A04", ZHANGQIU, {"deaths": 9}).level == 2
    assert match_plans([HAZMAT], "12A04", ZHANGQIU, {"deaths": 3}).level == 2
    assert match_plans([HAZMAT], "12A04", ZHANGQIU, {"deaths": 0}).level is None


def test_what_is_not_known_is_not_taken_as_zero() -> None:
    match = match_plans([HAZMAT], "12A04", ZHANGQIU, {"deaths": None, "injured": float("nan")})
    assert match.level is None
    assert "死亡" in match.shortfalls[1]
    assert "受伤" in match.shortfalls[1]


def test_a_condition_in_words_counts_when_a_person_says_so() -> None:
    words = next(c for c in HAZMAT.conditions if c.metric == "criterion" and c.level == 1)
    match = match_plans([HAZMAT], "12A04", ZHANGQIU, {"injured": 2}, criteria={words.line})
    assert match.level == 1
    assert "人工判定" in match.reasons[1]


def test_no_plan_for_the_place_or_the_event_is_said_not_guessed() -> None:
    nothing = match_plans(PLANS.values(), "13A01", ZHANGQIU, {})
    assert nothing.plan is None
    assert "没有适用" in nothing.shortfalls[0]
    jinan = city_plan()
    assert match_plans([jinan], "12A04", "371502000000", {}).plan is None
    assert match_plans([jinan], "12A04", ZHANGQIU, {}).plan is jinan


def test_an_example_may_be_tried_in_any_city() -> None:
    assert match_plans(PLANS.values(), "12A04", "110101000000", {}).plan is HAZMAT


def test_a_plan_of_the_city_goes_before_one_of_the_province() -> None:
    city = city_plan()
    assert match_plans([HAZMAT, city], "12A04", ZHANGQIU, {}).plan is city
    assert match_plans([HAZMAT, city], "12A04", "371500000000", {}).plan is HAZMAT


def test_a_red_warning_starts_the_flood_plan_by_its_own_clause() -> None:
    flood = PLANS["flood_typhoon"]
    assert match_plans([flood], "11B01", ZHANGQIU, {"warning_level": 1}).level == 1
    assert match_plans([flood], "11B01", ZHANGQIU, {"warning_level": 4}).level == 4


@given(
    value=st.floats(0, 1e7, allow_nan=False),
    more=st.floats(0, 1e7, allow_nan=False),
    plan=st.sampled_from(list(PLANS.values())),
    data=st.data(),
)
def test_a_graver_number_never_lowers_the_level(
    value: float, more: float, plan: Plan, data: st.DataObject
) -> None:
    metric = data.draw(
        st.sampled_from(
            sorted({c.metric for c in plan.conditions} - {"criterion", "warning_level"})
        )
    )

    def level(number: float) -> int:
        return match_plans([plan], plan.hazards[0], ZHANGQIU, {metric: number}).level or 5

    assert level(value + more) <= level(value)


@pytest.mark.parametrize(
    ("code", "event", "closeness"),
    [("11B01", "11B01", 3), ("11B00", "11B01", 2), ("11000", "11B01", 1), ("11000", "11A00", 1),
     ("11B01", "11B00", 0), ("12000", "11B01", 0), ("11A00", "11B01", 0), ("11B00", "11B00", 3)],
)  # fmt: skip
def test_codes_cover_what_stands_below_them(code: str, event: str, closeness: int) -> None:
    assert event_code_covers(code, event) == closeness


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("level", LEVELS)
def test_tasks_come_after_what_they_wait_for(name: str, level: int) -> None:
    tasks = activation_tasks(PLANS[name], level, NOW)
    seen: set[str] = set()
    for task in tasks:
        assert set(task.depends) <= seen
        assert task.due == NOW + timedelta(minutes=task.offset_min)
        seen.add(task.id)
    assert len(tasks) >= 12


def test_a_higher_level_has_no_fewer_tasks() -> None:
    for plan in PLANS.values():
        counts = [len(activation_tasks(plan, level, NOW)) for level in LEVELS]
        assert counts == sorted(counts, reverse=True)


def test_activation_refuses_a_level_that_is_not_there_and_a_time_without_zone() -> None:
    with pytest.raises(ValueError, match="level must be one of"):
        activation_tasks(HAZMAT, 5, NOW)
    with pytest.raises(ValueError, match="time zone"):
        activation_tasks(HAZMAT, 1, NOW.replace(tzinfo=None))


def test_supplies_follow_the_people_and_say_so_when_they_are_not_known() -> None:
    known = {r.kind: r for r in planned_resources(HAZMAT, 2, {"people_to_move": 4300})}
    assert known["drinking_water"].quantity == 12900
    assert known["ready_meal"].quantity == 38700
    assert known["hazmat_crew"].quantity == 3
    assert known["gas_mask"].quantity is None
    assert "未知" in known["gas_mask"].reason
    assert "medical_team" not in {r.kind for r in planned_resources(HAZMAT, 4, {})}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_one_page_view_has_words_not_codes(name: str) -> None:
    plan = PLANS[name]
    page = one_page(plan, 2)
    assert page.watermark == "示例"
    assert [s.title for s in page.sections] == [
        "何时启动，谁决定", "谁做什么，何时完成", "撤离与避险", "封控与停止", "力量与物资", "报告",
    ]  # fmt: skip
    for section in page.sections:
        assert section.rows
        assert {len(row) for row in section.rows} == {len(section.columns)}
        assert not any("_" in cell for row in section.rows for cell in row)
    assert len(one_page(plan).sections[0].rows) == 4


def test_the_one_page_view_marks_what_is_to_be_confirmed() -> None:
    assert "待确认" in one_page(HAZMAT, 2).sections[0].rows[0][1]
    with pytest.raises(ValueError, match="level"):
        one_page(HAZMAT, 7)
