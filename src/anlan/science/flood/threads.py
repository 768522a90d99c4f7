"""Share the work on a grid among threads.

The kernels let go of Python's lock (`nogil=True`), so ordinary threads do it. Numba's own
(`parallel=True`) took four times as long to compile and must not be entered by two at a time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numba as nb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ALONE", "Team", "threads_for"]

SMALL = 200_000
"""Cells below which one thread is used: where others work besides, two wait longer than they gain."""


class Team:
    """Threads that work on one grid.

    Parameters
    ----------
    size : int
        Number of threads, the one that calls among them. [1]
    pool : ThreadPoolExecutor or None
        Of the others. [-]
    """

    def __init__(self, size: int, pool: ThreadPoolExecutor | None = None) -> None:
        self.size, self.pool = size, pool

    def share(self, work: Callable[[int], object], parts: int) -> None:
        """Do every part; who is done takes the next.

        Parameters
        ----------
        work : callable
            Called with the number of the part. [-]
        parts : int
            How many there are. [1]
        """
        turns = iter(range(parts))

        def take() -> None:
            for part in turns:
                work(part)

        helpers = min(self.size, parts) - 1 if self.pool else 0
        others = [self.pool.submit(take) for _ in range(helpers)] if self.pool else []
        take()
        for other in others:
            other.result()

    def spread(self, work: Callable[[int, int], object], count: int) -> None:
        """Do a number of equal things, some parts for each thread.

        Parameters
        ----------
        work : callable
            Called with the first and the one after the last. [-]
        count : int
            How many there are. [1]
        """
        parts = min(count, 4 * self.size) if self.size > 1 else 1
        self.share(lambda p: work(count * p // parts, count * (p + 1) // parts), parts)


ALONE = Team(1)
"""Only the thread that calls."""


@contextmanager
def threads_for(cells: int) -> Iterator[Team]:
    """Use one thread for a small grid, and as many as numba is given for a large one.

    Parameters
    ----------
    cells : int
        Number of cells. [1]

    Yields
    ------
    Team
        The threads. [-]
    """
    size = 1 if cells < SMALL else nb.get_num_threads()
    if size == 1:
        yield ALONE
        return
    with ThreadPoolExecutor(size - 1) as pool:
        yield Team(size, pool)
