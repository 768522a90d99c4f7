"""Where the injured go: hospitals by specialty, free beds and time, and who takes how many.

The badly hurt go to hospitals with the specialty; others go to the nearest with room. Beds that
nobody has reported are not counted: the hospital is named to be asked by telephone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.types import Figure
from anlan.science.allocate import allocate

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "SEVERITIES",
    "Casualties",
    "Hospital",
    "HospitalPlan",
    "HospitalShare",
    "choose_hospitals",
    "expected_casualties",
]

SEVERITIES: Final = {"serious": "重症", "minor": "轻症"}
"""The groups of the injured, the worst first."""

OUTDOORS_DAY: Final = 0.07
OUTDOORS_NIGHT: Final = 0.01
"""Share of people outdoors by day and by night: Purple Book (CPR 18E), M, to be confirmed."""

NO_SPECIALTY_S: Final = 3600.0
"""Seconds that a missing specialty weighs for a serious case. Platform default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """A hospital as the register knows it. `free_beds` None: nobody has reported them."""

    id: int
    name: str
    lon: float
    lat: float
    level: str
    specialties: frozenset[str]
    free_beds: int | None
    drive_s: float
    eta_source: str
    freshness: float = 1.0
    inside_danger: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualties:
    """How many may need care, by group."""

    serious: Figure
    minor: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalShare:
    """What one hospital is asked to take, and why."""

    hospital: Hospital
    serious: int
    minor: int
    matched: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalPlan:
    """The proposal: who takes how many, who could, what is missing."""

    shares: tuple[HospitalShare, ...]
    alternatives: tuple[tuple[Hospital, str], ...]
    shortfalls: tuple[str, ...]


def expected_casualties(
    *,
    reported_serious: int | None,
    reported_injured: int | None,
    worst: Figure | None,
    second: Figure | None,
    is_day: bool,
) -> Casualties:
    """Return how many to prepare for: those reported, up to those who may be hit outdoors.

    Parameters
    ----------
    reported_serious, reported_injured
        Reported figures; None when unknown.
    worst, second
        People in the likely-lethal area and in the area of lasting harm.
    is_day
        Whether it is day: more people are outdoors.
    """
    share = OUTDOORS_DAY if is_day else OUTDOORS_NIGHT
    ground = f"接报伤情；预测区内室外人数（室外比例{share:.0%}，Purple Book，待确认）"
    serious_known = float(reported_serious or 0)
    minor_known = float(max((reported_injured or 0) - (reported_serious or 0), 0))
    serious = _prepare(serious_known, worst, share, ground)
    minor = _prepare(minor_known, second, share, ground)
    return Casualties(serious=serious, minor=minor)


def _prepare(known: float, people: Figure | None, share: float, ground: str) -> Figure:
    if people is None or not isinstance(people.value, int | float):
        return Figure(value=known, unit="人", source="接报伤情", low=known, high=known)
    likely = math.ceil(known + float(people.value) * share)
    most = math.ceil(known + float(people.high or people.value) * share)
    return Figure(
        value=likely, unit="人", source=ground, low=known, high=float(most), to_confirm=True
    )


def choose_hospitals(
    hospitals: Sequence[Hospital],
    casualties: Casualties,
    *,
    specialties: Sequence[str],
    names: dict[str, str],
) -> HospitalPlan:
    """Share the expected casualties among hospitals by time, specialty and free beds."""
    alternatives: list[tuple[Hospital, str]] = []
    usable: list[Hospital] = []
    for hospital in sorted(hospitals, key=lambda h: h.drive_s):
        if hospital.inside_danger:
            alternatives.append((hospital, f"位于{hospital.inside_danger}内，不接收并准备转移"))
        elif math.isinf(hospital.drive_s):
            alternatives.append((hospital, "封控后道路不通"))
        elif hospital.free_beds is None:
            alternatives.append((hospital, "空床数未上报，请先电话核实"))
        elif hospital.free_beds <= 0:
            alternatives.append((hospital, "无空床"))
        else:
            usable.append(hospital)
    wanted = set(specialties)
    demand = [_whole(casualties.serious), _whole(casualties.minor)]
    cost = np.array(
        [[h.drive_s + _penalty(h, wanted), h.drive_s] for h in usable], dtype=np.float64
    ).reshape(len(usable), 2)
    beds = [float(h.free_beds or 0) for h in usable]
    found = allocate(cost, beds, demand, weight=[10.0, 1.0])
    shares = tuple(
        _share(h, row, wanted, names)
        for h, row in zip(usable, np.rint(found.amount).astype(int), strict=True)
        if row.sum() > 0
    )
    chosen = {s.hospital.id for s in shares}
    spare = [h for h in usable if h.id not in chosen]
    spare.sort(key=lambda h: (not (wanted & h.specialties), h.drive_s))
    alternatives += [(h, "备用：更近或更专的医院已够用") for h in spare[:5]]
    shortfalls = [
        f"{SEVERITIES[group]}床位缺{round(short)}张（需{need:g}张）；请启用市外转诊与应急扩床"
        for group, need, short in zip(SEVERITIES, demand, found.shortage, strict=True)
        if round(short) > 0
    ]
    if demand[0] and wanted and not any(wanted & s.hospital.specialties for s in shares):
        lacking = "、".join(names.get(s, s) for s in specialties)
        shortfalls.append(f"可用医院中没有{lacking}专科，请请求上级专家支援")
    return HospitalPlan(
        shares=shares, alternatives=tuple(alternatives), shortfalls=tuple(shortfalls)
    )


def _whole(figure: Figure) -> float:
    return float(math.ceil(figure.value)) if isinstance(figure.value, int | float) else 0.0


def _penalty(hospital: Hospital, wanted: set[str]) -> float:
    return 0.0 if not wanted or wanted & hospital.specialties else NO_SPECIALTY_S


def _share(
    hospital: Hospital, row: np.ndarray, wanted: set[str], names: dict[str, str]
) -> HospitalShare:
    matched = tuple(sorted(names.get(s, s) for s in wanted & hospital.specialties))
    reasons = [f"车程{hospital.drive_s / 60:.0f}分（{hospital.eta_source}）"]
    if matched:
        reasons.append(f"专科相符：{'、'.join(matched)}")
    elif row[0]:
        reasons.append("无对口专科，对口医院床位不足才收重症，请专家会诊或转院")
    else:
        reasons.append("无对口专科，收轻症")
    reasons.append(f"空床{hospital.free_beds}张")
    if hospital.freshness < 0.5:
        reasons.append(f"床位数据陈旧（新鲜度{hospital.freshness:.0%}），请先核实")
    return HospitalShare(
        hospital=hospital,
        serious=int(row[0]),
        minor=int(row[1]),
        matched=matched,
        reasons=tuple(reasons),
    )
