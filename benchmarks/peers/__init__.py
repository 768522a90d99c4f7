"""Other programs to measure against, each in an environment and a process of its own.

`python tools/bench_peers.py` builds the environments in .bench-venv (git ignores it). Nothing of
the product imports them: several are under the GPL or AGPL, and are only run here. A peer that is
not installed leaves the figure noted in 2026-11 in the result, marked as such.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HERE", "ONE_THREAD", "Absent", "Peer", "alternate"]

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / ".bench-venv"
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


class Absent(Exception):
    """The peer cannot be run here; the message says why."""


class Peer:
    """A peer at work: it prepares a case, and then runs it each time it is told to.

    Parameters
    ----------
    name : str
        Of its script and its environment.
    case : dict
        Arrays and numbers, given to it in a file.
    """

    def __init__(self, name: str, /, **case: Any) -> None:
        script = next(HERE.glob(f"{name}_run.*"))
        if script.suffix == ".R":
            program = shutil.which("Rscript") or ""
            command = [program, "--vanilla"]
            if not program:
                raise Absent("R 未安装（apt install r-cran-surveillance）")
        else:
            program = str(ENVIRONMENTS / name / "bin" / "python")
            command = [program]
            if not Path(program).exists():
                raise Absent(f".bench-venv/{name} 不存在（python tools/bench_peers.py）")
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        np.savez(self.folder / "case.npz", **case)
        (self.folder / "case.json").write_text(
            json.dumps({k: v for k, v in case.items() if np.ndim(v) == 0})
        )
        self._log = (self.folder / "log").open("w+")
        self._process = subprocess.Popen(
            [*command, str(script), str(self.folder)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._log, text=True,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": ""},
        )  # fmt: skip
        self.about = self._hear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()
        self._folder.cleanup()

    def go(self) -> float:
        """Run the case once; return the processor seconds that the peer spent on it."""
        return float(self._ask("go")["seconds"])

    def answer(self) -> dict[str, Any]:
        """Return what the peer found: numbers and arrays."""
        return self._ask("answer")

    def _ask(self, word: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the reason is in its log
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("@"):  # peers print what they like besides
                found: dict[str, Any] = json.loads(line[1:])
                return found
        self._log.seek(0)
        last = (self._log.read().strip().splitlines() or ["无输出"])[-1]
        raise Absent(f"运行失败：{last}")


def alternate(ours: Callable[[], object], peer: Peer, *, rounds: int) -> tuple[float, float]:
    """Run both by turns; return the least processor seconds of each.

    Parameters
    ----------
    ours : callable
        One run of ours, compiled already.
    peer : Peer
        The other.
    rounds : int
        Runs of each.
    """
    mine, other = [], []
    for _ in range(rounds):
        start = time.process_time()
        ours()
        mine.append(time.process_time() - start)
        other.append(peer.go())
    return min(mine), min(other)
