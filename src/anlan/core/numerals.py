"""Numbers in sentences and tables, as people write them."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["SMALL", "power_of_ten", "regulated", "with_powers", "written"]

SIX_DIGITS: Final = 100_000
MYRIAD: Final = 10_000
SMALL: Final = 0.01
"""Below this a number with two decimals says nothing: a risk of 3e-6 a year is not 0.00."""

RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
POWER: Final = re.compile(r"(?<=\d)e([+-]?\d{1,3})(?!\d)")


def written(value: float) -> str:
    """Write a number without a power of ten: 1350000 bottles are not 1.35e+06."""
    return f"{value:.0f}" if abs(value) >= SIX_DIGITS else f"{value:g}"


def regulated(value: float, unit: str) -> str:
    """Write a threshold as regulations do, a round number in 万: 50万人, but 10000万元."""
    if abs(value) >= MYRIAD and value % (MYRIAD / 10) == 0 and not unit.startswith("万"):
        return f"{value / MYRIAD:.12g}万{unit}"
    return written(value) + unit


def power_of_ten(value: float) -> str:
    """Return a number as 3×10⁻⁶, with two digits that count."""
    digits, _e, power = f"{value:.1e}".partition("e")
    return with_powers(f"{digits.removesuffix('.0')}e{power}")


def with_powers(text: str) -> str:
    """Write the powers of ten in a text as people do: 1e+07 kg is 1×10⁷ kg."""
    return POWER.sub(lambda found: f"×10{str(int(found[1])).translate(RAISED)}", text)
