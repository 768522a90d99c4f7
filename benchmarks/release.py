"""Receptors a second of the Gaussian plume at the ground, one thread; no peer."""

from __future__ import annotations

from typing import Any

import numpy as np

from anlan.science.release.plume import ground_field
from benchmarks.harness import cpu_best_of

__all__ = ["run"]

RECEPTORS = 2_000_000


def run() -> dict[str, Any]:
    """Return receptors a second and core, in processor time."""
    rng = np.random.default_rng(0)
    x, y = rng.uniform(10, 9000, RECEPTORS), rng.uniform(-1500, 1500, RECEPTORS)

    def field() -> None:
        ground_field(x, y, rate=1.0, wind_speed=3.0, stability="D", height=10.0)

    field()
    rate = RECEPTORS / cpu_best_of(7, field)
    return {
        "receptors_per_second": float(f"{rate:.4g}"),
        "goal": 20e6,
        "reached": rate >= 20e6,
    }
