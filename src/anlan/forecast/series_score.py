"""How good a forecast over time was: error, share inside the range, and the score of members. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from anlan.science.common.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

__all__ = ["SeriesScore", "crps", "score_series"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesScore:
    """A series against what was seen at some of its times.

    Parameters
    ----------
    points
        Times compared: those within the series.
    mean_error, mean_absolute_error
        Of forecast less observed.
    coverage
        Share inside the range; None where no range was given.
    crps
        Mean over the times, in the unit of the series; None without members.
    """

    points: int
    mean_error: float
    mean_absolute_error: float
    coverage: float | None
    crps: float | None


def crps(members: ArrayLike, observed: float) -> float:
    """Return the continuous ranked probability score of members: mean |x - y| - mean |x - x'| / 2.

    The absolute error where there is one member.
    """
    x = np.sort(np.asarray(members, dtype=np.float64))
    if x.ndim != 1 or not x.size:
        raise ValueError(f"members must be one row of values, got shape {x.shape}")
    n = x.size
    # sum of |x - x'| over all pairs, from the sorted values
    apart = 2.0 * float(np.sum((2.0 * np.arange(n) - n + 1.0) * x)) / n**2
    return float(np.mean(np.abs(x - observed))) - apart / 2.0


def score_series(
    series: Mapping[str, Any],
    minutes: ArrayLike,
    observed: ArrayLike,
    *,
    members: ArrayLike | None = None,
) -> SeriesScore:
    """Return the score of a series at the times observed; between its times it runs straight.

    Parameters
    ----------
    series
        With `minutes`, `values`, and `low` and `high` where it has a range.
    minutes, observed
        When, and what was seen.
    members
        Values of each member, shape (members, times of the series), if they were kept.

    Raises
    ------
    ValueError
        If no time observed lies within the series.
    """
    own = np.asarray(series["minutes"], dtype=np.float64)
    at, seen = np.asarray(minutes, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    if not own.size or at.shape != seen.shape or at.ndim != 1:
        raise ValueError(f"observed must have one value a time, got shape {seen.shape}")
    within = (at >= own[0]) & (at <= own[-1])
    at, seen = at[within], seen[within]
    if not at.size:
        raise RefusalError(
            f"minutes must hold one from {own[0]:g} to {own[-1]:g} min, got none",
            zh=f"至少要有一个观测在 {own[0]:g} 至 {own[-1]:g} 分钟之间",
        )
    error = np.interp(at, own, np.asarray(series["values"], dtype=np.float64)) - seen
    coverage = None
    if len(series.get("low") or ()) == len(series.get("high") or ()) == own.size:
        low, high = (
            np.interp(at, own, np.asarray(series[k], dtype=float)) for k in ("low", "high")
        )
        coverage = float(np.mean((seen >= low) & (seen <= high)))
    ranked = None
    if members is not None:
        rows = [np.interp(at, own, row) for row in np.atleast_2d(np.asarray(members, dtype=float))]
        ranked = float(np.mean([crps(x, y) for x, y in zip(np.array(rows).T, seen, strict=True)]))
    return SeriesScore(
        points=int(at.size),
        mean_error=float(error.mean()),
        mean_absolute_error=float(np.abs(error).mean()),
        coverage=coverage,
        crps=ranked,
    )
