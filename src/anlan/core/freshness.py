"""How much a fact still counts: every kind of fact has a half-life.

A figure confirmed today counts fully; after one half-life it counts half. Stale facts fade on
the map, weigh less in proposals and come first on the work list of confirmations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

__all__ = ["STALE_BELOW", "freshness"]

STALE_BELOW = 0.5
"""Below this a fact is shown as stale: one half-life has passed. Platform default."""


def freshness(*, known_at: datetime, now: datetime, half_life: timedelta) -> float:
    """Return the weight of a fact known at `known_at`: 1 when new, 0.5 after one half-life.

    A fact from the future (a clock that runs ahead) counts as new.

    Raises
    ------
    ValueError
        If the half-life is not positive.
    """
    if not half_life.total_seconds() > 0:
        raise ValueError(f"half_life must be > 0 s, got {half_life!r}")
    age = max(0.0, (now - known_at).total_seconds())
    return float(0.5 ** (age / half_life.total_seconds()))
