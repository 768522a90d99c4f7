"""Read what a package needs: the register of the city, its plans, norms and posts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import F, Q

from anlan.command.packaging.citydata import city_data
from anlan.command.packaging.inputs import CityFacts, PostHolder
from anlan.command.selectors.register_rows import names_of_codes, stocks_of, units_of
from anlan.core.dictionaries.selectors import rows_in_force, rows_in_force_by_place
from anlan.core.models import Person, Post
from anlan.core.rules import code_range
from anlan.forecast.selectors.facilities import PROVENANCE, facilities_between, pipes_between
from anlan.plans.selectors import plan_content, plans_in_force
from anlan.register.choices import UNITS_OUT, StockItem, UnitStatus
from anlan.register.models import ResponseUnit, Stock
from anlan.support.supplies.rules import PERSONS_PER_HOUSEHOLD, ReliefNorm

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from anlan.core.dictionaries import Row
    from anlan.plans.types import Plan

__all__ = ["city_facts", "norms_from", "plans_for_packages", "relief_norms"]

NORM_ITEMS: Final = {
    "救灾帐篷 12 m²": StockItem.TENT,
    "折叠床": StockItem.BED,
    "棉被(夏季毛巾被)": StockItem.QUILT,
    "棉大衣(冬季)": StockItem.COAT,
    "应急灯/场地照明": StockItem.LAMP,
    "饮用水": StockItem.WATER,
    "方便食品/即食": StockItem.MEAL,
    "临时厕所(首阶段)": StockItem.TOILET,
    "药品急救包": StockItem.FIRST_AID,
}
"""Rows of the relief norms that are held in stores, by name → item of the register."""

NOTHING: Final[Mapping[int, int]] = MappingProxyType({})

WINTER: Final = {StockItem.COAT}


def city_facts(
    *,
    division_code: str,
    now: datetime,
    held_units: Collection[int] = (),
    held_stock: Mapping[int, int] = NOTHING,
) -> CityFacts:
    """Return everything that a package of a place may need, as it stands now.

    `held_units` and `held_stock` are what the incident itself holds already: a package that is
    built anew may count on them, though nobody else can.
    """
    data = city_data(settings.ANLAN_CITY)
    first, last = code_range(division_code[:4].ljust(12, "0"))
    return CityFacts(
        people=data.people,
        network=data.network,
        roads=data.roads,
        path=data.path,
        districts=data.districts,
        facilities=facilities_between(first, last, now),
        pipes=pipes_between(first, last),
        units=units_of(_unit_rows(first, last, held_units), now),
        stocks=stocks_of(_stock_rows(first, last, now, held_stock), now),
        posts=_posts(first, last),
        plans=plans_for_packages(),
        norms=relief_norms(division_code),
        signals=rows_in_force_by_place("warning_signals", (d.code for d in data.districts)),
        missing=data.missing,
        **names_of_codes(),
    )


def plans_for_packages() -> tuple[Plan, ...]:
    """Return the content of every plan in force."""
    return tuple(plan_content(version) for version in plans_in_force())


def relief_norms(division_code: str) -> tuple[ReliefNorm, ...]:
    """Return the relief norms in force in a place for the items that stores hold."""
    return norms_from(rows_in_force("relief_norms", division_code))


def norms_from(rows: Iterable[Row]) -> tuple[ReliefNorm, ...]:
    """Return the norms for the items that stores hold."""
    found = []
    for row in rows:
        item = NORM_ITEMS.get(row.text("item_zh"))
        if item is None:
            continue
        persons = row.number("persons_per_unit")
        if persons is None:
            persons = 50.0 * PERSONS_PER_HOUSEHOLD
        found.append(
            ReliefNorm(
                item=str(item),
                name=str(item.label),
                norm=row.number("norm") or 1.0,
                unit=row.text("unit"),
                persons_per_unit=persons,
                per_day=bool(row.whole("per_day")),
                source=f"{row.source}{'，' + row.mark if row.mark else ''}",
                to_confirm=bool(row.mark),
                season="winter" if item in WINTER else "",
            )
        )
    return tuple(found)


def _unit_rows(first: str, last: str, held: Collection[int]) -> Iterator[dict[str, Any]]:
    rows = (
        ResponseUnit.objects.filter(division_id__gte=first, division_id__lte=last)
        .order_by("pk")
        .values(
            *(*PROVENANCE, "kind", "location", "status", "turnout_s", "seats", "phone"),
            station_name=F("station__name"),
            team_name=F("team__name"),
            hospital_name=F("hospital__name"),
        )
        .iterator(chunk_size=5000)
    )
    for row in rows:
        ours = row["pk"] in held and row["status"] in UNITS_OUT
        yield {**row, "status": UnitStatus.AVAILABLE} if ours else row


def _stock_rows(
    first: str, last: str, now: datetime, held: Mapping[int, int]
) -> Iterator[dict[str, Any]]:
    rows = (
        Stock.objects.filter(division_id__gte=first, division_id__lte=last)
        .filter(Q(quantity__gt=F("reserved")) | Q(pk__in=list(held)))
        .exclude(expires_on__lt=now.date())
        .order_by("pk")
        .values(
            *(*PROVENANCE, "item", "quantity", "reserved", "measure", "warehouse_id"),
            location=F("warehouse__location"),
            warehouse_name=F("warehouse__name"),
        )
        .iterator(chunk_size=5000)
    )
    for row in rows:
        yield {**row, "reserved": row["reserved"] - held.get(row["pk"], 0)}


def _posts(first: str, last: str) -> tuple[PostHolder, ...]:
    people: dict[int, tuple[bool, str, str]] = {}
    for post_id, name, phone, on_duty in (
        Person.objects.filter(post__division_id__gte=first, post__division_id__lte=last)
        .order_by("pk")
        .values_list("post_id", "name", "phone", "on_duty")
    ):
        if post_id not in people or (on_duty and not people[post_id][0]):
            people[post_id] = (on_duty, name, phone)
    rows = (
        Post.objects.filter(division_id__gte=first, division_id__lte=last)
        .order_by("pk")
        .values("pk", "code", "division_id", "unit_id", "unit__name", "unit__duty_phone")
    )
    found = []
    for row in rows:
        on_duty, name, phone = people.get(row["pk"], (False, "", ""))
        found.append(
            PostHolder(
                code=row["code"],
                division=str(row["division_id"]),
                unit_id=row["unit_id"],
                unit=row["unit__name"],
                person=name,
                phone=phone or row["unit__duty_phone"],
                on_duty=on_duty,
            )
        )
    return tuple(found)
