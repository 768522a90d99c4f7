"""Step 6: which units go, by what the plan needs and how soon they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.command.packaging.arrivals import arrivals_to_scene, danger_names
from anlan.command.packaging.contents import Alternative, NeedRow, Part, UnitRow, UnitsContent
from anlan.forecast.types import Figure
from anlan.plans.rules import planned_resources
from anlan.support.forces.rules import Candidate, Dispatch, Need, choose_units

if TYPE_CHECKING:
    from anlan.command.packaging.arrivals import Arrivals
    from anlan.command.packaging.build import Build
    from anlan.plans.types import PlannedResource

__all__ = ["needed_resources", "units_step"]

QUICK, SLOW = 0.8, 1.3
"""Range of arrival times around the free-flow estimate. Platform default, 待确认."""

UNIT_GROUPS = ("unit", "team", "equipment")


def needed_resources(build: Build, groups: tuple[str, ...]) -> list[PlannedResource]:
    """Return what the plan asks for at the proposed level, of some groups."""
    plan = build.match.plan if build.match else None
    if plan is None or build.level is None:
        return []
    numbers = {
        code: float(figure.value) if isinstance(figure.value, int | float) else None
        for code, figure in build.metrics.items()
    }
    found = planned_resources(plan, build.level, numbers)
    return [r for r in found if r.group in groups]


def units_step(build: Build) -> Part:
    """Choose the units: nearest by road from outside the plume, with reasons and shortfalls."""
    records = build.city.units
    lon, lat = [u.lon for u in records], [u.lat for u in records]
    arrivals = arrivals_to_scene(build, lon, lat)
    inside = danger_names(build, lon, lat)
    candidates = [
        Candidate(
            id=u.id,
            record="response_unit",
            name=u.name,
            base=u.base,
            lon=u.lon,
            lat=u.lat,
            capabilities={u.kind: 1.0},
            available=u.available,
            status=u.status,
            turnout_s=u.turnout_s,
            drive_s=float(arrivals.seconds[i]),
            metres=float(arrivals.metres[i]),
            eta_source=arrivals.notes[i] or arrivals.source,
            freshness=u.freshness,
            inside_danger=inside[i],
            source=u.source,
            contact=u.contact,
        )
        for i, u in enumerate(records)
    ]
    known = {u.kind for u in records}
    needs, shortfalls = _needs(build, known)
    found = choose_units(needs, candidates)
    staging = build.staging
    shortfalls += [*found.shortfalls, *(staging.shortfalls if staging else ())]
    if not arrivals.by_road:
        shortfalls.append("没有可用路网：到场时间为直线估算，仅供参考")
    place = build.situation.place
    return Part(
        kind="units",
        content=UnitsContent(
            staging_lon=staging.lon if staging else place.lon,
            staging_lat=staging.lat if staging else place.lat,
            units=_units(found, arrivals),
            needs=tuple(_need_row(n, found) for n in needs),
            alternatives=_alternatives(found),
        ),
        reasons=(
            *((f"集结点：{staging.reasons[0]}",) if staging and staging.reasons else ()),
            "只派状态为待命、驻地在影响区外的单位；按到集结点的时间与资料新鲜度排序",
        ),
        shortfalls=tuple(shortfalls),
    )


def _needs(build: Build, known: set[str]) -> tuple[list[Need], list[str]]:
    """Return the needs of units; equipment that lies in stores is the supplies' matter."""
    shortfalls: list[str] = []
    needs: list[Need] = []
    stocked = {s.item for s in build.city.stocks}
    resources = needed_resources(build, UNIT_GROUPS)
    if build.match is not None and build.match.plan is not None and build.level is None:
        shortfalls.append("响应级别未定，未计算力量需求；定级后请重新生成")
    elif not resources:
        shortfalls.append("没有预案规定的力量需求；请现场指挥官提出")
    for resource in resources:
        name, unit = build.city.resource_names.get(resource.kind, (resource.kind, ""))
        if resource.group == "equipment" and resource.kind not in known:
            continue
        if resource.quantity is None:
            shortfalls.append(f"{name}：{resource.reason}")
            continue
        if resource.kind in stocked and resource.kind not in known:
            continue
        reason = f"{resource.reason}（{resource.clause}）"
        needs.append(
            Need(
                kind=resource.kind,
                name=name,
                quantity=resource.quantity,
                unit=unit,
                reason=reason,
                to_confirm=resource.conf != "V",
            )
        )
    return needs, shortfalls


def _units(found: Dispatch, arrivals: Arrivals) -> tuple[UnitRow, ...]:
    rows = []
    for row in found.as_rows():
        c = row["candidate"]
        rows.append(
            UnitRow(
                record=c.record,
                id=c.id,
                name=c.name,
                base=c.base,
                lon=c.lon,
                lat=c.lat,
                contact=c.contact,
                brings=tuple(row["brings"]),
                eta_min=Figure(
                    value=round(c.arrival_s / 60, 1),
                    unit="min",
                    source=arrivals.source,
                    low=round(c.arrival_s / 60 * QUICK, 1),
                    high=round(c.arrival_s / 60 * SLOW, 1),
                    note=f"区间为 {QUICK}–{SLOW} 倍，平台默认，待用本地实测标定",
                ),
                distance_km=Figure(
                    value=round((c.metres or 0.0) / 1000, 1), unit="km", source="直线距离"
                ),
                freshness=round(c.freshness, 2),
                reasons=tuple(row["reasons"]),
            )
        )
    return tuple(rows)


def _need_row(need: Need, found: Dispatch) -> NeedRow:
    return NeedRow(
        kind=need.kind,
        name=need.name,
        quantity=Figure(
            value=need.quantity, unit=need.unit, source=need.reason, to_confirm=need.to_confirm
        ),
        met=Figure(value=found.met.get(need.kind, 0.0), unit=need.unit, source="登记的救援单元"),
        unit=need.unit,
        reason=need.reason,
    )


def _alternatives(found: Dispatch) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(
            id=p.candidate.id,
            name=p.candidate.name,
            reason=p.reason,
            lon=p.candidate.lon,
            lat=p.candidate.lat,
            need=p.need,
            eta_min=round(p.candidate.arrival_s / 60, 1) if p.candidate.drive_s < 1e9 else None,
        )
        for p in found.passed_over
    )
