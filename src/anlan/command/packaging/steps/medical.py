"""Step 7: where the injured go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.command.packaging.arrivals import arrivals_from_scene, danger_names
from anlan.command.packaging.contents import Alternative, HospitalRow, HospitalsContent, Part
from anlan.forecast.types import Figure
from anlan.support.medical.rules import Hospital, choose_hospitals, expected_casualties

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.support.medical.rules import HospitalShare

__all__ = ["hospitals_step"]

ALTERNATIVES = 8


def hospitals_step(build: Build) -> Part:
    """Share the expected casualties among hospitals."""
    facilities = build.city.of_kind("hospital")
    lon, lat = [f.lon for f in facilities], [f.lat for f in facilities]
    arrivals = arrivals_from_scene(build, lon, lat)
    inside = danger_names(build, lon, lat)
    hospitals = [
        Hospital(
            id=f.id,
            name=f.name,
            lon=f.lon,
            lat=f.lat,
            level=str(f.details.get("grade", "")),
            specialties=frozenset(f.details.get("specialties", ())),
            free_beds=f.details.get("beds_free"),
            drive_s=float(arrivals.seconds[i]),
            eta_source=arrivals.source,
            freshness=float(f.details.get("freshness", 1.0)),
            inside_danger=inside[i],
            source=f.source,
        )
        for i, f in enumerate(facilities)
    ]
    hazard, figures = build.hazard, build.situation.figures
    exposures = build.exposures
    expected = expected_casualties(
        reported_serious=figures.get("serious"),
        reported_injured=figures.get("injured"),
        worst=exposures[hazard.worst].people if hazard.worst in exposures else None,
        second=exposures[hazard.second].people if hazard.second in exposures else None,
        is_day=build.is_day,
    )
    plan = choose_hospitals(
        hospitals,
        expected,
        specialties=hazard.specialties,
        names=dict(build.city.specialty_names),
    )
    shortfalls = list(plan.shortfalls)
    if not facilities:
        shortfalls.append("登记表中没有医院，请先导入医疗机构")
    return Part(
        kind="hospitals",
        content=HospitalsContent(
            serious=expected.serious,
            minor=expected.minor,
            specialties=tuple(build.city.specialty_names.get(s, s) for s in hazard.specialties),
            hospitals=tuple(_row(s, arrivals.source) for s in plan.shares),
            alternatives=tuple(
                Alternative(
                    id=h.id,
                    name=h.name,
                    reason=reason,
                    lon=h.lon,
                    lat=h.lat,
                    eta_min=round(h.drive_s / 60, 1) if h.drive_s < 1e9 else None,
                )
                for h, reason in plan.alternatives[:ALTERNATIVES]
            ),
        ),
        reasons=("重症送有对口专科的医院，轻症送最近有空床的医院；未上报床位的不计入",),
        shortfalls=tuple(shortfalls),
    )


def _row(share: HospitalShare, eta_source: str) -> HospitalRow:
    hospital = share.hospital
    ground = "按车程、专科与空床分配"
    return HospitalRow(
        id=hospital.id,
        name=hospital.name,
        level=hospital.level,
        lon=hospital.lon,
        lat=hospital.lat,
        serious=Figure(value=share.serious, unit="人", source=ground),
        minor=Figure(value=share.minor, unit="人", source=ground),
        free_beds=Figure(value=hospital.free_beds, unit="张", source=hospital.source),
        eta_min=Figure(value=round(hospital.drive_s / 60, 1), unit="min", source=eta_source),
        specialties=share.matched,
        reasons=share.reasons,
    )
