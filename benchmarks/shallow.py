"""The shallow water kernel against ANUGA's second order (DE1), at equal error, one thread.

Stoker's dam break over wet ground and Thacker's planar bowl, both with exact solutions: ours on
grids of several sizes, ANUGA on one mesh; the time of ours at the error of ANUGA is read between
the grids. Both take two stages a step. The error is that of the depth, L1, of all there is.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numba as nb
import numpy as np

from anlan.science.flood.device import cuda_missing
from anlan.science.flood.shallow import dam_break_exact, simulate_shallow
from benchmarks.harness import verdict
from benchmarks.peers import Absent, Peer

__all__ = ["run"]

TURN = 2 * math.pi / math.sqrt(2 * 9.80665 * 0.1)
DAM = {"length": 1e4, "seconds": 189.7, "deep": 5.0, "shallow": 1.0}
NOTED_ANUGA = 2.5e6
CASES = {
    # cells of ours along the side; of ANUGA, four triangles in each
    "stoker": ((100, 200, 400, 800), {"cells": 200, "thin": 1e-3, **DAM}),
    "thacker": ((40, 80, 160), {"cells": 60, "thin": 1e-5, "length": 4.0, "seconds": TURN}),
}


def run() -> dict[str, Any]:
    """Return elements a second, errors, and the ratio of the times at equal error."""
    threads = nb.get_num_threads()
    nb.set_num_threads(1)
    try:
        return {name: _case(name, *CASES[name]) for name in CASES} | {"on_card": _on_card()}
    finally:
        nb.set_num_threads(threads)


def _on_card(n: int = 1000) -> dict[str, Any]:
    """Return elements a second on a graphics card, where there is one, and how far it is from ours."""
    if reason := cuda_missing():
        return {"skipped": reason}
    rng = np.random.default_rng(0)
    ground, depth = rng.random((n, n)), 1.0 + rng.random((n, n))
    options: dict[str, Any] = {"cell_size": 10.0, "duration": 60.0, "depth": depth}
    card = simulate_shallow(ground, device="cuda", **options)
    start = time.perf_counter()
    card = simulate_shallow(ground, device="cuda", **options)
    spent = time.perf_counter() - start
    ours = simulate_shallow(ground, **options)
    return {
        "unit": "million elements times steps a second, with the way to the card and back",
        "rate": round(n * n * card.steps / spent / 1e6, 1),
        "largest_difference_m": float(f"{np.abs(card.depth - ours.depth).max():.3g}"),
    }


def _exact(name: str, x: Any, y: Any) -> Any:
    if name == "stoker":
        return dam_break_exact(
            x, DAM["seconds"], upstream=DAM["deep"], downstream=DAM["shallow"], dam=5e3
        ).depth
    bed = 0.1 * ((x - 2.0) ** 2 + (y - 2.0) ** 2 - 1.0)
    return np.maximum(0.05 * (2 * (x - 2.0) - 0.5) - bed, 0.0)


def _ours(name: str, n: int) -> Any:
    if name == "stoker":
        cell = DAM["length"] / n
        rows = n // 50  # the strip of 200 m in which ANUGA has four squares
        x = np.broadcast_to((np.arange(n) + 0.5) * cell, (rows, n))
        depth = np.where(x < 5e3, DAM["deep"], DAM["shallow"])
        return (
            x,
            x,
            lambda: simulate_shallow(
                np.zeros((rows, n)),
                cell_size=cell,
                duration=DAM["seconds"],
                depth=depth,
                roughness=0.0,
            ),
        )
    cell = 4.0 / n
    x, y = np.meshgrid((np.arange(n) + 0.5) * cell, (np.arange(n) + 0.5) * cell)
    bed = 0.1 * ((x - 2.0) ** 2 + (y - 2.0) ** 2 - 1.0)
    depth = _exact(name, x, y)
    return x, y, lambda: simulate_shallow(
        bed, cell_size=cell, duration=TURN, depth=depth, roughness=0.0,
        discharge_y=depth * 0.5 * math.sqrt(2 * 9.80665 * 0.1),
    )  # fmt: skip


def _case(name: str, sizes: tuple[int, ...], case: dict[str, Any]) -> dict[str, Any]:
    simulate_shallow(np.zeros((4, 4)), cell_size=1.0, duration=1.0, depth=1.0)
    grids = []
    theirs: dict[str, Any] = {}
    spent = math.inf
    absent = ""
    try:
        with Peer("anuga", name=name, **case) as peer:
            grids = [_measured(name, n, peer) for n in sizes]
            spent = min(grid.pop("peer_seconds") for grid in grids)
            theirs = peer.answer() | peer.about
    except Absent as reason:
        absent = str(reason)
        grids = [_measured(name, n, None) for n in sizes]
    found: dict[str, Any] = {
        "unit": "elements times steps a second and core, processor time",
        "ours": grids,
    }
    rate = max(grid["elements"] * grid["steps"] / grid["seconds"] for grid in grids)
    if absent:
        return found | {"per_element": verdict(rate, NOTED_ANUGA, goal=3, noted=absent)}
    x, y, depth, area = (np.array(theirs[k]) for k in ("x", "y", "depth", "area"))
    true = _exact(name, x, y)
    error = float((np.abs(depth - true) * area).sum() / (true * area).sum())
    errors = np.log([grid["error"] for grid in grids])
    at_equal = float(np.exp(np.interp(
        math.log(error), errors[::-1], np.log([g["seconds"] for g in grids])[::-1]
    )))  # fmt: skip
    return found | {
        "peer": theirs["program"],
        "peer_elements": theirs["elements"],
        "peer_steps": theirs["steps"],
        "peer_error": round(error, 5),
        "peer_seconds": round(spent, 3),
        "per_element": verdict(rate, theirs["elements"] * theirs["steps"] / spent, goal=3),
        "time_ratio_at_equal_error": round(spent / at_equal, 1),
        "error_within_our_grids": bool(np.exp(errors[-1]) <= error <= np.exp(errors[0])),
    }


def _measured(name: str, n: int, peer: Peer | None) -> dict[str, Any]:
    x, y, flow = _ours(name, n)
    seconds, other = [], []
    for _ in range(2):
        start = time.process_time()
        found = flow()
        seconds.append(time.process_time() - start)
        if peer is not None:
            other.append(peer.go())
    true = _exact(name, x, y)
    return {
        "elements": int(true.size),
        "steps": found.steps,
        "seconds": round(min(seconds), 4),
        "error": round(float(np.abs(found.depth - true).sum() / true.sum()), 5),
    } | ({"peer_seconds": min(other)} if other else {})
