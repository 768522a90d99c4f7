r"""When a fire arrives: least time over a raster, with elliptical spread and barriers.

In the direction :math:`\vartheta` from the head the fire runs with

.. math:: R(\vartheta) = R_{head} \frac{1 - e}{1 - e\cos\vartheta}

so that the time over the displacement v is :math:`s\,(|v| - e\,d\cdot v)` with
:math:`s = 1/(R_{head}(1-e))` and the unit vector d of the head. Cells are settled in the order
of time (Dijkstra); from a settled cell each neighbour is reached either by a step or by a straight
line from an earlier cell up to 20 cells back, along which the cost of the cells crossed is added
up. So the arrival is right in every direction, not only along the grid, and a line that
touches a barrier is not taken, nor one that slips between two cells that touch at a corner.

Rows run to the north: row 0 is the southernmost. SI units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np
from scipy import ndimage

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, not_negative, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "FirebreakEffect",
    "arrival_time",
    "burned_area",
    "crown_length_to_width",
    "eccentricity",
    "firebreak_effect",
    "length_to_width",
    "warm_up",
]

FARTHEST_PARENT = 20
"""Longest straight line, in cells; longer ones gain less than 1 % at L:W 3.2."""

CARD = ModelCard(
    key="fire.arrival",
    version=1,
    title="Arrival time of a forest fire on terrain",
    title_zh="林火到达时间（等时线、隔离带）",
    inputs=(
        Quantity(name="rate", title="火头蔓延速度", unit="m/s", low=0.0, high=20.0),
        Quantity(name="direction_deg", title="火头方向", unit="deg"),
        Quantity(name="eccentricity", title="椭圆偏心率", unit="1", low=0.0, high=0.995),
        Quantity(name="cell_size", title="网格边长", unit="m", low=0.1, high=5000.0),
        Quantity(name="limit", title="预测时长", unit="s", low=0.0, high=30 * 86_400.0),
    ),
    outputs=(Quantity(name="time", title="到达时间", unit="s", low=0.0),),
    references=(
        ("Finney, M. A. (2002) Fire growth using minimum travel time methods, doi:10.1139/x02-068"),
        (
            "Daniel, K., Nash, A., Koenig, S., Felner, A. (2010) Theta*: any-angle path planning"
            " on grids, doi:10.1613/jair.2994"
        ),
        "Andrews, P. L. (2018) The Rothermel surface fire spread model, RMRS-GTR-371, section 5",
    ),
    limits=(
        "不含飞火和扑救；火焰高于隔离带宽度时隔离带可能被越过",
        "天气变化按时段分别给出，从已烧范围续算",
        "窄于一个网格的隔离带须画成整格",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirebreakEffect:
    """What a firebreak changes.

    Parameters
    ----------
    without, with_break : ndarray
        Arrival without and with it. [s]
    saved_area : float
        Burned within the limit without it but not with it. [m2]
    delay : ndarray
        How much later each cell burns; inf where it no longer does. [s]
    """

    without: NDArray[np.float64]
    with_break: NDArray[np.float64]
    saved_area: float
    delay: NDArray[np.float64]


def length_to_width(wind_speed: ArrayLike) -> NDArray[np.float64]:
    """Return length over width of a fire from the wind at mid-flame (Behave).

    Parameters
    ----------
    wind_speed : array_like
        Effective wind at the height of the flames, 0 to 20. [m/s]

    Returns
    -------
    ndarray
        Ratio, 1 to 8. [1]

    Examples
    --------
    5 mph: 1.590.

    >>> round(float(length_to_width(5 * 0.44704)), 6)
    1.590064
    """
    mph = between(wind_speed, 0, 20, name="wind_speed", unit="m/s") / 0.44704
    ratio = 0.936 * np.exp(0.1147 * mph) + 0.461 * np.exp(-0.0692 * mph) - 0.397
    return np.clip(ratio, 1.0, 8.0)


def crown_length_to_width(wind_speed: ArrayLike) -> NDArray[np.float64]:
    """Return length over width of a crown fire from the wind 20 ft above the trees (Behave).

    Parameters
    ----------
    wind_speed : array_like
        In the open, 6.1 m above the vegetation, 0 to 32. [m/s]

    Returns
    -------
    ndarray
        1 + 0.125 U with U in mph, 1 to 10. [1]
    """
    mph = between(wind_speed, 0, 32, name="wind_speed", unit="m/s") / 0.44704
    return np.asarray(1.0 + 0.125 * mph)


def eccentricity(length_over_width: ArrayLike) -> NDArray[np.float64]:
    """Return the eccentricity of an ellipse from its length over its width.

    Parameters
    ----------
    length_over_width : array_like
        Ratio, 1 to 10. [1]

    Returns
    -------
    ndarray
        Eccentricity. [1]
    """
    ratio = between(length_over_width, 1, 10, name="length_over_width", unit="")
    return np.asarray(np.sqrt(1.0 - 1.0 / ratio**2))


def arrival_time(
    rate: ArrayLike,
    direction_deg: ArrayLike,
    eccentricity: ArrayLike,
    *,
    cell_size: float,
    start: ArrayLike,
    limit: float = math.inf,
    burning_since: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Return when the fire reaches each cell.

    Parameters
    ----------
    rate : array_like
        Rate of the head in each cell, shape (rows, columns); 0 is a barrier. [m/s]
    direction_deg : array_like
        Direction of the head, clockwise from north; broadcast. [deg]
    eccentricity : array_like
        Of the ellipse, 0 to 0.995; broadcast. [1]
    cell_size : float
        Side of a cell. [m]
    start : array_like
        Cells on fire, shape (n, 2): row, column; row 0 in the south. [-]
    limit : float
        Time after which no cell is reached; inf for none. [s]
    burning_since : array_like or None
        When each start cell caught fire, >= 0; None for all at 0. To go on with other weather give
        the burned cells and their times. [s]

    Returns
    -------
    ndarray
        Time of each cell, inf where the fire does not come within the limit. [s]

    Raises
    ------
    ValueError
        If an argument is out of range, or a start lies outside or on a barrier.

    Examples
    --------
    100 cells of 30 m at 10 m/min to the east:

    >>> times = arrival_time(np.full((3, 101), 10 / 60), 90.0, 0.8, cell_size=30, start=[[1, 0]])
    >>> round(float(times[1, 100]) / 60, 6)
    300.0
    """
    r = np.asarray(rate, dtype=np.float64)
    if r.ndim != 2:
        raise ValueError(f"rate must have two dimensions, got shape {r.shape}")
    CARD.check(rate=r, eccentricity=eccentricity, cell_size=cell_size)
    e = np.broadcast_to(np.asarray(eccentricity, dtype=np.float64), r.shape)
    angle = np.radians(finite(direction_deg, name="direction_deg", unit="deg"))
    cells = np.atleast_2d(np.asarray(start, dtype=np.int64))
    if cells.ndim != 2 or cells.shape[1] != 2 or not len(cells):
        raise ValueError(f"start must have shape (n, 2), got {cells.shape}")
    inside = (cells >= 0).all(axis=1) & (cells < np.array(r.shape)).all(axis=1)
    if not inside.all():
        raise ValueError(f"start must lie in the grid of {r.shape}, got {cells[~inside][0]}")
    if not np.all(r[cells[:, 0], cells[:, 1]] > 0):
        raise ValueError("start must not lie on a barrier (rate 0)")
    since = np.zeros(len(cells))
    if burning_since is not None:
        since = np.broadcast_to(
            not_negative(burning_since, name="burning_since", unit="s", endless=True), since.shape
        ).copy()
    not_negative(limit, name="limit", unit="s", endless=True)
    burns = r > 0
    slow = np.where(burns, 1.0, 0.0) / np.where(burns, r * (1.0 - e), 1.0)
    cost = np.empty((*r.shape, 3))
    cost[..., 0] = np.where(burns, slow * cell_size, -1.0)
    cost[..., 1] = slow * cell_size * e * np.sin(angle)
    cost[..., 2] = slow * cell_size * e * np.cos(angle)
    near = ndimage.binary_dilation(~burns, structure=np.ones((3, 3), dtype=bool))
    times: NDArray[np.float64] = _spread(cost, near, cells, since, float(limit))
    times[times > limit] = np.inf
    return times


def burned_area(times: ArrayLike, *, cell_size: float, at: ArrayLike) -> NDArray[np.float64]:
    """Return the area that has burned by given times.

    Parameters
    ----------
    times : array_like
        Arrival at each cell, >= 0; inf where the fire does not come. [s]
    cell_size : float
        Side of a cell. [m]
    at : array_like
        Times asked for, >= 0. [s]

    Returns
    -------
    ndarray
        Area. [m2]
    """
    side = float(positive(cell_size, name="cell_size", unit="m"))
    flat = np.sort(not_negative(times, name="times", unit="s", endless=True).ravel())
    when = not_negative(at, name="at", unit="s")
    return np.asarray(np.searchsorted(flat, when, side="right") * side**2)


def firebreak_effect(
    rate: ArrayLike,
    direction_deg: ArrayLike,
    eccentricity: ArrayLike,
    *,
    cell_size: float,
    start: ArrayLike,
    firebreak: ArrayLike,
    limit: float,
) -> FirebreakEffect:
    """Return what a proposed firebreak changes.

    Parameters
    ----------
    rate : array_like
        Rate of the head in each cell; 0 is a barrier. [m/s]
    direction_deg : array_like
        Direction of the head, clockwise from north. [deg]
    eccentricity : array_like
        Of the ellipse. [1]
    cell_size : float
        Side of a cell. [m]
    start : array_like
        Cells on fire, row and column. [-]
    firebreak : array_like of bool
        Cells of the firebreak; taken to hold. [-]
    limit : float
        How far ahead to look. [s]

    Returns
    -------
    FirebreakEffect
        Arrival without and with it, and what it saves.
    """
    r = np.asarray(rate, dtype=np.float64)
    cleared = np.broadcast_to(np.asarray(firebreak, dtype=bool), r.shape)
    without, with_break = (
        arrival_time(
            field, direction_deg, eccentricity, cell_size=cell_size, start=start, limit=limit
        )
        for field in (r, np.where(cleared, 0.0, r))
    )
    burned = np.isfinite(without)
    saved = burned & ~np.isfinite(with_break)
    delay = np.zeros(r.shape)
    delay[burned] = with_break[burned] - without[burned]
    return FirebreakEffect(
        without=without,
        with_break=with_break,
        saved_area=float(saved.sum()) * cell_size**2,
        delay=delay,
    )


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    near = np.ones((2, 2), dtype=np.bool_)
    _spread(np.ones((2, 2, 3)), near, np.zeros((1, 2), dtype=np.int64), np.zeros(1), 1.0)


@nb.njit(cache=True, inline="always")
def _line(cost, near, j0, i0, j1, i1):  # type: ignore[no-untyped-def]
    """Return the time along the straight line between two cells, inf across a barrier."""
    if cost[j1, i1, 0] < 0.0:
        return math.inf
    dj = j1 - j0
    di = i1 - i0
    steps = max(abs(dj), abs(di))
    sj = dj / steps
    si = di / steps
    a = 0.5 * (cost[j0, i0, 0] + cost[j1, i1, 0])
    b = 0.5 * (cost[j0, i0, 1] + cost[j1, i1, 1])
    c = 0.5 * (cost[j0, i0, 2] + cost[j1, i1, 2])
    careful = near[j0, i0] or near[j1, i1]
    for k in range(1, steps):
        j = int(j0 + sj * k + 0.5)
        i = int(i0 + si * k + 0.5)
        careful = careful or near[j, i]
        a += cost[j, i, 0]
        b += cost[j, i, 1]
        c += cost[j, i, 2]
    if careful and _blocked(cost, j0, i0, sj, si, steps):
        return math.inf
    return (a * math.sqrt(float(dj * dj + di * di)) - b * di - c * dj) / steps


@nb.njit(cache=True)
def _blocked(cost, j0, i0, sj, si, steps):  # type: ignore[no-untyped-def]
    """Tell whether a line touches a barrier, both sides where it runs through a corner."""
    for k in range(steps):
        if cost[int(j0 + sj * k + 0.5), int(i0 + si * k + 0.5), 0] < 0.0:
            return True
        mj = j0 + sj * (k + 0.5)
        mi = i0 + si * (k + 0.5)
        for p in (-1e-9, 1e-9):
            for q in (-1e-9, 1e-9):
                if cost[int(mj + p + 0.5), int(mi + q + 0.5), 0] < 0.0:
                    return True
    return False


@nb.njit(cache=True)
def _push(keys, cells, size, key, cell):  # type: ignore[no-untyped-def]
    k = size
    while k > 0:
        up = (k - 1) >> 2
        if keys[up] <= key:
            break
        keys[k] = keys[up]
        cells[k] = cells[up]
        k = up
    keys[k] = key
    cells[k] = cell


@nb.njit(cache=True)
def _pop(keys, cells, size):  # type: ignore[no-untyped-def]
    """Remove the top of a heap of four children; size is that after the removal."""
    key = keys[size]
    cell = cells[size]
    k = 0
    while True:
        child = 4 * k + 1
        if child >= size:
            break
        best = child
        for m in range(child + 1, min(child + 4, size)):
            if keys[m] < keys[best]:
                best = m
        if keys[best] >= key:
            break
        keys[k] = keys[best]
        cells[k] = cells[best]
        k = best
    keys[k] = key
    cells[k] = cell


@nb.njit(cache=True)
def _spread(cost, near, start, since, limit):  # type: ignore[no-untyped-def]
    ny, nx = cost.shape[0], cost.shape[1]
    times = np.full((ny, nx), math.inf)
    parent = np.full(ny * nx, -1, dtype=np.int64)
    settled = np.zeros(ny * nx, dtype=np.bool_)
    keys = np.empty(8 * ny * nx + start.shape[0] + 1)
    cells = np.empty(8 * ny * nx + start.shape[0] + 1, dtype=np.int64)
    size = 0
    for n in range(start.shape[0]):
        j, i = start[n, 0], start[n, 1]
        if since[n] < times[j, i]:
            times[j, i] = since[n]
            parent[j * nx + i] = j * nx + i
            _push(keys, cells, size, since[n], j * nx + i)
            size += 1
    while size > 0:
        t = keys[0]
        here = cells[0]
        size -= 1
        _pop(keys, cells, size)
        if settled[here]:
            continue
        settled[here] = True
        if t > limit:
            break
        j = here // nx
        i = here - j * nx
        pj = parent[here] // nx
        pi = parent[here] - pj * nx
        for dj in range(-1, 2):
            for di in range(-1, 2):
                b = j + dj
                a = i + di
                if b < 0 or a < 0 or b >= ny or a >= nx or settled[b * nx + a]:
                    continue
                best = (
                    times[j, i] + _line(cost, near, j, i, b, a)
                    if (dj != 0 or di != 0)
                    else math.inf
                )
                origin = here
                if max(abs(b - pj), abs(a - pi)) <= FARTHEST_PARENT and parent[here] != here:
                    straight = times[pj, pi] + _line(cost, near, pj, pi, b, a)
                    if straight <= best:
                        best = straight
                        origin = parent[here]
                if best < times[b, a]:
                    times[b, a] = best
                    parent[b * nx + a] = origin
                    _push(keys, cells, size, best, b * nx + a)
                    size += 1
    return times
