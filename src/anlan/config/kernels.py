"""Compiling the numba kernels apart from the server: at installation, or beside its first start.

A compiler holds the lock of its interpreter for seconds: in a server it would stop every page.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import anlan.science
from anlan.core.orphans import end_with_parent
from anlan.science.common.compiled import warm_up

__all__ = ["compile_apart", "compile_part", "kernels_stamp"]

STAMP = "kernels.stamp"
LOCK = "kernels.lock"
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
    """Compile what is not compiled yet, in processes of their own; do nothing if all is.

    Who comes while another compiles waits for it. The compilers end with the process that asked.

    Parameters
    ----------
    folder : Path
        Where the `kernels_stamp` of the last success is kept if it cannot be kept beside the
        kernels: in a read-only installation. [-]

    Returns
    -------
    bool
        Whether there was anything to do.

    Raises
    ------
    subprocess.CalledProcessError
        If a compiler failed.
    """
    home, stamp = _home(folder), kernels_stamp()
    with (home / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = home / STAMP
        if note.is_file() and note.read_text(encoding="ascii", errors="replace") == stamp:
            return False
        _compile(parts=os.cpu_count() or 1)
        note.write_text(stamp, encoding="ascii")
    return True


def _compile(parts: int) -> None:
    program = "from anlan.config.kernels import compile_part; compile_part({}, {}, parent={})"
    compilers = [
        subprocess.Popen(  # noqa: S603 - our own interpreter and words
            [sys.executable, "-c", program.format(part, parts, os.getpid())]
        )
        for part in range(parts)
    ]
    for compiler in compilers:
        if compiler.wait():
            raise subprocess.CalledProcessError(compiler.returncode, compiler.args)


def compile_part(part: int, parts: int, parent: int) -> None:
    """Compile one of `parts` shares of the kernels, and end when `parent` does."""
    end_with_parent(parent)
    os.nice(NICE)
    warm_up(part, parts)


def _home(otherwise: Path) -> Path:
    """Return where numba keeps the kernels: they are shared by every data folder."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    home = Path(chosen) if chosen else Path(anlan.science.__path__[0]) / "__pycache__"
    return home if home.is_dir() and os.access(home, os.W_OK) else otherwise
