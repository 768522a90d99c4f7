"""Compiled steps of the local inertial model; see `anlan.science.flood.inertial`.

Works in the precision of its arrays (float32 or float64). Discharge per width lies on the faces:
qx (rows, columns + 1), qy (rows + 1, columns). The inner loops call no library function, so that
they are vectorised: h^(7/3) = h^2 cbrt(h), the cube root from a seed on the bits of the float32
and one Halley step, right to 5e-5. Rows are cut into a fixed number of blocks and sums are kept
by row: the same bits come out for any number of threads.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from anlan.science.common.constants import GRAVITY

__all__ = ["faces", "limit", "parameters", "record", "update", "warm_up"]

BLOCKS = 64
"""Blocks of rows, whatever the number of threads."""

FAST = {"contract", "nsz", "arcp"}
"""Rounding freedoms that let the compiler vectorise; NaN and infinity keep their meaning."""


THIN = 1e-3
"""Water less deep than this does not flow. [m]"""


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
            theta, GRAVITY * step, 1.0 / cell_size, step / cell_size, THIN,
            0.0, 0.5, 1.0, 2.0 / 3.0, 1e-30,
        ],
        dtype=kind,
    )  # fmt: skip


@nb.njit(inline="always")
def _row(hl, hr, zl, zr, n2l, n2r, q, before, after, k, seed, out, n):  # type: ignore[no-untyped-def]
    """Bates et al. (2010) with the theta weight of de Almeida et al. (2012), one row of faces."""
    theta, gdt, per_dx, thin, zero, half, one = k[0], k[1], k[2], k[4], k[5], k[6], k[7]
    weight = (one - theta) * half
    for i in range(n):
        out[i] = max(max(hl[i] + zl[i], hr[i] + zr[i]) - max(zl[i], zr[i]), thin)
    for i in range(n):
        seed[i] = np.float32(out[i])
    bits = seed.view(np.int32)
    for i in range(n):
        bits[i] = 709921077 + np.int32(np.float32(bits[i]) * np.float32(1.0 / 3.0))
    for i in range(n):
        a = out[i]
        x = one * seed[i]
        c = x * x * x
        slope = ((hr[i] - hl[i]) + (zr[i] - zl[i])) * per_dx
        n2 = (n2l[i] + n2r[i]) * half
        top = theta * q[i] + weight * (before[i] + after[i]) - gdt * a * slope
        # Halley's step x (c + 2 a) / (2 c + a), its division joined to that of the friction
        friction = gdt * n2 * (c + c + a) / (a * a * x * (c + a + a))
        root = np.sqrt(one + (friction + friction + friction + friction) * abs(top))
        out[i] = (top + top) / (one + root) if a > thin else zero


@nb.njit(parallel=True, fastmath=FAST, error_model="numpy", cache=True)
def faces(h, z, n2, wet, qx, qy, edge, params, qx_new, qy_new, factor, short):  # type: ignore[no-untyped-def]
    """Discharge on all faces, and by how much each cell must hold back its outflow.

    params: see `parameters`. edge: root of the slope outside, below 0 for a wall.
    `short[j]` tells whether row j of `factor` holds anything but 1.

    Parameters
    ----------
    h, z : ndarray
        Depth and bed. [m]
    n2 : ndarray
        Square of the roughness. [s2 m^(-2/3)]
    wet : ndarray of bool
        Rows with flowing water. [-]
    qx, qy, qx_new, qy_new : ndarray
        Discharge before and after. [m2/s]
    edge : float
        Root of the slope outside, below 0 for a wall. [1]
    params : ndarray
        Of `parameters`. [-]
    factor : ndarray
        Filled: share of the outflow that each cell can give. [1]
    short : ndarray of bool
        Filled: rows that hold back. [-]
    """
    ny, nx = h.shape
    lam, thin, zero, one = params[3], params[4], params[5], params[7]
    two_thirds, tiny = params[8], params[9]
    per = (ny + BLOCKS - 1) // BLOCKS
    for block in nb.prange(BLOCKS):
        seed = np.empty(nx, np.float32)
        extra = np.empty(nx, h.dtype)
        first = block * per
        last = min(ny, first + per)
        for j in range(first, last + 1):
            if j > ny or first >= ny:
                break
            mine = j < last
            above = qy_new[j] if mine or j == ny else extra
            if j == 0 or j == ny:
                k = 0 if j == 0 else ny - 1
                sign = -one if j == 0 else one
                for i in range(nx):
                    d = h[k, i]
                    above[i] = zero
                    if edge >= zero and d > thin:
                        above[i] = sign * d * d**two_thirds * edge / np.sqrt(n2[k, i])
            elif wet[j] or wet[j - 1]:
                _row(
                    h[j - 1],
                    h[j],
                    z[j - 1],
                    z[j],
                    n2[j - 1],
                    n2[j],
                    qy[j],
                    qy[j - 1],
                    qy[j + 1],
                    params,
                    seed,
                    above,
                    nx,
                )
            else:
                above[:] = zero
            if mine:
                across = qx_new[j]
                across[0] = zero
                across[nx] = zero
                if wet[j]:
                    _row(
                        h[j, :-1],
                        h[j, 1:],
                        z[j, :-1],
                        z[j, 1:],
                        n2[j, :-1],
                        n2[j, 1:],
                        qx[j, 1:-1],
                        qx[j, :-2],
                        qx[j, 2:],
                        params,
                        seed,
                        across[1:],
                        nx - 1,
                    )
                    if edge >= zero:
                        for side in range(2):
                            i = 0 if side == 0 else nx - 1
                            d = h[j, i]
                            if d > thin:
                                q = d * d**two_thirds * edge / np.sqrt(n2[j, i])
                                across[nx if side == 1 else 0] = q if side == 1 else -q
                else:
                    across[:] = zero
            if j > first:
                # the row below is complete now, and still in the cache; its factors are only
                # worked out where a cell would give more than it holds
                r = j - 1
                south = qy_new[r]
                west = qx_new[r]
                f = factor[r]
                for i in range(nx):
                    f[i] = lam * (
                        max(west[i + 1], zero)
                        - min(west[i], zero)
                        + max(above[i], zero)
                        - min(south[i], zero)
                    )
                rest = h[r]
                held = 0
                for i in range(nx):
                    held += f[i] > rest[i]
                short[r] = held > 0
                if held > 0:
                    for i in range(nx):
                        f[i] = rest[i] / (f[i] + tiny) if f[i] > rest[i] else one


@nb.njit(parallel=True, cache=True)
def limit(qx, qy, factor, short):  # type: ignore[no-untyped-def]
    """Scale every discharge by the factor of the cell it leaves, in place.

    Parameters
    ----------
    qx, qy : ndarray
        Discharge. [m2/s]
    factor : ndarray
        Share of the outflow that each cell can give. [1]
    short : ndarray of bool
        Rows that hold back. [-]
    """
    ny, nx = factor.shape
    for j in nb.prange(ny + 1):
        here = j < ny and short[j]
        below = j > 0 and short[j - 1]
        if here:
            row = qx[j]
            f = factor[j]
            for i in range(nx + 1):
                if row[i] > 0:
                    if i > 0:
                        row[i] *= f[i - 1]
                elif i < nx:
                    row[i] *= f[i]
        if here or below:
            row = qy[j]
            for i in range(nx):
                if row[i] > 0:
                    if below:
                        row[i] *= factor[j - 1, i]
                elif here:
                    row[i] *= factor[j, i]


@nb.njit(parallel=True, fastmath=FAST, error_model="numpy", cache=True)
def update(h, qx, qy, params, rain, pattern, infiltration, drain, dt, wet, deepest, taken):  # type: ignore[no-untyped-def]
    """Continuity, rain, infiltration and inlets, in place.

    `deepest` and `taken` (infiltrated, drained) are filled by row. Wholly dry rows without rain
    are passed over. `pattern`, `infiltration` and `drain` may be of shape (1, 1) for a constant.

    Parameters
    ----------
    h : ndarray
        Depth, changed. [m]
    qx, qy : ndarray
        Discharge. [m2/s]
    params : ndarray
        Of `parameters`. [-]
    rain : float
        That falls in the step. [m]
    pattern : ndarray
        Factor of the rain. [1]
    infiltration, drain : ndarray
        Capacities. [m/s]
    dt : float
        Length of the step. [s]
    wet : ndarray of bool
        Rows that hold water. [-]
    deepest : ndarray
        Filled: largest depth of each row. [m]
    taken : ndarray
        Filled: infiltrated and drained by row. [m]
    """
    ny, nx = h.shape
    lam, zero, one = params[3], params[5], params[7]
    raining = rain > zero
    even = pattern.size == 1
    sinks = infiltration.size > 1 or drain.size > 1 or infiltration[0, 0] > 0 or drain[0, 0] > 0
    for j in nb.prange(ny):
        near = wet[j] or (j > 0 and wet[j - 1]) or (j < ny - 1 and wet[j + 1])
        taken[j, 0] = 0.0
        taken[j, 1] = 0.0
        deepest[j] = 0.0
        if not near and not raining:
            continue
        row = h[j]
        if near:
            x = qx[j]
            low = qy[j]
            high = qy[j + 1]
            for i in range(nx):
                row[i] = max(row[i] + lam * ((x[i] - x[i + 1]) + (low[i] - high[i])), zero)
        if raining:
            if even:
                more = rain * pattern[0, 0]
                for i in range(nx):
                    row[i] += more
            else:
                for i in range(nx):
                    row[i] += rain * pattern[j, i]
        if sinks:
            a = 0.0
            b = 0.0
            for i in range(nx):
                soak = infiltration[0, 0] if infiltration.size == 1 else infiltration[j, i]
                gully = drain[0, 0] if drain.size == 1 else drain[j, i]
                want = (soak + gully) * dt
                if want > zero and row[i] > zero:
                    share = min(row[i] / want, one)
                    got = share * soak * dt
                    row[i] -= share * want
                    a += got
                    b += share * gully * dt
            taken[j, 0] = a
            taken[j, 1] = b
        top = zero
        for i in range(nx):
            top = max(top, row[i])
        deepest[j] = top


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
        wet, short = np.ones(2, np.bool_), np.zeros(2, np.bool_)
        params = parameters(kind, theta=0.8, step=1.0, cell_size=10.0)
        one = np.ones((1, 1), kind)
        faces(h, h, h + one, wet, qx, qy, kind(-1), params, qx.copy(), qy.copy(), h.copy(), short)
        limit(qx, qy, h + one, short)
        update(
            h, qx, qy, params, kind(0), one, 0 * one, 0 * one, kind(1), wet, np.zeros(2),
            np.zeros((2, 2)),
        )  # fmt: skip
        full = [np.zeros((2, 3)) for _ in range(5)]
        record(h, qx, qy, 1.0, 0.0, 0.05, *full)
