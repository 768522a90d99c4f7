"""Step 9: what the moved people and the scene need, and which stock brings it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.command.packaging.arrivals import DETOUR, SPEED_MS, danger_names
from anlan.command.packaging.contents import Consignment, NeedRow, Part, SuppliesContent
from anlan.command.packaging.steps.units import needed_resources
from anlan.forecast.types import Figure
from anlan.science.common.local import distance
from anlan.support.supplies.rules import (
    FIRST_DAYS,
    Stock,
    SupplyNeed,
    SupplyPlan,
    allocate_stock,
    relief_needs,
    season_of,
)

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.command.packaging.inputs import StockRecord

__all__ = ["supplies_step"]

SCENE: Final = "现场集结点"
PLACES: Final = 6
"""Shelters supplied directly; smaller ones are supplied through these."""


def supplies_step(build: Build) -> Part:
    """Meet the relief norms at the shelters and the plan's needs at the scene."""
    people = build.people_to_move or Figure(value=0, unit="人", source="没有需转移的范围")
    number = int(people.value) if isinstance(people.value, int | float) else 0
    relief = relief_needs(
        number, build.city.norms, season=season_of(build.situation.now.month), days=FIRST_DAYS
    )
    relief = tuple(n for n in relief if n.quantity > 0)
    scene, unknown = _scene_needs(build, {n.item for n in relief})
    stocks = _stocks(build)
    shelters = _places(build) if relief else {}
    shortfalls = [*unknown]
    reasons = []
    if relief and not shelters:
        shortfalls.append("没有可接收人员的避难场所，救灾物资先运至现场集结点")
        shelters = {SCENE: 1.0}
    plans: list[tuple[tuple[SupplyNeed, ...], SupplyPlan]] = []
    for needs, places in ((relief, shelters), (scene, {SCENE: 1.0})):
        if not needs:
            continue
        plan = allocate_stock(needs, stocks, places=places, drive_s=_drive(build, places, needs))
        stocks = _less(stocks, plan)
        plans.append((tuple(needs), plan))
        shortfalls += plan.shortfalls
    if relief:
        reasons.append(f"安置人员按救灾物资标准计{FIRST_DAYS}天，按接收人数分送各避难场所")
    if scene:
        reasons.append("现场物资按预案定额，送至集结点")
    if not build.city.stocks:
        shortfalls.append("登记表中没有库存，请先导入应急物资")
    return Part(
        kind="supplies",
        content=SuppliesContent(
            people=people,
            days=FIRST_DAYS,
            needs=tuple(_need(n, plan.met[n.item]) for needs, plan in plans for n in needs),
            consignments=_consignments(build, plans),
        ),
        reasons=tuple(reasons),
        shortfalls=tuple(dict.fromkeys(shortfalls)),
    )


def _scene_needs(build: Build, by_norm: set[str]) -> tuple[tuple[SupplyNeed, ...], list[str]]:
    """Return what the plan asks for at the scene, less what the relief norms cover already."""
    stocked = {s.item for s in build.city.stocks}
    found, unknown = [], []
    for resource in needed_resources(build, ("supply", "equipment")):
        name, unit = build.city.resource_names.get(resource.kind, (resource.kind, ""))
        if resource.kind in by_norm:
            continue
        if resource.group == "equipment" and resource.kind not in stocked:
            continue
        if resource.quantity is None:
            unknown.append(f"{name}：{resource.reason}")
        elif resource.quantity > 0:
            found.append(
                SupplyNeed(
                    item=resource.kind,
                    name=name,
                    quantity=float(np.ceil(resource.quantity)),
                    unit=unit,
                    reason=resource.reason,
                    source=resource.clause,
                    to_confirm=resource.conf != "V",
                )
            )
    return tuple(found), unknown


def _stocks(build: Build) -> tuple[Stock, ...]:
    records = build.city.stocks
    inside = danger_names(build, [s.lon for s in records], [s.lat for s in records])
    return tuple(
        Stock(
            id=s.id,
            item=s.item,
            warehouse=s.warehouse,
            quantity=s.free,
            unit=s.unit,
            source=s.source,
            freshness=s.freshness,
            inside_danger=inside[i],
        )
        for i, s in enumerate(records)
    )


def _places(build: Build) -> dict[str, float]:
    """Return the largest shelters and the share of the people that each stands for."""
    shares = build.shelter_plan.shares if build.shelter_plan else ()
    largest = sorted(shares, key=lambda s: -s.people)[:PLACES]
    total = sum(s.people for s in largest)
    return {s.shelter.name: s.people / total for s in largest} if total else {}


def _drive(
    build: Build, places: dict[str, float], needs: tuple[SupplyNeed, ...]
) -> dict[tuple[str, str], float]:
    """Return the seconds from every warehouse that holds something needed to every place."""
    wanted = {n.item for n in needs}
    warehouses: dict[str, StockRecord] = {
        s.warehouse: s for s in build.city.stocks if s.item in wanted
    }
    at = _locations(build)
    names = [name for name in places if name in at]
    if not warehouses or not names:
        return {}
    lon = np.array([s.lon for s in warehouses.values()])
    lat = np.array([s.lat for s in warehouses.values()])
    to_lon = np.array([at[name][0] for name in names])
    to_lat = np.array([at[name][1] for name in names])
    network = build.driven or build.city.network
    if network is None:
        metres = np.asarray(distance(lon[:, None], lat[:, None], to_lon, to_lat))
        seconds = metres * DETOUR / SPEED_MS
    elif names == [SCENE] and build.seconds_to_scene is not None:
        seconds = build.seconds_to_scene[network.nearest(lon, lat)[0]][:, None]
    else:
        seconds = network.times_between(
            network.nearest(lon, lat)[0], network.nearest(to_lon, to_lat)[0]
        )
    return {
        (warehouse, name): float(seconds[i, j])
        for i, warehouse in enumerate(warehouses)
        for j, name in enumerate(names)
        if np.isfinite(seconds[i, j])
    }


def _locations(build: Build) -> dict[str, tuple[float, float]]:
    place = build.situation.place
    staging = build.staging
    found = {SCENE: (staging.lon, staging.lat) if staging else (place.lon, place.lat)}
    for share in build.shelter_plan.shares if build.shelter_plan else ():
        found[share.shelter.name] = (share.shelter.lon, share.shelter.lat)
    return found


def _less(stocks: tuple[Stock, ...], plan: SupplyPlan) -> tuple[Stock, ...]:
    """Return the stocks less what the plan has taken."""
    taken: dict[int, float] = {}
    for consignment in plan.consignments:
        taken[consignment.stock.id] = taken.get(consignment.stock.id, 0.0) + consignment.quantity
    return tuple(
        Stock(
            id=s.id,
            item=s.item,
            warehouse=s.warehouse,
            quantity=s.quantity - taken.get(s.id, 0.0),
            unit=s.unit,
            source=s.source,
            freshness=s.freshness,
            inside_danger=s.inside_danger,
        )
        for s in stocks
    )


def _need(need: SupplyNeed, met: float) -> NeedRow:
    return NeedRow(
        kind=need.item,
        name=need.name,
        quantity=Figure(
            value=need.quantity, unit=need.unit, source=need.source, to_confirm=need.to_confirm
        ),
        met=Figure(value=met, unit=need.unit, source="登记库存"),
        unit=need.unit,
        reason=need.reason,
    )


def _consignments(
    build: Build, plans: list[tuple[tuple[SupplyNeed, ...], SupplyPlan]]
) -> tuple[Consignment, ...]:
    network = build.city.network
    ground = network.source if network else f"直线估算（×{DETOUR}）"
    return tuple(
        Consignment(
            item=c.item,
            name=c.name,
            stock_id=c.stock.id,
            warehouse=c.stock.warehouse,
            place=c.place,
            quantity=Figure(value=c.quantity, unit=c.unit, source=c.stock.source),
            eta_min=Figure(value=round(c.drive_s / 60, 1), unit="min", source=ground),
            reasons=c.reasons,
        )
        for _needs, plan in plans
        for c in plan.consignments
    )
