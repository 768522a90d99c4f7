"""Scores of a forecast over time, against values worked out by hand."""

from __future__ import annotations

import pytest

from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.scoring import score_document
from anlan.forecast.series_score import crps, score_series

LINE = {
    "key": "sick",
    "label": "现症",
    "minutes": [0, 10, 20],
    "values": [0, 10, 20],
    "low": [0, 8, 15],
    "high": [0, 12, 25],
}


def test_error_and_coverage_are_those_worked_out_by_hand() -> None:
    # forecast 5, 10, 20 against 5, 13, 16: errors 0, -3, 4; 13 is above 12, the others inside
    score = score_series(LINE, [5, 10, 20], [5, 13, 16])
    assert score.points == 3
    assert score.mean_error == pytest.approx(1 / 3)
    assert score.mean_absolute_error == pytest.approx(7 / 3)
    assert score.coverage == pytest.approx(2 / 3)
    assert score.crps is None


def test_times_outside_the_series_do_not_count() -> None:
    assert score_series(LINE, [10, 99], [10, 0]).points == 1
    with pytest.raises(ValueError, match="0 to 20 min"):
        score_series(LINE, [99], [0])


def test_the_score_of_members_is_that_worked_out_by_hand() -> None:
    assert crps([3.0], 5.0) == 2.0
    # mean |x - 1| = (1 + 1 + 3) / 3; mean |x - x'| = 2 (2 + 4 + 2) / 9
    assert crps([0.0, 2.0, 4.0], 1.0) == pytest.approx(5 / 3 - 8 / 9)
    score = score_series(LINE, [10], [1.0], members=[[0, 0, 0], [0, 2, 4], [0, 4, 8]])
    assert score.crps == pytest.approx(5 / 3 - 8 / 9)


def test_a_result_is_scored_by_the_key_of_its_series() -> None:
    result = {"forecast": {"figures": {}, "footprints": [], "series": [LINE]}}
    found = score_document(result, area="", figures={}, series={"sick": [(10, 13.0)]})
    assert found["series"][0]["mean_absolute_error"] == 3.0
    with pytest.raises(ScenarioError, match="sick"):
        score_document(result, area="", figures={}, series={"well": [(10, 13.0)]})
