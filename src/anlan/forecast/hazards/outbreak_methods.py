"""Six ways to tell an outbreak from ordinary counts, side by side over many series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.hazards.count_files import WEEK
from anlan.science.detect.cusum import cusum
from anlan.science.detect.ears import ears
from anlan.science.detect.farrington import farrington
from anlan.science.detect.percentile import moving_percentile, percentile_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.hazards.count_files import Counts

__all__ = ["METHODS", "Judged", "judge"]

METHODS: Final = ("C1", "C2", "C3", "Farrington", "CIDARS", "CUSUM")
YEAR: Final = 52
"""Weeks in a year."""

LEAST: Final = 0.1
"""Floor of an expected count."""

SEASON: Final = 2
"""Weeks on either side that are of the same season."""

BEFORE: Final = 26
"""Points before those judged whose mean is expected where there is no season."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """The latest points of every series as one method sees them.

    Parameters
    ----------
    alarm
        Whether it alarms, shape (series, points judged).
    bound
        The count above which it does; NaN where it cannot say, or has no bound.
    able
        Whether the history of the series is long enough.
    """

    alarm: NDArray[np.bool_]
    bound: NDArray[np.float64]
    able: NDArray[np.bool_]


def judge(
    counts: Counts, *, recent: int, alpha: float, percentile: float | None
) -> tuple[dict[str, Judged], NDArray[np.float64]]:
    """Return what each method says of the latest points, and what was to be expected.

    Daily counts are added up to weeks, back from the last day, for the methods that need years.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    y = counts.values
    found = {}
    for method in METHODS[:3]:
        seen = ears(y, method=method)
        found[method] = Judged(
            alarm=seen.alarm[:, -recent:],
            bound=seen.bound[:, -recent:],
            able=np.isfinite(seen.expected[:, -1]),
        )
    days = 1 if counts.step == WEEK else 7
    weeks = _weekly(y, days)
    last = min(-(-recent // days), weeks.shape[1])
    found["Farrington"] = _spread(_farrington(weeks, last, alpha), days, recent)
    percentiles = [
        percentile if percentile is not None else percentile_of(topic) for _, topic in counts.groups
    ]
    found["CIDARS"] = _spread(_cidars(weeks, last, percentiles), days, recent)
    expected = _expected(y, weeks, days, recent)
    total = cusum(y[:, -recent:], expected)
    found["CUSUM"] = Judged(
        alarm=total.alarm,
        bound=np.full(total.total.shape, np.nan),
        able=np.full(len(y), y.shape[1] >= 2 * recent),
    )
    return found, expected


def _weekly(y: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    whole = y.shape[1] // days
    return np.asarray(y[:, y.shape[1] - whole * days :].reshape(len(y), whole, days).sum(axis=2))


def _farrington(weeks: NDArray[np.float64], last: int, alpha: float) -> Judged:
    points = weeks.shape[1]
    years = min(4, (points - 4) // YEAR)
    if years < 3:
        return _unable(weeks, last)
    at = range(points - last, points)
    seen = farrington(weeks, at=list(at), years=years, alpha=alpha)
    return Judged(alarm=seen.alarm, bound=seen.bound, able=np.isfinite(seen.bound[:, -1]))


def _cidars(weeks: NDArray[np.float64], last: int, percentiles: list[float]) -> Judged:
    years = min(5, (weeks.shape[1] - last - SEASON) // YEAR)
    if years < 3:
        return _unable(weeks, last)
    parts = [
        moving_percentile(row, percentile=p, years=years)
        for row, p in zip(weeks, percentiles, strict=True)
    ]
    return Judged(
        alarm=np.stack([p.alarm[-last:] for p in parts]),
        bound=np.stack([p.bound[-last:] for p in parts]),
        able=np.ones(len(weeks), dtype=bool),
    )


def _unable(weeks: NDArray[np.float64], last: int) -> Judged:
    shape = (len(weeks), last)
    return Judged(
        alarm=np.zeros(shape, dtype=bool),
        bound=np.full(shape, np.nan),
        able=np.zeros(len(weeks), dtype=bool),
    )


def _spread(judged: Judged, days: int, recent: int) -> Judged:
    """Return what was said of weeks for each of their days; the bound is that of the week."""
    if days == 1:
        return judged
    return Judged(
        alarm=np.repeat(judged.alarm, days, axis=1)[:, -recent:],
        bound=np.repeat(judged.bound, days, axis=1)[:, -recent:],
        able=judged.able,
    )


def _expected(
    y: NDArray[np.float64], weeks: NDArray[np.float64], days: int, recent: int
) -> NDArray[np.float64]:
    """Return the mean of the same season of past years, else of the points before."""
    points = y.shape[1]
    last = min(-(-recent // days), weeks.shape[1])
    years = (weeks.shape[1] - last - SEASON) // YEAR
    if years >= 1:
        at = np.arange(weeks.shape[1] - last, weeks.shape[1])
        apart = [f * YEAR + j for f in range(1, years + 1) for j in range(-SEASON, SEASON + 1)]
        season = np.mean([weeks[:, at - a] for a in apart], axis=0) / days
        return np.asarray(np.maximum(np.repeat(season, days, axis=1)[:, -recent:], LEAST))
    before = y[:, max(points - recent - BEFORE, 0) : points - recent]
    mean = before.mean(axis=1) if before.shape[1] else y.mean(axis=1)
    return np.asarray(np.maximum(np.repeat(mean[:, None], min(recent, points), axis=1), LEAST))
