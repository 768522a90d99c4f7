"""Very small numbers as people write them."""

from __future__ import annotations

from typing import Final

__all__ = ["RAISED", "SMALL", "power_of_ten"]

SMALL: Final = 0.01
"""Below this a number with two decimals says nothing: a risk of 3e-6 a year is not 0.00."""

RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(value: float) -> str:
    """Return a number as 3×10⁻⁶, with two digits that count."""
    digits, _e, power = f"{value:.1e}".partition("e")
    return f"{digits.removesuffix('.0')}×10{str(int(power)).translate(RAISED)}"
