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


def warm_up() -> dict[str, float]:
    """Call the `warm_up` of every module of the science.

    Returns
    -------
    dict
        Module name and the seconds it took; a few milliseconds when the cache is warm.
    """
    spent = {}
    for entry in pkgutil.walk_packages(anlan.science.__path__, "anlan.science."):
        if entry.name == __name__:
            continue
        warm = vars(importlib.import_module(entry.name)).get("warm_up")
        if callable(warm):
            start = time.perf_counter()
            warm()
            spent[entry.name] = time.perf_counter() - start
    return spent
