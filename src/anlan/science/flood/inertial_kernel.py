"""Compiled step of the local inertial model; see `anlan.science.flood.inertial`.

One pass over the rows does the whole step in place: discharge on the faces of a row, the share
that its cells can give, the water of the row below. Every array is read and written once, which
on large grids is what the step costs. Works in the precision of its arrays (float32 or float64).
Discharge per width lies on the faces: qx (rows, columns + 1), qy (rows + 1, columns).

The rows are cut into blocks for the threads. What a block needs of its neighbours is kept aside
before the pass (`halo`) and their faces are worked out a second time, so the same bits come out
for any number of blocks. Sums are kept by row for the same reason. A row is worked on a stretch
of columns at a time, which stays in the cache of the core over all the loops; these call no
library function and are vectorised. LLVM puts them into the pass (`forceinline`): a call that hands
over eleven arrays takes as long as 40 faces.

`cell_functions` holds the equations of a cell and of a face, for this pass and for the graphics
card (`anlan.science.flood.inertial_cuda`). They stand in this file because numba's cache looks at
the date of the file of the kernel only.

Quick to compile, too: no `parallel=True` (see `threads`), no arrays made or sliced inside, and
positions without sign where a loop must be vectorised, for which numba adds no test below 0.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numba as nb
import numpy as np

from anlan.science.common.constants import GRAVITY
from anlan.science.flood.threads import ALONE

if TYPE_CHECKING:
    from anlan.science.flood.threads import Team

__all__ = [
    "THIN",
    "advance",
    "blocks_for",
    "cell_functions",
    "halo_for",
    "parameters",
    "record",
    "warm_up",
]

FAST = {"contract", "nsz", "arcp"}
"""Rounding freedoms that let the compiler vectorise; NaN and infinity keep their meaning."""

THIN = 1e-3
"""Water less deep than this does not flow. [m]"""

LEAST = 32
"""Rows in a block, at least: the two rows worked out twice must not weigh."""

STRETCH = 2048
"""Columns worked on at a time: some sixteen lines of them fill the first cache of a core."""

SEED = 709921077
"""Bits of the float32 cube root: a third of the bits of the number, and this. [-]"""

KEPT = 11
"""Rows kept aside at each border of two blocks: four of h, two of qx, five of qy."""

LINES = 5
"""Rows a block works in: faces along the row, below it and above it, the next ones, shares."""

ONE = np.uint64(1)


def parameters(kind, *, theta: float, step: float, cell_size: float):  # type: ignore[no-untyped-def]
    """Return the numbers of one step in the precision of the arrays.

    Parameters
    ----------
    kind : type
        `numpy.float32` or `numpy.float64`. [-]
    theta : float
        Weight of the face itself against its neighbours. [1]
    step : float
        Length of the step. [s]
    cell_size : float
        Side of a cell. [m]
    """
    return np.array(
        [
            theta, 0.5 * (1.0 - theta), GRAVITY * step / cell_size, 2.0 * GRAVITY * step,
            THIN, 0.0, 1.0, 2.0, step / cell_size, 2.0 / 3.0, 1e-30, step,
        ],
        dtype=kind,
    )  # fmt: skip


def blocks_for(rows: int, threads: int) -> int:
    """Return into how many blocks to cut the rows.

    Parameters
    ----------
    rows : int
        Rows of the grid. [1]
    threads : int
        Threads at work. [1]
    """
    return 1 if threads == 1 else max(1, min(4 * threads, rows // LEAST))


def halo_for(shape, kind, blocks: int):  # type: ignore[no-untyped-def]
    """Return room for what the blocks need of each other, and to work in.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns. [1]
    kind : type
        Of the arrays. [-]
    blocks : int
        Number of blocks. [1]
    """
    return np.zeros((blocks, KEPT + LINES, shape[1] + 1), kind)


def cell_functions(compiled: Any, sqrt: Any) -> SimpleNamespace:
    """Return the equations of a cell and of a face, compiled for a processor or a card.

    `k` is that of `parameters`. It is read before use: a load inside a choice keeps a loop from
    being vectorised.

    Parameters
    ----------
    compiled : callable
        What compiles a function. [-]
    sqrt : callable
        The square root there: numpy's is vectorised, that of `math` is known to the card. [-]
    """

    @compiled
    def discharge(hl, hr, zl, zr, n2l, n2r, q, before, after, k):  # type: ignore[no-untyped-def]
        r"""Return the discharge over a face after Bates et al. and de Almeida et al. [m2/s].

        .. math:: q' \left(1 + F |q'|\right) = t, \qquad F = g \Delta t\, n^2 / h_f^{7/3}, \qquad
           q' = \frac{2t}{1 + \sqrt{1 + 4 F |t|}}

        with :math:`h_f^{7/3} = h_f^2 h_f^{1/3}`: the cube root from a seed on the bits of the
        float32 and one step of Halley, right to 5e-5. Its fraction is kept apart: one division
        serves all. The depth on the face, max of the levels less max of the beds, is taken from
        the step of the bed: levels high above the datum would cost digits.

        Left and right: depth, bed, square of the roughness; then the discharge of this face and
        of those before and after it in the direction of flow.
        """
        theta, aside, pull, brake = k[0], k[1], k[2], k[3]
        thin, zero, one, two = k[4], k[5], k[6], k[7]
        rise = zr - zl
        a = max(max(hl - max(rise, zero), hr + min(rise, zero)), thin)
        third = np.float32(np.float32(a).view(np.int32)) * np.float32(1.0 / 3.0)
        x = one * np.int32(np.int32(third) + np.int32(SEED)).view(np.float32)
        c = x * x * x
        # Halley: x (c + 2 a) / (2 c + a), so 4 F = over / under
        under = a * a * x * (c + two * a)
        over = brake * (n2l + n2r) * (two * c + a)
        t = theta * q + aside * (before + after) - pull * (a * ((hr - hl) + rise))
        root = sqrt(under * (under + over * abs(t)))
        out = two * t * under / (under + root)
        return out if a > thin else zero

    @compiled
    def leaving(d, n2, edge, k):  # type: ignore[no-untyped-def]
        """Return uniform flow down the slope outside; `edge` is its root, below 0 for a wall."""
        if edge < k[5] or d <= k[4]:
            return k[5]
        return d * d ** k[9] * edge / sqrt(n2)

    @compiled
    def gives(left, right, low, high, k):  # type: ignore[no-untyped-def]
        """Return the depth that a cell would give over its four faces."""
        lam, zero = k[8], k[5]
        return lam * (max(right, zero) - min(left, zero) + max(high, zero) - min(low, zero))

    @compiled
    def share(held, given, k):  # type: ignore[no-untyped-def]
        """Return the part of it that the cell can give."""
        one, tiny = k[6], k[10]
        return held / (given + tiny) if given > held else one

    @compiled
    def held_back(q, before, after, k):  # type: ignore[no-untyped-def]
        """Return a discharge scaled by the share of the cell that it leaves."""
        return q * (before if q > k[5] else after)

    @compiled
    def balanced(d, left, right, low, high, k):  # type: ignore[no-untyped-def]
        """Return the depth after the flow over the four faces."""
        lam, zero = k[8], k[5]
        return max(d + lam * ((left - right) + (low - high)), zero)

    @compiled
    def sunk(d, capacity, k):  # type: ignore[no-untyped-def]
        """Return the part of the capacity of ground and inlets [m/s] that the cell can feed."""
        zero, one, dt = k[5], k[6], k[11]
        want = capacity * dt
        return min(d / want, one) if want > zero and d > zero else zero

    @compiled
    def speed(d, left, right, low, high):  # type: ignore[no-untyped-def]
        """Return the speed in a cell from the discharge on its faces."""
        u = 0.5 * (left + right) / d
        v = 0.5 * (low + high) / d
        return sqrt(u * u + v * v)

    return SimpleNamespace(
        discharge=discharge, leaving=leaving, gives=gives, share=share, balanced=balanced,
        held_back=held_back, sunk=sunk, speed=speed,
    )  # fmt: skip


_CELL = cell_functions(nb.njit(inline="always"), np.sqrt)
_discharge, _gives, _share, _balanced = _CELL.discharge, _CELL.gives, _CELL.share, _CELL.balanced
_leaving, _held_back, _sunk, _speed = _CELL.leaving, _CELL.held_back, _CELL.sunk, _CELL.speed


@nb.njit(fastmath=FAST, error_model="numpy", forceinline=True)
def _faces(hl, hr, zl, zr, n2l, n2r, q, before, after, k, out, first, last, s):  # type: ignore[no-untyped-def]
    """Fill the faces of a stretch. Along a row both sides are the same row, `s` is 1; else 0."""
    for i in range(first, last):
        m = i + s
        out[m] = _discharge(
            hl[i], hr[m], zl[i], zr[m], n2l[i], n2r[m], q[m], before[i], after[m + s], k
        )


@nb.njit(fastmath=FAST, error_model="numpy", forceinline=True)
def _giving(x, low, high, h, k, out, first, last):  # type: ignore[no-untyped-def]
    """Fill the depth that each cell would give, and tell whether one gives more than it holds."""
    worst = np.int32(0)  # bits of the largest excess, see `_balance`
    for i in range(first, last):
        given = _gives(x[i], x[i + ONE], low[i], high[i], k)
        out[i] = given
        worst = max(worst, np.float32(given - h[i]).view(np.int32))
    return worst > 0


@nb.njit(fastmath=FAST, error_model="numpy")
def _hold_back(x, h, k, given, n):  # type: ignore[no-untyped-def]
    """Turn depths given into shares that can be given; scale the faces along the row."""
    for i in range(n):
        given[i] = _share(h[i], given[i], k)
    x[0] *= given[0]  # at an edge water only leaves
    x[n] *= given[n - 1]
    for i in range(1, n):
        x[i] = _held_back(x[i], given[i - 1], given[i], k)


@nb.njit(fastmath=FAST, error_model="numpy", forceinline=True)
def _balance(h, x, low, high, k, more, first, last):  # type: ignore[no-untyped-def]
    """Continuity and even rain of a stretch; returns the largest depth, as its bits.

    Numbers above 0 are in the order of their bits, and the largest of whole numbers is found
    eight at a time, that of others one by one: hence the float32.
    """
    top = np.int32(0)
    for i in range(first, last):
        d = _balanced(h[i], x[i], x[i + ONE], low[i], high[i], k) + more
        h[i] = d
        top = max(top, np.float32(d).view(np.int32))
    return top


@nb.njit(fastmath=FAST, error_model="numpy")
def _weather(h, j, k, rain, pattern, infiltration, drain, taken):  # type: ignore[no-untyped-def]
    """Rain, infiltration and inlets of a row; returns the bits of the largest depth."""
    zero, dt = k[5], k[11]
    if rain > zero:
        even = pattern.size == 1
        for i in range(h.size):
            h[i] += rain * (pattern[0, 0] if even else pattern[j, i])
    if infiltration.size > 1 or drain.size > 1 or infiltration[0, 0] > 0 or drain[0, 0] > 0:
        for i in range(h.size):
            soak = infiltration[0, 0] if infiltration.size == 1 else infiltration[j, i]
            gully = drain[0, 0] if drain.size == 1 else drain[j, i]
            part = _sunk(h[i], soak + gully, k)
            h[i] = max(h[i] - part * ((soak + gully) * dt), zero)
            taken[j, 0] += part * soak * dt
            taken[j, 1] += part * gully * dt
    top = np.int32(0)
    for i in range(h.size):
        top = max(top, np.float32(h[i]).view(np.int32))
    return top


@nb.njit(cache=True)
def _set_aside(h, qx, qy, halo):  # type: ignore[no-untyped-def]
    """Keep what two blocks need of each other at their border."""
    ny, nx = h.shape
    blocks = halo.shape[0]
    for b in range(1, blocks):
        r = ny * b // blocks
        for m in range(4):
            for i in range(nx):
                halo[b, m, i] = h[r - 2 + m, i]
        for m in range(2):
            for i in range(nx + 1):
                halo[b, 4 + m, i] = qx[r - 1 + m, i]
        for m in range(5):
            for i in range(nx):
                halo[b, 6 + m, i] = qy[r - 2 + m, i]


@nb.njit(fastmath=FAST, error_model="numpy", cache=True, nogil=True)
def _block(  # type: ignore[no-untyped-def]
    b, h, z, n2, wet, held, qx, qy, edge, k, rain, pattern, infiltration, drain, deepest, taken,
    halo,
):  # fmt: skip
    """Go one step on in the rows of block b, see `advance`."""
    ny, nx = h.shape
    blocks = halo.shape[0]
    first, last = ny * b // blocks, ny * (b + 1) // blocks
    zero = k[5]
    x, given = halo[b, KEPT], halo[b, KEPT + 1]
    low, here, high = halo[b, KEPT + 2], halo[b, KEPT + 3], halo[b, KEPT + 4]
    plain = infiltration.size == 1 and drain.size == 1 and pattern.size == 1
    plain = plain and infiltration[0, 0] == zero and drain[0, 0] == zero
    even = rain * pattern[0, 0] if plain else zero
    behind = min(b + 1, blocks - 1)
    # rows first - 1 and last belong to the neighbours: worked out here too, written there. Row ny
    # is none: there the last one comes to the end of the step
    begin, end = max(first - 1, 0), min(last + 1, ny + 1)
    for j in range(begin - 1, end):
        up = j + 1
        within, above, lower = min(max(j, 0), ny - 1), min(up, ny - 1), max(j - 1, 0)
        # the state before the step, of a neighbour out of what was kept aside
        hl, along, before = h[within], qx[within], qy[within]
        hr, q, after = h[above], qy[min(up, ny)], qy[min(up + 1, ny)]
        if j < first:
            hl, along, before = halo[b, j - first + 2], halo[b, 4], halo[b, j - first + 8]
        if up < first:
            hr, q = halo[b, up - first + 2], halo[b, up - first + 8]
        if j >= last:
            hl, along, before = (
                halo[behind, j - last + 2],
                halo[behind, 5],
                halo[behind, j - last + 8],
            )
        if up >= last:
            hr, q = halo[behind, up - last + 2], halo[behind, up - last + 8]
        if up + 1 >= last and b + 1 < blocks:
            after = halo[b + 1, up + 1 - last + 8]
        zl, n2l = z[within], n2[within]
        own = begin <= j < ny
        flows = own and wet[j]
        flows_up = 0 < up < ny and (wet[j] or wet[up])
        may_give = own and (wet[j] or wet[lower] or wet[above])
        near = j > first and (rain > zero or held[j - 1] or held[max(j - 2, 0)] or held[within])
        if flows:
            x[0] = -_leaving(hl[0], n2l[0], edge, k)
            x[nx] = _leaving(hl[nx - 1], n2l[nx - 1], edge, k)
        else:
            for i in range(np.uint64(0), np.uint64(nx + 1)):
                x[i] = zero
        if up == 0 or up == ny:
            sign = -k[6] if up == 0 else k[6]
            for i in range(nx):
                high[i] = sign * _leaving(hr[i] if up == 0 else hl[i], n2[above, i], edge, k)
        elif not flows_up:
            for i in range(np.uint64(0), np.uint64(nx)):
                high[i] = zero
        short = False
        top = np.int32(0)
        for start in range(0, nx, STRETCH):
            stop = min(start + STRETCH, nx)
            a, e = np.uint64(start), np.uint64(stop)
            if flows_up:
                _faces(
                    hl, hr, zl, z[above], n2l, n2[above], q, before, after, k, high, a, e,
                    np.uint64(0),
                )  # fmt: skip
            if flows:
                _faces(
                    hl, hl, zl, zl, n2l, n2l, along, along, along, k, x, a,
                    np.uint64(min(stop, nx - 1)), ONE,
                )  # fmt: skip
            if may_give and _giving(x, here, high, hl, k, given, a, e):
                short = True
                for i in range(start, stop):
                    part = _share(hl[i], given[i], k)
                    if here[i] < zero:
                        here[i] *= part
                    if high[i] > zero:
                        high[i] *= part
            if near:
                top = max(top, _balance(h[lower], qx[lower], low, here, k, even, a, e))
            if first <= j < last or j == ny:
                line = qy[max(j, 0)]
                for i in range(a, e):
                    line[i] = here[i]
        if short:
            _hold_back(x, hl, k, given, nx)
        if j > first:
            taken[lower, 0] = taken[lower, 1] = 0.0
            if near and not plain:
                top = _weather(h[lower], lower, k, rain, pattern, infiltration, drain, taken)
            deepest[lower] = np.int32(top).view(np.float32)
        if first <= j < last:
            line = qx[within]
            for i in range(np.uint64(0), np.uint64(nx + 1)):
                line[i] = x[i]
        low, here, high = here, high, low


def advance(
    h: Any, z: Any, n2: Any, wet: Any, held: Any, qx: Any, qy: Any, edge: Any, k: Any,
    rain: Any, pattern: Any, infiltration: Any, drain: Any, deepest: Any, taken: Any, halo: Any,
    team: Team = ALONE,
) -> None:  # fmt: skip
    """Go one step on, in place.

    Rows without flowing water are passed over. `pattern`, `infiltration` and `drain` may be of
    shape (1, 1) for a constant.

    Parameters
    ----------
    h : ndarray
        Depth, changed. [m]
    z : ndarray
        Bed. [m]
    n2 : ndarray
        Square of the roughness. [s2 m^(-2/3)]
    wet : ndarray of bool
        Rows with flowing water. [-]
    held : ndarray of bool
        Rows that hold water. [-]
    qx, qy : ndarray
        Discharge, changed. [m2/s]
    edge : float
        Root of the slope outside, below 0 for a wall. [1]
    k : ndarray
        Of `parameters`. [-]
    rain : float
        That falls in the step. [m]
    pattern : ndarray
        Factor of the rain. [1]
    infiltration, drain : ndarray
        Capacities. [m/s]
    deepest : ndarray
        Filled: largest depth of each row. [m]
    taken : ndarray
        Filled: infiltrated and drained by row. [m]
    halo : ndarray
        Of `halo_for`: room for each block. [-]
    team : Team
        Threads that share the blocks. [-]
    """
    _set_aside(h, qx, qy, halo)

    def work(block: int) -> None:
        _block(
            block, h, z, n2, wet, held, qx, qy, edge, k, rain, pattern, infiltration, drain,
            deepest, taken, halo,
        )  # fmt: skip

    team.share(work, len(halo))


@nb.njit(error_model="numpy", cache=True, nogil=True)
def record(h, qx, qy, span, now, wet_depth, most, fastest, rating, arrival, soaked):  # type: ignore[no-untyped-def]
    """Keep the largest depth, speed and rating, the arrival and the time under water.

    Parameters
    ----------
    h : ndarray
        Depth. [m]
    qx, qy : ndarray
        Discharge on the faces. [m2/s]
    span : float
        Since the last record. [s]
    now : float
        Since the start. [s]
    wet_depth : float
        From which a place counts as flooded. [m]
    most, fastest, rating : ndarray
        Changed: largest depth, speed and rating. [m, m/s, m2/s]
    arrival, soaked : ndarray
        Changed: first time and time under water. [s]
    """
    for j in range(h.shape[0]):
        for i in range(h.shape[1]):
            d = float(h[j, i])
            most[j, i] = max(most[j, i], d)
            if d >= wet_depth:
                swift = _speed(d, qx[j, i], qx[j, i + 1], qy[j, i], qy[j + 1, i])
                fastest[j, i] = max(fastest[j, i], swift)
                rating[j, i] = max(rating[j, i], d * (swift + 0.5))
                arrival[j, i] = min(arrival[j, i], now)
                soaked[j, i] += span


def warm_up() -> None:
    """Compile the kernels for both precisions, see `anlan.science.common.compiled`."""
    for kind in (np.float32, np.float64):
        h = np.zeros((2, 3), kind)
        qx, qy = np.zeros((2, 4), kind), np.zeros((3, 3), kind)
        wet = np.ones(2, np.bool_)
        params = parameters(kind, theta=0.8, step=1.0, cell_size=10.0)
        one = np.ones((1, 1), kind)
        advance(
            h, h, h + one, wet, wet, qx, qy, kind(-1), params, kind(0), one, 0 * one, 0 * one,
            np.zeros(2), np.zeros((2, 2)), halo_for(h.shape, kind, 1),
        )  # fmt: skip
        full = [np.zeros((2, 3)) for _ in range(5)]
        record(h, qx, qy, 1.0, 0.0, 0.05, *full)
