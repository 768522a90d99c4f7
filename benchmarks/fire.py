"""Burned cells a second of the fire arrival, and its error, one thread.

The peer was not run here: pyretechnics 2026.10 (48 000 to 96 000 burned cells/s) is the figure
noted in 2026-11.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from anlan.science.fire.arrival import arrival_time
from benchmarks.harness import cpu_best_of

__all__ = ["run"]

SIDE = 701


def run() -> dict[str, Any]:
    """Return cells a second in processor time, and the error against the exact ellipse."""
    found = {}
    for name, e in (("circle", 0.0), ("L:W 2.29", 0.9), ("L:W 3.20", 0.95)):
        rate = np.full((SIDE, SIDE), 10 / 60)
        middle = SIDE // 2

        def fire(rate: Any = rate, e: float = e, middle: int = middle) -> Any:
            return arrival_time(rate, 90.0, e, cell_size=30.0, start=[[middle, middle]])

        times = fire()
        row, column = np.mgrid[0:SIDE, 0:SIDE]
        east, north = (column - middle) * 30.0, (row - middle) * 30.0
        exact = (np.hypot(east, north) - e * east) / (10 / 60 * (1 - e))
        ring = np.hypot(east, north) > 1500
        error = (times - exact)[ring] / exact[ring]
        found[name] = {
            "million_cells_per_second": round(SIDE**2 / cpu_best_of(3, fire) / 1e6, 2),
            "worst_error": round(float(error.max()), 4),
            "mean_error": round(float(error.mean()), 5),
        }
    return found | {"peers_noted_not_run_here": {"pyretechnics 2026.10, cells/s": "48000-96000"}}
