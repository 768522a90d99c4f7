"""Which registered tanks a fire or an explosion may bring down: marks and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.types import Figure, Mark, Table
from anlan.science.blast import domino
from anlan.science.common.local import to_metres

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from anlan.forecast.exposure import Facility
    from anlan.forecast.setting import Setting

    Level = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

__all__ = ["blast_neighbours", "heat_neighbours", "tanks_said"]

SEARCHED: Final = 3000.0
"""Tanks farther than this are not looked at. [m]"""

SOURCE: Final = 15.0
"""A tank nearer than this is taken as the one that burns. [m]"""

PRESSURISED: Final = 2.0e5
"""From this absolute pressure a tank counts as pressurised. [Pa]"""

FILLED, DENSITY = 0.8, 700.0
"""Filling and density for a volume that the register does not hold. Platform default. [1], [kg/m3]"""

UNKNOWN_VOLUME: Final = 100.0
"""Taken where the register holds neither volume nor content. Platform default. [m3]"""

NAMED: Final = 5
"""Tanks named in a sentence."""

SHOWN: Final = 30
"""Rows shown of a table."""

LIKELY, POSSIBLE = 0.5, 0.01
"""From these probabilities a mark is `danger` or `watch`."""

COLUMNS_HEAT: Final = ("储罐", "距离", "热辐射", "失效时间", "升级概率")
COLUMNS_BLAST: Final = ("储罐", "距离", "超压", "升级概率")
NOTE: Final = "未喷淋冷却、无防火涂层；阈值与概率函数系数待确认"


def heat_neighbours(setting: Setting, flux: Level) -> tuple[tuple[Mark, ...], tuple[Table, ...]]:
    """Return the tanks that heat may bring down.

    Parameters
    ----------
    flux
        Heat flux at places east and north of the fire [m]. [W/m2]
    """
    source = f"{domino.CARD.title_zh} v{domino.CARD.version}"
    marks, rows = [], []
    for tank, metres, level in _reached(setting, flux):
        vessel, volume = _vessel(tank), _volume(tank)
        if level < domino.HEAT_THRESHOLD[vessel]:
            continue
        share = float(domino.heat_escalation(level, volume, vessel=vessel))
        minutes = float(domino.time_to_failure(level, volume, vessel=vessel)) / 60.0
        marks.append(_mark(tank, share, f"约 {minutes:.0f} 分钟后可能失效", minutes, source))
        rows.append(
            (
                tank.name,
                Figure(value=round(metres), unit="m", source=tank.source),
                Figure(value=round(level / 1000.0, 1), unit="kW/m²", source=source),
                Figure(value=round(minutes, 1), unit="min", source=source, to_confirm=True),
                Figure(value=round(share, 3), unit="", source=source, to_confirm=True),
            )
        )
    return tuple(marks), _table("相邻储罐受热（多米诺）", COLUMNS_HEAT, rows)


def blast_neighbours(
    setting: Setting, overpressure: Level
) -> tuple[tuple[Mark, ...], tuple[Table, ...]]:
    """Return the tanks that blast may break.

    Parameters
    ----------
    overpressure
        Incident overpressure at places east and north of the burst [m]. [Pa]
    """
    source = f"{domino.CARD.title_zh} v{domino.CARD.version}"
    marks, rows = [], []
    for tank, metres, level in _reached(setting, overpressure):
        vessel = _vessel(tank)
        if level < domino.BLAST_THRESHOLD[vessel]:
            continue
        share = float(domino.blast_escalation(level, vessel=vessel))
        marks.append(_mark(tank, share, "可能被冲击波破坏", 0.0, source))
        rows.append(
            (
                tank.name,
                Figure(value=round(metres), unit="m", source=tank.source),
                Figure(value=round(level / 1000.0, 1), unit="kPa", source=source),
                Figure(value=round(share, 3), unit="", source=source, to_confirm=True),
            )
        )
    return tuple(marks), _table("相邻储罐受冲击波（多米诺）", COLUMNS_BLAST, rows)


def tanks_said(marks: Sequence[Mark]) -> tuple[str, ...]:
    """Say which tanks may come down, for the reasons of a forecast."""
    if not marks:
        return ()
    named = "；".join(mark.label for mark in marks[:NAMED])
    more = f"；等 {len(marks)} 座" if len(marks) > NAMED else ""
    return (f"可能连锁的储罐：{named}{more}",)


def _reached(setting: Setting, field: Level) -> list[tuple[Facility, float, float]]:
    """Return the tanks around with their distance and what reaches them, the nearest first."""
    tanks = [f for f in setting.facilities if f.kind == "storage_tank"]
    if not tanks:
        return []
    place = setting.place
    east, north = to_metres(
        np.array([t.lon for t in tanks]),
        np.array([t.lat for t in tanks]),
        lon0=place.lon,
        lat0=place.lat,
    )
    metres = np.hypot(east, north)
    near = np.flatnonzero((metres > SOURCE) & (metres <= SEARCHED))
    if not near.size:
        return []
    levels = field(east[near], north[near])
    found = zip(near.tolist(), levels.tolist(), strict=True)
    return sorted(
        ((tanks[i], float(metres[i]), float(level)) for i, level in found),
        key=lambda one: (one[1], one[0].id),
    )


def _vessel(tank: Facility) -> str:
    return "pressurised" if (tank.details.get("pressure_pa") or 0) >= PRESSURISED else "atmospheric"


def _volume(tank: Facility) -> float:
    """Return the volume of a tank, inside the range of the model."""
    volume = tank.details.get("volume_m3")
    if not volume:
        content = tank.details.get("inventory_kg")
        volume = content / DENSITY / FILLED if content else UNKNOWN_VOLUME
    return float(np.clip(volume, 1.0, 2e5))


def _mark(tank: Facility, share: float, words: str, minutes: float, source: str) -> Mark:
    state = "danger" if share >= LIKELY else "watch" if share >= POSSIBLE else "fact"
    return Mark(
        lon=tank.lon,
        lat=tank.lat,
        label=f"{tank.name}：{words}（概率 {share:.0%}）",
        state=state,
        minutes=round(minutes, 1),
        source=source,
    )


def _table(
    title: str, columns: tuple[str, ...], rows: Sequence[tuple[str | Figure, ...]]
) -> tuple[Table, ...]:
    if not rows:
        return ()
    left = len(rows) - SHOWN
    note = f"{NOTE}；另有 {left} 处未列出" if left > 0 else NOTE
    return (Table(title=title, columns=columns, rows=tuple(rows[:SHOWN]), note=note),)
