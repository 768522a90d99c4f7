"""Read what a package needs straight from a city pack, without a database.

For `anlan respond` on a machine without a loaded city, and for benchmarks: the records of the
pack, the shipped example plans, the norms as published.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from anlan.citypack import CityPack, NotAPack
from anlan.command.packaging.citydata import city_data
from anlan.command.packaging.inputs import CityFacts, PostHolder
from anlan.command.selectors.city_facts import norms_from
from anlan.command.selectors.register_rows import names_of_codes, stocks_of, units_of
from anlan.core.dictionaries import table
from anlan.forecast.selectors.facilities import DETAILS, facilities_of, pipes_of
from anlan.plans.rules import load_plan
from anlan.plans.rules.vocabulary import shipped_vocabulary
from anlan.plans.selectors import example_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from anlan.plans.types import Plan

__all__ = ["example_plans", "pack_facts"]


def pack_facts(*, path: Path, now: datetime) -> CityFacts:
    """Return everything that the pack in a folder knows."""
    data = city_data(path)
    try:
        pack = CityPack.open(path)
    except NotAPack:
        return CityFacts(
            plans=example_plans(),
            norms=norms_from(table("relief_norms")),
            missing=data.missing,
            **names_of_codes(),
        )
    return CityFacts(
        people=data.people,
        network=data.network,
        roads=data.roads,
        path=data.path,
        districts=data.districts,
        facilities=tuple(f for key in DETAILS for f in facilities_of(key, _rows(pack, key), now)),
        pipes=pipes_of(_rows(pack, "pipeline")),
        units=units_of(_unit_rows(pack), now),
        stocks=stocks_of(_stock_rows(pack), now),
        posts=_posts(pack),
        plans=example_plans(),
        norms=norms_from(table("relief_norms")),
        missing=data.missing,
        **names_of_codes(),
    )


@lru_cache(maxsize=1)
def example_plans() -> tuple[Plan, ...]:
    """Return the shipped example plans (示例)."""
    vocabulary = shipped_vocabulary()
    return tuple(
        load_plan(text, file=name, vocabulary=vocabulary) for name, text in example_texts().items()
    )


def _rows(pack: CityPack, key: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one type, numbered; a type that the pack lacks has none."""
    if key not in pack.record_keys:
        return
    for number, row in enumerate(pack.records(key), 1):
        yield {"pk": number, "place": row["division"], **row}


def _unit_rows(pack: CityPack) -> Iterator[dict[str, Any]]:
    for row in _rows(pack, "response_unit"):
        yield {
            **row,
            "station_name": row["station"],
            "team_name": row["team"],
            "hospital_name": row["hospital"],
        }


def _stock_rows(pack: CityPack) -> Iterator[dict[str, Any]]:
    warehouses = {row["name"]: row for row in _rows(pack, "warehouse")}
    for row in _rows(pack, "stock"):
        house = warehouses.get(row["warehouse"])
        if house is not None:
            yield {
                **row,
                "reserved": 0,
                "warehouse_id": house["pk"],
                "warehouse_name": house["name"],
                "location": house["location"],
            }


def _posts(pack: CityPack) -> tuple[PostHolder, ...]:
    units = {row["name"]: row for row in _rows(pack, "unit")}
    people: dict[str, dict[str, Any]] = {}
    for row in _rows(pack, "contact"):
        post = row.get("post")
        if post and (post not in people or row["on_duty"]):
            people[post] = row
    found = []
    for row in _rows(pack, "post"):
        holder = people.get(row["name"], {})
        unit = units.get(row["unit"], {})
        found.append(
            PostHolder(
                code=row["code"],
                division=row["division"],
                unit_id=unit.get("pk"),
                unit=row["unit"],
                person=holder.get("name", ""),
                phone=holder.get("phone") or unit.get("duty_phone", ""),
                on_duty=bool(holder.get("on_duty")),
            )
        )
    return tuple(found)
