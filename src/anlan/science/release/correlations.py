"""The equations of the handbooks for properties that depend on temperature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.constants import GAS_CONSTANT
from anlan.science.common.refusal import RefusalError, received

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["Correlation", "NotHeldError"]


class NotHeldError(RefusalError):
    """A property or threshold that no table of ours holds, or not at this temperature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """One property of one substance as a function of temperature, as printed.

    Parameters
    ----------
    property_ : str
        What it gives; named in messages. [-]
    equation : str
        Name of the equation, see the header of `data/correlations.csv`. [-]
    c : tuple of float
        The printed coefficients. [as printed]
    tc, pc : float
        Critical temperature and pressure where the equation needs them. [K], [Pa]
    low, high : float
        Temperatures between which it holds. [K]
    source : str
        Where it is printed. [-]
    """

    property_: str
    equation: str
    c: tuple[float, float, float, float, float]
    tc: float
    pc: float
    low: float
    high: float
    source: str

    def __call__(self, temperature: ArrayLike) -> NDArray[np.float64]:
        """Return the value as printed.

        Parameters
        ----------
        temperature : array_like
            Temperature, within the printed range. [K]

        Raises
        ------
        NotHeldError
            Outside the printed range.
        """
        t = np.asarray(temperature, dtype=np.float64)
        if not np.all((t >= self.low) & (t <= self.high)):
            raise NotHeldError(
                f"temperature must be between {self.low:g} and {self.high:g} K for the"
                f" {self.property_} ({self.source}), got {temperature!r}",
                zh=f"温度应在 {self.low:g} 至 {self.high:g} K 之间{received(temperature)}",
            )
        return np.asarray(_EQUATIONS[self.equation](self, t))


def _dippr100(k: Correlation, t: Array) -> Array:
    a, b, c, d, e = k.c
    return a + t * (b + t * (c + t * (d + t * e)))


def _dippr101(k: Correlation, t: Array) -> Array:
    a, b, c, d, e = k.c
    return np.exp(a + b / t + c * np.log(t) + d * t**e)


def _dippr105(k: Correlation, t: Array) -> Array:
    a, b, c, d, _ = k.c
    return a / b ** (1.0 + (1.0 - t / c) ** d)


def _dippr106(k: Correlation, t: Array) -> Array:
    a, b, c, d, _ = k.c
    tr = t / k.tc
    return a * (1.0 - tr) ** (b + tr * (c + d * tr))


def _dippr114(k: Correlation, t: Array) -> Array:
    a, b, c, d, _ = k.c
    x = 1.0 - t / k.tc
    return (
        a * a / x
        + b
        - 2.0 * a * c * x
        - a * d * x**2
        - c * c * x**3 / 3.0
        - c * d * x**4 / 2.0
        - d * d * x**5 / 5.0
    )


def _antoine(k: Correlation, t: Array) -> Array:
    a, b, c, _, _ = k.c
    return np.exp(a - b / (t + c))


def _wagner(k: Correlation, t: Array) -> Array:
    a, b, c, d, _ = k.c
    x = 1.0 - t / k.tc
    return k.pc * np.exp((a * x + b * x**1.5 + c * x**2.5 + d * x**5) / (t / k.tc))


def _vdi_density(k: Correlation, t: Array) -> Array:
    a, b, c, d, critical = k.c
    x = 1.0 - t / k.tc
    return critical + a * x**0.35 + b * x ** (2 / 3) + c * x + d * x ** (4 / 3)


def _vdi_vaporisation(k: Correlation, t: Array) -> Array:
    a, b, c, d, e = k.c
    x = 1.0 - t / k.tc
    terms = a * x ** (1 / 3) + b * x ** (2 / 3) + c * x + d * x**2 + e * x**6
    return GAS_CONSTANT * k.tc * terms


def _constant(k: Correlation, t: Array) -> Array:
    return np.full_like(t, k.c[0])


_EQUATIONS: dict[str, Callable[[Correlation, Array], Array]] = {
    "dippr100": _dippr100,
    "dippr101": _dippr101,
    "dippr105": _dippr105,
    "dippr106": _dippr106,
    "dippr114": _dippr114,
    "antoine": _antoine,
    "wagner": _wagner,
    "vdi_density": _vdi_density,
    "vdi_vaporisation": _vdi_vaporisation,
    "constant": _constant,
}
