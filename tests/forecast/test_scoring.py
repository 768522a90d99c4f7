"""Scores and comparisons against numbers reckoned by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shapely.geometry import box, mapping

from anlan.forecast.comparison import compare, entered_inputs
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.scoring import brier, read_area, score_area, score_document, score_figure

SQUARE = box(0, 0, 2, 2)
HALF = box(1, 0, 3, 2)


def test_shares_of_area_are_those_of_two_squares_that_half_overlap() -> None:
    """Overlap 2 of 4 and 4: hit rate 1/2, false alarms 1/2, critical success 2/6."""
    score = score_area(SQUARE, box(0, 0, 3, 2), HALF)
    assert score.hit_rate == pytest.approx(0.5)
    assert score.false_alarm_ratio == pytest.approx(0.5)
    assert score.critical_success == pytest.approx(1 / 3)
    assert score.inside_envelope == pytest.approx(1.0)


def test_a_perfect_area_scores_one_and_an_empty_forecast_raises_no_alarm() -> None:
    perfect = score_area(SQUARE, SQUARE, SQUARE)
    assert (perfect.hit_rate, perfect.false_alarm_ratio, perfect.critical_success) == (1, 0, 1)
    nothing = score_area(box(9, 9, 9, 9), SQUARE, SQUARE)
    assert (nothing.hit_rate, nothing.false_alarm_ratio) == (0, 0)


def test_the_brier_score_of_a_certain_right_forecast_is_that_of_its_middles() -> None:
    """Inside 0.95 where it happened, 0.05 where it did not: an error of 0.05 everywhere."""
    assert brier([(0.9, SQUARE)], SQUARE) == pytest.approx(0.0025, abs=1e-4)
    assert brier([(0.9, SQUARE)], box(2.01, 0, 4, 2)) > 0.8


def test_a_figure_is_judged_by_its_range_and_its_error() -> None:
    score = score_figure("长度", {"value": 120, "unit": "m", "low": 90, "high": 130}, 100.0)
    assert score.inside is True
    assert score.relative_error == pytest.approx(0.2)
    assert score_figure("长度", {"value": 120, "unit": "m"}, 0.0).relative_error is None


@pytest.mark.parametrize(
    "text",
    [
        "0,0\n2,0\n2,2\n0,2",
        json.dumps(mapping(SQUARE)),
        json.dumps({"type": "Feature", "properties": {}, "geometry": mapping(SQUARE)}),
        json.dumps({"type": "FeatureCollection", "features": [{"geometry": mapping(SQUARE)}]}),
    ],
)
def test_an_area_is_read_from_points_and_from_geojson(text: str) -> None:
    assert read_area(text).equals(SQUARE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,0\n1,x\n2,2", "第 2 行"),
        ("0,0\n1,1", "至少三个点"),
        ("0,0\n999,1\n2,2", "第 2 行经纬度"),
        ("{broken", "GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 1]}', "为面"),
        ('{"type": "Polygon"}', "GeoJSON"),
        ("[1, 2]", "第 1 行"),
    ],
)
def test_a_wrong_area_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        read_area(text)


def document(area: Any, length: float, people: int) -> dict[str, Any]:
    figure = {"value": length, "unit": "m", "source": "模型"}
    return {
        "forecast": {
            "footprints": [
                {"key": "a", "label": "危险区", "area": mapping(area), "envelope": mapping(area)}
            ],
            "figures": {"长度": figure},
            "assumptions": [{"title": "风速", "value": length / 100}],
        },
        "impact": {"zones": [{"key": "a", "people_by_night": {"value": people}}]},
        "ensemble": None,
    }


def test_two_runs_differ_by_what_is_won_and_lost() -> None:
    zones, figures, assumed = compare(document(SQUARE, 100, 7), document(HALF, 150, 9))
    (zone,) = zones
    assert zone.gained_km2 == pytest.approx(zone.lost_km2, rel=1e-6)
    assert zone.gained_km2 == pytest.approx(zone.first_km2 / 2, rel=1e-3)
    assert (zone.first_people, zone.second_people) == ({"value": 7}, {"value": 9})
    assert [(row.title, row.change) for row in figures] == [("长度", 50)]
    assert [row.title for row in assumed] == ["风速"]


def test_inputs_that_differ_are_shown_with_both_values() -> None:
    """Entered in one run and assumed in the other: both numbers stand there, not "entered"."""
    one = entered_inputs(
        "explosion", {"mass_kg": 30_000, "material": "lpg"}, {"wind_speed": 3.0, "sun_deg": -34.1}
    )
    assert one["参与爆炸的质量"] == {"value": 30, "unit": " t"}
    assert one["爆炸物"]["value"] == "液化石油气"
    assert set(one) == {"参与爆炸的质量", "爆炸物", "风速"}, "the sun is reckoned, not entered"
    _zones, _figures, inputs = compare(
        document(SQUARE, 100, 7), document(SQUARE, 100, 7), entered=(one, {})
    )
    rows = {row.title: (row.first, row.second) for row in inputs}
    assert rows["参与爆炸的质量"] == (one["参与爆炸的质量"], None)
    assert "风速" not in rows, "assumed alike in both documents"


def test_a_document_is_scored_area_by_area_and_an_unknown_figure_is_refused() -> None:
    found = score_document(
        document(SQUARE, 100, 7), area=json.dumps(mapping(HALF)), figures={"长度": 80.0}
    )
    assert found["zones"][0]["hit_rate"] == pytest.approx(0.5)
    assert found["figures"][0]["relative_error"] == pytest.approx(0.25)
    with pytest.raises(ScenarioError, match="长度"):
        score_document(document(SQUARE, 100, 7), area="", figures={"重量": 1.0})
