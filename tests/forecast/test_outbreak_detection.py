"""Six methods side by side: each as the science gives it, strong signals on the map, refusals."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest
from shapely.geometry import box

from anlan.forecast.districts import District
from anlan.forecast.hazards.count_files import DAY, WEEK, read_counts
from anlan.forecast.hazards.outbreak_detection import MODEL, example_counts
from anlan.forecast.hazards.outbreak_methods import judge
from anlan.forecast.scenarios import ScenarioError
from anlan.science.detect.ears import ears
from anlan.science.detect.farrington import farrington
from anlan.science.detect.percentile import moving_percentile
from kit.towns import run_in_town, town

run = partial(run_in_town, MODEL)


def table(points: int, step: int, *, last: int = 5, district: str = "西城区") -> str:
    """Return quiet counts whose last point is as given."""
    counts = np.random.default_rng(4).poisson(5.0, points)
    counts[-1] = last
    rows = [
        f"{date(2020, 1, 6) + timedelta(days=step * k)},{n},{district}"
        for k, n in enumerate(counts.tolist())
    ]
    return "\n".join(["date,count,district", *rows])


def test_each_method_is_that_of_the_science() -> None:
    counts = example_counts(town())
    found, _expected = judge(counts, recent=12, alpha=0.01, percentile=80.0)
    y, points = counts.values, counts.points
    for method in ("C1", "C2", "C3"):
        assert np.array_equal(found[method].alarm, ears(y, method=method).alarm[:, -12:])
    at = list(range(points - 12, points))
    assert np.array_equal(found["Farrington"].bound, farrington(y, at=at, alpha=0.01).bound)
    assert np.array_equal(found["CIDARS"].alarm, moving_percentile(y).alarm[:, -12:])


def test_the_example_alarms_where_it_was_made_to() -> None:
    forecast = run()
    east = town().districts[0]
    assert forecast.footprints[0].key == "strong"
    assert forecast.footprints[0].area.buffer(1e-9).contains(east.area)
    assert forecast.footprints[1].area.buffer(1e-9).contains(forecast.footprints[0].area)
    assert "东城区" in forecast.summary[0]
    assert any("示例数据" in a.text for a in forecast.assumptions)
    assert len(forecast.frames) == 12
    assert forecast.frames[-1].areas["strong"].equals(forecast.footprints[0].area)


def test_a_sudden_rise_is_a_strong_signal_and_a_quiet_week_none() -> None:
    loud = run(files={"counts_file": table(250, 7, last=40)})
    quiet = run(files={"counts_file": table(250, 7, last=5)})
    assert loud.figures["报警序列"].value == 1
    assert loud.footprints[0].area.equals(town().districts[1].area)
    assert quiet.figures["报警序列"].value == 0
    assert quiet.footprints[0].area.is_empty


def test_days_are_added_up_to_weeks_for_the_methods_that_need_years() -> None:
    text = table(4 * 365, 1, last=60)
    counts = read_counts(text, "scenario.counts_file", steps=(DAY, WEEK))
    found, _ = judge(counts, recent=28, alpha=0.01, percentile=None)
    weeks = counts.values[:, counts.points % 7 :].reshape(1, -1, 7).sum(axis=2)
    expected = farrington(weeks, years=3, alpha=0.01)
    assert found["Farrington"].bound[0, -1] == expected.bound[0, -1]
    assert found["Farrington"].alarm[0, -7:].tolist() == [bool(expected.alarm[0, -1])] * 7


def test_a_short_history_says_what_it_cannot_judge() -> None:
    forecast = run(files={"counts_file": table(60, 1, last=40)})
    said = " ".join(forecast.shortfalls)
    assert "Farrington：历史不足" in said
    assert "CIDARS：历史不足" in said
    assert forecast.tables[0].rows[0][6] == "历史不足"
    assert forecast.figures["报警序列"].value == 1


def test_the_same_moment_gives_the_same_result() -> None:
    one, two = run(), run()
    assert one.series == two.series
    assert one.tables == two.tables


def test_a_district_that_is_not_on_the_map_is_named() -> None:
    forecast = run(files={"counts_file": table(60, 1, district="南城区")})
    assert any("南城区" in said for said in forecast.shortfalls)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,district\n2026-01-01,东城区", "表头有 count"),
        ("date,count\n2026-02-30,3", "第 2 行 date"),
        ("date,count\n2026-01-01,x", "第 2 行 count"),
        (table(10, 1), "不少于 20 期"),
        (table(30, 3), "按日、周等间隔"),
    ],
)
def test_a_wrong_table_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        run(files={"counts_file": text})
    assert refused.value.field == "scenario.counts_file"


def test_a_level_out_of_range_is_refused() -> None:
    with pytest.raises(ScenarioError) as refused:
        run({"alpha": 0.9})
    assert refused.value.field == "scenario.alpha"


def test_neighbours_that_rise_together_are_a_cluster() -> None:
    districts = tuple(
        District(
            code=f"37010{k}000000", name=f"{k}区", area=box(117 + k / 10, 36, 117.1 + k / 10, 36.1)
        )
        for k in range(6)
    )
    rows = ["date,count,district"]
    for k in range(6):
        counts = np.full(40, 6)
        counts[-3:] = 20 if k in (2, 3) else 6
        rows += [
            f"{date(2026, 1, 5) + timedelta(days=7 * week)},{n},{k}区"
            for week, n in enumerate(counts.tolist())
        ]
    forecast = run(districts=districts, files={"counts_file": "\n".join(rows)})
    cluster = next(f for f in forecast.footprints if f.key == "cluster")
    assert cluster.area.area == pytest.approx(0.02)
    assert cluster.area.contains(districts[2].area.centroid)
    assert "2区、3区" in forecast.summary[-1] or "3区、2区" in forecast.summary[-1]
    table = next(t for t in forecast.tables if "扫描" in t.title)
    assert float(str(table.rows[0][-1])) < 0.05
