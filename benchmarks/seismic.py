"""Sites a second of GB 18306 PGA and PGV together, one thread.

The peer was not run here: openquake-engine 3.26.2 (625 sites/s) is the figure noted in 2026-11.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from anlan.science.seismic.motion import pga, pgv
from benchmarks.harness import cpu_best_of

__all__ = ["run"]

SITES = 1_000_000


def run() -> dict[str, Any]:
    """Return sites a second and the time of a million buildings, in processor time."""
    rng = np.random.default_rng(0)
    distance, angle = rng.uniform(1e3, 200e3, SITES), rng.uniform(0, 360, SITES)

    def both() -> None:
        pga(distance, angle, magnitude=7.0, region="eastern")
        pgv(distance, angle, magnitude=7.0, region="eastern")

    pga(distance[:9], angle[:9], magnitude=7.0, region="eastern")
    seconds = cpu_best_of(3, both)
    return {
        "a_million_buildings_seconds": round(seconds, 2),
        "sites_per_second": round(SITES / seconds),
        "peers_noted_not_run_here": {"openquake-engine 3.26.2": 625},
    }
