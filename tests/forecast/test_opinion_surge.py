"""Surges of calls by topic: as the science finds them, with their band, districts and refusals."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import numpy as np
import pytest

from anlan.forecast.hazards.opinion_surge import MODEL, example_counts
from anlan.forecast.scenarios import ScenarioError
from anlan.science.detect.surge import hour_of_week_baseline, surges
from kit.towns import bounds, number, run_in_town, town

FIRST = datetime(2026, 1, 5)  # noqa: DTZ001  a Monday, as in a table without zones


run = partial(run_in_town, MODEL)


def table(extra: int = 0, *, weeks: int = 6, hours: int = 8, district: str = "西城区") -> str:
    """Return calls with a daily rhythm; `extra` more in each of the last hours."""
    count = weeks * 168
    rng = np.random.default_rng(1)
    calls = rng.poisson(6.0 + 4.0 * np.sin(np.arange(count) / 24 * 2 * np.pi))
    calls[count - hours :] += extra
    rows = [
        f"{FIRST + timedelta(hours=k)},{n},停水,{district}" for k, n in enumerate(calls.tolist())
    ]
    return "\n".join(["time,count,topic,district", *rows])


def test_the_surges_are_those_of_the_science() -> None:
    counts = example_counts(town())
    forecast = run()
    row = counts.values[0]
    base = hour_of_week_baseline(row, first_hour=counts.first.hour + 24 * counts.first.weekday())
    hours = (counts.first.hour + 24 * counts.first.weekday() + np.arange(counts.points)) % 168
    (found,) = [
        s for s in surges(row, base.expected[hours], dispersion=base.dispersion) if s.end is None
    ]
    first = forecast.tables[0].rows[0]
    assert "供水停水" in str(first[0])
    assert first[4] == "仍在持续"
    assert first[6] == f"{found.excess:,.0f} 件"
    assert number(first[5]) == round(found.times_baseline, 1)
    assert forecast.figures["正在突增"].value == 1


def test_the_example_says_that_it_is_one() -> None:
    assert any("示例数据" in a.text for a in run().assumptions)
    assert not any("示例数据" in a.text for a in run(files={"counts_file": table()}).assumptions)


def test_an_ordinary_table_has_no_surge_and_a_raised_one_has() -> None:
    quiet = run(files={"counts_file": table()})
    loud = run(files={"counts_file": table(extra=25)})
    assert quiet.figures["正在突增"].value == 0
    assert quiet.footprints[0].area.is_empty
    assert "没有话题正在突增" in quiet.summary[0]
    assert loud.figures["正在突增"].value == 1
    assert loud.footprints[0].area.equals(town().districts[1].area)
    assert "已 8 小时" in loud.summary[0]
    low, high = bounds(loud.figures["西城区 停水 相对平常"])
    assert low < number(loud.figures["西城区 停水 相对平常"]) < high


def test_a_missing_hour_is_no_zero() -> None:
    lines = table().splitlines()
    del lines[200:206]
    forecast = run(files={"counts_file": "\n".join(lines)})
    assert any("缺 6 个小时" in said for said in forecast.shortfalls)
    assert forecast.figures["正在突增"].value == 0


def test_most_ordinary_hours_lie_in_the_band() -> None:
    (series,) = run(files={"counts_file": table()}).series
    inside = [a <= v <= b for a, v, b in zip(series.low, series.values, series.high, strict=True)]
    assert np.mean(inside) > 0.95
    assert len(inside) == 168


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time,calls\n2026-01-05 00:00,3", "表头有 count"),
        ("time,count\nnoon,3", "第 2 行 date"),
        ("time,count\n2026-01-05 00:00,3.5", "第 2 行 count"),
        ("time,count\n2026-01-05 00:00,3\n2026-01-05 00:30,3", "按小时等间隔"),
        (table(weeks=2), "不少于 3 周"),
    ],
)
def test_a_wrong_table_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        run(files={"counts_file": text})
    assert refused.value.field == "scenario.counts_file"


def test_a_factor_out_of_range_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"1\.1 至 20") as refused:
        run({"factor": 50})
    assert refused.value.field == "scenario.factor"
