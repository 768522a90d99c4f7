"""Every mistake in a plan file is named with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from anlan.plans.rules import PlanRefusedError, load_plan, read_plan, shipped_vocabulary

if TYPE_CHECKING:
    from anlan.plans.types import Finding

GOOD = """[plan]
id = "t"
version = "1"
title = "试验预案"
scope = "370100000000"
hazards = ["11B01"]
summary = "试验"
source = "测试"

[[levels]]
level = 1
decider = "city_commander"
leader = "city_commander"
summary = "一级"

[[levels]]
level = 2
decider = "city_commander"
leader = "emergency_bureau"
summary = "二级"

[[conditions]]
level = 1
metric = "deaths"
unit = "人"
min = 10
clause = "甲"

[[conditions]]
level = 2
metric = "deaths"
unit = "人"
min = 3
max = 10
clause = "乙"

[[tasks]]
id = "A"
title = "叫应"
owner = "city_duty_officer"
offset_min = 5
phase = "接报"
action = "打电话"

[[tasks]]
id = "B"
title = "出动"
owner = "fire_brigade"
offset_min = 15
phase = "处置"
action = "集结出动"
depends = ["A"]
measures = ["art73.1"]

[[resources]]
kind = "fire_crew"
quantity = { "1" = 4, "2" = 2 }
clause = "示例"

[[reports]]
kind = "初报"
to = "省厅"
within_min = 30
clock_start = "receipt"
owner = "city_duty_officer"
clause = "丙"
"""


def findings(old: str, new: str, *, count: int = 1) -> list[Finding]:
    assert GOOD.count(old) >= 1
    text = GOOD.replace(old, new, count)
    return list(read_plan(text, file="plan.toml", vocabulary=shipped_vocabulary()).findings)


def test_a_good_plan_is_read_without_findings() -> None:
    reading = read_plan(GOOD, file="plan.toml", vocabulary=shipped_vocabulary())
    assert reading.findings == ()
    assert reading.plan is not None
    assert [t.id for t in reading.plan.tasks] == ["A", "B"]
    assert reading.plan.level(2).leader == "emergency_bureau"


@pytest.mark.parametrize(
    ("old", "new", "rule", "key"),
    [
        ('owner = "fire_brigade"', 'owner = "fire_brigad"', "unknown-post", "tasks[2].owner"),
        ('decider = "city_commander"', 'decider = "mayor"', "unknown-post", "levels[1].decider"),
        ('kind = "fire_crew"', 'kind = "dragon"', "unknown-resource", "resources[1].kind"),
        ('["11B01"]', '["11B77"]', "unknown-event", "plan.hazards[1]"),
        ('metric = "deaths"', 'metric = "death"', "unknown-metric", "conditions[1].metric"),
        ('["art73.1"]', '["art73.99"]', "unknown-measure", "tasks[2].measures[1]"),
        ('depends = ["A"]', 'depends = ["A", "Z"]', "unknown-task", "tasks[2].depends[2]"),
        ('id = "B"', 'id = "A"', "duplicate-id", "tasks[2].id"),
        ('unit = "人"', 'unit = "万人"', "unit", "conditions[1].unit"),
        ("offset_min = 15", "offset_min = -1", "range", "tasks[2].offset_min"),
        ("offset_min = 15", 'offset_min = "15"', "type", "tasks[2].offset_min"),
        ("offset_min = 15", "offset_min = inf", "range", "tasks[2].offset_min"),
        ("offset_min = 15", "offset_minutes = 15", "unknown-key", "tasks[2].offset_minutes"),
        ("offset_min = 15", "offset_min = 3", "order", "tasks[2].depends[1]"),
        ("max = 10", "max = 12", "range-overlap", "conditions[1].min"),
        ("max = 10", "max = 8", "range-gap", "conditions[1].min"),
        ("max = 10", "max = 3", "empty-range", "conditions[2].max"),
        ("min = 10", "min = 10\nmax = 20", "range-end", "conditions[1].max"),
        ('scope = "370100000000"', 'scope = "3701"', "division", "plan.scope"),
        ('scope = "370100000000"', 'scope = "000000000000"', "division", "plan.scope"),
        ('id = "A"', 'id = "一"', "id", "tasks[1].id"),
        ('"1" = 4', '"5" = 4', "unknown-key", "resources[1].quantity.5"),
        ('kind = "初报"', 'kind = "快报"', "first-report", "reports"),
        ("level = 1", "level = 0", "level", "levels[1].level"),
        ("level = 1", "level = true", "level", "levels[1].level"),
        ("level = 2\nmetric", "level = 3\nmetric", "unknown-level", "conditions[2].level"),
        ('id = "B"', 'id = "B"\nlevels = [2, 1]', "level-order", "tasks[2].levels"),
        ('id = "B"', 'id = "B"\nlevels = [1, 5]', "level", "tasks[2].levels"),
        ('id = "B"', 'id = "B"\nreceipt = "yes"', "type", "tasks[2].receipt"),
        ('depends = ["A"]', 'depends = ["A", "A"]', "duplicate", "tasks[2].depends[2]"),
        ('depends = ["A"]', 'depends = ["A", 3]', "type", "tasks[2].depends[2]"),
        (
            '{ "1" = 4, "2" = 2 }',
            '{ "1" = 4, "3" = 2 }',
            "unknown-level",
            "resources[1].quantity.3",
        ),
        ('{ "1" = 4, "2" = 2 }', "4", "type", "resources[1].quantity"),
        ('quantity = { "1" = 4, "2" = 2 }', 'note = "x"', "either", "resources[1].quantity"),
        (
            '{ "1" = 4, "2" = 2 }',
            '{ "1" = 4 }\nper_person = 1',
            "pair",
            "resources[1].people_metric",
        ),
        (
            'quantity = { "1" = 4, "2" = 2 }',
            'per_person = 1\npeople_metric = "magnitude"',
            "unit",
            "resources[1].people_metric",
        ),
        ("min = 10", "", "required", "conditions[1].min"),
        ('metric = "deaths"', 'metric = "criterion"', "criterion", "conditions[1].min"),
        ('depends = ["A"]', 'depends = "A"', "type", "tasks[2].depends"),
        ('phase = "处置"', 'phase = " "', "type", "tasks[2].phase"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, rule: str, key: str) -> None:
    found = [f for f in findings(old, new) if f.rule == rule and f.key == key]
    assert len(found) == 1
    bad_text = GOOD.replace(old, new, 1).splitlines()
    field = re.sub(r"\[\d+\]$", "", key).rsplit(".", 1)[-1]
    line = bad_text[found[0].line - 1]
    assert line.startswith((field, "quantity", "[[")) or field in line


def test_the_line_is_the_line_of_the_slip_itself() -> None:
    text = GOOD.replace('depends = ["A"]', 'depends = [\n  "A",\n  "Z",\n]')
    reading = read_plan(text, file="plan.toml", vocabulary=shipped_vocabulary())
    (finding,) = reading.findings
    assert text.splitlines()[finding.line - 1] == '  "Z",'
    assert str(finding).startswith(
        f"plan.toml:{finding.line}: tasks[2].depends[2]: 依赖的任务不存在"
    )


def test_a_missing_decider_is_placed_at_its_level() -> None:
    text = GOOD.replace('decider = "city_commander"\n', "", 1)
    (finding,) = read_plan(text, file="p", vocabulary=shipped_vocabulary()).findings
    assert finding.rule == "required"
    assert text.splitlines()[finding.line - 1 : finding.line + 1] == ["[[levels]]", "level = 1"]


def test_waiting_in_a_circle_is_refused_and_shown() -> None:
    found = findings('action = "打电话"', 'action = "打电话"\ndepends = ["B"]')
    assert "A → B → A" in [f.value for f in found if f.rule == "cycle"]
    found = findings('depends = ["A"]', 'depends = ["B"]')
    assert [f.value for f in found if f.rule == "cycle"] == ["B → B"]


def test_a_task_that_waits_for_a_task_of_another_level_is_out_of_reach() -> None:
    found = findings('id = "A"', 'id = "A"\nlevels = [1, 1]')
    assert [(f.rule, f.key) for f in found] == [("unreachable", "tasks[2].depends[1]")]
    assert "二级" in found[0].message


def test_a_task_for_levels_that_do_not_exist_is_out_of_reach() -> None:
    assert ("unreachable", "tasks[2].levels") in [
        (f.rule, f.key) for f in findings('id = "B"', 'id = "B"\nlevels = [3, 4]')
    ]


def test_a_level_without_condition_or_between_two_others_missing_is_named() -> None:
    assert "unreachable-level" in {
        f.rule for f in findings("level = 1\nmetric", "level = 2\nmetric")
    }
    found = findings("level = 2\ndecider", "level = 3\ndecider")
    assert {"level-gap", "unknown-level"} <= {f.rule for f in found}


def test_a_graver_number_must_not_call_a_lower_level() -> None:
    text = GOOD.replace("level = 1\nmetric", "level = 9\nmetric")
    text = text.replace("level = 2\nmetric", "level = 1\nmetric").replace("level = 9", "level = 2")
    rules = [f.rule for f in read_plan(text, file="p", vocabulary=shipped_vocabulary()).findings]
    assert rules == ["contradiction"]


def test_opposite_orders_for_one_zone_are_refused() -> None:
    rule = (
        '[[evacuations]]\nid = "{}"\nzone = "aegl2"\nmode = "{}"\nowner = "township"\n'
        'within_min = 9\ntext = "x"\n'
    )
    text = GOOD + rule.format("E1", "evacuate") + rule.format("E2", "shelter_in_place")
    (finding,) = read_plan(text, file="p", vocabulary=shipped_vocabulary()).findings
    assert (finding.rule, finding.key) == ("contradiction", "evacuations[2].mode")


def test_fewer_at_a_higher_level_is_a_notice_not_a_refusal() -> None:
    text = GOOD.replace('"1" = 4', '"1" = 1')
    reading = read_plan(text, file="p", vocabulary=shipped_vocabulary())
    assert reading.plan is not None
    assert [f.severity for f in reading.findings] == ["notice"]


def test_all_mistakes_are_told_at_once() -> None:
    text = GOOD.replace("fire_brigade", "x").replace("fire_crew", "y").replace("11B01", "z")
    with pytest.raises(PlanRefusedError) as refused:
        load_plan(text, file="p", vocabulary=shipped_vocabulary())
    assert {f.rule for f in refused.value.findings} >= {
        "unknown-post", "unknown-resource", "unknown-event",
    }  # fmt: skip


def test_a_city_without_the_post_refuses_the_plan() -> None:
    words = shipped_vocabulary(posts={"city_commander", "emergency_bureau", "city_duty_officer"})
    found = read_plan(GOOD, file="p", vocabulary=words).findings
    assert [(f.rule, f.value) for f in found] == [("unknown-post", "fire_brigade")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[plan]\nid = "a\nversion = "1"', 2),
        ("a = 1\na = 2\n", 2),
        ("a = ", 1),
        ("x" * 1_000_001, 1),
    ],
)
def test_text_that_is_not_toml_is_refused_with_the_line(text: str, line: int) -> None:
    (finding,) = read_plan(text, file="p", vocabulary=shipped_vocabulary()).findings
    assert finding.rule in {"toml", "size"}
    assert finding.line == line


def test_nesting_without_end_is_refused() -> None:
    (finding,) = read_plan("a = " + "[" * 5000, file="p", vocabulary=shipped_vocabulary()).findings
    assert finding.rule == "toml"


@pytest.mark.parametrize(
    "text", ["", "plan = 1", "levels = 1\ntasks = [1]", "[plan]\nid = 3\nhazards = [1]", "[[plan]]"]
)
def test_a_strange_document_is_refused_without_a_crash(text: str) -> None:
    reading = read_plan(text, file="p", vocabulary=shipped_vocabulary())
    assert reading.plan is None
    assert reading.findings
