"""Step 2: who and what lies inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely.ops import unary_union

from anlan.command.packaging.contents import ExposureContent, FacilityRow, Part, ZonePeople
from anlan.command.packaging.steps.closures import find_closures
from anlan.forecast.exposure import expose, people_inside
from anlan.forecast.types import Figure
from anlan.plans.rules.vocabulary import event_code_covers, shipped_vocabulary

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.forecast.exposure import Facility, ZoneExposure
    from anlan.forecast.types import Footprint

__all__ = ["exposure_step", "move_people"]

NAMED_FACILITIES = 200
"""Facilities named in a package; more are counted."""

FIRST = ("school", "care_institution", "hospital", "crowded_place")
"""Kinds named first: people who cannot leave by themselves."""


def exposure_step(build: Build) -> Part:
    """Count people and name facilities inside every area of the forecast."""
    if build.forecast is None:
        content = ExposureContent(zones=(), facilities=())
        return Part(
            kind="exposure", content=content, shortfalls=("没有预测范围，无法统计影响对象",)
        )
    rows: dict[tuple[str, int], FacilityRow] = {}
    zones = []
    for footprint in build.forecast.footprints:
        found = expose(footprint, build.city.people, build.city.facilities)
        build.exposures[footprint.key] = found
        zones.append(_zone(build, found))
        if footprint.key in build.hazard.named:
            _name(build, footprint, found, rows)
    move_people(build)
    find_closures(build)
    ordered = sorted(rows.values(), key=_rank)
    shortfalls = list(build.city.missing)
    if build.city.people is None:
        shortfalls.append("没有人口网格，未统计人数；请装载城市数据包")
    if len(ordered) > NAMED_FACILITIES:
        shortfalls.append(f"范围内设施{len(ordered)}处，只列出前{NAMED_FACILITIES}处")
    return Part(
        kind="exposure",
        content=ExposureContent(
            zones=tuple(zones),
            facilities=tuple(ordered[:NAMED_FACILITIES]),
            roads_km=_roads_km(build),
            road_names=build.closures.inside_names[:NAMED_FACILITIES] if build.closures else (),
        ),
        reasons=("人数按网格与范围相交面积折算；区间为不确定输入下的最少与最多",),
        shortfalls=tuple(shortfalls),
    )


def _roads_km(build: Build) -> Figure | None:
    """Return the length of the roads inside what may be hit of the danger area."""
    network = build.city.network
    if build.closures is None or network is None:
        return None
    return Figure(
        value=round(build.closures.inside_metres / 1000.0, 1),
        unit="km",
        source=network.source,
        note="危险区外包范围内，双向分别计",
    )


def _zone(build: Build, found: ZoneExposure) -> ZonePeople:
    kinds = sorted({*found.facilities, *found.possible})
    counts = {}
    for kind in kinds:
        sure = len(found.facilities.get(kind, ()))
        most = sure + len(found.possible.get(kind, ()))
        counts[build.city.kind_names.get(kind, kind)] = Figure(
            value=sure, unit="处", source="登记表", low=float(sure), high=float(most)
        )
    return ZonePeople(key=found.key, label=found.label, people=found.people, counts=counts)


def _name(
    build: Build,
    footprint: Footprint,
    found: ZoneExposure,
    rows: dict[tuple[str, int], FacilityRow],
) -> None:
    """Name each facility once, in the gravest area that holds it."""
    for sure, groups in ((True, found.facilities), (False, found.possible)):
        for kind, facilities in groups.items():
            for facility in facilities:
                held = rows.get((kind, facility.id))
                if held is None or (sure and not held.sure):
                    rows[kind, facility.id] = _row(build, footprint.key, facility, sure=sure)


def _row(build: Build, zone: str, facility: Facility, *, sure: bool) -> FacilityRow:
    people = facility.details.get("people")
    return FacilityRow(
        zone=zone,
        kind=facility.kind,
        kind_name=build.city.kind_names.get(facility.kind, facility.kind),
        id=facility.id,
        name=facility.name,
        lon=facility.lon,
        lat=facility.lat,
        sure=sure,
        people=Figure(value=people, unit="人", source=facility.source) if people else None,
        contact=str(facility.details.get("contact", "")),
        source=facility.source,
        synthetic=facility.synthetic,
    )


def _rank(row: FacilityRow) -> tuple[bool, int, str, str]:
    order = FIRST.index(row.kind) if row.kind in FIRST else len(FIRST)
    return (not row.sure, order, row.zone, row.name)


def move_people(build: Build) -> None:
    """Find who must move: the areas that the plan evacuates, else those of the hazard."""
    forecast = build.forecast
    if forecast is None:
        return
    keys = _moving_keys(build)
    footprints = [f for f in forecast.footprints if f.key in keys]
    if not footprints:
        return
    build.moving_area = unary_union([f.envelope for f in footprints])
    names = "、".join(f.label for f in footprints)
    grid = build.city.people
    if grid is None:
        build.people_to_move = Figure(value=None, unit="人", source="缺人口网格")
        return
    count = max(len(f.members) for f in footprints)
    members = [
        unary_union([f.members[i] for f in footprints if i < len(f.members)]) for i in range(count)
    ]
    value = people_inside(grid, build.moving_area)
    tried = [value, *(people_inside(grid, area) for area in members)]
    note = "按不确定输入的外包范围计，宁多勿漏" if members else ""
    where = f"{names}外包范围（风向等不确定，宁多勿漏）" if members else names
    build.people_to_move = Figure(
        value=round(value),
        unit="人",
        source=f"{where}内人口：{grid.source}",
        low=float(round(min(tried))),
        high=float(round(max(tried))),
        note=note,
    )


def _moving_keys(build: Build) -> set[str]:
    """Return the areas of the forecast that a plan for this event evacuates."""
    known = {f.key for f in build.forecast.footprints} if build.forecast else set()
    zones = shipped_vocabulary().zones
    found = {
        e.zone
        for plan in build.city.plans
        if any(event_code_covers(code, build.situation.event_code) for code in plan.hazards)
        for e in plan.evacuations
        if e.mode == "evacuate" and e.zone in zones
    } & known
    return found or {*build.hazard.moving} & known
