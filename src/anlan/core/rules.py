"""Who stands above whom, read from the statistical division code (统计用区划代码).

Twelve digits: province 2, city 2, county 2, township 3, village 3; trailing zeros mean "all of
it". So the code is its own path, and "inside this division" is a range of codes, which an
ordinary index answers.
"""

from __future__ import annotations

from itertools import accumulate

__all__ = [
    "CODE_LENGTH",
    "code_range",
    "code_stem",
    "codes_above",
    "full_code",
    "holds_cities",
    "is_inside",
    "whole_number",
]

CODE_LENGTH = 12
LONGEST_NUMBER = 18
WIDTHS = {"province": 2, "city": 2, "county": 2, "township": 3, "village": 3}
ENDS = dict(zip(WIDTHS, accumulate(WIDTHS.values()), strict=True))


def full_code(code: str) -> str:
    """Return the twelve digits of a code given with 2, 4, 6, 9 or 12.

    Raises
    ------
    ValueError
        If it is not such a code, or names no place.
    """
    if len(code) not in ENDS.values() or not (code.isascii() and code.isdecimal()):
        raise ValueError(f"a division code has 2, 4, 6, 9 or 12 digits, got {code!r}")
    full = code.ljust(CODE_LENGTH, "0")
    if full.startswith("00"):
        raise ValueError(f"a division code begins with a province, got {code!r}")
    return full


def whole_number(text: str) -> int | None:
    """Return the number that a text is in plain digits, or None; a key of a row is one.

    Eighteen digits at most: what a column holds, and what is read without an effort.
    """
    fits = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if fits else None


def code_stem(code: str) -> str:
    """Return the digits with which the code of every place inside `code` begins."""
    full = full_code(code)
    return next(full[:end] for end in ENDS.values() if not full[end:].strip("0"))


def code_range(code: str) -> tuple[str, str]:
    """Return the first code inside `code` and the last possible one, both included."""
    stem = code_stem(code)
    return stem.ljust(CODE_LENGTH, "0"), stem.ljust(CODE_LENGTH, "9")


def codes_above(code: str) -> list[str]:
    """Return the codes of the places that `code` lies in, the widest first, without itself."""
    stem = code_stem(code)
    return [full_code(stem[:end]) for end in ENDS.values() if end < len(stem)]


def holds_cities(code: str) -> bool:
    """Tell whether `code` is a city or more: such a place also answers for what lies nowhere."""
    return len(code_stem(code)) <= ENDS["city"]


def is_inside(code: str, outer: str) -> bool:
    """Tell whether the place `code` lies inside the place `outer`."""
    return full_code(code).startswith(code_stem(outer))
