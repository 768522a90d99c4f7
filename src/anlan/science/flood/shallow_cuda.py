"""The shallow water step for water on a graphics card (CUDA), `anlan[gpu]`.

The equations of a slope, of a face and of a cell are those of the processor (`flow_functions`,
`cell_functions`), compiled for the card: one source. Only how the work is shared out differs. A
thread has a cell and the faces before it; a stage is two kernels, each of which reads only what the
one before has finished: the flux over the faces, aside; then the cells, with friction. No sum is
made on the card, so nothing hangs on the order of its threads.

That a cell gives more than it holds is rare; then the neighbours pay on the processor, in its order.
Double precision, as there. Kernels are compiled when first used. Imported by `device.on_card` only.
"""

from __future__ import annotations

import functools
import importlib
import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from anlan.science.flood.shallow_cell_kernel import cell_functions
from anlan.science.flood.shallow_kernel import DRY, flow_functions, repay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.science.flood.shallow_state import Valley

__all__ = ["OnCard"]

cuda: Any = importlib.import_module("numba.cuda")  # it has no types

BLOCK = (32, 8)
"""Threads of a block along the columns and the rows."""


@functools.cache
def _kernels() -> SimpleNamespace:
    """Compile for the card what the kernels for the processor say."""
    device = cuda.jit(device=True)
    flow, cell = flow_functions(device, math.sqrt), cell_functions(device, math.sqrt)
    half_slope, flux = flow.half_slope, flow.flux
    slowed, speed_of, wave_of = cell.slowed, cell.speed_of, cell.wave_of

    @device
    def seen(z, s, j, i, keep):  # type: ignore[no-untyped-def]
        """Return depth, bed and speeds of a cell; beyond an edge what is seen there.

        A wall mirrors (`keep` is 1); over an open edge the water falls into nothing (0).
        """
        row, column = min(max(j, 0), z.shape[0] - 1), min(max(i, 0), z.shape[1] - 1)
        d = s[0, row, column]
        u = s[1, row, column] / d if d > DRY else 0.0
        v = s[2, row, column] / d if d > DRY else 0.0
        if column != i:
            d, u, v = keep * d, -keep * u, keep * v
        if row != j:
            d, u, v = keep * d, keep * u, -keep * v
        return d, z[row, column], u, v

    @device
    def slopes(z, s, j, i, down, right, keep, theta):  # type: ignore[no-untyped-def]
        """Return half the slopes of level, depth, u and v; none in and beyond the edge cells."""
        at, size = j * down + i * right, z.shape[0] * down + z.shape[1] * right
        if at <= 0 or at >= size - 1:
            return 0.0, 0.0, 0.0, 0.0
        h0, z0, u0, v0 = seen(z, s, j - down, i - right, keep)
        h1, z1, u1, v1 = seen(z, s, j, i, keep)
        h2, z2, u2, v2 = seen(z, s, j + down, i + right, keep)
        wet = min(min(h0, h1), h2) > DRY
        return (
            half_slope(h0 + z0, h1 + z1, h2 + z2, wet, theta),
            half_slope(h0, h1, h2, wet, theta),
            half_slope(u0, u1, u2, wet, theta),
            half_slope(v0, v1, v2, wet, theta),
        )

    @device
    def face(z, s, j, i, down, right, keep, theta, out):  # type: ignore[no-untyped-def]
        """Fill the flux over the face before a cell, along the columns or the rows."""
        h, y, u, v = seen(z, s, j - down, i - right, keep)
        de, dh, du, dv = slopes(z, s, j - down, i - right, down, right, keep, theta)
        g, x, p, q = seen(z, s, j, i, keep)
        ee, eh, eu, ev = slopes(z, s, j, i, down, right, keep, theta)
        ul, vl, ur, vr = u + du, v + dv, p - eu, q - ev
        if down:
            ul, vl, ur, vr = vl, ul, vr, ur
        mass, here, there, aside = flux(
            h, y, h + dh, h + y + de, ul, vl, g, x, g - eh, g + x - ee, ur, vr
        )
        out[0, j, i] = mass
        out[1, j, i] = here
        out[2, j, i] = there
        out[3, j, i] = aside

    @cuda.jit
    def faces(z, s, keep, theta, x, y):  # type: ignore[no-untyped-def]
        i, j = cuda.grid(2)
        rows, columns = z.shape
        if j < rows and i <= columns:
            face(z, s, j, i, 0, 1, keep, theta, x)
        if j <= rows and i < columns:
            face(z, s, j, i, 1, 0, keep, theta, y)

    @cuda.jit
    def change(s, x, y, lam, new, short):  # type: ignore[no-untyped-def]
        i, j = cuda.grid(2)
        if j >= s.shape[1] or i >= s.shape[2]:
            return
        d = s[0, j, i] - lam * ((x[0, j, i + 1] - x[0, j, i]) + (y[0, j + 1, i] - y[0, j, i]))
        new[0, j, i] = d
        if d < 0.0:
            short[0] = 1
        new[1, j, i] = s[1, j, i] - lam * (
            (x[1, j, i + 1] - x[2, j, i]) + (y[3, j + 1, i] - y[3, j, i])
        )
        new[2, j, i] = s[2, j, i] - lam * (
            (x[3, j, i + 1] - x[3, j, i]) + (y[1, j + 1, i] - y[2, j, i])
        )

    @cuda.jit
    def brake(s, n2, step):  # type: ignore[no-untyped-def]
        i, j = cuda.grid(2)
        if j < s.shape[1] and i < s.shape[2]:
            d, u, v = max(s[0, j, i], 0.0), s[1, j, i], s[2, j, i]
            left = slowed(d, u, v, n2[j, i], step) if d > DRY else 0.0
            s[0, j, i] = d
            s[1, j, i] = u * left
            s[2, j, i] = v * left

    @cuda.jit
    def pour(s, cells, depth):  # type: ignore[no-untyped-def]
        n = cuda.grid(1)
        if n < cells.shape[0]:
            cuda.atomic.add(s, (0, cells[n, 0], cells[n, 1]), depth)

    @cuda.jit
    def settle(s, ahead, rain, span, now, wet_depth, kept, fastest):  # type: ignore[no-untyped-def]
        i, j = cuda.grid(2)
        if j >= s.shape[1] or i >= s.shape[2]:
            return
        d = max(0.5 * (s[0, j, i] + ahead[0, j, i]) + rain, 0.0)
        wet = d > DRY
        u = 0.5 * (s[1, j, i] + ahead[1, j, i]) if wet else 0.0
        v = 0.5 * (s[2, j, i] + ahead[2, j, i]) if wet else 0.0
        s[0, j, i], s[1, j, i], s[2, j, i] = d, u, v
        speed = speed_of(d, u, v) if wet else 0.0
        kept[0, j, i] = max(kept[0, j, i], d)
        if d >= wet_depth:
            kept[1, j, i] = max(kept[1, j, i], speed)
            kept[2, j, i] = max(kept[2, j, i], d * (speed + 0.5))
            kept[3, j, i] = min(kept[3, j, i], now)
            kept[4, j, i] += span
        wave = wave_of(d, speed)
        if wave > fastest[j]:  # most are not: few wait for each other
            cuda.atomic.max(fastest, j, wave)

    return SimpleNamespace(faces=faces, change=change, brake=brake, pour=pour, settle=settle)


class OnCard:
    """On a graphics card; does for water what `shallow_state.OnProcessor` does.

    Parameters
    ----------
    valley : Valley
        The terrain; its fluid is water. [-]
    state : ndarray
        Depth and discharges per width at the start. [m, m2/s, m2/s]
    """

    def __init__(self, valley: Valley, state: NDArray[np.float64]) -> None:
        self.run, self.valley = _kernels(), valley
        self.keep = 0.0 if valley.open_edges else 1.0
        _, rows, columns = state.shape
        put = cuda.to_device
        self.z, self.n2 = put(valley.bed), put(valley.roughness2)
        self.state, self.first, self.second = (put(state) for _ in range(3))
        self.x = put(np.zeros((4, rows, columns + 1)))
        self.y = put(np.zeros((4, rows + 1, columns)))
        self.nothing, self.paid = np.zeros(rows), np.zeros(1, np.int32)
        self.by_row, self.short = put(self.nothing), put(self.paid)
        kept = np.zeros((5, rows, columns))
        kept[3] = np.inf
        self.kept = put(kept)
        self.grid = ((-(-(columns + 1) // BLOCK[0]), -(-(rows + 1) // BLOCK[1])), BLOCK)
        self.settle(0.0, 0.0, 0.0)

    def fastest(self) -> float:
        """Return the speed of the fastest wave, in m/s."""
        return float(self.by_row.copy_to_host().max())

    def advance(self, step: float) -> None:
        """Work out both stages of a step; `settle` ends it.

        Parameters
        ----------
        step : float
            Its length. [s]
        """
        self._stage(self.state, self.first, step)
        self._stage(self.first, self.second, step)

    def _stage(self, old: Any, new: Any, step: float) -> None:
        """Fill the new state, a step on from the old one."""
        run, grid, valley = self.run, self.grid, self.valley
        self.short.copy_to_device(self.paid)
        run.faces[grid](self.z, old, self.keep, valley.theta, self.x, self.y)
        run.change[grid](old, self.x, self.y, step / valley.cell_size, new, self.short)
        if self.short.copy_to_host()[0]:
            state = new.copy_to_host()
            repay(state)
            new.copy_to_device(state)
        run.brake[grid](new, self.n2, step)

    def pour(self, cells: NDArray[np.int64], depth: float) -> None:
        """Raise the water of cells, between `advance` and `settle`.

        Parameters
        ----------
        cells : ndarray
            Rows and columns, shape (n, 2). [-]
        depth : float
            To add. [m]
        """
        where = cuda.to_device(np.ascontiguousarray(cells))
        blocks = -(-len(cells) // BLOCK[0])
        # twice: the step ends with the mean of the state and this one
        self.run.pour[blocks, BLOCK[0]](self.second, where, 2.0 * depth)

    def settle(self, rain: float, span: float, now: float) -> None:
        """End a step: the mean of its stages, rain, what is kept.

        Parameters
        ----------
        rain : float
            That falls in the step. [m]
        span : float
            Its length. [s]
        now : float
            Since the start. [s]
        """
        self.by_row.copy_to_device(self.nothing)
        self.run.settle[self.grid](
            self.state, self.second, rain, span, now, self.valley.wet_depth, self.kept, self.by_row
        )

    def now(self) -> NDArray[np.float64]:
        """Return depth and discharges per width, in m, m2/s and m2/s."""
        return np.asarray(self.state.copy_to_host())

    def maxima(self) -> NDArray[np.float64]:
        """Return the largest depth, speed and rating, the arrival and the time under water."""
        return np.asarray(self.kept.copy_to_host())
