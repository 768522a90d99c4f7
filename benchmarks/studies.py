"""How long a study (研判) takes: the first answer that a person sees, and the whole with its ensemble.

Every registered model runs in process at a place of the Jinan demo city, with warm kernels, as the
background worker runs it: people, roads and the register read, the model, the impact, the ensemble,
the document stored. `first` is the time until the page can show an answer, `central` until the run
is done that was asked for, `full` until the ranges of its ensemble are there. Processor time is
what a busy machine changes least: the goals are judged by it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anlan.core.models import User
    from anlan.forecast.models import ModelRun

__all__ = ["run"]

NOW = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
SPOT: dict[str, Any] = {
    "lon": 117.4977,
    "lat": 36.8819,
    "name": "刁镇化工园区",
    "division": "370114000000",
}
WEATHER = {"wind_speed": 2.4, "wind_from_deg": 45, "temperature_c": 12, "is_day": True}
REPEATS = int(os.environ.get("ANLAN_BENCH_REPEATS", "3"))
WHOLE_REPEATS = int(os.environ.get("ANLAN_BENCH_WHOLE_REPEATS", "2"))

SCENARIOS: dict[str, dict[str, Any]] = {
    "gas_release": {"substance": "液氨"},
    "flammable_cloud": {"substance": "丙烷"},
    "typhoon": {"track": "lekima_1909", "rain_amount_m": 0.1489},
    "earthquake": {"magnitude": 6.5},
    "flood": {"rain_m": 0.15},
    "chain": {"start": "earthquake"},
}
"""What the forms insist on; the rest are the defaults of the models."""

FIRST_MS, COARSE_FLOOD_MS = 1000, 5000
"""Goals for the first answer."""


def run() -> dict[str, Any]:
    """Measure every model in one fresh process."""
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.studies"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    if said.returncode:
        raise RuntimeError(said.stderr[-2000:])
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def measure(kinds: list[str]) -> dict[str, Any]:
    """Set up the demo city in a fresh folder and time each model."""
    user = set_up()
    from anlan.forecast.models_registry import MODELS

    models = {}
    for kind in kinds or MODELS:
        models[kind] = _timed(kind, user)
        sys.stderr.write(f"{kind}: {json.dumps(models[kind])}\n")
    late = [k for k, found in models.items() if not found["reached"]]
    return {"repeats": REPEATS, "models": models, "first_answer_later_than_goal": late}


def set_up() -> User:
    """Build and load the demo city; return the account that runs the studies."""
    folder = Path(tempfile.mkdtemp(prefix="anlan-bench-"))
    os.environ.update(
        ANLAN_VAR=str(folder),
        ANLAN_SECRET_KEY="benchmark",  # noqa: S106 - a database that is thrown away
        DJANGO_SETTINGS_MODULE="anlan.config.settings",
    )
    import django

    django.setup()
    from benchmarks.package import _city

    _city(folder / "city", 1)
    from anlan.core.models import User

    return User.objects.get(username="lin_lan")


def _timed(kind: str, user: User) -> dict[str, Any]:
    from anlan.forecast.models_registry import MODELS

    members = MODELS[kind].members
    alone = [_once(kind, user, 0) for _ in range(REPEATS + 1)][1:]
    whole = [_once(kind, user, members) for _ in range(WHOLE_REPEATS)] if members else []
    first = _spread([row["first_wall"] for row in alone])
    worked = _spread([row["first_cpu"] for row in alone])
    goal = COARSE_FLOOD_MS if kind == "flood" else FIRST_MS
    found: dict[str, Any] = {
        "first_ms": first,
        "first_processor_ms": worked,
        "goal_ms": goal,
        "reached": worked["p50"] <= goal,
        "central_ms": _spread([row["wall"] for row in alone]),
        "central_processor_ms": _spread([row["cpu"] for row in alone]),
        "members": members,
    }
    if whole:
        found["full_ms"] = _spread([row["wall"] for row in whole])
        found["full_processor_ms"] = _spread([row["cpu"] for row in whole])
    return found


def requested(kind: str, user: User, members: int) -> ModelRun:
    """Return a run that waits."""
    from anlan.forecast.models_registry import MODELS
    from anlan.forecast.services import run_request
    from anlan.forecast.types import Place

    return run_request(
        kind=kind,
        scenario=SCENARIOS.get(kind, {}),
        weather=WEATHER if MODELS[kind].uses_weather else {},
        place=Place(**SPOT),
        moment=NOW,
        by=user,
        now=NOW,
        members=members,
    )


def _once(kind: str, user: User, members: int) -> dict[str, float]:
    from anlan.forecast.services import run_compute

    waiting = requested(kind, user, members)
    began, worked = time.perf_counter(), time.process_time()
    spent: dict[str, float] = {}

    def answered(_share: float, note: str) -> None:
        if note.startswith("先行结果") and not spent:
            spent["first_wall"] = time.perf_counter() - began
            spent["first_cpu"] = time.process_time() - worked

    done = run_compute(run=waiting, now=NOW, progress=answered)
    if str(done.status) != "done":
        raise RuntimeError(f"{kind}: {done.status} {done.error}")
    wall, cpu = time.perf_counter() - began, time.process_time() - worked
    return {"first_wall": wall, "first_cpu": cpu, **spent, "wall": wall, "cpu": cpu}


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(seconds) * 1000, 1),
        "max": round(max(seconds) * 1000, 1),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(sys.argv[1:])) + "\n")
