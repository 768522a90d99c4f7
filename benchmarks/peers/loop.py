"""The conversation with the benchmark; runs in the environment of a peer."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(sys.argv[1])


def case() -> dict[str, Any]:
    """Return the case: numbers and arrays by name."""
    with np.load(FOLDER / "case.npz", allow_pickle=False) as found:
        return {k: found[k].item() if found[k].ndim == 0 else found[k] for k in found}


def say(**words: Any) -> None:
    """Answer on a line of its own."""
    sys.stdout.write("\n@" + json.dumps(words) + "\n")
    sys.stdout.flush()


def serve(run: Callable[[], object], answer: Callable[[], dict[str, Any]], **about: Any) -> None:
    """Run as often as asked, and give the answer.

    `run` may return the seconds that count, where it must prepare something besides.
    """
    say(**about)
    for line in sys.stdin:
        if line.strip() == "go":
            start = time.process_time()
            counted = run()
            spent = time.process_time() - start
            say(seconds=counted if isinstance(counted, float) else spent)
        else:
            say(**answer())
