"""How long a later start of the demonstration takes, and the first pages after it.

`python -m benchmarks start` starts `anlan demo` in `ANLAN_VAR` (default `var/`): once to set up what
is missing, then `STARTS` times on what is there. Wall time is what a person waits for on this
machine; processor time says the same on a machine that others use, too.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.harness import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["run"]

PORT = 8797
STARTS = 3
GOAL_SECONDS = 15.0
PATIENCE_SECONDS = 900.0
FIRST_PAGES = ("/reports/new/", "/", "/map/ground.geojson", "/reports/new/")


def run() -> dict[str, Any]:
    """Return seconds to the first answer, processor seconds, and the first pages."""
    with _started() as first:
        set_up = first["wall_s"]
    walls, processors, pages = [], [], []
    for _ in range(STARTS):
        with _started() as start:
            walls.append(start["wall_s"])
            processors.append(start["cpu_s"])
            pages.append(_visit())
    return {
        "start_that_sets_up_s": set_up,
        "later_start_wall_s": {"median": statistics.median(walls), "worst": max(walls)},
        "later_start_cpu_s": {"median": statistics.median(processors), "worst": max(processors)},
        "first_pages_s": {
            f"{number}. {path}": round(statistics.median(times), 3)
            for number, (path, times) in enumerate(
                zip(("/login/", *FIRST_PAGES), zip(*pages, strict=True), strict=True), 1
            )
        },
        "load_before": os.getloadavg()[0],
        "goal_wall_s": GOAL_SECONDS,
        "reached": max(walls) <= GOAL_SECONDS,
    }


@contextmanager
def _started() -> Iterator[dict[str, float]]:
    """Start the demonstration; yield when a page answers, with what it took until then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "anlan", "demo", "--port", str(PORT)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers():
            if process.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                raise RuntimeError("the demonstration did not start")
            time.sleep(0.05)
        wall = time.perf_counter() - began
        yield {"wall_s": round(wall, 2), "cpu_s": round(_processor_seconds(process.pid), 2)}
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/login/", timeout=30):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _processor_seconds(pid: int) -> float:
    """Return what a process and its children, ended ones too, have computed."""
    total = 0.0
    top = psutil.Process(pid)
    for process in (top, *top.children(recursive=True)):
        used = process.cpu_times()
        total += used.user + used.system + used.children_user + used.children_system
    return total


def _visit() -> list[float]:
    """Sign in and open the first pages; return the seconds of each."""
    from anlan.cli.demo import PASSWORD

    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    base = f"http://127.0.0.1:{PORT}"
    with opener.open(f"{base}/login/", timeout=60) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    words = {"username": "lin_lan", "password": PASSWORD}
    words["csrfmiddlewaretoken"] = token[1] if token else ""
    asked = [("/login/", urllib.parse.urlencode(words).encode())]
    asked += [(path, None) for path in FIRST_PAGES]  # type: ignore[misc]
    seconds = []
    for path, data in asked:
        began = time.perf_counter()
        with opener.open(base + path, data, timeout=60) as page:
            page.read()
        seconds.append(time.perf_counter() - began)
    return seconds
