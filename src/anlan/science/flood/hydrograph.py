"""A quantity that changes in time, given at points and straight between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Hydrograph", "steady"]


@dataclass(frozen=True, slots=True)
class Hydrograph:
    """Rain, inflow or level in time; constant before the first and after the last point.

    Parameters
    ----------
    times : ndarray
        Rising. [s]
    values : ndarray
        >= 0. [m/s of rain, m3/s of inflow]
    """

    times: NDArray[np.float64]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        times = np.atleast_1d(np.asarray(self.times, dtype=np.float64))
        values = np.atleast_1d(not_negative(self.values, name="values", unit="m/s or m3/s"))
        if times.ndim != 1 or times.shape != values.shape:
            raise ValueError(f"times and values must have one shape, got {times.shape}")
        if not np.all(np.diff(times) > 0):
            raise ValueError(f"times must rise s, got {self.times!r}")
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "values", values)

    def at(self, time: ArrayLike) -> NDArray[np.float64]:
        """Return the value at a time.

        Parameters
        ----------
        time : array_like
            Since the start. [s]
        """
        return np.asarray(np.interp(np.asarray(time, dtype=np.float64), self.times, self.values))

    def between(self, start: float, end: float) -> float:
        """Return the exact integral over a span of time.

        Parameters
        ----------
        start, end : float
            Ends of the span, start <= end. [s]

        Returns
        -------
        float
            Metres of rain, or cubic metres. [value s]
        """
        inner = self.times[(self.times > start) & (self.times < end)]
        points = np.concatenate([[start], inner, [end]])
        return float(np.trapezoid(self.at(points), points))


def steady(value: float) -> Hydrograph:
    """Return a hydrograph of one value.

    Parameters
    ----------
    value : float
        The value, >= 0. [m/s or m3/s]
    """
    return Hydrograph(np.array([0.0]), np.array([value]))
