"""What a run of the shallow water model holds and how it goes on, on the processor.

`anlan.science.flood.shallow_cuda.OnCard` does the same for water on a graphics card;
`simulate_shallow` uses only what both can do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.flood.shallow_cell_kernel import brake, settle
from anlan.science.flood.shallow_kernel import active_tiles, flow, repay, tiles_for
from anlan.science.flood.shallow_rest_kernel import resting_faces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.science.flood.threads import Team

__all__ = ["OnProcessor", "Valley"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valley:
    """What does not change in a run.

    Parameters
    ----------
    bed : ndarray
        Ground. [m]
    roughness2 : ndarray
        Square of the roughness. [s2 m^(-2/3)]
    cell_size : float
        Side of a cell. [m]
    fluid : tuple of float
        Yield stress and consistency over density, flow index; zeros for water. [m2/s2, …, 1]
    theta : float
        Of the limiter. [1]
    open_edges : bool
        Whether the fluid falls over the edges. [-]
    wet_depth : float
        Depth from which a place counts as flooded. [m]
    """

    bed: NDArray[np.float64]
    roughness2: NDArray[np.float64]
    cell_size: float
    fluid: tuple[float, float, float]
    theta: float
    open_edges: bool
    wet_depth: float


class OnProcessor:
    """On the cores of this machine.

    Parameters
    ----------
    valley : Valley
        The terrain and what flows. [-]
    state : ndarray
        Depth and discharges per width at the start, changed. [m, m2/s, m2/s]
    team : Team
        Threads to work with. [-]
    """

    def __init__(self, valley: Valley, state: NDArray[np.float64], team: Team) -> None:
        self.valley, self.state, self.team = valley, state, team
        self.first, self.second = np.empty_like(state), np.empty_like(state)
        rows, columns = valley.bed.shape
        self.tiles = tiles_for(valley.bed.shape)
        self.by_row, self.short = np.zeros(rows), np.zeros(rows, np.int64)
        held = valley.fluid[0] > 0
        self.still_x = np.zeros((rows, columns + 1) if held else (0, 0), np.bool_)
        self.still_y = np.zeros((rows + 1, columns) if held else (0, 0), np.bool_)
        self.kept = np.zeros((5, rows, columns))
        self.kept[3] = np.inf
        settle(state, state, 0.0, 0.0, 0.0, valley.wet_depth, self.kept, self.by_row)

    def fastest(self) -> float:
        """Return the speed of the fastest wave, in m/s."""
        return float(self.by_row.max())

    def advance(self, step: float) -> None:
        """Work out both stages of a step; `settle` ends it.

        Parameters
        ----------
        step : float
            Its length. [s]
        """
        self._stage(self.state, self.first, step)
        self._stage(self.first, self.second, step)

    def _stage(self, old: NDArray[np.float64], new: NDArray[np.float64], step: float) -> None:
        """Fill the new state, a step on from the old one."""
        valley, team = self.valley, self.team
        if self.still_x.size:
            resting_faces(
                valley.bed, old[0], old[1], old[2], valley.fluid[0], valley.cell_size,
                self.still_x, self.still_y, team,
            )  # fmt: skip
        active_tiles(old[0], self.tiles)
        flow(
            valley.bed, old, new, step / valley.cell_size, valley.theta, valley.open_edges,
            self.still_x, self.still_y, self.tiles, self.short, team,
        )  # fmt: skip
        if self.short.any():
            repay(new)
        # friction within each stage: uniform flow is then a fixed point of the step
        brake(new, valley.roughness2, valley.fluid, step, team)

    def pour(self, cells: NDArray[np.int64], depth: float) -> None:
        """Raise the water of cells, between `advance` and `settle`.

        Parameters
        ----------
        cells : ndarray
            Rows and columns, shape (n, 2). [-]
        depth : float
            To add. [m]
        """
        # twice: the step ends with the mean of the state and this one
        np.add.at(self.second[0], (cells[:, 0], cells[:, 1]), 2.0 * depth)

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
        settle(
            self.state, self.second, rain, span, now, self.valley.wet_depth, self.kept,
            self.by_row, self.team,
        )  # fmt: skip

    def now(self) -> NDArray[np.float64]:
        """Return depth and discharges per width, in m, m2/s and m2/s."""
        return self.state

    def maxima(self) -> NDArray[np.float64]:
        """Return the largest depth, speed and rating, the arrival and the time under water."""
        return self.kept
