r"""Widths of a plume or puff over distance, in the published families.

* `briggs_rural`, `briggs_urban`: :math:`\sigma = a x (1 + b x)^p`, Briggs (1973), 100 m to 10 km.
* `isc3`: the Pasquill-Gifford curves as EPA ISC3 prints them, 100 m to 50 km, open country.
* `tno`: :math:`\sigma = a x^b`, Yellow Book, roughness 0.1 m, 100 m to 10 km.
* `ccps_puff`: :math:`\sigma = a x^b` of an instantaneous puff, :math:`\sigma_x = \sigma_y`.

The plume families are ten-minute means. Nearer than 100 m they are extrapolated towards the
source; beyond their end they are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import finite
from anlan.science.common.refusal import Kind, RefusalError, Rule, RuleError, received
from anlan.science.common.tables import read_rows
from anlan.science.release.stability import CLASSES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["PLUME_SCHEMES", "Widths", "plume_widths", "puff_widths", "reach_of"]

PACKAGE = "anlan.science.release"

PLUME_SCHEMES = ("briggs_rural", "briggs_urban", "isc3", "tno")
"""Families of plume widths. [-]"""

_REACH = {
    "briggs_rural": 10_000.0,
    "briggs_urban": 10_000.0,
    "isc3": 50_000.0,
    "tno": 10_000.0,
    "ccps_puff": 10_000.0,
}
"""Largest distance for which each family is stated. [m]"""

ISC3_CAP = 5000.0
"""ISC3 holds sigma_z of classes A to C at this value (EPA-454/B-95-003b, table 1-2). [m]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Widths:
    """Standard deviations of the concentration across and over the wind.

    Parameters
    ----------
    y, z : ndarray
        Across, and vertical. [m]
    """

    y: NDArray[np.float64]
    z: NDArray[np.float64]


def reach_of(scheme: str) -> float:
    """Return the largest distance for which a family of widths is stated.

    Parameters
    ----------
    scheme : str
        One of `PLUME_SCHEMES`, or `ccps_puff`. [-]

    Returns
    -------
    float
        Distance. [m]
    """
    if scheme not in _REACH:
        raise RuleError("scheme", Rule(Kind.ONE_OF, tuple(_REACH)), scheme)
    return _REACH[scheme]


def plume_widths(
    x: ArrayLike, *, stability: str, scheme: str = "briggs_rural", averaging_time: float = 600.0
) -> Widths:
    """Return the widths of a plume at a distance.

    Parameters
    ----------
    x : array_like
        Distance along the wind, > 0 and within the family's reach. [m]
    stability : str
        Class A to F. [-]
    scheme : str
        One of `PLUME_SCHEMES`. [-]
    averaging_time : float
        Time over which the concentration is averaged, 600 to 3600; sigma_y grows with the
        power 0.2 of it (Gifford 1975). [s]

    Returns
    -------
    Widths
        sigma_y and sigma_z. [m]

    References
    ----------
    Briggs (1973), doi:10.2172/5118833.

    Examples
    --------
    CCPS (1999) p. 97, class F at 500 m in open country:

    >>> w = plume_widths(500, stability="F")
    >>> round(float(w.y), 2), round(float(w.z), 2)
    (19.52, 6.96)
    """
    if scheme not in PLUME_SCHEMES:
        raise RuleError("scheme", Rule(Kind.ONE_OF, tuple(PLUME_SCHEMES)), scheme)
    d = _distance(x, scheme)
    _check_class(stability)
    wider = meander(averaging_time)
    if scheme.startswith("briggs"):
        y, z = (_briggs(d, c) for c in briggs_coefficients(scheme, stability))
    elif scheme == "isc3":
        y, z = _isc3_y(d, stability), _isc3_z(d, stability)
    else:
        y, z = (a * d**b for a, b in _powers("sigma_tno_plume.csv", stability))
    return Widths(y=np.asarray(y * wider), z=np.asarray(z))


def puff_widths(x: ArrayLike, *, stability: str) -> Widths:
    """Return the widths of an instantaneous puff; along the wind it is as wide as across.

    Parameters
    ----------
    x : array_like
        Distance its centre has travelled, > 0, at most 10 km. [m]
    stability : str
        Class A to F. [-]

    Returns
    -------
    Widths
        sigma_y and sigma_z. [m]

    References
    ----------
    CCPS (1999), tables 2.13 and 2.14.
    """
    d = _distance(x, "ccps_puff")
    _check_class(stability)
    y, z = (a * d**b for a, b in _powers("sigma_ccps_puff.csv", stability))
    return Widths(y=np.asarray(y), z=np.asarray(z))


def meander(averaging_time: float) -> float:
    """Return by how much a longer average widens a plume.

    Parameters
    ----------
    averaging_time : float
        600 to 3600. [s]

    Returns
    -------
    float
        Factor on sigma_y, (t / 600 s)^0.2. [1]
    """
    if not 600.0 <= averaging_time <= 3600.0:
        raise RuleError("averaging_time", Rule(Kind.BETWEEN, (600, 3600), "s"), averaging_time)
    return float((averaging_time / 600.0) ** 0.2)


@cache
def briggs_coefficients(
    scheme: str, stability: str
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return a, b and p of sigma_y and sigma_z as printed.

    Parameters
    ----------
    scheme : str
        `briggs_rural` or `briggs_urban`. [-]
    stability : str
        Class A to F. [-]
    """
    terrain = scheme.removeprefix("briggs_")
    found = {
        row["axis"]: (float(row["a"]), float(row["b_per_m"]), float(row["p"]))
        for row in read_rows(PACKAGE, "sigma_briggs.csv")
        if (row["terrain"], row["class"]) == (terrain, stability)
    }
    return found["y"], found["z"]


def _briggs(x: NDArray[np.float64], c: tuple[float, float, float]) -> NDArray[np.float64]:
    a, b, p = c
    return np.asarray(a * x * (1.0 + b * x) ** p)


@cache
def _isc3_tables(stability: str) -> tuple[tuple[float, float], NDArray[np.float64]]:
    angle = next(
        (float(row["c_deg"]), float(row["d_deg"]))
        for row in read_rows(PACKAGE, "sigma_isc3_pg_y.csv")
        if row["class"] == stability
    )
    pieces = [
        (float(row["x_max_km"]), float(row["a"]), float(row["b"]))
        for row in read_rows(PACKAGE, "sigma_isc3_pg_z.csv")
        if row["class"] == stability
    ]
    return angle, np.array(pieces)


def _isc3_y(x: NDArray[np.float64], stability: str) -> NDArray[np.float64]:
    (c, d), _ = _isc3_tables(stability)
    km = x / 1000.0
    return np.asarray(465.11628 * km * np.tan(0.017453293 * (c - d * np.log(km))))


def _isc3_z(x: NDArray[np.float64], stability: str) -> NDArray[np.float64]:
    _, pieces = _isc3_tables(stability)
    km = x / 1000.0
    row = np.searchsorted(pieces[:, 0], km)
    z = pieces[row, 1] * km ** pieces[row, 2]
    return np.asarray(np.minimum(z, ISC3_CAP) if stability in "ABC" else z)


@cache
def _powers(table: str, stability: str) -> tuple[tuple[float, float], tuple[float, float]]:
    found = {
        row["axis"]: (float(row["a"]), float(row["b"]))
        for row in read_rows(PACKAGE, table)
        if row["class"] == stability
    }
    return found["y"], found["z"]


def _distance(x: ArrayLike, scheme: str) -> NDArray[np.float64]:
    d = finite(x, name="x", unit="m")
    end = _REACH[scheme]
    if not np.all((d > 0) & (d <= end)):
        raise RefusalError(
            f"x must be above 0 and at most {end:g} m for {scheme}, got {x!r}",
            zh=f"下风向距离应大于 0 且不超过 {end:g} m{received(x)}",
        )
    return d


def _check_class(stability: str) -> None:
    if stability not in CLASSES:
        raise RuleError("stability", Rule(Kind.ONE_OF, tuple(CLASSES)), stability)
