"""Courses of an epidemic over the groups of a city: the mean course, and courses by chance.

With reported cases the courses begin on the first day of the report, with reproduction numbers
and starts that are consistent with it; without, today, with the number of infected entered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from anlan.science.epidemic.calibration import calibrate
from anlan.science.epidemic.demand import CareTimes, Demand, Severity, care_demand, example_severity
from anlan.science.epidemic.reproduction import discretised_serial_interval, reproduction_number
from anlan.science.epidemic.seir import Course, Disease, simulate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.hazards.epidemic_groups import Groups
    from anlan.science.epidemic.reproduction import Reproduction

__all__ = [
    "BY_CHANCE",
    "FITTED_STEPS",
    "FREE_STEPS",
    "Courses",
    "Fit",
    "care_of",
    "fit_report",
    "follow",
    "follow_fit",
    "severity_of",
]

BY_CHANCE = 20
"""Courses by chance behind a range."""

FITTED = 24
"""Courses of a fit, over which ranges are taken."""

DRAWS, KEPT, ROUNDS = 600, 60, 2
"""Draws of a round of the fit, how many are kept, and rounds, each within the range kept before."""

TRIED = 121
"""Reproduction numbers whose mean course is weighed against the report."""

MATCHES = 2
"""How often the start is scaled to the reported total; it is nearly proportional to it."""

FREE_STEPS = 2
"""Steps in a day of a scenario. [1/d]"""

FITTED_STEPS = 1
"""Steps in a day of a fit: those of the calibration. [1/d]"""

R0_RANGE = (0.3, 12.0)
REPORTED_RANGE = (0.1, 1.0)
"""Ranges before the fit; the share reported is hardly told apart from the start."""

WIDER = 0.15
"""By which share the range kept is widened for the next round, on both sides."""

TIMES = CareTimes()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Courses:
    """A mean course and others, from today on; the last axis is the group.

    Parameters
    ----------
    infectious
        People who infect others at the end of each day, shape (days + 1, groups).
    cases
        Fallen ill on each day, shape (past + days, groups).
    members_infectious, members_cases
        The same of each other course, one more axis in front.
    r0, seeds, steps_a_day
        From what the mean course was made.
    past
        Days of `cases` before today.
    """

    infectious: NDArray[np.float64]
    cases: NDArray[np.float64]
    members_infectious: NDArray[np.float64]
    members_cases: NDArray[np.float64]
    r0: float
    seeds: NDArray[np.float64]
    steps_a_day: int
    past: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """What a report of cases says about the epidemic so far."""

    observed: NDArray[np.float64]
    r0: NDArray[np.float64]
    reported: NDArray[np.float64]
    reproduction: Reproduction | None

    def quantiles(self, values: NDArray[np.float64]) -> tuple[float, float, float]:
        """Return the 5, 50 and 95 per cent quantiles."""
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        return float(low), float(middle), float(high)


def follow(
    disease: Disease,
    groups: Groups,
    *,
    infected: NDArray[np.float64],
    immune: float,
    factor: NDArray[np.float64],
    spread: tuple[float, float],
    seed: int,
    chances: int = BY_CHANCE,
) -> Courses:
    """Return the mean course, and courses by chance with R0 drawn from its range.

    Parameters
    ----------
    infected
        Infected in each group today.
    immune
        Share of the people who are immune.
    factor
        What is left of the contacts on each day.
    spread
        Range of R0 over its value.
    chances
        How many courses by chance.
    """
    population = groups.population.ravel()
    safe = np.floor((population - infected) * immune)
    given: dict[str, Any] = {
        "population": population,
        "infected": infected,
        "days": len(factor),
        "contacts": groups.contacts,
        "immune": safe,
        "multiplier": factor,
        "steps_a_day": FREE_STEPS,
    }
    mean = simulate(disease, **given)
    rng = np.random.default_rng(seed)
    others = []
    for own in rng.spawn(chances):
        strength = float(np.clip(disease.r0 * own.uniform(*spread), 0.1, 30.0))
        others.append(simulate(replace(disease, r0=strength), rng=own, **given))
    return Courses(
        infectious=_infectious(mean),
        cases=mean.cases,
        members_infectious=np.stack([_infectious(c) for c in others]),
        members_cases=np.stack([c.cases for c in others]),
        r0=disease.r0,
        seeds=infected,
        steps_a_day=FREE_STEPS,
    )


def fit_report(observed: NDArray[np.float64], disease: Disease, *, people: float, seed: int) -> Fit:
    """Return what is consistent with cases reported by day.

    Raises
    ------
    ValueError
        If the counts are out of range.
    """
    most = min(1e6, people / 20.0, max(50.0, 40.0 * float(observed[:7].sum() + 1.0)))
    rng = np.random.default_rng(seed)
    r0, infected = R0_RANGE, (1.0, most)
    for _ in range(ROUNDS):
        found = calibrate(
            observed,
            disease,
            population=people,
            r0=r0,
            infected=infected,
            reported=REPORTED_RANGE,
            rng=rng,
            count=DRAWS,
            keep=KEPT,
            ahead=0,
        )
        r0, infected = _wider(found.r0, R0_RANGE), _wider(found.infected, (1.0, most))
    strength, share = _resampled(observed, disease, people, r0, found.reported, rng)
    mean, sd = generation_time(disease)
    reproduction = None
    if len(observed) > 7:
        interval = discretised_serial_interval(mean, sd, days=60)
        reproduction = reproduction_number(observed, interval / interval.sum(), window=7)
    return Fit(observed=observed, r0=strength, reported=share, reproduction=reproduction)


def _resampled(
    observed: NDArray[np.float64],
    disease: Disease,
    people: float,
    r0: tuple[float, float],
    reported: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return reproduction numbers and shares reported, drawn by how well they explain the report.

    The mean course of each number, scaled to the reported total, is compared with the counts as
    quasi-Poisson: the dispersion of the best one, not below 1, widens the result.
    """
    tried = np.linspace(*r0, TRIED)
    share = rng.choice(reported, TRIED)
    deviance = np.empty(TRIED)
    pearson = np.empty(TRIED)
    for k in range(TRIED):
        infected = max(observed.sum() / share[k] / 10.0, 1e-3)
        for _ in range(MATCHES + 1):
            mean = (
                share[k]
                * simulate(
                    replace(disease, r0=float(tried[k])),
                    population=[people],
                    infected=[infected],
                    days=len(observed),
                    steps_a_day=FITTED_STEPS,
                ).cases[:, 0]
            )
            infected = min(infected * observed.sum() / max(mean.sum(), 1e-9), 0.5 * people)
        mean = np.maximum(mean, 1e-9)
        seen = np.where(observed > 0, observed, 1.0)
        deviance[k] = 2.0 * np.sum(observed * np.log(seen / mean) - (observed - mean))
        pearson[k] = np.sum((observed - mean) ** 2 / mean)
    best = int(np.argmin(deviance))
    spread = max(1.0, pearson[best] / max(len(observed) - 2, 1))
    weight = np.exp(-(deviance - deviance[best]) / (2.0 * spread))
    # even shares of the distribution instead of chance: the range is as good with fewer courses
    rank = np.interp((np.arange(FITTED) + 0.5) / FITTED, np.cumsum(weight) / weight.sum(), tried)
    return rank, rng.choice(reported, FITTED)


def _wider(kept: NDArray[np.float64], bounds: tuple[float, float]) -> tuple[float, float]:
    """Return the range of what was kept, widened on both sides within its bounds."""
    low, high = float(kept.min()), float(kept.max())
    return max(low * (1.0 - WIDER), bounds[0]), min(high * (1.0 + WIDER), bounds[1])


def generation_time(disease: Disease) -> tuple[float, float]:
    """Return mean and standard deviation of the serial interval that the model implies, in days."""
    mean = max(disease.latent + disease.infectious, 1.1)
    return mean, float(np.hypot(disease.latent, disease.infectious))


def follow_fit(
    disease: Disease,
    groups: Groups,
    fit: Fit,
    *,
    weight: NDArray[np.float64] | None,
    immune: float,
    factor: NDArray[np.float64],
) -> Courses:
    """Return the courses of a fit over the groups of the city, from today on.

    Each starts with as many infected as give the reported total. The one in the middle stands for
    the mean course.
    """
    past = len(fit.observed)
    population = groups.population.ravel()

    def course(r0: float, infected: float, multiplier: NDArray[np.float64]) -> Course:
        seeds = groups.seeds(infected, weight)
        return simulate(
            replace(disease, r0=r0),
            population=population,
            infected=seeds,
            days=len(multiplier),
            contacts=groups.contacts,
            immune=(population - seeds) * immune,
            multiplier=multiplier,
            steps_a_day=FITTED_STEPS,
        )

    courses, starts = [], []
    for r0, share in zip(fit.r0.tolist(), fit.reported.tolist(), strict=True):
        infected = fit.observed.sum() / share / 10.0
        for _ in range(MATCHES):
            seen = course(r0, infected, np.ones(past)).cases.sum() * share
            infected *= fit.observed.sum() / max(seen, 1e-9)
            infected = min(infected, 0.5 * float(population.sum()))
        starts.append(infected)
        courses.append(course(r0, infected, np.concatenate([np.ones(past), factor])))
    infectious = np.stack([_infectious(c)[past:] for c in courses])
    cases = np.stack([c.cases for c in courses])
    # the course in the middle by its total, so that days and districts belong together
    middle = int(np.argsort(cases.sum(axis=(1, 2)), kind="stable")[len(courses) // 2])
    return Courses(
        infectious=infectious[middle],
        cases=cases[middle],
        members_infectious=infectious,
        members_cases=cases,
        r0=float(fit.r0[middle]),
        seeds=groups.seeds(starts[middle], weight),
        steps_a_day=FITTED_STEPS,
        past=past,
    )


def severity_of(factor: float, districts: int) -> Severity:
    """Return the shares of the ages, times a factor, for each district in turn."""
    example = example_severity()
    hospital = np.minimum(example.hospital * factor, 1.0)
    return Severity(
        hospital=np.tile(hospital, districts), critical=np.tile(example.critical, districts)
    )


def care_of(cases: NDArray[np.float64], severity: Severity, past: int) -> Demand:
    """Return the beds from today on that cases ask for, those of the past included."""
    found = care_demand(cases, severity, times=TIMES)
    return Demand(
        admissions=found.admissions[..., past:],
        ward_beds=found.ward_beds[..., past:],
        care_beds=found.care_beds[..., past:],
    )


def _infectious(course: Course) -> NDArray[np.float64]:
    return np.asarray(course.silent + course.ill)
