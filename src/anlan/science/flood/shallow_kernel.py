"""Compiled steps of the shallow water model; see `anlan.science.flood.shallow`.

Second order: slopes of level, depth and velocity limited by minmod, hydrostatic reconstruction,
HLLC flux. Each row is written by one block only and sums are kept by row, so the same bits come
out for any number of threads.

Only tiles that hold water, and those beside them, are worked out. What lies beyond is dry and has
dry neighbours: no face there has a flux, so leaving them out changes no bit.

Quick to compile: no `parallel=True`, see `threads`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numba as nb
import numpy as np

from anlan.science.common.constants import GRAVITY
from anlan.science.flood.threads import ALONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.science.flood.threads import Team

__all__ = [
    "active_tiles",
    "fluxes_x",
    "fluxes_y",
    "keep",
    "repay",
    "sources",
    "tiles_for",
    "warm_up",
]

DRY = 1e-6
"""Water less deep than this has no momentum. [m]"""

TILE = 16
"""Cells along the side of a tile."""

WIDE = TILE // 2
"""Columns gathered at a time."""


def tiles_for(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return room for the marks of `active_tiles`: which tiles hold water, which are worked out.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the grid. [1]
    """
    return np.zeros((2, -(-shape[0] // TILE), -(-shape[1] // TILE)), np.bool_)


@nb.njit(inline="always", error_model="numpy")
def _minmod(a, b):  # type: ignore[no-untyped-def]
    if a * b <= 0.0:
        return 0.0
    return a if abs(a) < abs(b) else b


@nb.njit(inline="always", error_model="numpy")
def _hllc(hl, ul, vl, hr, ur, vr):  # type: ignore[no-untyped-def]
    """Toro (2001), with the speeds of dry fronts where one side is dry."""
    if hl <= DRY and hr <= DRY:
        return 0.0, 0.0, 0.0
    cl = math.sqrt(GRAVITY * hl)
    cr = math.sqrt(GRAVITY * hr)
    if hl <= DRY:
        sl = ur - 2.0 * cr
        sr = ur + cr
        sm = sl
    elif hr <= DRY:
        sl = ul - cl
        sr = ul + 2.0 * cl
        sm = sr
    else:
        us = 0.5 * (ul + ur) + cl - cr
        cs = max(0.5 * (cl + cr) + 0.25 * (ul - ur), 0.0)
        sl = min(ul - cl, us - cs)
        sr = max(ur + cr, us + cs)
        d = hr * (ur - sr) - hl * (ul - sl)
        sm = (sl * hr * (ur - sr) - sr * hl * (ul - sl)) / d if abs(d) > 1e-12 else us
    fl0 = hl * ul
    fl1 = hl * ul * ul + 0.5 * GRAVITY * hl * hl
    fr0 = hr * ur
    fr1 = hr * ur * ur + 0.5 * GRAVITY * hr * hr
    if sl >= 0.0:
        return fl0, fl1, fl0 * vl
    if sr <= 0.0:
        return fr0, fr1, fr0 * vr
    inverse = 1.0 / (sr - sl)
    f0 = (sr * fl0 - sl * fr0 + sl * sr * (hr - hl)) * inverse
    f1 = (sr * fl1 - sl * fr1 + sl * sr * (fr0 - fl0)) * inverse
    return f0, f1, (f0 * vl if sm >= 0.0 else f0 * vr)


@nb.njit(error_model="numpy")
def _line(z, h, u, v, n, lam, work, dh, du, dv, open_edge, still, row, first):  # type: ignore[no-untyped-def]
    """Add the changes of one line of cells; u along it, v across it.

    The scratch rows: slopes of level, depth, u and v, of n + 2 cells with the ghosts. `still` names
    the faces through which nothing moves, empty for water; the line begins at its cell `first`.
    """
    plug = still.size > 0
    for i in range(1, n + 1):
        if h[i] <= DRY:
            work[0, i] = work[1, i] = work[2, i] = work[3, i] = 0.0
            continue
        if h[i - 1] <= DRY or h[i + 1] <= DRY:
            # beside dry ground the level has no meaning there: first order
            work[0, i] = work[1, i] = work[2, i] = work[3, i] = 0.0
            continue
        eta = h[i] + z[i]
        work[0, i] = _minmod(eta - (h[i - 1] + z[i - 1]), (h[i + 1] + z[i + 1]) - eta)
        work[1, i] = _minmod(h[i] - h[i - 1], h[i + 1] - h[i])
        work[2, i] = _minmod(u[i] - u[i - 1], u[i + 1] - u[i])
        work[3, i] = _minmod(v[i] - v[i - 1], v[i + 1] - v[i])
    for k in range(4):
        work[k, 0] = 0.0
        work[k, n + 1] = 0.0
    for i in range(n + 1):
        # faces between i and i + 1: level, depth and so the bed on both sides
        if plug and still[row, first + i]:
            # the plug carries what drives it: each cell pushes back with its own pressure
            du[i] -= lam * 0.5 * GRAVITY * h[i] * h[i]
            du[i + 1] += lam * 0.5 * GRAVITY * h[i + 1] * h[i + 1]
            continue
        hl = h[i] + 0.5 * work[1, i]
        zl = h[i] + z[i] + 0.5 * work[0, i] - hl
        ul = u[i] + 0.5 * work[2, i]
        vl = v[i] + 0.5 * work[3, i]
        j = i + 1
        hr = h[j] - 0.5 * work[1, j]
        zr = h[j] + z[j] - 0.5 * work[0, j] - hr
        ur = u[j] - 0.5 * work[2, j]
        vr = v[j] - 0.5 * work[3, j]
        if i == 0:
            # a wall mirrors; over an open edge the water falls into nothing
            hl, zl, ul, vl = (0.0, zr, 0.0, 0.0) if open_edge else (hr, zr, -ur, vr)
        if i == n:
            hr, zr, ur, vr = (0.0, zl, 0.0, 0.0) if open_edge else (hl, zl, -ul, vl)
        top = max(zl, zr)
        a = max(hl + zl - top, 0.0)
        b = max(hr + zr - top, 0.0)
        f0, f1, f2 = _hllc(a, ul, vl, b, ur, vr)
        half = 0.5 * GRAVITY
        if i > 0:
            # what the left cell sees, and its bed between centre and face
            dh[i] -= lam * f0
            du[i] -= lam * (f1 + half * (hl * hl - a * a) + half * (h[i] + hl) * (zl - z[i]))
            dv[i] -= lam * f2
        if j <= n:
            dh[j] += lam * f0
            du[j] += lam * (f1 + half * (hr * hr - b * b) + half * (h[j] + hr) * (zr - z[j]))
            dv[j] += lam * f2


@nb.njit(cache=True, error_model="numpy")
def active_tiles(h, tiles):  # type: ignore[no-untyped-def]
    """Mark the tiles that hold water, and those that do or lie beside one.

    Parameters
    ----------
    h : ndarray
        Depth. [m]
    tiles : ndarray of bool
        Filled, of `tiles_for`. [-]
    """
    rows, columns = h.shape
    wet, active = tiles[0], tiles[1]
    down, across = wet.shape
    for tj in range(down):
        for ti in range(across):
            found = False
            for j in range(tj * TILE, min(rows, (tj + 1) * TILE)):
                for i in range(ti * TILE, min(columns, (ti + 1) * TILE)):
                    found |= h[j, i] > DRY
                if found:
                    break
            wet[tj, ti] = found
    for tj in range(down):
        for ti in range(across):
            found = False
            for j in range(max(tj - 1, 0), min(tj + 2, down)):
                for i in range(max(ti - 1, 0), min(ti + 2, across)):
                    found |= wet[j, i]
            active[tj, ti] = found


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _band(start, stop, z, h, hu, hv, lam, dh, dhu, dhv, open_edge, still, tiles):  # type: ignore[no-untyped-def]
    for tj in range(start, stop):
        rows, columns = h.shape
        active = tiles[1]
        across = active.shape[1]
        line = np.empty((4, columns + 2))
        work = np.empty((4, columns + 2))
        change = np.empty((3, columns + 2))
        begin = 0
        while begin < across:
            end = begin + 1
            while end < across and active[tj, end] == active[tj, begin]:
                end += 1
            first, last = begin * TILE, min(columns, end * TILE)
            n = last - first
            for j in range(tj * TILE, min(rows, (tj + 1) * TILE)):
                if not active[tj, begin]:
                    for i in range(first, last):
                        dh[j, i] = dhu[j, i] = dhv[j, i] = 0.0
                    continue
                for i in range(n):
                    d = h[j, first + i]
                    line[0, i + 1] = z[j, first + i]
                    line[1, i + 1] = d
                    line[2, i + 1] = hu[j, first + i] / d if d > DRY else 0.0
                    line[3, i + 1] = hv[j, first + i] / d if d > DRY else 0.0
                for k in range(4):
                    line[k, 0] = line[k, 1]
                    line[k, n + 1] = line[k, n]
                for i in range(n + 2):
                    change[0, i] = change[1, i] = change[2, i] = 0.0
                _line(
                    line[0], line[1], line[2], line[3], n, lam, work, change[0], change[1],
                    change[2], open_edge, still, j, first,
                )  # fmt: skip
                for i in range(n):
                    dh[j, first + i] = change[0, i + 1]
                    dhu[j, first + i] = change[1, i + 1]
                    dhv[j, first + i] = change[2, i + 1]
            begin = end


def fluxes_x(
    z: Any, h: Any, hu: Any, hv: Any, lam: Any, dh: Any, dhu: Any, dhv: Any, open_edge: Any,
    still: Any, tiles: Any, team: Team = ALONE,
) -> None:  # fmt: skip
    """Set the changes by the flow along the rows.

    Parameters
    ----------
    z, h : ndarray
        Bed and depth. [m]
    hu, hv : ndarray
        Discharge per width. [m2/s]
    lam : float
        Step over cell. [s/m]
    dh, dhu, dhv : ndarray
        Filled: the changes. [m, m2/s, m2/s]
    open_edge : bool
        Whether water falls over the edges. [-]
    still : ndarray of bool
        Faces through which nothing moves, by line along the flow, of `resting_faces`; empty for
        water. [-]
    tiles : ndarray of bool
        Of `active_tiles`. [-]
    team : Team
        Threads that share the work. [-]
    """
    team.spread(
        lambda begin, end: _band(
            begin, end, z, h, hu, hv, lam, dh, dhu, dhv, open_edge, still, tiles
        ),
        tiles.shape[1],
    )


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _strip(start, stop, z, h, hu, hv, lam, dh, dhu, dhv, open_edge, still, tiles):  # type: ignore[no-untyped-def]
    for block in range(start, stop):
        rows, columns = h.shape
        active = tiles[1]
        down = active.shape[0]
        left = block * WIDE
        right = min(columns, left + WIDE)
        ti = left // TILE
        line = np.empty((WIDE, 4, rows + 2))
        change = np.empty((WIDE, 3, rows + 2))
        work = np.empty((4, rows + 2))
        begin = 0
        while begin < down:
            end = begin + 1
            while end < down and active[end, ti] == active[begin, ti]:
                end += 1
            first, last = begin * TILE, min(rows, end * TILE)
            n = last - first
            if active[begin, ti]:
                for j in range(n):
                    for i in range(left, right):
                        d = h[first + j, i]
                        line[i - left, 0, j + 1] = z[first + j, i]
                        line[i - left, 1, j + 1] = d
                        line[i - left, 2, j + 1] = hv[first + j, i] / d if d > DRY else 0.0
                        line[i - left, 3, j + 1] = hu[first + j, i] / d if d > DRY else 0.0
                for i in range(right - left):
                    for k in range(4):
                        line[i, k, 0] = line[i, k, 1]
                        line[i, k, n + 1] = line[i, k, n]
                    for j in range(n + 2):
                        change[i, 0, j] = change[i, 1, j] = change[i, 2, j] = 0.0
                    _line(
                        line[i, 0], line[i, 1], line[i, 2], line[i, 3], n, lam, work, change[i, 0],
                        change[i, 1], change[i, 2], open_edge, still, left + i, first,
                    )  # fmt: skip
                for j in range(n):
                    for i in range(left, right):
                        dh[first + j, i] += change[i - left, 0, j + 1]
                        dhv[first + j, i] += change[i - left, 1, j + 1]
                        dhu[first + j, i] += change[i - left, 2, j + 1]
            begin = end


def fluxes_y(
    z: Any, h: Any, hu: Any, hv: Any, lam: Any, dh: Any, dhu: Any, dhv: Any, open_edge: Any,
    still: Any, tiles: Any, team: Team = ALONE,
) -> None:  # fmt: skip
    """Add the changes by the flow along the columns, eight columns at a time.

    Parameters
    ----------
    z, h : ndarray
        Bed and depth. [m]
    hu, hv : ndarray
        Discharge per width. [m2/s]
    lam : float
        Step over cell. [s/m]
    dh, dhu, dhv : ndarray
        Changed. [m, m2/s, m2/s]
    open_edge : bool
        Whether water falls over the edges. [-]
    still : ndarray of bool
        Faces through which nothing moves, by line along the flow, of `resting_faces`; empty for
        water. [-]
    tiles : ndarray of bool
        Of `active_tiles`. [-]
    team : Team
        Threads that share the work. [-]
    """
    team.spread(
        lambda begin, end: _strip(
            begin, end, z, h, hu, hv, lam, dh, dhu, dhv, open_edge, still, tiles
        ),
        -(-h.shape[1] // WIDE),
    )


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _keep(begin, end, h, hu, hv, span, now, wet_depth, most, fastest, rating, arrival, soaked):  # type: ignore[no-untyped-def]
    for j in range(begin, end):
        for i in range(h.shape[1]):
            d = h[j, i]
            most[j, i] = max(most[j, i], d)
            if d >= wet_depth:
                speed = math.sqrt(hu[j, i] * hu[j, i] + hv[j, i] * hv[j, i]) / d
                fastest[j, i] = max(fastest[j, i], speed)
                rating[j, i] = max(rating[j, i], d * (speed + 0.5))
                arrival[j, i] = min(arrival[j, i], now)
                soaked[j, i] += span


def keep(
    h: Any, hu: Any, hv: Any, span: Any, now: Any, wet_depth: Any, most: Any, fastest: Any,
    rating: Any, arrival: Any, soaked: Any, team: Team = ALONE,
) -> None:  # fmt: skip
    """Keep the largest depth, speed and rating, the arrival and the time under water.

    Parameters
    ----------
    h : ndarray
        Depth. [m]
    hu, hv : ndarray
        Discharge per width. [m2/s]
    span : float
        Since it was last kept. [s]
    now : float
        Since the start. [s]
    wet_depth : float
        From which a place counts as flooded. [m]
    most, fastest, rating : ndarray
        Changed: largest depth, speed and rating. [m, m/s, m2/s]
    arrival, soaked : ndarray
        Changed: first time and time under water. [s]
    team : Team
        Threads that share the work. [-]
    """
    team.spread(
        lambda begin, end: _keep(
            begin, end, h, hu, hv, span, now, wet_depth, most, fastest, rating, arrival, soaked
        ),
        len(h),
    )


@nb.njit(cache=True, error_model="numpy")
def repay(h, hu, hv):  # type: ignore[no-untyped-def]
    """Let neighbours pay what a cell gave beyond what it held, so that no water is made.

    Parameters
    ----------
    h : ndarray
        Depth, changed. [m]
    hu, hv : ndarray
        Discharge per width of the neighbours, changed with their depth. [m2/s]
    """
    rows, columns = h.shape
    for j in range(rows):
        for i in range(columns):
            if h[j, i] >= 0.0:
                continue
            held = 0.0
            for k in range(4):
                b, a = j + (k == 0) - (k == 1), i + (k == 2) - (k == 3)
                if 0 <= b < rows and 0 <= a < columns:
                    held += max(h[b, a], 0.0)
            if held <= 0.0:
                continue
            left = max(1.0 + h[j, i] / held, 0.0)
            for k in range(4):
                b, a = j + (k == 0) - (k == 1), i + (k == 2) - (k == 3)
                if 0 <= b < rows and 0 <= a < columns and h[b, a] > 0.0:
                    h[b, a] *= left
                    hu[b, a] *= left
                    hv[b, a] *= left
            h[j, i] = min(h[j, i] + held, 0.0)


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


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _source(begin, end, h, hu, hv, n2, fluid, dt, rain, fastest):  # type: ignore[no-untyped-def]
    for j in range(begin, end):
        most = 0.0
        for i in range(h.shape[1]):
            d = max(h[j, i] + rain, 0.0)
            h[j, i] = d
            if d <= DRY:
                hu[j, i] = 0.0
                hv[j, i] = 0.0
                continue
            speed = math.sqrt(hu[j, i] * hu[j, i] + hv[j, i] * hv[j, i]) / d
            if speed > 0.0 and dt > 0.0:
                # implicit in the new speed: s' (1 + w + k s') = s - dt tau / (rho h)
                left = max(speed - dt * fluid[0] / d, 0.0)
                k = dt * GRAVITY * n2[j, i] / d ** (4.0 / 3.0)
                w = 0.0
                if fluid[1] > 0.0:
                    w = _drag(left, k, dt * fluid[1] / d, d, fluid[2])
                after = 2.0 * left / (1.0 + w + math.sqrt((1.0 + w) ** 2 + 4.0 * k * left))
                hu[j, i] *= after / speed
                hv[j, i] *= after / speed
                speed = after
            most = max(most, speed + math.sqrt(GRAVITY * d))
        fastest[j] = most


def sources(
    h: Any, hu: Any, hv: Any, n2: Any, fluid: Any, dt: Any, rain: Any, fastest: Any,
    team: Team = ALONE,
) -> None:  # fmt: skip
    """Clear what is dry, add rain, brake by friction and yield stress; keep the fastest wave.

    Parameters
    ----------
    h : ndarray
        Depth, changed. [m]
    hu, hv : ndarray
        Discharge per width, changed. [m2/s]
    n2 : ndarray
        Square of the roughness. [s2 m^(-2/3)]
    fluid : tuple of float
        Yield stress and consistency over density, flow index; zeros for water. [m2/s2, …, 1]
    dt : float
        Step; 0 only clears and finds the fastest wave. [s]
    rain : float
        That falls in the step. [m]
    fastest : ndarray
        Filled: |u| + sqrt(g h) by row. [m/s]
    team : Team
        Threads that share the work. [-]
    """
    team.spread(
        lambda begin, end: _source(begin, end, h, hu, hv, n2, fluid, dt, rain, fastest), len(h)
    )


def warm_up() -> None:
    """Compile the kernels, see `anlan.science.common.compiled`."""
    a = [np.zeros((2, 3)) for _ in range(7)]
    repay(a[1], a[2], a[3])
    still = np.zeros((2, 4), np.bool_), np.zeros((3, 3), np.bool_)
    tiles = tiles_for((2, 3))
    active_tiles(a[1], tiles)
    fluxes_x(a[0], a[1], a[2], a[3], 0.1, a[4], a[5], a[6], False, still[0], tiles)  # noqa: FBT003
    fluxes_y(a[0], a[1], a[2], a[3], 0.1, a[4], a[5], a[6], False, still[1], tiles)  # noqa: FBT003
    sources(a[1], a[2], a[3], a[0], (0.0, 0.0, 1.0), 0.1, 0.0, np.zeros(2))
    keep(a[1], a[2], a[3], 0.0, 0.0, 0.05, a[0], a[4], a[5], a[6], np.zeros((2, 3)))
