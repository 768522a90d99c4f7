"""How many threads a grid is worth: small ones lose more by waiting than they gain."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numba as nb

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["threads_for"]

SMALL = 200_000
"""Cells below which one thread is used: where others work besides, two wait longer than they gain."""


@contextmanager
def threads_for(cells: int) -> Iterator[int]:
    """Use one thread for a small grid and the given number for a large one, then set it back.

    Parameters
    ----------
    cells : int
        Number of cells. [1]

    Yields
    ------
    int
        The number of threads. [1]
    """
    given = nb.get_num_threads()
    used = 1 if cells < SMALL else given
    nb.set_num_threads(used)
    try:
        yield used
    finally:
        nb.set_num_threads(given)
