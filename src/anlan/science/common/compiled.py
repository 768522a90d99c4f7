"""Compile every numba kernel ahead of the first user.

A module with compiled kernels has a function `warm_up()` that calls each of them once on a tiny
case; numba keeps the result on disk (`cache=True`). Run at installation and at server start.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import anlan.science

__all__ = ["compile_apart", "kernels_stamp", "warm_up"]

PROGRAM = "from anlan.science.common.compiled import warm_up; warm_up()"
STAMP = "kernels.stamp"
NICE = 10
"""The compiler waits for whoever serves people."""


def kernels_stamp() -> str:
    """Return a sign of everything that the compiled kernels depend on.

    Returns
    -------
    str
        Changes with a source file of the science, with numba, with Python, with the machine.
    """
    root = Path(anlan.science.__path__[0])
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        state = path.stat()
        found.update(f"{path}:{state.st_mtime_ns}:{state.st_size}\n".encode())
    found.update(f"{version('numba')} {sys.version} {platform.machine()}".encode())
    found.update(os.environ.get("NUMBA_CACHE_DIR", "").encode())
    return found.hexdigest()


def compile_apart(folder: Path) -> bool:
    """Compile what is not compiled yet, in a process of its own; do nothing if all is.

    A compiler holds the lock of its interpreter for seconds: in a server it would stop every page.

    Parameters
    ----------
    folder : Path
        Where the `kernels_stamp` of the last success is kept if it cannot be kept beside the
        kernels: in a read-only installation. [-]

    Returns
    -------
    bool
        Whether there was anything to do.
    """
    note, stamp = _home(folder) / STAMP, kernels_stamp()
    if note.is_file() and note.read_text(encoding="ascii", errors="replace") == stamp:
        return False
    subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", f"import os; os.nice({NICE}); {PROGRAM}"], check=True
    )
    note.write_text(stamp, encoding="ascii")
    return True


def _home(otherwise: Path) -> Path:
    """Return where numba keeps the kernels: they are shared by every data folder."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    home = Path(chosen) if chosen else Path(anlan.science.__path__[0]) / "__pycache__"
    return home if home.is_dir() and os.access(home, os.W_OK) else otherwise


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
