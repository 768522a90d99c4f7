"""Where tailings rest: faces that the yield stress holds; see `anlan.science.flood.shallow`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numba as nb
import numpy as np

from anlan.science.common.constants import GRAVITY
from anlan.science.flood.shallow_kernel import DRY
from anlan.science.flood.threads import ALONE

if TYPE_CHECKING:
    from anlan.science.flood.threads import Team

__all__ = ["resting_faces", "warm_up"]

ROUNDING = 1e-9
"""Part of the yield stress by which rounding may exceed it: what just rests, rests. [1]"""


@nb.njit(error_model="numpy")
def _slope(z, h, j, i, across, cell_size):  # type: ignore[no-untyped-def]
    """Return the slope of the level along the columns' index, or across it, from wet neighbours."""
    rows, columns = h.shape
    a, b = j - across, i - 1 + across
    c, d = j + across, i + 1 - across
    low = high = z[j, i] + h[j, i]
    span = 0
    if a >= 0 and b >= 0 and h[a, b] > DRY:
        low = z[a, b] + h[a, b]
        span += 1
    if c < rows and d < columns and h[c, d] > DRY:
        high = z[c, d] + h[c, d]
        span += 1
    return (high - low) / (span * cell_size) if span else 0.0


@nb.njit(error_model="numpy")
def _held(z, h, hu, hv, a, b, across, yield_depth, cell_size):  # type: ignore[no-untyped-def]
    """Return whether the face between the cells a and b stays at rest."""
    if hu[a] != 0.0 or hv[a] != 0.0 or hu[b] != 0.0 or hv[b] != 0.0:
        return False
    here, there = z[a] + h[a], z[b] + h[b]
    if h[a] <= DRY:  # a dry bank holds back what is lower
        here = min(here, there)
    if h[b] <= DRY:
        there = min(here, there)
    side = 0.0
    wet = 0
    if h[a] > DRY:
        side += _slope(z, h, a[0], a[1], 1 - across, cell_size)
        wet += 1
    if h[b] > DRY:
        side += _slope(z, h, b[0], b[1], 1 - across, cell_size)
        wet += 1
    if wet == 2:
        side *= 0.5
    drive = GRAVITY * 0.5 * (h[a] + h[b]) * math.hypot((there - here) / cell_size, side)
    return drive <= yield_depth * (1.0 + ROUNDING)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _rest(begin, end, z, h, hu, hv, yield_depth, cell_size, still_x, still_y):  # type: ignore[no-untyped-def]
    for j in range(begin, end):
        rows, columns = h.shape
        for i in range(columns):
            if i + 1 < columns:
                here, there = (j, i), (j, i + 1)
                still_x[j, i + 1] = _held(z, h, hu, hv, here, there, 0, yield_depth, cell_size)
            if j + 1 < rows:
                here, there = (j, i), (j + 1, i)
                still_y[j + 1, i] = _held(z, h, hu, hv, here, there, 1, yield_depth, cell_size)


def resting_faces(
    z: Any, h: Any, hu: Any, hv: Any, yield_depth: Any, cell_size: Any, still_x: Any,
    still_y: Any, team: Team = ALONE,
) -> None:  # fmt: skip
    """Mark the faces between two cells at rest that the yield stress keeps at rest.

    Parameters
    ----------
    z, h : ndarray
        Bed and depth. [m]
    hu, hv : ndarray
        Discharge per width. [m2/s]
    yield_depth : float
        Yield stress over density. [m2/s2]
    cell_size : float
        Side of a cell. [m]
    still_x, still_y : ndarray
        Filled: shapes (rows, columns + 1) and (rows + 1, columns). [-]
    team : Team
        Threads that share the work. [-]
    """
    team.spread(
        lambda begin, end: _rest(
            begin, end, z, h, hu, hv, yield_depth, cell_size, still_x, still_y
        ),
        len(h),
    )


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    z, h, hu, hv = (np.zeros((2, 3)) for _ in range(4))
    still_x, still_y = np.zeros((2, 4), np.bool_), np.zeros((3, 3), np.bool_)
    resting_faces(z, h, hu, hv, 0.1, 1.0, still_x, still_y)
