"""Place-hours a second of the strongest wind of a typhoon, one thread.

climada was not run: its environment needs the headers of GDAL and 1.5 GB, and its first wind
field asks a server of NASA. The figure noted in 2026-11 on a like machine is 3.58 million
centroid-steps a second (6.1, 10 000 places by 301 hours). Its wind is of other physics.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from anlan.science.cyclone.track import Fix, Track
from anlan.science.cyclone.wind import largest_wind, storm_from_track
from benchmarks.harness import cpu_best_of, verdict

__all__ = ["run"]

HOURS, PLACES = 300, 10_000
NOTED_CLIMADA = 3.58e6


def run() -> dict[str, Any]:
    """Return place-hours a second, and the ratio to the noted figure."""
    start = datetime(2019, 8, 2, 6, tzinfo=UTC)
    fixes = tuple(
        Fix(
            time=start + timedelta(hours=6 * i), lon=128.0 - 8.0 * i / 50, lat=18.0 + 20.0 * i / 50,
            pressure=95_000.0, wind=40.0, averaging_minutes=10,
        )
        for i in range(HOURS // 6 + 1)
    )  # fmt: skip
    storm = storm_from_track(Track(agency="JMA", number="0", name="LINE", fixes=fixes))
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(114, 123, PLACES), rng.uniform(34, 38.5, PLACES)

    def wind() -> None:
        largest_wind(storm, lon=lon, lat=lat)

    wind()
    work = PLACES * storm.seconds.size
    return {
        "unit": "place-hours a second and core, processor time",
        "hours": int(storm.seconds.size),
    } | verdict(
        work / cpu_best_of(4, wind), NOTED_CLIMADA, goal=15, noted="needs GDAL and the network"
    )
