from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.command.rules.casualties import changes_of, check_update
from anlan.command.rules.grading import metrics_of
from anlan.command.rules.intake import ReportInput, problems_of_report
from anlan.command.rules.tasks import FINISHED, MOVES, TaskDraft, problems_of_tasks

NOW = datetime(2026, 3, 1, 2, 10, tzinfo=UTC)
FIRST_DAY = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=12)))
LAST_DAY = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))
GOOD = ReportInput(
    event_code="12A04",
    text="化工园区液氨储罐泄漏，两人受伤",
    longitude=117.52,
    latitude=36.80,
    occurred_at=NOW - timedelta(minutes=10),
    figures={"injured": 2, "deaths": None},
)


def problems(**changes: Any) -> dict[str, str]:
    found = problems_of_report(
        replace(GOOD, **changes), now=NOW, known_codes={"12A04"}, channels=("phone", "app")
    )
    return {problem.field: str(problem) for problem in found}


def test_a_good_report_has_no_problem() -> None:
    assert problems() == {}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"event_code": "99999"},
            "event_code",
            "事件类型：没有这个编码，请从事件类型中搜索选择，收到 99999",
        ),
        ({"text": "  "}, "text", "报告内容：必须填写"),
        ({"text": "a\x00b"}, "text", "不能含有不可显示的字符"),
        ({"text": "\ud800"}, "text", "不能含有不可显示的字符"),
        ({"text": "长" * 5001}, "text", "最多 5000 字，收到 5001 字"),
        ({"longitude": 181}, "longitude", "经度：应为 -180 至 180 之间的数，收到 181"),
        ({"latitude": float("nan")}, "latitude", "纬度：应为 -90 至 90 之间的数，收到 nan"),
        ({"latitude": True}, "latitude", "收到 True"),
        (
            {"occurred_at": NOW + timedelta(hours=1)},
            "occurred_at",
            "发生时间：不能晚于现在，收到 2026-03-01 03:10",
        ),
        ({"occurred_at": NOW - timedelta(days=400)}, "occurred_at", "不能早于 366 天前"),
        ({"received_at": NOW - timedelta(hours=1)}, "received_at", "接报时间：不能早于发生时间"),
        ({"figures": {"deaths": -1}}, "deaths", "死亡：不能为负数，收到 -1"),
        ({"figures": {"deaths": 1.5}}, "deaths", "应为整数人数"),
        ({"figures": {"deaths": True}}, "deaths", "应为整数人数"),
        ({"figures": {"evacuated": 3}}, "evacuated", "没有这一项人数"),
        ({"channel": "pigeon"}, "channel", "接报方式：应为 phone、app 之一，收到 pigeon"),
        ({"reporter_phone": "call me"}, "reporter_phone", "联系电话"),
        ({"details": {"direct_loss": -3}}, "details.direct_loss", "不能为负数"),
        ({"details": {"x": float("inf")}}, "details.x", "以内的数，收到 inf"),
        ({"details": {"x": 10**400}}, "details.x", "以内的数"),
        ({"details": {"x": {"y": ["a\x00"]}}}, "details.x.y.0", "不能含有不可显示的字符"),
        ({"details": {"x": [[[[[1]]]]]}}, "details.x.0.0.0.0", "最多嵌套 4 层"),
        ({"details": {f"k{n}": 1 for n in range(41)}}, "details", "最多 40 项，收到 41 项"),
        ({"longitude": 10**400}, "longitude", "应为 -180 至 180 之间的数"),
        ({"occurred_at": datetime(2026, 3, 1)}, "occurred_at", "发生时间：必须带时区"),  # noqa: DTZ001
        ({"occurred_at": FIRST_DAY}, "occurred_at", "不能早于 366 天前"),
        ({"occurred_at": LAST_DAY}, "occurred_at", "不能晚于现在"),
        ({"figures": {"deaths": 10**9}}, "deaths", "不能超过 100000000 人"),
    ],
)
def test_a_problem_names_field_rule_and_value(
    changes: dict[str, Any], field: str, message: str
) -> None:
    assert message in problems(**changes)[field]


def test_all_problems_come_at_once() -> None:
    assert set(problems(event_code="x", text="", latitude=99)) == {"event_code", "text", "latitude"}


def test_a_frost_is_not_a_mistake() -> None:
    assert problems(details={"temperature_c": -12.0}) == {}


def test_a_decrease_without_a_reason_is_refused() -> None:
    found = check_update({"deaths": 3}, {"deaths": 2}, source="市卫健委", decrease_reason=" ")
    assert str(found[0]).startswith("减少理由：死亡由 3 人变为 2 人，减少必须写明理由")
    assert (
        check_update({"deaths": 3}, {"deaths": 2}, source="市卫健委", decrease_reason="重复统计")
        == ()
    )


def test_withdrawing_a_number_is_a_decrease() -> None:
    assert check_update({"missing": 1}, {"missing": None}, source="现场", decrease_reason="")


def test_an_update_needs_a_source_and_a_change() -> None:
    fields = [
        p.field for p in check_update({"deaths": 3}, {"deaths": 3}, source="", decrease_reason="")
    ]
    assert fields == ["source", "figures"]


def test_changes_come_in_the_order_they_are_read_out() -> None:
    changes = changes_of({"injured": 2}, {"injured": 3, "deaths": 1})
    assert [str(c) for c in changes] == ["死亡由 未知变为 1 人", "受伤由 2 人变为 3 人"]


def test_tasks_that_wait_for_each_other_are_refused() -> None:
    drafts = [
        TaskDraft(key="a", title="甲", depends_on=("b",)),
        TaskDraft(key="b", title="乙", depends_on=("c",)),
        TaskDraft(key="c", title="丙", depends_on=("a",)),
    ]
    assert "a → b → c → a" in str(problems_of_tasks(drafts)[0])


def test_a_chain_of_tasks_is_taken() -> None:
    drafts = [
        TaskDraft(key="a", title="甲"),
        TaskDraft(key="b", title="乙", depends_on=("a", "old")),
        TaskDraft(key="c", title="丙", depends_on=("a", "b")),
    ]
    assert problems_of_tasks(drafts, existing={"old"}) == ()
    assert "没有这个任务，收到 old" in str(problems_of_tasks(drafts)[0])


def test_a_task_that_ends_before_it_begins_is_refused() -> None:
    draft = TaskDraft(key="a", title="甲", start_offset_min=30, due_offset_min=10)
    assert "完成期限：不能早于开始时间，收到 10" in str(problems_of_tasks([draft])[0])


def test_every_state_of_a_task_leads_to_an_end() -> None:
    reached = {"waiting"}
    while True:
        more = reached | {after for state in reached for after in MOVES[state]}
        if more == reached:
            break
        reached = more
    assert reached == set(MOVES)
    assert set(MOVES) >= FINISHED


def test_an_update_with_figures_that_are_none_is_refused_first() -> None:
    found = check_update({}, {"deaths": -1}, source="", decrease_reason="")
    assert [problem.field for problem in found] == ["deaths"]


def test_a_task_has_a_name_a_key_of_its_own_and_a_start() -> None:
    drafts = [
        TaskDraft(key="a", title=" "),
        TaskDraft(key="a", title="乙", start_offset_min=-1),
    ]
    fields = [problem.field for problem in problems_of_tasks(drafts)]
    assert fields == ["title", "key", "start_offset_min"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
moments = st.none() | st.datetimes() | st.datetimes(timezones=st.timezones())
whatever = st.builds(
    ReportInput,
    event_code=st.text(max_size=6),
    text=st.text(),
    longitude=st.integers() | st.floats(),
    latitude=st.integers() | st.floats(),
    place=st.text(),
    occurred_at=moments,
    received_at=moments,
    channel=st.text(max_size=6),
    reporter_phone=st.text(),
    figures=st.dictionaries(st.sampled_from(["deaths", "injured", "x"]), anything, max_size=3),
    details=st.dictionaries(st.text(), anything, max_size=4),
    client_key=st.text(),
)


@given(whatever)
def test_whatever_is_entered_gets_an_answer_in_words(entered: ReportInput) -> None:
    found = problems_of_report(entered, now=NOW, known_codes={"12A04"}, channels=("phone",))
    for problem in found:
        assert str(problem).startswith(f"{problem.label}：")
    if not found:
        json.dumps(dict(entered.details), allow_nan=False).encode()


@given(st.dictionaries(st.text(), anything, max_size=4), st.integers(0, 9), st.booleans())
def test_a_grade_is_proposed_from_whatever_passed(
    details: dict[str, Any], deaths: int, toxic: bool
) -> None:
    entered = replace(GOOD, details=details, figures={"deaths": deaths})
    if problems_of_report(entered, now=NOW, known_codes={"12A04"}, channels=("phone",)):
        return
    metrics, _assumed = metrics_of({"deaths": deaths}, details, toxic=toxic)
    assert metrics["deaths"] == deaths
