"""What each cell of the shallow water model does alone: friction, rain, what is kept of it.

See `anlan.science.flood.shallow`. The loops of water have no branch and call no library function,
so that they are vectorised, see `anlan.science.flood.shallow_kernel`; a fluid with a yield stress
or a consistency is worked out cell by cell.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numba as nb
import numpy as np

from anlan.science.common.constants import GRAVITY
from anlan.science.flood.shallow_kernel import DRY
from anlan.science.flood.threads import ALONE

if TYPE_CHECKING:
    from anlan.science.flood.threads import Team

__all__ = ["brake", "cell_functions", "settle", "warm_up"]

SEED = 1419967118
"""Of the float32 inverse cube root: this less a third of the bits of the number. [-]"""


@nb.njit(error_model="numpy")
def _drag(left, k, coefficient, d, m):  # type: ignore[no-untyped-def]
    """Return w with w s = coefficient ((2 + 1/m) s / d)^m at the new speed s."""
    shear = (2.0 + 1.0 / m) / d
    if m == 1.0:
        return coefficient * shear
    # s + coefficient (shear s)^m + k s^2 = left rises in s: halve the interval
    low, high = 0.0, left
    for _ in range(50):
        s = 0.5 * (low + high)
        if s + coefficient * (shear * s) ** m + k * s * s > left:
            high = s
        else:
            low = s
    s = max(0.5 * (low + high), 1e-30)
    return coefficient * (shear * s) ** m / s


@nb.njit(error_model="numpy")
def _thick(h, hu, hv, n2, fluid, dt):  # type: ignore[no-untyped-def]
    """Clear a row, brake it by friction, a yield stress and a consistency."""
    for i in range(h.size):
        d = max(h[i], 0.0)
        h[i] = d
        if d <= DRY:
            hu[i] = 0.0
            hv[i] = 0.0
            continue
        speed = math.sqrt(hu[i] * hu[i] + hv[i] * hv[i]) / d
        if speed > 0.0:
            # implicit in the new speed: s' (1 + w + k s') = s - dt tau / (rho h)
            left = max(speed - dt * fluid[0] / d, 0.0)
            k = dt * GRAVITY * n2[i] / d ** (4.0 / 3.0)
            w = 0.0
            if fluid[1] > 0.0:
                w = _drag(left, k, dt * fluid[1] / d, d, fluid[2])
            after = 2.0 * left / (1.0 + w + math.sqrt((1.0 + w) ** 2 + 4.0 * k * left))
            hu[i] *= after / speed
            hv[i] *= after / speed


def cell_functions(compiled: Any, sqrt: Any) -> SimpleNamespace:
    """Return what a cell of water does alone, compiled for a processor or a card.

    Parameters
    ----------
    compiled : callable
        What compiles a function. [-]
    sqrt : callable
        The square root there: numpy's is vectorised, that of `math` is known to the card. [-]
    """

    @compiled
    def slowed(d, u, v, n2, dt):  # type: ignore[no-untyped-def]
        """Return the part of the discharge that friction leaves: s' (1 + k s') = s.

        k holds h^(-4/3): the inverse cube root from a seed on the bits of the float32, right to
        4 %, and four steps of Newton, right to rounding.
        """
        third = np.float32(np.float32(d).view(np.int32)) * np.float32(1.0 / 3.0)
        x = np.float64(np.int32(np.int32(SEED) - np.int32(third)).view(np.float32))
        c = d * (1.0 / 3.0)
        f = 4.0 / 3.0
        x = x * (f - c * (x * x * x))
        x = x * (f - c * (x * x * x))
        x = x * (f - c * (x * x * x))
        x = x * (f - c * (x * x * x))
        k = (dt * GRAVITY * n2) * ((x * x) * (x * x))
        speed = sqrt(u * u + v * v) / d
        left = 2.0 / (1.0 + sqrt(1.0 + 4.0 * (k * speed)))
        return left if d > DRY else 0.0

    @compiled
    def speed_of(d, u, v):  # type: ignore[no-untyped-def]
        """Return the speed of the water."""
        return sqrt(u * u + v * v) / d

    @compiled
    def wave_of(d, speed):  # type: ignore[no-untyped-def]
        """Return how fast the fastest wave goes, 0 where it is dry."""
        wave = speed + sqrt(GRAVITY * d)
        return wave if d > DRY else 0.0

    return SimpleNamespace(slowed=slowed, speed_of=speed_of, wave_of=wave_of)


_CELL = cell_functions(nb.njit(inline="always", error_model="numpy"), np.sqrt)
_slowed, _speed_of, _wave_of = _CELL.slowed, _CELL.speed_of, _CELL.wave_of


@nb.njit(error_model="numpy")
def _thin(h, hu, hv, n2, dt):  # type: ignore[no-untyped-def]
    """Clear a row of water and brake it by friction."""
    for i in range(np.uint64(0), np.uint64(h.size)):
        d = max(h[i], 0.0)
        u, v = hu[i], hv[i]
        left = _slowed(d, u, v, n2[i], dt)
        h[i] = d
        hu[i] = u * left
        hv[i] = v * left


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _brake(begin, end, state, n2, fluid, dt):  # type: ignore[no-untyped-def]
    water = fluid[0] == 0.0 and fluid[1] == 0.0
    for j in range(begin, end):
        if water:
            _thin(state[0, j], state[1, j], state[2, j], n2[j], dt)
        else:
            _thick(state[0, j], state[1, j], state[2, j], n2[j], fluid, dt)


def brake(state: Any, n2: Any, fluid: Any, dt: Any, team: Team = ALONE) -> None:
    """Clear what is dry, brake by friction and yield stress.

    Parameters
    ----------
    state : ndarray
        Depth and discharges per width, changed. [m, m2/s, m2/s]
    n2 : ndarray
        Square of the roughness. [s2 m^(-2/3)]
    fluid : tuple of float
        Yield stress and consistency over density, flow index; zeros for water. [m2/s2, …, 1]
    dt : float
        Step. [s]
    team : Team
        Threads that share the work. [-]
    """
    team.spread(lambda begin, end: _brake(begin, end, state, n2, fluid, dt), state.shape[1])


@nb.njit(error_model="numpy")
def _settle_row(  # type: ignore[no-untyped-def]
    h, hu, hv, ah, ahu, ahv, rain, span, now, wet_depth, most, swift, rating, arrival, soaked
):
    """One row of `settle`; returns the bits of the fastest wave, which are in its order."""
    top = np.int64(0)
    for i in range(np.uint64(0), np.uint64(h.size)):
        d = max(0.5 * (h[i] + ah[i]) + rain, 0.0)
        wet = d > DRY
        u, v = 0.5 * (hu[i] + ahu[i]), 0.5 * (hv[i] + ahv[i])
        u, v = u if wet else 0.0, v if wet else 0.0
        h[i] = d
        hu[i] = u
        hv[i] = v
        speed = _speed_of(d, u, v)
        wave = _wave_of(d, speed)
        top = max(top, np.float64(wave).view(np.int64))
        deep = d >= wet_depth
        most[i] = max(most[i], d)
        swift[i] = max(swift[i], speed if deep else 0.0)
        rating[i] = max(rating[i], d * (speed + 0.5) if deep else 0.0)
        arrival[i] = min(arrival[i], now if deep else np.inf)
        soaked[i] += span if deep else 0.0
    return top


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _settle(begin, end, state, ahead, rain, span, now, wet_depth, kept, fastest):  # type: ignore[no-untyped-def]
    for j in range(begin, end):
        top = _settle_row(
            state[0, j], state[1, j], state[2, j], ahead[0, j], ahead[1, j], ahead[2, j], rain,
            span, now, wet_depth, kept[0, j], kept[1, j], kept[2, j], kept[3, j], kept[4, j],
        )  # fmt: skip
        fastest[j] = np.int64(top).view(np.float64)


def settle(
    state: Any, ahead: Any, rain: Any, span: Any, now: Any, wet_depth: Any, kept: Any,
    fastest: Any, team: Team = ALONE,
) -> None:  # fmt: skip
    """End a step: the mean with the second stage, rain, what is dry cleared, what is kept.

    Parameters
    ----------
    state : ndarray
        Depth and discharges per width, changed. [m, m2/s, m2/s]
    ahead : ndarray
        The same after the second stage; `state` itself at the start. [m, m2/s, m2/s]
    rain : float
        That falls in the step. [m]
    span : float
        Length of the step. [s]
    now : float
        Since the start. [s]
    wet_depth : float
        From which a place counts as flooded. [m]
    kept : ndarray
        Changed: largest depth, speed and rating, first time and time under water.
        [m, m/s, m2/s, s, s]
    fastest : ndarray
        Filled: |u| + sqrt(g h) by row. [m/s]
    team : Team
        Threads that share the work. [-]
    """
    team.spread(
        lambda begin, end: _settle(
            begin, end, state, ahead, rain, span, now, wet_depth, kept, fastest
        ),
        state.shape[1],
    )


def warm_up() -> None:
    """Compile the kernels, see `anlan.science.common.compiled`."""
    state, ahead, kept = np.zeros((3, 2, 3)), np.zeros((3, 2, 3)), np.zeros((5, 2, 3))
    brake(state, np.zeros((2, 3)), (0.0, 0.0, 1.0), 0.1)
    settle(state, ahead, 0.0, 0.0, 0.0, 0.05, kept, np.zeros(2))
