"""Farrington flexible against R surveillance, on its data set salmonella.agona, one thread."""

from __future__ import annotations

from typing import Any

import numpy as np

from anlan.science.detect.farrington import farrington
from benchmarks.harness import cpu_best_of, verdict
from benchmarks.peers import Absent, Peer, alternate

__all__ = ["run"]

NOTED_SURVEILLANCE = 1 / 0.0062


def run() -> dict[str, Any]:
    """Return points a second, the ratio and the largest difference of the bounds."""
    weeks = list(range(269, 312))
    series = np.random.default_rng(0).poisson(3.0, 312).astype(float)
    found: dict[str, Any] = {"unit": "points a second and core, noPeriods 1, delta, processor time"}
    farrington(series, at=weeks)
    try:
        with Peer("surveillance") as peer:
            found["peer"] = peer.about["program"]
            peer.go()
            answer = peer.answer()
            series = np.array(answer["counts"])
            mine, theirs = alternate(
                lambda: [farrington(series, at=weeks) for _ in range(20)], peer, rounds=4
            )
    except Absent as reason:
        mine = cpu_best_of(5, lambda: farrington(series, at=weeks))
        return found | verdict(len(weeks) / mine, NOTED_SURVEILLANCE, goal=13, noted=str(reason))
    bound = farrington(series, at=weeks, compat="surveillance").bound
    off = np.abs(bound - np.array(answer["bounds"]))
    return (
        found
        | verdict(20 * len(weeks) / mine, len(weeks) / theirs, goal=13)
        | {
            "largest_difference_of_bounds": float(f"{np.nanmax(off):.2g}"),
            "points": len(weeks),
            "points_where_r_gives_a_bound": int(np.isfinite(off).sum()),
        }
    )
