from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.command.rules.grading import hazards_of, is_toxic, metrics_of, propose_grade
from anlan.core.dictionaries import table

ROWS = table("grading_thresholds")
WORK = "生产安全事故"


def grade(hazard: str, metrics: dict[str, float]) -> int | None:
    return propose_grade(ROWS, hazards=(hazard,), metrics=metrics).grade


@pytest.mark.parametrize(
    ("deaths", "expected"), [(30, 1), (29, 2), (10, 2), (9, 3), (3, 3), (2, 4), (1, 4), (0, None)]
)
def test_work_safety_grade_follows_the_deaths(deaths: int, expected: int | None) -> None:
    assert grade(WORK, {"deaths": deaths}) == expected


def test_the_highest_level_met_by_any_metric_wins() -> None:
    proposal = propose_grade(ROWS, hazards=(WORK,), metrics={"deaths": 2, "direct_loss": 12_000})
    assert proposal.grade == 1
    assert proposal.word == "特别重大"
    assert len(proposal.reasons) == 2
    assert "直接经济损失 12000 万元，10000万元以上为特别重大" in proposal.reasons[0].text
    assert "国务院令493号" in proposal.reasons[0].basis


@pytest.mark.parametrize(
    ("loss", "expected"), [(10_000, 1), (9_999.99, 2), (5_000, 2), (1_000, 3), (999, 4)]
)
def test_a_bound_belongs_to_the_higher_level(loss: float, expected: int) -> None:
    assert grade(WORK, {"direct_loss": loss}) == expected


@pytest.mark.parametrize(
    ("hazard", "metrics", "expected"),
    [
        ("森林火灾", {"burned_forest_area": 1000}, 1),
        ("森林火灾", {"burned_forest_area": 999.9}, 2),
        ("森林火灾", {"burned_forest_area": 100}, 2),
        ("森林火灾", {"burned_forest_area": 1}, 3),
        ("森林火灾", {"burned_forest_area": 0.99}, 4),
        ("地质灾害(灾情)", {"direct_loss": 1000}, 1),
        ("地质灾害(灾情)", {"direct_loss": 500}, 2),
        ("地质灾害(灾情)", {"direct_loss": 100}, 3),
        ("地质灾害(灾情)", {"direct_loss": 99}, 4),
        ("辐射事故", {"acute_deaths": 3}, 1),
        ("辐射事故", {"acute_deaths": 2}, 2),
        ("辐射事故", {"severe_radiation_sickness": 10}, 2),
        ("辐射事故", {"severe_radiation_sickness": 9}, 3),
        ("特种设备事故", {"evacuated_toxic_release": 150_000}, 1),
        ("特种设备事故", {"evacuated_toxic_release": 50_000}, 2),
        ("特种设备事故", {"evacuated_toxic_release": 10_000}, 3),
        ("特种设备事故", {"evacuated_toxic_release": 500}, 4),
        ("特种设备事故", {"evacuated_toxic_release": 499}, None),
        ("食物中毒", {"cases": 120, "deaths": 0}, 3),
        ("食物中毒", {"cases": 120, "deaths": 1}, 2),
        ("食物中毒", {"cases": 5, "deaths": 10}, 2),
    ],
)
def test_the_numbers_of_the_norms(
    hazard: str, metrics: dict[str, float], expected: int | None
) -> None:
    assert grade(hazard, metrics) == expected


def test_an_unknown_condition_is_named_and_does_not_fire() -> None:
    proposal = propose_grade(ROWS, hazards=("大面积停电",), metrics={"load_shed_pct": 65})
    assert proposal.grade is None
    assert any("city_class=省会城市" in reason.text for reason in proposal.to_judge)
    known = propose_grade(
        ROWS,
        hazards=("大面积停电",),
        metrics={"load_shed_pct": 65},
        conditions={"city_class": "省会城市", "grid_load_mw": 3000.0},
    )
    assert known.grade == 1


def test_criteria_in_words_are_left_to_a_person() -> None:
    proposal = propose_grade(ROWS, hazards=("水旱灾害",), metrics={"deaths": 50})
    assert proposal.grade is None
    assert len(proposal.to_judge) == 2
    assert "由值班人员判定" in proposal.to_judge[0].text


def test_nothing_met_is_said_plainly() -> None:
    proposal = propose_grade(ROWS, hazards=(WORK,), metrics={})
    assert proposal.word == "未达等级"
    assert "未达到生产安全事故的任何等级" in proposal.reasons[0].text


def test_rows_from_memory_mark_the_proposal() -> None:
    proposal = propose_grade(ROWS, hazards=("突发环境事件",), metrics={"deaths": 3})
    assert proposal.to_confirm
    assert proposal.reasons[0].mark == "待确认"
    assert not propose_grade(ROWS, hazards=(WORK,), metrics={"deaths": 3}).to_confirm


def test_earthquake_counts_the_missing() -> None:
    assert grade("地震灾害", {"deaths": 40, "missing": 10}) == 2
    assert grade("地震灾害", {"missing": 10}) == 3


def test_injured_by_a_toxic_gas_count_as_poisoned_until_known() -> None:
    metrics, assumed = metrics_of({"injured": 2, "serious": None}, {}, toxic=True)
    assert metrics["serious_injuries"] == 2
    assert "待核实" in assumed[0].text
    metrics, assumed = metrics_of({"injured": 2, "serious": 0}, {}, toxic=True)
    assert metrics["serious_injuries"] == 0
    assert assumed == ()


def test_toxic_is_what_the_standard_lists() -> None:
    chemicals = table("gb18218_table1_chemicals")
    assert is_toxic("液氨", chemicals)
    assert is_toxic("氨", chemicals)
    assert not is_toxic("汽油", chemicals)
    assert not is_toxic("", chemicals)


def test_the_longest_prefix_names_the_hazards() -> None:
    domains = table("event_domains")
    assert hazards_of(domains, "12A04") == ("生产安全事故", "突发环境事件")
    assert hazards_of(domains, "12A01") == ("生产安全事故",)
    assert hazards_of(domains, "99999") == ()


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 5))
def test_more_deaths_never_lower_the_grade(deaths: int, serious: int, more: int) -> None:
    low = grade(WORK, {"deaths": deaths, "serious_injuries": serious}) or 9
    high = grade(WORK, {"deaths": deaths + more, "serious_injuries": serious}) or 9
    assert high <= low


@given(
    st.dictionaries(
        st.sampled_from(["deaths", "direct_loss", "serious_injuries"]), st.floats(0, 1e6)
    )
)
def test_every_reason_names_its_clause(metrics: dict[str, float]) -> None:
    proposal = propose_grade(ROWS, hazards=(WORK,), metrics=metrics)
    assert (proposal.grade is None) == all(not reason.basis for reason in proposal.reasons)


def test_a_condition_of_another_type_is_named_and_does_not_fire() -> None:
    proposal = propose_grade(
        ROWS,
        hazards=("大面积停电",),
        metrics={"load_shed_pct": 65},
        conditions={"city_class": 3.0, "grid_load_mw": 3000.0},
    )
    assert proposal.grade is None
    assert proposal.to_judge


def test_an_event_without_a_standard_is_left_to_a_person() -> None:
    proposal = propose_grade(ROWS, hazards=(), metrics={"deaths": 9})
    assert proposal.reasons[0].text == "这类事件没有分级标准，由值班人员判定等级"
