"""Courses of a stochastic SEIR, 16 groups, 180 days, one thread, against epydemix.

Both by chance, binomial, both in steps of a quarter of a day or of a day.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from anlan.science.epidemic.seir import Disease, simulate_many, transmission_rate
from benchmarks.harness import cpu_best_of, verdict
from benchmarks.peers import Absent, Peer, alternate

__all__ = ["run"]

GROUPS, DAYS, RUNS = 16, 180, 40
NOTED_EPYDEMIX = 1 / 0.033


def run() -> dict[str, Any]:
    """Return courses a second, the ratio and the attack rates of both."""
    return {
        "unit": "courses of 180 days a second and core, processor time",
        "steps_of_a_quarter_day": _steps(4, rounds=4),
        "steps_of_a_day": _steps(1, rounds=6),
    }


def _steps(steps_a_day: int, *, rounds: int) -> dict[str, Any]:
    rng = np.random.default_rng(3)
    draw = rng.uniform(0.2, 2.0, (GROUPS, GROUPS))
    contacts = draw + draw.T  # equal groups: symmetric contacts
    people = np.full(GROUPS, 62_500.0)
    infected = np.full(GROUPS, 5.0)
    disease = Disease(r0=2.0, latent=3.0, infectious=5.0)

    def ours() -> Any:
        return simulate_many(
            disease, population=people, infected=infected, days=DAYS, count=RUNS, rng=rng,
            contacts=contacts, steps_a_day=steps_a_day,
        )  # fmt: skip

    cases = ours()
    found: dict[str, Any] = {}
    try:
        with Peer(
            "epydemix", population=people, infected=infected, contacts=contacts, dt=1 / steps_a_day,
            beta=transmission_rate(disease, contacts=contacts, population=people,
                                   steps_a_day=steps_a_day),
            sigma=1 / 3.0, gamma=1 / 5.0, end="2026-06-29",
        ) as peer:  # fmt: skip
            found["peer"] = peer.about["program"]
            mine, theirs = alternate(ours, peer, rounds=rounds)
            rates = peer.answer()["attack_rates"]
    except Absent as reason:
        mine = cpu_best_of(5, ours)
        return found | verdict(RUNS / mine, NOTED_EPYDEMIX, goal=60, noted=str(reason))
    share = cases.sum(axis=(1, 2)) / people.sum()
    return (
        found
        | verdict(RUNS / mine, 1.0 / theirs, goal=60)
        | {
            "agreement_of_attack_rates": {
                "ours_mean": round(float(share.mean()), 4),
                "ours_standard_deviation": round(float(share.std()), 4),
                "peer_mean": round(float(np.mean(rates)), 4),
            }
        }
    )
