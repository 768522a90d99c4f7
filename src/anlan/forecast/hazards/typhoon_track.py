"""The track of a typhoon: shipped or uploaded, what it may do instead, its marks on the map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError, Typhoon
from anlan.forecast.types import Mark
from anlan.science.common.local import distance
from anlan.science.cyclone.beaufort import cyclone_grade
from anlan.science.cyclone.ensemble import track_ensemble
from anlan.science.cyclone.readers import lekima_2019, read_cma, read_ibtracs, read_jma
from anlan.science.cyclone.track import convert_wind
from anlan.science.cyclone.wind import storm_from_track

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Place
    from anlan.science.cyclone.track import Fix, Track
    from anlan.science.cyclone.wind import Storm

__all__ = [
    "MEMBERS",
    "TRACKS",
    "TRACK_NAMES",
    "UPLOAD",
    "NearTime",
    "clock",
    "fix_marks",
    "members_of",
    "near_time",
    "scenario_track",
]

TRACKS: Final[Mapping[str, Callable[[], Track]]] = {"lekima_1909": lekima_2019}
"""Best tracks that are shipped, by name."""

UPLOAD: Final = "upload"
TRACK_NAMES: Final = {
    "lekima_1909": "台风利奇马（1909），RSMC 东京最佳路径",
    UPLOAD: "上传的路径文件",
}

CHINA: Final = timezone(timedelta(hours=8))
NEAR: Final = 600_000.0
"""The time shown is that in which the centre is nearer than this. [m]"""

USUAL_LEAD_H: Final = 24.0
"""Lead of the forecast before the closest approach when nobody says; platform default. [h]"""

MEMBERS: Final = 30
MEMBER_STEP_H: Final = 2.0
"""Step of the members: odds by district need no finer one. [h]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearTime:
    """The time in which the storm matters to the place.

    Parameters
    ----------
    start, end
        From when to when the centre is near.
    closest
        When it is closest.
    distance
        How close that is, in metres.
    """

    start: datetime
    end: datetime
    closest: datetime
    distance: float


def scenario_track(scenario: Typhoon, setting: Setting) -> tuple[Track, str]:
    """Return the track within the time asked about, and what to call it.

    Raises
    ------
    ScenarioError
        If there is no such track, the file cannot be read, or no fix is in the time.
    """
    track, name = _named(scenario, setting)
    start, end = scenario.start, scenario.end
    fixes = tuple(
        f for f in track.fixes if (not start or f.time >= start) and (not end or f.time <= end)
    )
    if len(fixes) < 2:
        raise ScenarioError(
            "scenario.start", "与路径的时间有重叠（至少两个定位点）", start and start.isoformat()
        )
    return replace(track, fixes=fixes), name


def _named(scenario: Typhoon, setting: Setting) -> tuple[Track, str]:
    if scenario.track == UPLOAD:
        return _uploaded(setting.files.get("track_file", ""), setting.place)
    if scenario.track not in TRACKS:
        raise ScenarioError(
            "scenario.track", f"为 {'、'.join((*TRACKS, UPLOAD))} 之一", scenario.track
        )
    return _loaded(scenario.track), TRACK_NAMES[scenario.track]


@cache
def _loaded(name: str) -> Track:
    return TRACKS[name]()


def _uploaded(text: str, place: Place) -> tuple[Track, str]:
    """Return the track of a file that comes nearest to the place."""
    rule = "为中国气象局、日本气象厅或 IBTrACS 最佳路径文件"
    if not text.strip():
        raise ScenarioError("scenario.track_file", f"上传路径文件，{rule}", "")
    with refused("scenario.track_file", text[:40], rule):
        tracks = _read(text)
    if not tracks:
        raise ScenarioError("scenario.track_file", f"{rule}，且至少含一个台风", text[:40])
    nearest = min(tracks, key=lambda track: float(_distances(track.fixes, place).min()))
    return nearest, f"上传的路径 {nearest.agency} {nearest.number} {nearest.name}"


def _read(text: str) -> tuple[Track, ...]:
    """Tell the format by its first lines: a CSV with SID, or fixes with 8 or 10 digits."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if lines and lines[0].lstrip("\ufeff").startswith("SID"):
        return _ibtracs(text.lstrip("\ufeff"))
    fixes = [line.split() for line in lines if not line.startswith("66666")]
    return read_cma(text) if fixes and len(fixes[0][0]) == 10 else read_jma(text)


def _ibtracs(text: str) -> tuple[Track, ...]:
    """Take the Chinese analysis, whose wind is the legal one; else Tokyo's, else America's."""
    for agency in ("CMA", "TOKYO"):
        try:
            if found := read_ibtracs(text, agency=agency):
                return found
        except ValueError:
            continue
    return read_ibtracs(text, agency="USA")


def _distances(fixes: Sequence[Fix], place: Place) -> NDArray[np.float64]:
    lon = np.array([f.lon for f in fixes])
    lat = np.array([f.lat for f in fixes])
    return np.asarray(distance(lon, lat, place.lon, place.lat))


def near_time(storm: Storm, place: Place) -> NearTime:
    """Return when the storm is near the place; the whole storm if it never is."""
    far = np.asarray(distance(storm.lon, storm.lat, place.lon, place.lat))
    near = np.flatnonzero(far <= NEAR)
    first, last = (near[0], near[-1]) if near.size else (0, len(far) - 1)
    best = int(far.argmin())

    def at(step: int) -> datetime:
        return storm.start + timedelta(seconds=float(storm.seconds[step]))

    return NearTime(
        start=at(int(first)), end=at(int(last)), closest=at(best), distance=float(far[best])
    )


def members_of(
    track: Track,
    scenario: Typhoon,
    setting: Setting,
    near: NearTime,
    *,
    count: int = MEMBERS,
) -> tuple[tuple[Storm, ...], datetime]:
    """Return the storms that may come instead, and the moment from which they part.

    That moment is the lead before the closest approach; without a lead the moment of the run
    where it lies within the track, else a day before.
    """
    first, last = track.fixes[0].time, track.fixes[-1].time
    if scenario.lead_s is not None:
        issued = near.closest - timedelta(seconds=scenario.lead_s)
    elif first <= setting.moment < last:
        issued = setting.moment.astimezone(UTC)
    else:
        issued = near.closest - timedelta(hours=USUAL_LEAD_H)
    around = _around(track, near)
    members = track_ensemble(
        around, after=issued, count=count, rng=np.random.default_rng(setting.seed)
    )
    return tuple(storm_from_track(m, step_hours=MEMBER_STEP_H) for m in members), issued


def _around(track: Track, near: NearTime) -> Track:
    """Return the fixes of the near time with one on either side: the rest moves nothing here."""
    times = [f.time for f in track.fixes]
    inside = [k for k, t in enumerate(times) if near.start <= t <= near.end]
    if not inside:
        return track
    low, high = max(inside[0] - 1, 0), min(inside[-1] + 2, len(times))
    fixes = track.fixes[low:high]
    return replace(track, fixes=fixes) if len(fixes) > 1 else track


def fix_marks(track: Track, start: datetime, name: str) -> tuple[Mark, ...]:
    """Return the fixes as marks that appear as the storm comes; earlier ones stand at once."""
    marks = []
    for fix in track.fixes:
        minutes = (fix.time - start).total_seconds() / 60.0
        words = [clock(fix.time)]
        if fix.pressure is not None:
            words.append(f"{fix.pressure / 100:g} hPa")
        if fix.wind is not None:
            mean = float(convert_wind(fix.wind, from_minutes=fix.averaging_minutes, to_minutes=2))
            words.append(f"{mean:.0f} m/s {cyclone_grade(mean)}".strip())
        marks.append(
            Mark(
                lon=fix.lon,
                lat=fix.lat,
                label=" ".join(words),
                state="watch",
                minutes=max(minutes, 0.0),
                source=name,
            )
        )
    return tuple(marks)


def clock(moment: datetime) -> str:
    """Return a moment as Chinese forecasts write it."""
    return f"{moment.astimezone(CHINA):%m-%d %H时}"
