"""The epidemic on the map: courses as the science gives them, districts by level, beds, a fit."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from anlan.forecast.exposure import Facility
from anlan.forecast.hazards.epidemic import MODEL
from anlan.forecast.hazards.epidemic_courses import severity_of
from anlan.forecast.hazards.epidemic_groups import groups_of
from anlan.forecast.hazards.epidemic_told import near
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.wording import rounded
from anlan.science.epidemic.demand import care_demand
from anlan.science.epidemic.seir import Disease, simulate
from kit.towns import bounds, number, run_in_town, town

run = partial(run_in_town, MODEL)


def report(
    days: int = 40, growth: float = 0.09, *, first: float = 4.0, district: str = "西城区"
) -> str:
    """Return a report that grows evenly, seen without noise."""
    counts = np.round(first * np.exp(growth * np.arange(days))).astype(int)
    rows = [
        f"{date(2026, 1, 1) + timedelta(days=k)},{count},{district}"
        for k, count in enumerate(counts.tolist())
    ]
    return "\n".join(["日期,病例数,区县", *rows])


def test_the_mean_course_is_that_of_the_science() -> None:
    forecast = run({"r0": 2.0, "latent_d": 3.0, "infectious_d": 4.0, "infected": 50, "days": 90})
    groups, _ = groups_of(town())
    course = simulate(
        Disease(r0=2.0, latent=3.0, infectious=4.0, symptomatic=0.7, silent_factor=0.55),
        population=groups.population.ravel(),
        infected=groups.start(50),
        days=90,
        contacts=groups.contacts,
        steps_a_day=2,
    )
    series = {s.key: s for s in forecast.series}
    sick = (course.silent + course.ill).sum(axis=1)
    assert series["infectious"].values == pytest.approx(sick, abs=0.06)
    beds = care_demand(course.cases, severity_of(1.0, 3))
    for name, exact in (
        ("峰值重症床位", beds.care_beds.max()),
        ("推演期累计发病", course.cases.sum()),
    ):
        value = number(forecast.figures[name])
        assert value == pytest.approx(exact, rel=0.005)  # three leading digits
        assert value == near(exact)


def test_no_number_of_people_pretends_to_know_more_than_the_courses_do() -> None:
    """Two leading digits in words, three in the figures and tables; registered people stay."""
    forecast = run({"r0": 2.0, "infected": 50, "days": 90, "contact_cut": 0.0})
    said = "".join(forecast.summary)
    assert "万人" in said
    numbers = re.findall(r"(\d[\d,]*(?:\.\d+)?) (?:万人|人|张)", said)
    assert len(numbers) >= 7
    for digits in numbers:
        assert len(digits.replace(",", "").replace(".", "").strip("0")) <= 2, digits
    for name, figure in forecast.figures.items():
        for value in (figure.value, figure.low, figure.high):
            assert isinstance(value, int | float)
            assert value == rounded(value, 3), name


def test_every_range_holds_its_value_and_every_band_its_line() -> None:
    forecast = run({"contact_cut": 0.3})
    for figure in forecast.figures.values():
        low, high = bounds(figure)
        assert low <= number(figure) <= high
    for series in forecast.series:
        assert len(series.minutes) == len(series.values)
        assert all(
            a <= v <= b for a, v, b in zip(series.low, series.values, series.high, strict=True)
        )


def test_the_gravest_level_lies_within_the_next_and_the_home_district_comes_first() -> None:
    forecast = run({"days": 120})
    assert [f.key for f in forecast.footprints] == [
        "prevalence1000",
        "prevalence100",
        "prevalence10",
    ]
    for inner, outer in pairwise(forecast.footprints):
        assert outer.area.buffer(1e-9).contains(inner.area)
    home = town().districts[0].area
    first = next(f for f in forecast.frames if not f.areas["prevalence10"].is_empty)
    assert first.areas["prevalence10"].intersection(home).area == pytest.approx(home.area)
    for footprint in forecast.footprints:
        assert footprint.envelope.buffer(1e-9).contains(footprint.area)


def test_fewer_contacts_mean_a_lower_peak() -> None:
    peaks = [number(run({"contact_cut": cut}).figures["峰值现症感染者"]) for cut in (0.0, 0.3, 0.6)]
    assert peaks == sorted(peaks, reverse=True)
    rows = run({"contact_cut": 0.3}).tables[-1].rows
    assert [r[0] for r in rows] == ["不采取措施", "接触减少 30%（本次录入）", "接触减少 50%"]


def test_the_same_seed_gives_the_same_result_and_another_does_not() -> None:
    one, two, three = run(seed=3), run(seed=3), run(seed=4)
    assert one.series[0].high == two.series[0].high
    assert one.series[0].high != three.series[0].high


def test_free_beds_of_the_register_are_set_against_the_demand() -> None:
    hospital = Facility(
        id=1, kind="hospital", name="医院", lon=117.0, lat=36.6, details={"beds_free": 120}
    )
    needs = run(facilities=(hospital,)).tables[0]
    assert "可用 120 张" in needs.note
    assert any(str(row[2]).startswith("缺") for row in needs.rows)
    assert "可用数未知" in {row[4] for row in needs.rows}


def test_a_report_gives_the_reproduction_number_of_its_growth() -> None:
    forecast = run({"days": 30}, files={"cases_file": report(growth=0.09)})
    found = forecast.figures["校准再生数"]
    # the growth per day of a model with steps of one day: (1 + (e^g - 1)/a)(1 + (e^g - 1)/b)
    rise = np.expm1(0.09)
    onset, end = -np.expm1(-1 / 3.7), -np.expm1(-1 / 3.5)
    expected = (1 + rise / onset) * (1 + rise / end)
    low, high = bounds(found)
    assert low <= expected <= high
    assert high - low < 0.25
    keys = [s.key for s in forecast.series]
    assert keys[-2:] == ["reported", "rt"]
    assert forecast.series[-2].minutes[-1] == 0.0


def test_a_falling_report_says_that_it_falls() -> None:
    forecast = run({"days": 30}, files={"cases_file": report(growth=-0.05, first=400)})
    assert bounds(forecast.figures["最近一周 Rt"])[1] < 1.0
    assert "已在下降" in forecast.summary[0]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"r0": 50}, "scenario.r0"),
        ({"contact_cut": 1.2}, "scenario.contact_cut"),
        ({"disease": "plague"}, "scenario.disease"),
        ({"infected": "many"}, "scenario.infected"),
    ],
)
def test_wrong_input_names_its_field(content: dict[str, Any], field: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        run(content)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("日期,病例\n2026-01-01,3", "表头有 count"),
        ("date,count\n2026-13-01,3", "第 2 行 date"),
        ("date,count\n2026-01-01,-3", "第 2 行 count"),
        ("date,count\n2026-01-01,3\n2026-01-01,4", "第 3 行不重复"),
        ("date,count\n2026-01-01,3\n2026-01-02,3\n2026-01-04,3", "每日都有数据"),
        (report(10), "不少于 14 天"),
        (report(district="南城区"), "district 列为本市区县"),
    ],
)
def test_a_wrong_table_names_line_and_column(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        run(files={"cases_file": text})
    assert refused.value.field == "scenario.cases_file"


def test_without_a_city_it_counts_people_but_draws_nothing() -> None:
    forecast = run(districts=(), people=None)
    assert forecast.footprints == ()
    assert forecast.frames == ()
    assert any("城市数据包" in s for s in forecast.shortfalls)
