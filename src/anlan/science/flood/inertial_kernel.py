"""Compiled step of the local inertial model; see `anlan.science.flood.inertial`.

One pass over the rows does the whole step in place: discharge on the faces of a row, the share
that its cells can give, the water of the row below. Every array is read and written once, which
on large grids is what the step costs. Works in the precision of its arrays (float32 or float64).
Discharge per width lies on the faces: qx (rows, columns + 1), qy (rows + 1, columns).

The rows are cut into blocks for the threads. What a block needs of its neighbours is kept aside
before the pass (`halo`) and their faces are worked out a second time, so the same bits come out
for any number of blocks. Sums are kept by row for the same reason. The inner loops call no
library function and are vectorised.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from anlan.science.common.constants import GRAVITY

__all__ = ["advance", "blocks_for", "halo_for", "parameters", "record", "warm_up"]

FAST = {"contract", "nsz", "arcp"}
"""Rounding freedoms that let the compiler vectorise; NaN and infinity keep their meaning."""

THIN = 1e-3
"""Water less deep than this does not flow. [m]"""

LEAST = 32
"""Rows in a block, at least: the two rows worked out twice must not weigh."""

SEED = 709921077
"""Bits of the float32 cube root: a third of the bits of the number, and this. [-]"""

KEPT = 11
"""Rows kept aside at each border of two blocks: four of h, two of qx, five of qy."""


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
            THIN, 0.0, 1.0, 2.0, step / cell_size, 2.0 / 3.0, 1e-30,
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
    """Return room for what the blocks need of each other.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns. [1]
    kind : type
        Of the arrays. [-]
    blocks : int
        Number of blocks. [1]
    """
    return np.zeros((blocks, KEPT, shape[1] + 1), kind)


@nb.njit(inline="always")
def _discharge(hl, hr, zl, zr, n2l, n2r, q, before, after, k):  # type: ignore[no-untyped-def]
    r"""Return the discharge over a face after Bates et al. (2010) and de Almeida et al. (2012).

    .. math:: q' \left(1 + F |q'|\right) = t, \qquad F = g \Delta t\, n^2 / h_f^{7/3}, \qquad
       q' = \frac{2t}{1 + \sqrt{1 + 4 F |t|}}

    with :math:`h_f^{7/3} = h_f^2 h_f^{1/3}`: the cube root from a seed on the bits of the float32
    and one step of Halley, right to 5e-5. Its fraction is kept apart: one division serves all.

    The depth on the face, max of the levels less max of the beds, is taken from the step of the
    bed: levels high above the datum would cost digits.

    Parameters
    ----------
    hl, hr : float
        Depth on both sides. [m]
    zl, zr : float
        Bed on both sides. [m]
    n2l, n2r : float
        Square of the roughness on both sides. [s2 m^(-2/3)]
    q, before, after : float
        Discharge of this face and of those before and after it in the direction of flow. [m2/s]
    k : ndarray
        Of `parameters`. [-]
    """
    # read before use: a load inside a choice keeps the loop from being vectorised
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
    root = np.sqrt(under * (under + over * abs(t)))
    out = two * t * under / (under + root)
    return out if a > thin else zero


@nb.njit(fastmath=FAST, error_model="numpy")
def _faces_x(h, z, n2, q, k, out):  # type: ignore[no-untyped-def]
    # rows out of the halo are one longer: the length is that of the faces
    for i in range(1, out.size - 1):
        out[i] = _discharge(
            h[i - 1], h[i], z[i - 1], z[i], n2[i - 1], n2[i], q[i], q[i - 1], q[i + 1], k
        )


@nb.njit(fastmath=FAST, error_model="numpy")
def _faces_y(hl, hr, zl, zr, n2l, n2r, q, before, after, k, out):  # type: ignore[no-untyped-def]
    for i in range(out.size):
        out[i] = _discharge(
            hl[i], hr[i], zl[i], zr[i], n2l[i], n2r[i], q[i], before[i], after[i], k
        )


@nb.njit(fastmath=FAST, error_model="numpy")
def _leaving(d, n2, edge, k):  # type: ignore[no-untyped-def]
    """Uniform flow down the slope outside; `edge` is its root, below 0 for a wall."""
    if edge < k[5] or d <= k[4]:
        return k[5]
    return d * d ** k[9] * edge / np.sqrt(n2)


@nb.njit(fastmath=FAST, error_model="numpy")
def _given(x, low, high, h, k, out):  # type: ignore[no-untyped-def]
    """Fill the depth that each cell of a row would give, and tell whether one gives too much."""
    lam, zero = k[8], k[5]
    worst = np.int32(0)  # bits of the largest excess, see `_balance`
    for i in range(out.size):
        gives = lam * (
            max(x[i + 1], zero) - min(x[i], zero) + max(high[i], zero) - min(low[i], zero)
        )
        out[i] = gives
        worst = max(worst, np.float32(gives - h[i]).view(np.int32))
    return worst > 0


@nb.njit(fastmath=FAST, error_model="numpy")
def _hold_back(x, h, k, share):  # type: ignore[no-untyped-def]
    """Turn depths given into shares that can be given; scale the faces of the row."""
    zero, one, tiny, n = k[5], k[6], k[10], share.size
    for i in range(n):
        share[i] = h[i] / (share[i] + tiny) if share[i] > h[i] else one
    x[0] *= share[0]  # at an edge water only leaves
    x[n] *= share[n - 1]
    for i in range(1, n):
        x[i] *= share[i - 1] if x[i] > zero else share[i]


@nb.njit(fastmath=FAST, error_model="numpy")
def _balance(h, x, low, high, k, more):  # type: ignore[no-untyped-def]
    """Continuity and even rain of a row; returns the largest depth.

    Numbers above 0 are in the order of their bits, and the largest of whole numbers is found
    eight at a time, that of others one by one: hence the float32.
    """
    lam, zero = k[8], k[5]
    top = np.int32(0)
    for i in range(h.size):
        d = max(h[i] + lam * ((x[i] - x[i + 1]) + (low[i] - high[i])), zero) + more
        h[i] = d
        top = max(top, np.float32(d).view(np.int32))
    return np.int32(top).view(np.float32)


@nb.njit(fastmath=FAST, error_model="numpy")
def _weather(h, j, k, rain, pattern, infiltration, drain, dt, taken):  # type: ignore[no-untyped-def]
    """Rain, infiltration and inlets of a row."""
    zero, one = k[5], k[6]
    if rain > zero:
        if pattern.size == 1:
            more = rain * pattern[0, 0]
            for i in range(h.size):
                h[i] += more
        else:
            for i in range(h.size):
                h[i] += rain * pattern[j, i]
    if infiltration.size > 1 or drain.size > 1 or infiltration[0, 0] > 0 or drain[0, 0] > 0:
        for i in range(h.size):
            soak = infiltration[0, 0] if infiltration.size == 1 else infiltration[j, i]
            gully = drain[0, 0] if drain.size == 1 else drain[j, i]
            want = (soak + gully) * dt
            if want > zero and h[i] > zero:
                part = min(h[i] / want, one)
                got = part * soak * dt
                h[i] -= part * want
                taken[j, 0] += got
                taken[j, 1] += part * gully * dt
    top = np.int32(0)
    for i in range(h.size):
        top = max(top, np.float32(h[i]).view(np.int32))
    return np.int32(top).view(np.float32)


@nb.njit(fastmath=FAST, error_model="numpy")
def _row_ahead(h, j, held, x, low, high, k, rain, pattern, infiltration, drain, dt, taken):  # type: ignore[no-untyped-def]
    """Bring the water of a row to the end of the step; returns its largest depth."""
    near = held[j] or (j > 0 and held[j - 1]) or (j < h.shape[0] - 1 and held[j + 1])
    taken[j, 0] = 0.0
    taken[j, 1] = 0.0
    zero = k[5]
    if not near and not rain > zero:
        return np.float32(0)
    even = pattern.size == 1
    simple = infiltration.size == 1 and drain.size == 1
    simple = (
        simple and infiltration[0, 0] == zero and drain[0, 0] == zero and (even or rain == zero)
    )
    if near and simple:
        return _balance(h[j], x, low, high, k, rain * pattern[0, 0])
    if near:
        _balance(h[j], x, low, high, k, zero)
    return _weather(h[j], j, k, rain, pattern, infiltration, drain, dt, taken)


@nb.njit(parallel=True, fastmath=FAST, error_model="numpy", cache=True)
def advance(  # type: ignore[no-untyped-def]
    h, z, n2, wet, held, qx, qy, edge, k, rain, pattern, infiltration, drain, dt, deepest, taken,
    halo,
):  # fmt: skip
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
    dt : float
        Length of the step. [s]
    deepest : ndarray
        Filled: largest depth of each row. [m]
    taken : ndarray
        Filled: infiltrated and drained by row. [m]
    halo : ndarray
        Of `halo_for`: room for each block. [-]
    """
    ny, nx = h.shape
    blocks = halo.shape[0]
    zero, one = k[5], k[6]
    for b in nb.prange(1, blocks):
        r = ny * b // blocks
        kept = halo[b]
        for i in range(nx):
            for m in range(4):
                kept[m, i] = h[r - 2 + m, i]
            for m in range(5):
                kept[6 + m, i] = qy[r - 2 + m, i]
        for i in range(nx + 1):
            kept[4, i] = qx[r - 1, i]
            kept[5, i] = qx[r, i]
    for b in nb.prange(blocks):
        first, last = ny * b // blocks, ny * (b + 1) // blocks
        x = np.zeros(nx + 1, h.dtype)
        lines = np.zeros((3, nx), h.dtype)
        shares = np.zeros((2, nx), h.dtype)
        low, here, high = lines[0], lines[1], lines[2]
        short = False
        # rows first - 1 and last belong to the neighbours: worked out here too, written there
        begin, end = max(first - 1, 0), min(last + 1, ny)
        for j in range(begin - 1, end):
            # the faces above row j, from the state before the step
            up = j + 1
            if up == 0 or up == ny:
                edge_row = 0 if up == 0 else ny - 1
                for i in range(nx):
                    leaves = _leaving(h[edge_row, i], n2[edge_row, i], edge, k)
                    high[i] = leaves if up == ny else -leaves
            elif wet[j] or wet[up]:
                hl = halo[b, j - first + 2] if j < first else h[j]
                hr = halo[b, up - first + 2] if up < first else h[up]
                q = halo[b, up - first + 8] if up < first else qy[up]
                before = halo[b, j - first + 8] if j < first else qy[j]
                after = qy[up + 1]
                if j >= last:
                    hl = halo[b + 1, j - last + 2]
                if up >= last:
                    hr = halo[b + 1, up - last + 2]
                    q = halo[b + 1, up - last + 8]
                if up + 1 >= last and b + 1 < blocks:
                    after = halo[b + 1, up + 1 - last + 8]
                if j >= last:
                    before = halo[b + 1, j - last + 8]
                _faces_y(hl, hr, z[j], z[up], n2[j], n2[up], q, before, after, k, high)
            else:
                high[:] = zero
            if j < begin:
                low, here, high = here, high, low
                continue
            # the faces along row j, and what its cells can give
            mine = first <= j < last
            share, last_share = shares[j & 1], shares[1 - (j & 1)]
            last_short = short
            short = False
            d = h[j]
            if wet[j]:
                along = qx[j]
                if j < first:
                    d, along = halo[b, 1], halo[b, 4]
                if j >= last:
                    d, along = halo[b + 1, 2], halo[b + 1, 5]
                _faces_x(d, z[j], n2[j], along, k, x)
                x[0] = -_leaving(d[0], n2[j, 0], edge, k)
                x[nx] = _leaving(d[nx - 1], n2[j, nx - 1], edge, k)
                short = _given(x, here, high, d, k, share)
                if short:
                    _hold_back(x, d, k, share)
            else:
                x[:] = zero
            if last_short:
                for i in range(nx):
                    here[i] *= last_share[i] if here[i] > zero else one
            if short:
                for i in range(nx):
                    here[i] *= share[i] if here[i] < zero else one
            if mine:
                for i in range(nx):
                    qy[j, i] = here[i]
            if j > first:
                deepest[j - 1] = _row_ahead(
                    h, j - 1, held, qx[j - 1], low, here, k, rain, pattern, infiltration, drain,
                    dt, taken,
                )  # fmt: skip
            if mine:
                for i in range(nx + 1):
                    qx[j, i] = x[i]
            low, here, high = here, high, low
        if last == ny:
            if short:
                for i in range(nx):
                    here[i] *= shares[(ny - 1) & 1, i] if here[i] > zero else one
            for i in range(nx):
                qy[ny, i] = here[i]
            deepest[ny - 1] = _row_ahead(
                h, ny - 1, held, qx[ny - 1], low, here, k, rain, pattern, infiltration, drain, dt,
                taken,
            )  # fmt: skip


@nb.njit(parallel=True, cache=True)
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
    ny, nx = h.shape
    for j in nb.prange(ny):
        for i in range(nx):
            d = float(h[j, i])
            if d > most[j, i]:
                most[j, i] = d
            if d >= wet_depth:
                u = 0.5 * (qx[j, i] + qx[j, i + 1]) / d
                v = 0.5 * (qy[j, i] + qy[j + 1, i]) / d
                speed = (u * u + v * v) ** 0.5
                if speed > fastest[j, i]:
                    fastest[j, i] = speed
                if d * (speed + 0.5) > rating[j, i]:
                    rating[j, i] = d * (speed + 0.5)
                if now < arrival[j, i]:
                    arrival[j, i] = now
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
            kind(1), np.zeros(2), np.zeros((2, 2)), halo_for(h.shape, kind, 1),
        )  # fmt: skip
        full = [np.zeros((2, 3)) for _ in range(5)]
        record(h, qx, qy, 1.0, 0.0, 0.05, *full)
