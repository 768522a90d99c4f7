"""Finding, running and recording benchmarks, and the few words they share."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "RESULTS",
    "ROOT",
    "best_of",
    "cpu_best_of",
    "machine",
    "milliseconds",
    "run_all",
    "verdict",
]

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results.json")
NOT_BENCHMARKS = {"__main__", "harness", "peers"}
GROUPS = {
    "kernels": (
        "flood", "shallow", "seismic", "fire", "epidemic", "detect", "release", "cyclone",
    )
}  # fmt: skip
PACKAGES = ("django", "numpy", "scipy", "shapely", "granian")


def run_all(names: Sequence[str] = ()) -> None:
    """Run the named benchmarks, or all of them, and write their results."""
    sys.path.insert(0, str(ROOT / "tests"))  # the load and the people of the tests
    found = [m.name for m in iter_modules([str(Path(__file__).parent)])]
    known = sorted(set(found) - NOT_BENCHMARKS)
    names = [one for name in names for one in GROUPS.get(name, (name,))]
    unknown = sorted(set(names) - set(known))
    if unknown:
        sys.exit(f"没有这个基准：{'、'.join(unknown)}；可选：{'、'.join(known)}")
    chosen = names or known
    if len(chosen) > 1:  # a process for each: settings and caches of one are not the next one's
        for name in chosen:
            subprocess.run([sys.executable, "-m", "benchmarks", name], cwd=ROOT, check=True)
        return
    (name,) = chosen
    sys.stdout.write(f"── {name}\n")
    sys.stdout.flush()
    start = time.perf_counter()
    result = import_module(f"benchmarks.{name}").run()
    seconds = round(time.perf_counter() - start, 1)
    record(name, {"took_seconds": seconds, "machine": machine(), **result})
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")


def record(name: str, result: dict[str, Any]) -> None:
    """Replace one benchmark's part of results.json."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept[name] = result
    text = json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """Describe the machine: a figure without it says nothing."""
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],  # noqa: S607 - git of the path
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": commit,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_average": round(os.getloadavg()[0], 1),
        "fsync_per_second": _fsyncs(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50, p95, p99 and the longest, in milliseconds."""
    ordered = sorted(seconds)
    points = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * q))] * 1000, 1)
        for name, q in points.items()
    }


def best_of(times: int, function: Callable[[], object]) -> float:
    """Return the shortest of several runs in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return min(taken)


def cpu_best_of(times: int, function: Callable[[], object]) -> float:
    """Return the least processor time of several runs in seconds: steady on a busy machine."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return min(taken)


def verdict(
    ours: float, peer: float, *, goal: float | None = None, noted: str = ""
) -> dict[str, Any]:
    """Return two rates, their ratio, and whether it reaches the goal.

    Parameters
    ----------
    ours, peer : float
        Work done a second.
    goal : float or None
        Least ratio.
    noted : str
        Why the peer was not run: its rate is then the figure noted in 2026-11.
    """
    ratio = ours / peer
    found: dict[str, Any] = {
        "ours_per_second": float(f"{ours:.4g}"),
        "peer_per_second": float(f"{peer:.4g}"),
        "ratio": round(ratio, 1),
    }
    if goal is not None:
        found |= {"goal": goal, "reached": bool(ratio >= goal)}
    if noted:
        found["peer_not_run_here"] = f"noted in 2026-11 on a like machine; {noted}"
    return found


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _fsyncs(seconds: float = 0.3) -> int:
    """Return how many small writes a second reach the disk: it decides what a commit costs."""
    with tempfile.NamedTemporaryFile(dir=ROOT) as file:
        count, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            count += 1
    return round(count / seconds)
