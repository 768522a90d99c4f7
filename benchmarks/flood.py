"""Cell updates a second of both flood kernels, one thread.

Peers were not run here: landlab 2.11 (8 to 15 M cell updates/s, float64, one thread) and anuga 4.1
(1.0 to 2.5 M triangles/s, second order) are the figures noted in 2026-11 on a like machine.
"""

from __future__ import annotations

import math
from typing import Any

import numba as nb
import numpy as np

from anlan.science.flood import inertial_kernel as kernel
from anlan.science.flood.shallow import simulate_shallow
from benchmarks.harness import cpu_best_of

__all__ = ["run"]

STEPS = 10


def run() -> dict[str, Any]:
    """Return cell updates a second per core, in processor time."""
    threads = nb.get_num_threads()
    nb.set_num_threads(1)
    try:
        return {
            "unit": "million cell updates per second, one thread, processor time",
            "inertial": {
                f"{precision} {n} x {n}": _inertial(n, kind)
                for precision, kind in (("single", np.float32), ("double", np.float64))
                for n in (500, 2000)
            },
            "shallow_second_order": {
                f"{n} x {n}, two stages a step": _shallow(n) for n in (100, 200)
            },
            "peers_noted_not_run_here": {
                "landlab 2.11 OverlandFlow": "8-15",
                "anuga 4.1 DE1, triangles": "1.0-2.5",
            },
        }
    finally:
        nb.set_num_threads(threads)


def _inertial(n: int, kind: type[np.float32 | np.float64]) -> float:
    """All wet, on a rough slope, with the limiter and rain, as simulate_flood steps it."""
    rng = np.random.default_rng(0)
    z = (np.arange(n) * 0.02 + rng.random((n, n)) * 0.05).astype(kind)
    h = np.full((n, n), 0.2, kind)
    n2 = np.full((n, n), 9e-4, kind)
    qx, qy = np.zeros((n, n + 1), kind), np.zeros((n + 1, n), kind)
    qx2, qy2, factor = qx.copy(), qy.copy(), np.ones((n, n), kind)
    wet, short = np.ones(n, np.bool_), np.zeros(n, np.bool_)
    deepest, taken = np.zeros(n), np.zeros((n, 2))
    params = kernel.parameters(kind, theta=0.8, step=0.5, cell_size=10.0)
    one, none = np.ones((1, 1), kind), np.zeros((1, 1), kind)

    def steps() -> None:
        a, b, c, d = qx, qy, qx2, qy2
        for _ in range(STEPS):
            kernel.faces(h, z, n2, wet, a, b, kind(-1), params, c, d, factor, short)
            if short.any():
                kernel.limit(c, d, factor, short)
            kernel.update(
                h, c, d, params, kind(1e-6), one, none, none, kind(0.5), wet, deepest, taken
            )
            a, b, c, d = c, d, a, b

    steps()
    return round(STEPS * n * n / cpu_best_of(3, steps) / 1e6, 1)


def _shallow(n: int) -> float:
    """Thacker's bowl, a quarter of a swing."""
    cell = 4.0 / n
    x = (np.arange(n) + 0.5) * cell - 2.0
    x, y = np.meshgrid(x, x)
    bed = 0.1 * (x**2 + y**2 - 1)
    depth = np.maximum(0.05 * (2 * x - 0.5) - bed, 0.0)
    turn = math.sqrt(2 * 9.80665 * 0.1)
    done = []

    def flow() -> None:
        found = simulate_shallow(
            bed, cell_size=cell, duration=1.1, depth=depth, roughness=0.0,
            discharge_y=depth * 0.5 * turn,
        )  # fmt: skip
        done.append(found.steps)

    seconds = cpu_best_of(2, flow)
    return round(done[-1] * n * n / seconds / 1e6, 2)
