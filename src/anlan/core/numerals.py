"""Numbers in sentences."""

from __future__ import annotations

from typing import Final

__all__ = ["written"]

SIX_DIGITS: Final = 100_000
MYRIAD: Final = 10_000


def written(value: float, *, myriads: bool = False) -> str:
    """Write a number without a power of ten: 1350000 bottles are not 1.35e+06.

    Parameters
    ----------
    value
        Any number; from a hundred thousand on it is written whole.
    myriads
        Whether a round number is written in 万, as regulations do.
    """
    if myriads and abs(value) >= MYRIAD and value % (MYRIAD / 10) == 0:
        return f"{value / MYRIAD:.12g}万"
    return f"{value:.0f}" if abs(value) >= SIX_DIGITS else f"{value:g}"
