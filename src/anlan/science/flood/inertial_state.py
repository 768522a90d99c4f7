"""What a run of the local inertial model holds and how it goes on, on the processor.

`anlan.science.flood.inertial_cuda.OnCard` does the same on a graphics card; `simulate_flood` uses
only what both can do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from anlan.science.flood.inertial_kernel import (
    THIN,
    advance,
    blocks_for,
    halo_for,
    parameters,
    record,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.science.flood.threads import Team

__all__ = ["OnProcessor", "Site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What does not change in a run, in its precision.

    Parameters
    ----------
    bed : ndarray
        Ground. [m]
    roughness2 : ndarray
        Square of the roughness. [s2 m^(-2/3)]
    pattern : ndarray
        Factor of the rain, of the grid or of shape (1, 1). [1]
    infiltration, drain : ndarray
        Capacities, of the grid or of shape (1, 1). [m/s]
    cell_size : float
        Side of a cell. [m]
    theta : float
        Weight of the face itself. [1]
    edge : float
        Root of the slope outside, below 0 for walls. [1]
    wet_depth : float
        Depth from which a place counts as flooded. [m]
    """

    bed: NDArray[Any]
    roughness2: NDArray[Any]
    pattern: NDArray[Any]
    infiltration: NDArray[Any]
    drain: NDArray[Any]
    cell_size: float
    theta: float
    edge: float
    wet_depth: float


class OnProcessor:
    """On the cores of this machine.

    Parameters
    ----------
    site : Site
        The terrain. [-]
    depth : ndarray
        Water at the start, in the precision of the run; changed. [m]
    team : Team
        Threads to work with. [-]
    """

    def __init__(self, site: Site, depth: NDArray[Any], team: Team) -> None:
        self.site, self.h, self.kind, self.team = site, depth, depth.dtype.type, team
        rows, columns = depth.shape
        self.qx = np.zeros((rows, columns + 1), self.kind)
        self.qy = np.zeros((rows + 1, columns), self.kind)
        self.by_row = depth.max(axis=1).astype(np.float64)
        self.taken = np.zeros((rows, 2))
        self.halo = halo_for(depth.shape, self.kind, blocks_for(rows, team.size))
        self.kept = tuple(np.zeros(depth.shape) for _ in range(5))
        self.kept[3][:] = np.inf
        self.gone = np.zeros(3)

    def deepest(self) -> float:
        """Return the largest depth, as exact as the kernel keeps it [m]."""
        return float(np.float32(self.by_row.max()))

    def advance(self, step: float, rain: float) -> None:
        """Go on by a step.

        Parameters
        ----------
        step : float
            Its length. [s]
        rain : float
            That falls in it. [m]
        """
        site = self.site
        params = parameters(self.kind, theta=site.theta, step=step, cell_size=site.cell_size)
        advance(
            self.h, site.bed, site.roughness2, self.by_row > THIN, self.by_row > 0.0, self.qx,
            self.qy, self.kind(site.edge), params, self.kind(rain), site.pattern,
            site.infiltration, site.drain, self.by_row, self.taken, self.halo, self.team,
        )  # fmt: skip
        self.gone[:2] += self.taken.sum(axis=0) * site.cell_size**2
        if site.edge >= 0.0:
            out = self.qx[:, -1].sum(dtype=np.float64) - self.qx[:, 0].sum(dtype=np.float64)
            out += self.qy[-1].sum(dtype=np.float64) - self.qy[0].sum(dtype=np.float64)
            self.gone[2] += float(out) * site.cell_size * step

    def pour(self, cells: NDArray[np.int64], depth: float) -> None:
        """Raise the water of cells.

        Parameters
        ----------
        cells : ndarray
            Rows and columns, shape (n, 2). [-]
        depth : float
            To add. [m]
        """
        np.add.at(self.h, (cells[:, 0], cells[:, 1]), depth)
        for row in np.unique(cells[:, 0]):
            self.by_row[row] = max(self.by_row[row], float(self.h[row].max()))

    def record(self, span: float, now: float) -> None:
        """Keep maxima, arrival and time under water.

        Parameters
        ----------
        span : float
            Since the last time. [s]
        now : float
            Since the start. [s]
        """
        parts = len(self.halo)

        def work(part: int) -> None:
            a, e = len(self.h) * part // parts, len(self.h) * (part + 1) // parts
            record(
                self.h[a:e], self.qx[a:e], self.qy[a : e + 1], span, now, self.site.wet_depth,
                *(kept[a:e] for kept in self.kept),
            )  # fmt: skip

        self.team.share(work, parts)

    def depth(self) -> NDArray[np.float64]:
        """Return a copy of the depth [m]."""
        return self.h.astype(np.float64)

    def maxima(self) -> tuple[NDArray[np.float64], ...]:
        """Return the largest depth, speed and rating, the arrival and the time under water."""
        return self.kept

    def left(self) -> tuple[float, float, float]:
        """Return what has infiltrated, drained, and left over the edges [m3]."""
        infiltrated, drained, out = self.gone.tolist()
        return infiltrated, drained, out
