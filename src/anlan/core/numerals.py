"""Numbers in sentences."""

from __future__ import annotations

from typing import Final

__all__ = ["regulated", "written"]

SIX_DIGITS: Final = 100_000
MYRIAD: Final = 10_000


def written(value: float) -> str:
    """Write a number without a power of ten: 1350000 bottles are not 1.35e+06."""
    return f"{value:.0f}" if abs(value) >= SIX_DIGITS else f"{value:g}"


def regulated(value: float, unit: str) -> str:
    """Write a threshold as regulations do, a round number in 万: 50万人, but 10000万元."""
    if abs(value) >= MYRIAD and value % (MYRIAD / 10) == 0 and not unit.startswith("万"):
        return f"{value / MYRIAD:.12g}万{unit}"
    return written(value) + unit
