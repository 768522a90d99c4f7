"""Compiled steps of the shallow water model; see `anlan.science.flood.shallow`.

Second order: slopes of level, depth and velocity limited by the generalised minmod, hydrostatic
reconstruction, HLLC flux. A block of rows is worked on a strip of columns at a time, row after
row; its rows are kept in a ring that stays in the cache of the core. Faces at the border of two
blocks are worked out in both, each cell is written by one block only and sums are kept by row:
the same bits come out for any number of threads.

The loops along a row have no branch and call no library function, so that they are vectorised:
all is read out of one buffer at distances that the compiler can tell apart, positions have no
sign (for others numba asks at each load whether they count from the end), and there is no
freedom of rounding: a cell gives the same bits wherever in a vector it stands.

Only tiles that hold water, and those beside them, are worked out. What lies beyond is dry and has
dry neighbours: no face there has a flux, so leaving them out changes no bit.

Quick to compile: no `parallel=True`, see `threads`.
"""

from __future__ import annotations

from types import SimpleNamespace
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
    "flow",
    "flow_functions",
    "repay",
    "tiles_for",
    "warm_up",
]

DRY = 1e-6
"""Water less deep than this has no momentum. [m]"""

TILE = 16
"""Cells along the side of a tile."""

WIDE = 8 * TILE
"""Columns of a strip."""

LINE = WIDE + 8
"""Numbers in a line of the buffer: a strip, two cells more on each side, and rounded up."""

HALF_G = 0.5 * GRAVITY

# lines of a cell in the ring, of its slopes and of its face, and where these lie in the buffer
H, Z, U, V = (np.uint64(k * LINE) for k in range(4))
CELL = np.uint64(4 * LINE)
LEVEL, DEPTH, ALONG, ACROSS = H, Z, U, V
MASS, LEFT, RIGHT, ASIDE = H, Z, U, V
SLOPES = np.uint64(3) * CELL
FACES = SLOPES + np.uint64(3) * CELL
SIZE = int(FACES + np.uint64(3) * CELL)
ONE, TWO = np.uint64(1), np.uint64(2)


def tiles_for(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return room for the marks of `active_tiles`: which tiles hold water, which are worked out.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the grid. [1]
    """
    return np.zeros((2, -(-shape[0] // TILE), -(-shape[1] // TILE)), np.bool_)


def flow_functions(compiled: Any, sqrt: Any) -> SimpleNamespace:
    """Return the equations of a slope and of a face, compiled for a processor or a card.

    Parameters
    ----------
    compiled : callable
        What compiles a function. [-]
    sqrt : callable
        The square root there: numpy's is vectorised, that of `math` is known to the card. [-]
    """

    @compiled
    def limited(a, b, theta):  # type: ignore[no-untyped-def]
        """Return the generalised minmod of two steps; at most twice the smaller."""
        x, y, m = theta * a, theta * b, 0.5 * (a + b)
        return max(min(min(x, y), m), 0.0) + min(max(max(x, y), m), 0.0)

    @compiled
    def half_slope(before, here, after, wet, theta):  # type: ignore[no-untyped-def]
        """Return half the slope in a cell; none beside dry ground, where the level means nothing."""
        slope = 0.5 * limited(here - before, after - here, theta)
        return slope if wet else 0.0

    @compiled
    def flux(h, z, hl, el, ul, vl, g, y, hr, er, ur, vr):  # type: ignore[no-untyped-def]
        """Return the flux over a face: mass, momentum as each side sees it, momentum across.

        Left and right: depth and bed of the cell; depth, level, and speeds along and across on
        its side of the face. HLLC after Toro (2001), with the speeds of dry fronts where one side
        is dry. A speed of the fan cut at 0 leaves the flux of the side the flow comes from; that
        is the sign of the mass.
        """
        zl, zr = el - hl, er - hr
        top = max(zl, zr)
        a, b = max(hl + zl - top, 0.0), max(hr + zr - top, 0.0)
        cl, cr = sqrt(GRAVITY * a), sqrt(GRAVITY * b)
        us = 0.5 * (ul + ur) + (cl - cr)
        cs = max(0.5 * (cl + cr) + 0.25 * (ul - ur), 0.0)
        slow, fast = min(ul - cl, us - cs), max(ur + cr, us + cs)
        slow = ul - cl if b <= DRY else slow
        fast = ul + 2.0 * cl if b <= DRY else fast
        slow = ur - 2.0 * cr if a <= DRY else slow
        fast = ur + cr if a <= DRY else fast
        slow, fast = min(slow, 0.0), max(fast, 0.0)
        inverse = 1.0 / max(fast - slow, 1e-30)
        inverse = inverse if max(a, b) > DRY else 0.0
        ml, mr = a * ul, b * ur
        pl, pr = HALF_G * (a * a), HALF_G * (b * b)
        both = slow * fast
        mass = ((fast * ml - slow * mr) + both * (b - a)) * inverse
        push = ((fast * (ml * ul + pl) - slow * (mr * ur + pr)) + both * (mr - ml)) * inverse
        # what each side sees, and its bed between centre and face
        left = push + ((HALF_G * (hl * hl) - pl) + HALF_G * (h + hl) * (zl - z))
        right = push + ((HALF_G * (hr * hr) - pr) + HALF_G * (g + hr) * (zr - y))
        return mass, left, right, mass * (vl if mass >= 0.0 else vr)

    return SimpleNamespace(limited=limited, half_slope=half_slope, flux=flux)


_FLOW = flow_functions(nb.njit(inline="always", error_model="numpy"), np.sqrt)
_half_slope, _flux = _FLOW.half_slope, _FLOW.flux


@nb.njit(error_model="numpy")
def _slopes(buf, before, here, after, along, across, out, n, theta):  # type: ignore[no-untyped-def]
    """Half the slopes of a line of cells."""
    for i in range(np.uint64(0), n):
        h0, h1, h2 = buf[before + H + i], buf[here + H + i], buf[after + H + i]
        e0, e1, e2 = h0 + buf[before + Z + i], h1 + buf[here + Z + i], h2 + buf[after + Z + i]
        u0, u1, u2 = buf[before + along + i], buf[here + along + i], buf[after + along + i]
        v0, v1, v2 = buf[before + across + i], buf[here + across + i], buf[after + across + i]
        wet = min(min(h0, h1), h2) > DRY
        buf[out + LEVEL + i] = _half_slope(e0, e1, e2, wet, theta)
        buf[out + DEPTH + i] = _half_slope(h0, h1, h2, wet, theta)
        buf[out + ALONG + i] = _half_slope(u0, u1, u2, wet, theta)
        buf[out + ACROSS + i] = _half_slope(v0, v1, v2, wet, theta)


@nb.njit(error_model="numpy")
def _faces(buf, left, right, tilt_left, tilt_right, along, across, out, n):  # type: ignore[no-untyped-def]
    """Fill the flux over a line of faces."""
    for i in range(np.uint64(0), n):
        h, z = buf[left + H + i], buf[left + Z + i]
        g, y = buf[right + H + i], buf[right + Z + i]
        mass, here, there, aside = _flux(
            h, z, h + buf[tilt_left + DEPTH + i], h + z + buf[tilt_left + LEVEL + i],
            buf[left + along + i] + buf[tilt_left + ALONG + i],
            buf[left + across + i] + buf[tilt_left + ACROSS + i],
            g, y, g - buf[tilt_right + DEPTH + i], g + y - buf[tilt_right + LEVEL + i],
            buf[right + along + i] - buf[tilt_right + ALONG + i],
            buf[right + across + i] - buf[tilt_right + ACROSS + i],
        )  # fmt: skip
        buf[out + MASS + i] = mass
        buf[out + LEFT + i] = here
        buf[out + RIGHT + i] = there
        buf[out + ASIDE + i] = aside


@nb.njit(error_model="numpy")
def _at_rest(buf, left, right, out, still, row, first, n):  # type: ignore[no-untyped-def]
    """Shut the faces that a yield stress holds: each cell pushes back with its own pressure."""
    for i in range(n):
        if still[row, first + i]:
            p = np.uint64(i)
            hl, hr = buf[left + H + p], buf[right + H + p]
            buf[out + MASS + p] = buf[out + ASIDE + p] = 0.0
            buf[out + LEFT + p] = HALF_G * (hl * hl)
            buf[out + RIGHT + p] = HALF_G * (hr * hr)


@nb.njit(error_model="numpy")
def _read(buf, slot, z, h, hu, hv, begin, n):  # type: ignore[no-untyped-def]
    """Fill the lines of cells of a row from its column `begin` on."""
    for i in range(np.uint64(0), n):
        d = h[begin + i]
        inverse = 1.0 / d
        u, v = hu[begin + i] * inverse, hv[begin + i] * inverse
        buf[slot + H + i] = d
        buf[slot + Z + i] = z[begin + i]
        buf[slot + U + i] = u if d > DRY else 0.0
        buf[slot + V + i] = v if d > DRY else 0.0


@nb.njit(error_model="numpy")
def _mirror(buf, out, cell, n, keep, turn_u, turn_v):  # type: ignore[no-untyped-def]
    """Fill n cells beyond an edge with the same bed, and factors of depth and velocity."""
    for i in range(np.uint64(0), n):
        buf[out + H + i] = keep * buf[cell + H + i]
        buf[out + Z + i] = buf[cell + Z + i]
        buf[out + U + i] = turn_u * buf[cell + U + i]
        buf[out + V + i] = turn_v * buf[cell + V + i]


@nb.njit(error_model="numpy")
def _level_out(buf, slopes, n):  # type: ignore[no-untyped-def]
    """First order for n cells."""
    for i in range(np.uint64(0), n):
        buf[slopes + LEVEL + i] = buf[slopes + DEPTH + i] = 0.0
        buf[slopes + ALONG + i] = buf[slopes + ACROSS + i] = 0.0


@nb.njit(error_model="numpy")
def _change(buf, x, low, high, lam, old_h, old_hu, old_hv, h, hu, hv, begin, n):  # type: ignore[no-untyped-def]
    """Fill the new state of a row; return how many of its cells gave more than they held."""
    short = 0
    for i in range(np.uint64(0), n):
        j = begin + i
        k = i + ONE
        d = old_h[j] - lam * (
            (buf[x + MASS + k] - buf[x + MASS + i]) + (buf[high + MASS + i] - buf[low + MASS + i])
        )
        h[j] = d
        short += d < 0.0
        hu[j] = old_hu[j] - lam * (
            (buf[x + LEFT + k] - buf[x + RIGHT + i])
            + (buf[high + ASIDE + i] - buf[low + ASIDE + i])
        )
        hv[j] = old_hv[j] - lam * (
            (buf[x + ASIDE + k] - buf[x + ASIDE + i])
            + (buf[high + LEFT + i] - buf[low + RIGHT + i])
        )
    return short


@nb.njit(error_model="numpy")
def _row(buf, row, z, old, first, n, open_edge):  # type: ignore[no-untyped-def]
    """Read a row into the ring, two cells more on each side; beyond the edges what is seen there.

    A wall mirrors; over an open edge the water falls into nothing.
    """
    rows, columns = z.shape
    slot = np.uint64((row + 3) % 3) * CELL
    left, right = max(first - 2, 0), min(first + n + 2, columns)
    j = min(max(row, 0), rows - 1)
    _read(
        buf, slot + np.uint64(2 + left - first), z[j], old[0, j], old[1, j], old[2, j],
        np.uint64(left), np.uint64(right - left),
    )  # fmt: skip
    keep = 0.0 if open_edge else 1.0
    if first == 0:
        _mirror(buf, slot + ONE, slot + TWO, ONE, keep, -keep, keep)
    if first + n == columns:
        edge = slot + np.uint64(n + 1)
        _mirror(buf, edge + ONE, edge, ONE, keep, -keep, keep)
    if row != j:
        _mirror(buf, slot + TWO, slot + TWO, np.uint64(n), keep, keep, -keep)
    return slot


@nb.njit(error_model="numpy")
def _block(z, old, new, top, end, first, n, lam, theta, open_edge, still_x, still_y, short, buf):  # type: ignore[no-untyped-def]
    """Work out the rows from `top` to `end` and n columns, at most a strip, from `first` on.

    When row j + 1 comes into the ring, row j gets its slopes over the rows, then the face between
    it and row j - 1 can be worked out, and row j - 1 has all that it needs.
    """
    rows, columns = z.shape
    wide = np.uint64(n)
    lower, here = _row(buf, top - 2, z, old, first, n, open_edge), np.uint64(0)
    here = _row(buf, top - 1, z, old, first, n, open_edge)
    tilt_x, x = SLOPES + TWO * CELL, FACES + TWO * CELL
    for j in range(top - 1, end + 1):
        upper = _row(buf, j + 1, z, old, first, n, open_edge)
        tilt_low, tilt = SLOPES + np.uint64(j & 1) * CELL, SLOPES + np.uint64((j + 1) & 1) * CELL
        low, high = FACES + np.uint64(j & 1) * CELL, FACES + np.uint64((j + 1) & 1) * CELL
        if 0 < j < rows - 1:
            _slopes(buf, lower + TWO, here + TWO, upper + TWO, V, U, tilt, wide, theta)
        else:
            _level_out(buf, tilt, wide)
        if j >= top:
            _faces(buf, lower + TWO, here + TWO, tilt_low, tilt, V, U, high, wide)
            if still_y.size:
                _at_rest(buf, lower + TWO, here + TWO, high, still_y, j, first, n)
        if j > top:
            # lines along the row begin at the cell before `first`
            _slopes(buf, lower, lower + ONE, lower + TWO, U, V, tilt_x, wide + TWO, theta)
            if first == 0:
                _level_out(buf, tilt_x, TWO)
            if first + n == columns:
                _level_out(buf, tilt_x + wide, TWO)
            _faces(buf, lower + ONE, lower + TWO, tilt_x, tilt_x + ONE, U, V, x, wide + ONE)
            if still_x.size:
                _at_rest(buf, lower + ONE, lower + TWO, x, still_x, j - 1, first, n + 1)
            m = j - 1
            short[m] += _change(
                buf, x, low, high, lam, old[0, m], old[1, m], old[2, m], new[0, m], new[1, m],
                new[2, m], np.uint64(first), wide,
            )  # fmt: skip
        lower, here = here, upper


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _flow(start, stop, z, old, new, lam, theta, open_edge, still_x, still_y, tiles, short, buf):  # type: ignore[no-untyped-def]
    rows, columns = z.shape
    active = tiles[1]
    across = active.shape[1]
    tj = start
    while tj < stop:
        # rows of tiles that are alike are worked out together
        below = tj + 1
        alike = True
        while alike and below < stop:
            for ti in range(across):
                alike = alike and active[below, ti] == active[tj, ti]
            below += alike
        top, end = tj * TILE, min(rows, below * TILE)
        for j in range(top, end):
            short[j] = 0
        begin = 0
        while begin < across:
            after = begin + 1
            while after < across and active[tj, after] == active[tj, begin]:
                after += 1
            first, last = begin * TILE, min(columns, after * TILE)
            if active[tj, begin]:
                for c in range(first, last, WIDE):
                    _block(
                        z, old, new, top, end, c, min(WIDE, last - c), lam, theta, open_edge,
                        still_x, still_y, short, buf,
                    )  # fmt: skip
            else:
                for k in range(3):
                    for j in range(top, end):
                        for i in range(first, last):
                            new[k, j, i] = old[k, j, i]
            begin = after
        tj = below


def flow(
    z: Any, old: Any, new: Any, lam: Any, theta: Any, open_edge: Any, still_x: Any, still_y: Any,
    tiles: Any, short: Any, team: Team = ALONE,
) -> None:  # fmt: skip
    """Fill the state that flow alone makes of the old one.

    Parameters
    ----------
    z : ndarray
        Bed. [m]
    old : ndarray
        Depth and discharge per width along columns and rows, shape (3, rows, columns).
        [m, m2/s, m2/s]
    new : ndarray
        Filled: the same after the step; not `old` itself. [m, m2/s, m2/s]
    lam : float
        Step over cell. [s/m]
    theta : float
        Of the limiter: 1 (minmod) to 2. [1]
    open_edge : bool
        Whether water falls over the edges. [-]
    still_x, still_y : ndarray of bool
        Faces through which nothing moves, of `resting_faces`; empty for water. [-]
    tiles : ndarray of bool
        Of `active_tiles`. [-]
    short : ndarray of int
        Filled: cells of each row that gave more than they held. [1]
    team : Team
        Threads that share the work. [-]
    """
    team.spread(
        lambda begin, end: _flow(
            begin, end, z, old, new, lam, theta, open_edge, still_x, still_y, tiles, short,
            np.empty(SIZE),
        ),
        tiles.shape[1],
    )  # fmt: skip


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


@nb.njit(cache=True, error_model="numpy")
def repay(state):  # type: ignore[no-untyped-def]
    """Let neighbours pay what a cell gave beyond what it held, so that no water is made.

    Parameters
    ----------
    state : ndarray
        Depth and discharges per width, changed: those of the neighbours with their depth.
        [m, m2/s, m2/s]
    """
    h, hu, hv = state[0], state[1], state[2]
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


def warm_up() -> None:
    """Compile the kernels, see `anlan.science.common.compiled`."""
    z = np.zeros((2, 3))
    old, new = np.zeros((3, 2, 3)), np.zeros((3, 2, 3))
    still_x, still_y = np.zeros((2, 4), np.bool_), np.zeros((3, 3), np.bool_)
    tiles = tiles_for((2, 3))
    active_tiles(old[0], tiles)
    flow(z, old, new, 0.1, 1.5, False, still_x, still_y, tiles, np.zeros(2, np.int64))  # noqa: FBT003
    repay(new)
