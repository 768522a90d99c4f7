"""What people need when they must leave their homes, and which stock brings it.

Needs follow the relief norms (items, persons per unit, per day). Stocks are sent at the least
total driving time; what no stock holds is a named shortfall.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.core.numerals import written
from anlan.science.allocate import allocate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Consignment",
    "ReliefNorm",
    "Stock",
    "SupplyNeed",
    "SupplyPlan",
    "allocate_stock",
    "relief_needs",
    "season_of",
]

FIRST_DAYS: Final = 3
"""Days that the first issue must last: the first 72 hours. Platform default."""

PERSONS_PER_HOUSEHOLD: Final = 3
"""Persons in a household where a norm counts households. Platform default, 待确认."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefNorm:
    """One row of the relief norms: one unit of an item serves so many persons."""

    item: str
    name: str
    norm: float
    unit: str
    persons_per_unit: float
    per_day: bool
    source: str
    to_confirm: bool
    season: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyNeed:
    """So much of an item is needed, and how that number came about."""

    item: str
    name: str
    quantity: float
    unit: str
    reason: str
    source: str
    to_confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What a warehouse can issue of one item now."""

    id: int
    item: str
    warehouse: str
    quantity: float
    unit: str
    source: str
    freshness: float = 1.0
    inside_danger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """So much of an item from one stock to one place."""

    item: str
    name: str
    stock: Stock
    place: str
    quantity: float
    unit: str
    drive_s: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyPlan:
    """The proposal: what goes where, what is missing by item."""

    consignments: tuple[Consignment, ...]
    met: Mapping[str, float]
    shortfalls: tuple[str, ...]


def season_of(month: int) -> str:
    """Return `winter` from November to March, else `summer`: which bedding is issued."""
    return "winter" if month in {11, 12, 1, 2, 3} else "summer"


def relief_needs(
    people: int, norms: Sequence[ReliefNorm], *, season: str, days: int = FIRST_DAYS
) -> tuple[SupplyNeed, ...]:
    """Return what so many people need for the first days, item by item.

    Raises
    ------
    ValueError
        If people or days are negative.
    """
    if people < 0 or days < 0:
        raise ValueError(f"people and days must be >= 0, got {people} and {days}")
    needs = []
    for norm in norms:
        if norm.season and norm.season != season:
            continue
        units = people * norm.norm / norm.persons_per_unit
        rule = f"{people}人×{norm.norm:g}{norm.unit}"
        if norm.persons_per_unit != 1:
            rule += f"/每{norm.persons_per_unit:g}人"
        if norm.per_day:
            units *= days
            rule += f"×{days}天"
        needs.append(
            SupplyNeed(
                item=norm.item,
                name=norm.name,
                quantity=float(math.ceil(units - 1e-9)),
                unit=norm.unit,
                reason=rule,
                source=norm.source,
                to_confirm=norm.to_confirm,
            )
        )
    return tuple(needs)


def allocate_stock(
    needs: Sequence[SupplyNeed],
    stocks: Sequence[Stock],
    *,
    places: Mapping[str, float],
    drive_s: Mapping[tuple[str, str], float],
) -> SupplyPlan:
    """Send stock to the places, each getting its share of every need.

    Parameters
    ----------
    needs
        What is needed altogether.
    stocks
        What can be issued; a stock inside a danger area is not used.
    places
        Places and the share of the people that each takes; shares sum to one.
    drive_s
        Seconds from warehouse to place; a pair that is absent cannot be driven.
    """
    consignments: list[Consignment] = []
    met: dict[str, float] = {}
    shortfalls: list[str] = []
    for need in needs:
        held = [s for s in stocks if s.item == need.item and s.quantity > 0]
        usable = [s for s in held if not s.inside_danger]
        demand = _shares(need.quantity, list(places.values()))
        cost = np.array(
            [[drive_s.get((s.warehouse, p), math.inf) for p in places] for s in usable],
            dtype=np.float64,
        ).reshape(len(usable), len(places))
        found = allocate(cost, [s.quantity for s in usable], demand)
        sent = np.floor(found.amount + 1e-6)
        for i, stock in enumerate(usable):
            for j, place in enumerate(places):
                if sent[i, j] > 0:
                    consignments.append(
                        _consignment(need, stock, place, float(sent[i, j]), float(cost[i, j]))
                    )
        met[need.item] = float(sent.sum())
        missing = need.quantity - met[need.item]
        if missing > 0:
            where = (
                "库存中没有这一品类"
                if not held
                else f"可用库存{written(sum(s.quantity for s in usable))}"
            )
            shortfalls.append(
                f"{need.name}：需{written(need.quantity)}{need.unit}，可调{written(met[need.item])}{need.unit}，"
                f"缺{written(missing)}{need.unit}（{where}）；请启用协议储备或向上级申请调拨"
            )
    return SupplyPlan(consignments=tuple(consignments), met=met, shortfalls=tuple(shortfalls))


def _shares(quantity: float, shares: Sequence[float]) -> list[float]:
    """Split a whole quantity by shares; the rounding goes to the largest."""
    parts = [float(math.floor(quantity * share)) for share in shares]
    if parts:
        largest = max(range(len(parts)), key=lambda i: shares[i])
        parts[largest] += quantity - sum(parts)
    return parts


def _consignment(
    need: SupplyNeed, stock: Stock, place: str, quantity: float, seconds: float
) -> Consignment:
    reasons = [
        f"{stock.warehouse}现有{written(stock.quantity)}{stock.unit}，车程{seconds / 60:.0f}分"
    ]
    if stock.freshness < 0.5:
        reasons.append(f"库存数据陈旧（新鲜度{stock.freshness:.0%}），出库前请核对")
    return Consignment(
        item=need.item,
        name=need.name,
        stock=stock,
        place=place,
        quantity=quantity,
        unit=need.unit,
        drive_s=seconds,
        reasons=tuple(reasons),
    )
