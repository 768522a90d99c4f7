"""The local inertial step on a graphics card (CUDA), `anlan[gpu]`.

The equations of a cell and of a face are `cell_functions` of the kernel for the processor, compiled
for the card: one source. Only how the work is shared out differs. A thread has a cell and the faces
before it; a step is three kernels, each of which reads only what the one before has finished:

1. the discharge on the faces, aside;
2. the share of it that each cell can give;
3. the faces scaled by that, the water of the cell, rain, ground and inlets.

No sum is made on the card, so nothing hangs on the order of its threads: what infiltrates, drains
or leaves over the edges is kept by cell. Kernels are compiled when first used, for no set-up knows
the card; that takes some seconds. Imported only where it is used (`device.on_card`).
"""

from __future__ import annotations

import functools
import importlib
import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from anlan.science.flood.inertial_kernel import cell_functions, parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.science.flood.inertial_state import Site

__all__ = ["OnCard"]

cuda: Any = importlib.import_module("numba.cuda")  # it has no types

BLOCK = (32, 8)
"""Threads of a block along the columns and the rows."""


@functools.cache
def _kernels() -> SimpleNamespace:
    """Compile for the card what is said in `anlan.science.flood.inertial_kernel`."""
    cell = cell_functions(cuda.jit(device=True), math.sqrt)
    discharge, leaving, held_back = cell.discharge, cell.leaving, cell.held_back
    gives, share, balanced, sunk, speed = (
        cell.gives, cell.share, cell.balanced, cell.sunk, cell.speed
    )  # fmt: skip

    @cuda.jit
    def faces(h, z, n2, qx, qy, edge, k, x, y):  # type: ignore[no-untyped-def]
        i, j = cuda.grid(2)
        ny, nx = h.shape
        if j < ny and i <= nx:
            if i == 0:
                x[j, i] = -leaving(h[j, 0], n2[j, 0], edge, k)
            elif i == nx:
                x[j, i] = leaving(h[j, nx - 1], n2[j, nx - 1], edge, k)
            else:
                x[j, i] = discharge(
                    h[j, i - 1], h[j, i], z[j, i - 1], z[j, i], n2[j, i - 1], n2[j, i], qx[j, i],
                    qx[j, i - 1], qx[j, i + 1], k,
                )  # fmt: skip
        if j <= ny and i < nx:
            if j == 0:
                y[j, i] = -leaving(h[0, i], n2[0, i], edge, k)
            elif j == ny:
                y[j, i] = leaving(h[ny - 1, i], n2[ny - 1, i], edge, k)
            else:
                y[j, i] = discharge(
                    h[j - 1, i], h[j, i], z[j - 1, i], z[j, i], n2[j - 1, i], n2[j, i], qy[j, i],
                    qy[j - 1, i], qy[j + 1, i], k,
                )  # fmt: skip

    @cuda.jit
    def shares(h, x, y, k, part):  # type: ignore[no-untyped-def]
        i, j = cuda.grid(2)
        if j < h.shape[0] and i < h.shape[1]:
            given = gives(x[j, i], x[j, i + 1], y[j, i], y[j + 1, i], k)
            part[j, i] = share(h[j, i], given, k)

    @cuda.jit
    def settle(h, x, y, part, qx, qy, k, rain, pattern, infiltration, drain, taken, out, deepest):  # type: ignore[no-untyped-def]
        i, j = cuda.grid(2)
        ny, nx = h.shape
        if j >= ny or i >= nx:
            return
        own = part[j, i]
        left = held_back(x[j, i], part[j, max(i - 1, 0)], own, k)
        right = held_back(x[j, i + 1], own, part[j, min(i + 1, nx - 1)], k)
        low = held_back(y[j, i], part[max(j - 1, 0), i], own, k)
        high = held_back(y[j + 1, i], own, part[min(j + 1, ny - 1), i], k)
        qx[j, i], qy[j, i] = left, low
        dt = k[11]
        if i == 0:
            out[j, i] -= left * dt
        if i == nx - 1:
            qx[j, nx] = right
            out[j, i] += right * dt
        if j == 0:
            out[j, i] -= low * dt
        if j == ny - 1:
            qy[ny, i] = high
            out[j, i] += high * dt
        d = balanced(h[j, i], left, right, low, high, k)
        even = pattern.size == 1
        d += rain * (pattern[0, 0] if even else pattern[j, i])
        soak = infiltration[0, 0] if infiltration.size == 1 else infiltration[j, i]
        gully = drain[0, 0] if drain.size == 1 else drain[j, i]
        fed = sunk(d, soak + gully, k)
        if fed > k[5]:
            d = max(d - fed * ((soak + gully) * dt), k[5])
            taken[0, j, i] += fed * soak * dt
            taken[1, j, i] += fed * gully * dt
        h[j, i] = d
        if d > deepest[j]:  # most cells are not: few wait for each other
            cuda.atomic.max(deepest, j, d)

    @cuda.jit
    def pour(h, cells, depth):  # type: ignore[no-untyped-def]
        n = cuda.grid(1)
        if n < cells.shape[0]:
            cuda.atomic.add(h, (cells[n, 0], cells[n, 1]), depth)

    @cuda.jit
    def deepen(h, cells, deepest):  # type: ignore[no-untyped-def]
        n = cuda.grid(1)
        if n < cells.shape[0]:
            cuda.atomic.max(deepest, cells[n, 0], h[cells[n, 0], cells[n, 1]])

    @cuda.jit
    def record(h, qx, qy, span, now, wet_depth, most, fastest, rating, arrival, soaked):  # type: ignore[no-untyped-def]
        i, j = cuda.grid(2)
        if j >= h.shape[0] or i >= h.shape[1]:
            return
        d = float(h[j, i])
        most[j, i] = max(most[j, i], d)
        if d >= wet_depth:
            swift = speed(d, qx[j, i], qx[j, i + 1], qy[j, i], qy[j + 1, i])
            fastest[j, i] = max(fastest[j, i], swift)
            rating[j, i] = max(rating[j, i], d * (swift + 0.5))
            arrival[j, i] = min(arrival[j, i], now)
            soaked[j, i] += span

    return SimpleNamespace(
        faces=faces, shares=shares, settle=settle, pour=pour, deepen=deepen,
        record=record,
    )  # fmt: skip


class OnCard:
    """On a graphics card; does what `inertial_state.OnProcessor` does.

    Parameters
    ----------
    site : Site
        The terrain. [-]
    depth : ndarray
        Water at the start, in the precision of the run. [m]
    """

    def __init__(self, site: Site, depth: NDArray[Any]) -> None:
        self.run = _kernels()
        self.site, self.kind = site, depth.dtype.type
        rows, columns = depth.shape
        put = cuda.to_device
        self.h, self.z, self.n2 = put(depth), put(site.bed), put(site.roughness2)
        self.pattern = put(site.pattern)
        self.infiltration, self.drain = put(site.infiltration), put(site.drain)
        self.qx, self.x = (put(np.zeros((rows, columns + 1), self.kind)) for _ in range(2))
        self.qy, self.y = (put(np.zeros((rows + 1, columns), self.kind)) for _ in range(2))
        self.part = put(np.zeros(depth.shape, self.kind))
        self.by_row = put(depth.max(axis=1))
        self.nothing = np.zeros(rows, self.kind)
        sinks = bool(site.infiltration.max() > 0 or site.drain.max() > 0)
        self.taken = put(np.zeros((2, *depth.shape) if sinks else (2, 1, 1)))
        self.out = put(np.zeros(depth.shape))
        kept = [np.zeros(depth.shape) for _ in range(5)]
        kept[3][:] = np.inf
        self.kept = tuple(put(one) for one in kept)
        self.blocks = (-(-(columns + 1) // BLOCK[0]), -(-(rows + 1) // BLOCK[1]))

    def deepest(self) -> float:
        """Return the largest depth, as exact as `OnProcessor` keeps it, in m."""
        return float(np.float32(self.by_row.copy_to_host().max()))

    def advance(self, step: float, rain: float) -> None:
        """Go on by a step.

        Parameters
        ----------
        step : float
            Its length. [s]
        rain : float
            That falls in it. [m]
        """
        site, run = self.site, self.run
        k = cuda.to_device(
            parameters(self.kind, theta=site.theta, step=step, cell_size=site.cell_size)
        )
        self.by_row.copy_to_device(self.nothing)
        grid = (self.blocks, BLOCK)
        run.faces[grid](
            self.h, self.z, self.n2, self.qx, self.qy, self.kind(site.edge), k, self.x, self.y
        )
        run.shares[grid](self.h, self.x, self.y, k, self.part)
        run.settle[grid](
            self.h, self.x, self.y, self.part, self.qx, self.qy, k, self.kind(rain), self.pattern,
            self.infiltration, self.drain, self.taken, self.out, self.by_row,
        )  # fmt: skip

    def pour(self, cells: NDArray[np.int64], depth: float) -> None:
        """Raise the water of cells.

        Parameters
        ----------
        cells : ndarray
            Rows and columns, shape (n, 2). [-]
        depth : float
            To add. [m]
        """
        where = cuda.to_device(np.ascontiguousarray(cells))
        blocks = -(-len(cells) // BLOCK[0])
        self.run.pour[blocks, BLOCK[0]](self.h, where, self.kind(depth))
        self.run.deepen[blocks, BLOCK[0]](self.h, where, self.by_row)

    def record(self, span: float, now: float) -> None:
        """Keep maxima, arrival and time under water.

        Parameters
        ----------
        span : float
            Since the last time. [s]
        now : float
            Since the start. [s]
        """
        self.run.record[self.blocks, BLOCK](
            self.h, self.qx, self.qy, span, now, self.site.wet_depth, *self.kept
        )

    def depth(self) -> NDArray[np.float64]:
        """Return a copy of the depth [m]."""
        return np.asarray(self.h.copy_to_host(), dtype=np.float64)

    def maxima(self) -> tuple[NDArray[np.float64], ...]:
        """Return the largest depth, speed and rating, the arrival and the time under water."""
        return tuple(one.copy_to_host() for one in self.kept)

    def left(self) -> tuple[float, float, float]:
        """Return what has infiltrated, drained, and left over the edges [m3]."""
        cell = self.site.cell_size
        infiltrated, drained = (float(part.sum()) for part in self.taken.copy_to_host())
        area = cell**2
        return infiltrated * area, drained * area, float(self.out.copy_to_host().sum()) * cell
