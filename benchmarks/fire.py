"""Fire arrival against pyretechnics' level set, one thread; and the error of ours.

The case: GR4, level ground, 20 km/h of wind, 30 m cells, two hours. Ours gets the rate of the
head that pyretechnics finds, and the ellipse fitted to its arrival times.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from anlan.science.fire.arrival import arrival_time
from benchmarks.harness import cpu_best_of, verdict
from benchmarks.peers import Absent, Peer, alternate

__all__ = ["run"]

SIDE, PEER_SIDE, CELL, MINUTES = 701, 300, 30.0, 120.0
NOTED_PYRETECHNICS = 96e3


def run() -> dict[str, Any]:
    """Return cells a second, the ratio, and the error against the exact ellipse."""
    exact = {
        name: _exact(e) for name, e in (("circle", 0.0), ("L:W 2.29", 0.9), ("L:W 3.20", 0.95))
    }
    return {"against_pyretechnics": _against(exact["L:W 2.29"]), "exact_ellipse": exact}


def _exact(e: float) -> dict[str, Any]:
    rate = np.full((SIDE, SIDE), 10 / 60)
    middle = SIDE // 2

    def fire() -> Any:
        return arrival_time(rate, 90.0, e, cell_size=CELL, start=[[middle, middle]])

    times = fire()
    row, column = np.mgrid[0:SIDE, 0:SIDE]
    east, north = (column - middle) * CELL, (row - middle) * CELL
    exact = (np.hypot(east, north) - e * east) / (10 / 60 * (1 - e))
    ring = np.hypot(east, north) > 1500
    error = (times - exact)[ring] / exact[ring]
    return {
        "million_cells_per_second": round(SIDE**2 / cpu_best_of(3, fire) / 1e6, 2),
        "worst_error": round(float(error.max()), 4),
        "mean_error": round(float(error.mean()), 5),
    }


def _against(alone: dict[str, Any]) -> dict[str, Any]:
    start = (PEER_SIDE // 4, PEER_SIDE // 2)
    found: dict[str, Any] = {"unit": "burned cells a second and core, processor time"}
    try:
        with Peer("pyretechnics", side=PEER_SIDE, cell_size=CELL, minutes=MINUTES) as peer:
            found["peer"] = peer.about["program"]
            peer.go()
            answer = peer.answer()
            other = np.array(answer["times"], dtype=float) * 60.0
            head = answer["fastest_m_min"] / 60.0
            row, column = np.mgrid[0:PEER_SIDE, 0:PEER_SIDE]
            north, east = (row - start[0]) * CELL, (column - start[1]) * CELL
            burned = np.isfinite(other) & (other > 1200.0)

            def off(times: Any) -> float:
                return float(np.mean(np.abs(times[burned] - other[burned]) / other[burned]))

            def ellipse(e: float) -> Any:
                return (np.hypot(east, north) - e * north) / (head * (1 - e))

            e = float(min(np.arange(0.5, 0.99, 0.002), key=lambda e: off(ellipse(e))))
            rate = np.full((PEER_SIDE, PEER_SIDE), head)

            def fire() -> Any:
                return arrival_time(
                    rate, 0.0, e, cell_size=CELL, start=[list(start)], limit=MINUTES * 60.0
                )

            mine, theirs = alternate(fire, peer, rounds=5)
    except Absent as reason:
        rate_alone = alone["million_cells_per_second"] * 1e6
        return found | verdict(rate_alone, NOTED_PYRETECHNICS, goal=15, noted=str(reason))
    times = fire()
    ahead = [start[0] + k for k in (10, 40, 80)]
    return (
        found
        | verdict(np.isfinite(times).sum() / mine, np.isfinite(other).sum() / theirs, goal=15)
        | {
            "agreement": {
                "ours_head_minutes": [round(float(t) / 60, 2) for t in times[ahead, start[1]]],
                "peer_head_minutes": [round(float(t) / 60, 2) for t in other[ahead, start[1]]],
                "mean_difference_after_20_minutes": round(
                    off(np.where(np.isfinite(times), times, MINUTES * 60.0)), 4
                ),
                "burned_cells": [int(np.isfinite(times).sum()), int(np.isfinite(other).sum())],
                "fitted_eccentricity": round(e, 3),
            }
        }
    )
