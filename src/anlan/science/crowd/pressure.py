r"""Density field and crowd pressure from the places and velocities of people (Helbing et al.).

.. math:: \rho(\mathbf r) = \frac{1}{\pi R^2}\sum_j e^{-|\mathbf r_j - \mathbf r|^2/R^2}, \qquad
   P(\mathbf r) = \rho\,\mathrm{Var}_{\mathbf r}(\mathbf V)

with the local mean and variance of the velocity under the same weights. At the Jamarat bridge in 2006 stop-and-go
waves went over into crowd turbulence at about :math:`P = 0.02\,\mathrm{s^{-2}}`; people fell where it was highest.

Pure. Places in metres in a plane. Compiled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite, not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "TURBULENCE", "CrowdField", "crowd_field", "pressure_level", "warm_up"]

TURBULENCE = 0.02
"""Pressure from which a crowd becomes turbulent (Helbing, Johansson, Al-Abideen 2007). [1/s2]"""

CUTOFF = 4.0
"""Distance over R beyond which a person no longer counts: a weight of 1e-7. [1]"""

CARD = ModelCard(
    key="crowd.pressure",
    version=1,
    title="Density field and crowd pressure",
    title_zh="人群密度场与人群压力",
    inputs=(
        Quantity(name="radius", title="平滑半径 R", unit="m", low=0.2, high=50.0, default=1.0),
        Quantity(name="velocity", title="行人速度", unit="m/s", low=-10.0, high=10.0),
        Quantity(name="pressure", title="人群压力", unit="1/s2", low=0.0, high=100.0),
    ),
    outputs=(
        Quantity(name="density", title="人群密度", unit="1/m2", low=0.0),
        Quantity(name="speed", title="平均速度", unit="m/s", low=0.0),
        Quantity(name="pressure", title="人群压力", unit="1/s2", low=0.0),
    ),
    references=(
        (
            "Helbing, D., Johansson, A., Al-Abideen, H. Z. (2007) Dynamics of crowd disasters: an"
            " empirical study, doi:10.1103/PhysRevE.75.046109"
        ),
    ),
    limits=(
        "需要视频或定位得到的位置和速度；定位误差会被算作压力",
        "临界值 0.02 /s² 来自一处实测（R = 1 m），换场地只作参考",
        "墙边密度偏低：半个圆在墙外",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdField:
    """A crowd at places.

    Parameters
    ----------
    density : ndarray
        Persons per area. [1/m2]
    speed : ndarray
        Length of the mean velocity; 0 where nobody is near. [m/s]
    pressure : ndarray
        Density times the variance of the velocity. [1/s2]
    """

    density: NDArray[np.float64]
    speed: NDArray[np.float64]
    pressure: NDArray[np.float64]


def crowd_field(
    place: ArrayLike, velocity: ArrayLike, *, at: ArrayLike, radius: float = 1.0
) -> CrowdField:
    """Return density, speed and pressure at places.

    Parameters
    ----------
    place : array_like
        Where each person is, shape (n, 2). [m]
    velocity : array_like
        How each person moves, shape (n, 2), each part within 10. [m/s]
    at : array_like
        Where the field is asked for, shape (..., 2). [m]
    radius : float
        Radius R of the weights, 0.2 to 50. [m]

    Returns
    -------
    CrowdField
        Of the shape of `at` without the last axis.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    One person, seen from where the person stands: 1 / pi:

    >>> float(crowd_field([[0, 0]], [[1, 0]], at=[0, 0]).density.round(4))
    0.3183
    """
    who = finite(place, name="place", unit="m").reshape(-1, 2)
    moves = finite(velocity, name="velocity", unit="m/s").reshape(-1, 2)
    CARD.check(radius=radius, velocity=moves)
    if moves.shape != who.shape:
        raise ValueError(f"velocity must have shape {who.shape}, got {moves.shape}")
    asked = finite(at, name="at", unit="m")
    if asked.ndim < 1 or asked.shape[-1] != 2:
        raise ValueError(f"at must have shape (..., 2), got {asked.shape}")
    shape = asked.shape[:-1]
    points = np.ascontiguousarray(asked.reshape(-1, 2))
    # people from west to east, so that only those within reach are looked at
    order = np.argsort(who[:, 0], kind="stable")
    density, speed, pressure = _field(
        np.ascontiguousarray(who[order]), np.ascontiguousarray(moves[order]), points, float(radius)
    )
    return CrowdField(
        density=density.reshape(shape),
        speed=speed.reshape(shape),
        pressure=pressure.reshape(shape),
    )


def pressure_level(pressure: ArrayLike) -> NDArray[np.str_]:
    """Return what a crowd pressure calls for.

    Half of the critical value warns, the value itself means that people may fall any moment.

    Parameters
    ----------
    pressure : array_like
        Crowd pressure, 0 to 100. [1/s2]

    Returns
    -------
    ndarray of str
        `orange` from 0.01, `red` from 0.02; empty below.

    Examples
    --------
    >>> pressure_level([0.005, 0.012, 0.02]).tolist()
    ['', 'orange', 'red']
    """
    CARD.check(pressure=pressure)
    p = not_negative(pressure, name="pressure", unit="1/s2")
    names = np.array(["", "orange", "red"])
    return names[np.searchsorted([TURBULENCE / 2.0, TURBULENCE], p, side="right")]


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    crowd_field([[0.0, 0.0]], [[0.0, 0.0]], at=[0.0, 0.0])


@nb.njit(cache=True)
def _field(place, velocity, points, radius):  # type: ignore[no-untyped-def]
    n = points.shape[0]
    density = np.zeros(n)
    speed = np.zeros(n)
    pressure = np.zeros(n)
    reach = CUTOFF * radius
    for k in range(n):
        x, y = points[k, 0], points[k, 1]
        total = u = v = square = 0.0
        for j in range(np.searchsorted(place[:, 0], x - reach), place.shape[0]):
            dx = place[j, 0] - x
            if dx > reach:
                break
            dy = place[j, 1] - y
            far = (dx * dx + dy * dy) / (radius * radius)
            if far > CUTOFF * CUTOFF:
                continue
            w = math.exp(-far)
            total += w
            u += w * velocity[j, 0]
            v += w * velocity[j, 1]
            square += w * (velocity[j, 0] ** 2 + velocity[j, 1] ** 2)
        if total > 0.0:
            u /= total
            v /= total
            density[k] = total / (math.pi * radius * radius)
            speed[k] = math.hypot(u, v)
            pressure[k] = density[k] * max(square / total - u * u - v * v, 0.0)
    return density, speed, pressure
