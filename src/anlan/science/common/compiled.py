"""Compile every numba kernel ahead of the first user.

A module with compiled kernels has a function `warm_up()` that calls each of them once on a tiny
case; numba keeps the result on disk (`cache=True`). Run at installation and at server start.
"""

from __future__ import annotations

import importlib
import pkgutil
import time

import anlan.science

__all__ = ["warm_up"]


def warm_up(part: int = 0, parts: int = 1) -> dict[str, float]:
    """Call the `warm_up` of every module of the science, or of a share of them.

    Parameters
    ----------
    part, parts : int
        Which of how many shares, for processes that divide the work. [-]

    Returns
    -------
    dict
        Module name and the seconds it took; a few milliseconds when the cache is warm.
    """
    spent = {}
    for entry in _modules_with_kernels()[part::parts]:
        start = time.perf_counter()
        importlib.import_module(entry).warm_up()
        spent[entry] = time.perf_counter() - start
    return spent


def _modules_with_kernels() -> list[str]:
    return [
        entry.name
        for entry in pkgutil.walk_packages(anlan.science.__path__, "anlan.science.")
        if entry.name != __name__
        and callable(vars(importlib.import_module(entry.name)).get("warm_up"))
    ]
