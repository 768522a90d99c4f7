"""How long a response package takes: from the incident in the database to the stored parts.

`python -m benchmarks package` measures Jinan and a city with ten times the people's cells and
roads; `python -m benchmarks.package SCALE` measures one. Nothing of a package is cached: only the
city pack and the road graph are kept in memory, as in the server. Each scale runs in a process of
its own, so its memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.command.models import Incident

__all__ = ["run"]

BUILDS = {1: 30, 10: 10}
SCALES = tuple(BUILDS)
NOW = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)

LEAK = {
    "event_code": "12A04",
    "text": "液氨储罐出料阀法兰泄漏，两名操作工受伤",
    "place": "刁镇化工园区",
    "longitude": 117.4977,
    "latitude": 36.8819,
    "figures": {"injured": 2},
    "details": {"substance": "液氨"},
}
LEAK_INPUT = (
    {"kind": "gas_release", "substance": "液氨", "hole_diameter_m": 0.05},
    {"wind_speed": 2.4, "wind_from_deg": 45, "temperature_c": 12, "is_day": True},
)
STORM = {**LEAK, "event_code": "11B01", "text": "台风利奇马北上，普降大暴雨", "place": "济南市"}
STORM_INPUT: tuple[dict[str, Any], dict[str, Any]] = (
    {
        "kind": "typhoon",
        "track": "lekima_1909",
        "start": "2019-08-10T00:00:00+08:00",
        "end": "2019-08-13T00:00:00+08:00",
        "rain": [{"amount_mm": 148.9, "hours": 24}],
    },
    {},
)


def run() -> dict[str, Any]:
    """Measure every scale and say how each step grows."""
    found: dict[str, Any] = {}
    for scale in SCALES:
        said = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.package", str(scale)],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[1],
        )
        if said.returncode:
            raise RuntimeError(said.stderr[-2000:])
        found[f"scale_{scale}"] = json.loads(said.stdout.splitlines()[-1])
    small, large = (found[f"scale_{scale}"] for scale in SCALES)
    found["growth"] = {
        hazard: {
            step: round(large[hazard]["steps_ms"][step]["p50"] / max(value["p50"], 0.1), 1)
            for step, value in small[hazard]["steps_ms"].items()
        }
        for hazard in ("leak", "typhoon")
    }
    return found


def measure(scale: int) -> dict[str, Any]:
    """Set up a city of this scale in a fresh folder and time its packages."""
    folder = Path(tempfile.mkdtemp(prefix="anlan-bench-"))
    os.environ.update(
        ANLAN_VAR=str(folder),
        ANLAN_SECRET_KEY="benchmark",  # noqa: S106 - a database that is thrown away
        DJANGO_SETTINGS_MODULE="anlan.config.settings",
    )
    import django

    django.setup()
    sizes = _city(folder / "city", scale)
    result: dict[str, Any] = {"scale": scale, **sizes, "builds": BUILDS[scale]}
    for name, report, entered in (("leak", LEAK, LEAK_INPUT), ("typhoon", STORM, STORM_INPUT)):
        incident = _incident(report, entered)
        result[name] = _timed(incident, BUILDS[scale])
    result["peak_memory_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return result


def _city(folder: Path, scale: int) -> dict[str, Any]:
    from django.core.management import call_command

    from anlan.citypack import CityPack, build_pack
    from anlan.exchange.services.demonstration import demonstration_load

    build_pack("370100", folder, now=NOW, scale=float(scale))
    call_command("migrate", verbosity=0)
    pack = CityPack.open(folder)
    demonstration_load(pack=pack, password="not-used", now=NOW)  # noqa: S106
    return {
        "people": pack.population.total,
        "cells": len(pack.population.people),
        "road_nodes": len(pack.roads.node_lon),
        "road_edges": len(pack.roads.edge_from),
        "records": sum(1 for key in pack.record_keys for _row in pack.records(key)),
    }


def _incident(report: dict[str, Any], entered: tuple[dict[str, Any], dict[str, Any]]) -> Incident:
    from anlan.command.rules.intake import ReportInput
    from anlan.command.services import report_receive, report_verify
    from anlan.core.models import User

    officer = User.objects.get(username="lin_lan")
    given = ReportInput(occurred_at=NOW - timedelta(minutes=10), received_at=NOW, **report)
    received = report_receive(entered=given, by=officer, now=NOW)
    incident = report_verify(report_id=received.pk, by=officer, now=NOW)
    incident.scenario, incident.weather = entered
    incident.save()
    return incident


def _timed(incident: Incident, builds: int) -> dict[str, Any]:
    from anlan.command.services import package_build

    def build() -> Any:
        return package_build(incident_id=incident.pk, by=None, now=NOW)

    first = _seconds(build)
    totals: list[float] = []
    cpu: list[float] = []
    steps: dict[str, list[float]] = {}
    for _ in range(builds):
        began, worked = time.perf_counter(), time.process_time()
        package = build()
        cpu.append(time.process_time() - worked)
        totals.append(time.perf_counter() - began)
        for step, seconds in package.timings.items():
            steps.setdefault(step, []).append(seconds)
        steps.setdefault("store", []).append(totals[-1] - package.timings["total"])
    steps.pop("total")
    return {
        "first_after_start_ms": round(first * 1000, 1),
        "package_ms": _spread(totals),
        "processor_ms": _spread(cpu),
        "steps_ms": {step: _spread(seconds) for step, seconds in steps.items()},
    }


def _seconds(function: Callable[[], Any]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50": round(statistics.median(ordered) * 1000, 1),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 1),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))) + "\n")
