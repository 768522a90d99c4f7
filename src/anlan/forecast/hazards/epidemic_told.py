"""What the parts of a result about an epidemic are told from: courses, beds, dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.hazards.epidemic_courses import care_of, severity_of
from anlan.forecast.hazards.epidemic_groups import AGES
from anlan.forecast.types import Figure
from anlan.forecast.wording import rounded
from anlan.science.epidemic import seir
from anlan.science.epidemic.seir import simulate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.fields import Inputs
    from anlan.forecast.hazards.count_files import Counts
    from anlan.forecast.hazards.epidemic_courses import Courses, Fit
    from anlan.forecast.hazards.epidemic_groups import Groups
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Assumption
    from anlan.science.epidemic.demand import Demand, Severity
    from anlan.science.epidemic.seir import Disease

__all__ = ["RANGE", "Other", "Told", "near", "other", "ranged", "ward_capacity"]

RANGE: Final = (0.05, 0.95)
"""Quantiles over the courses that are shown as a range."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Other:
    """The mean course under another measure."""

    cut: float
    infections: float
    peak: float
    peak_day: int
    ward: float
    care: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """Everything that a result is told from."""

    inputs: Inputs
    setting: Setting
    groups: Groups
    disease: Disease
    courses: Courses
    fit: Fit | None
    report: Counts | None
    name: str
    assumptions: tuple[Assumption, ...]

    @property
    def days(self) -> int:
        """Return how many days are looked ahead."""
        return int(self.courses.infectious.shape[0]) - 1

    @property
    def source(self) -> str:
        """Return the model and its version."""
        return f"{seir.CARD.title_zh} v{seir.CARD.version}"

    @cached_property
    def prevalence(self) -> NDArray[np.float64]:
        """Infectious people per 100 000 of each day and district."""
        return self._by_district(self.courses.infectious) / self.groups.people * 1e5

    @cached_property
    def prevalence_range(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same, the ends of its range over the other courses."""
        values = self._by_district(self.courses.members_infectious) / self.groups.people * 1e5
        low, high = np.quantile(values, RANGE, axis=0)
        return low, high

    @cached_property
    def care(self) -> Demand:
        """Beds of the mean course."""
        return care_of(self.courses.cases, self.severity, self.courses.past)

    @cached_property
    def care_members(self) -> Demand:
        """Beds of the other courses."""
        return care_of(self.courses.members_cases, self.severity, self.courses.past)

    @cached_property
    def care_districts(self) -> Demand:
        """Beds of the mean course, by district."""
        cases = self.courses.cases.reshape(-1, len(self.groups.names), len(AGES))
        one = severity_of(self.inputs.number("severity_factor"), 1)
        return care_of(np.moveaxis(cases, 1, 0), one, self.courses.past)

    @property
    def severity(self) -> Severity:
        """Shares of the cases that need a bed."""
        return severity_of(self.inputs.number("severity_factor"), len(self.groups.names))

    def _by_district(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        table = values.reshape(*values.shape[:-1], len(self.groups.names), len(AGES))
        return np.asarray(table.sum(axis=-1))

    def date(self, day: float) -> str:
        """Return a day of the run as a date."""
        return f"{self.setting.moment + timedelta(days=day):%m月%d日}"

    def when(self, day: float) -> str:
        """Return a day of the run in words."""
        return f"第 {day:g} 天（{self.date(day)}）"


def other(told: Told, cut: float, factor: NDArray[np.float64]) -> Other:
    """Return what the mean course comes to under another measure."""
    courses, groups = told.courses, told.groups
    population = groups.population.ravel()
    course = simulate(
        replace(told.disease, r0=courses.r0),
        population=population,
        infected=courses.seeds,
        days=courses.past + len(factor),
        contacts=groups.contacts,
        immune=np.floor((population - courses.seeds) * told.inputs.number("immune")),
        multiplier=np.concatenate([np.ones(courses.past), factor]),
        steps_a_day=courses.steps_a_day,
    )
    sick = (course.silent + course.ill).sum(axis=1)[courses.past :]
    beds = care_of(course.cases, told.severity, courses.past)
    return Other(
        cut=cut,
        infections=float(course.infections[courses.past :].sum()),
        peak=float(sick.max()),
        peak_day=int(np.argmax(sick)),
        ward=float(beds.ward_beds.max()),
        care=float(beds.care_beds.max()),
    )


def near(value: float) -> float:
    """Return a whole number with three leading digits: the courses lie further apart than that."""
    return float(round(rounded(value, 3)))


def ranged(value: float, members: NDArray[np.float64], unit: str, source: str) -> Figure:
    """Return a figure with the range of the other courses, its own value within."""
    low, high = np.quantile(members, RANGE)
    return Figure(
        value=near(value),
        unit=unit,
        source=source,
        low=near(min(low, value)),
        high=near(max(high, value)),
    )


def ward_capacity(told: Told) -> Figure | None:
    """Return the free ward beds, entered or of the register; None where nobody knows."""
    entered = told.inputs.get("ward_capacity")
    if entered is not None:
        return Figure(value=round(entered), unit="张", source="录入")
    free = [
        int(f.details["beds_free"])
        for f in told.setting.facilities
        if f.kind == "hospital" and f.details.get("beds_free") is not None
    ]
    if not free:
        return None
    return Figure(value=sum(free), unit="张", source=f"医院登记表 {len(free)} 家空床合计")
