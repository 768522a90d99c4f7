"""Facilities, forces, goods and people of a city: plausible, from a seed, and marked synthetic.

A record is a dictionary whose keys are the fields of the record type in `anlan.register`; a reference
is the name of the record it means. Nothing here names a real firm, person or telephone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.citypack.divisions import area_km2
from anlan.citypack.facilities.danger import add_danger
from anlan.citypack.facilities.draft import County, Draft
from anlan.citypack.facilities.forces import add_forces
from anlan.citypack.facilities.mapped import add_mapped
from anlan.citypack.facilities.medical import add_medical
from anlan.citypack.facilities.organisations import add_experts, add_organisations
from anlan.citypack.facilities.sensing import add_sensing
from anlan.citypack.facilities.shelters import add_exposed, add_shelters
from anlan.citypack.facilities.siting import Siting
from anlan.citypack.facilities.supplies import add_supplies
from anlan.citypack.facilities.traffic import add_lifelines, add_traffic
from anlan.citypack.facilities.water import add_water

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import numpy as np

    from anlan.citypack.divisions import Division
    from anlan.citypack.population import Population
    from anlan.citypack.rivers import River
    from anlan.citypack.roads import Roads

__all__ = ["synthesise_records"]


def synthesise_records(
    divisions: Sequence[Division],
    population: Population,
    roads: Roads,
    rivers: Sequence[River],
    rng: np.random.Generator,
    now: datetime,
    *,
    mapped: Sequence[dict[str, Any]] = (),
) -> dict[str, list[dict[str, Any]]]:
    """Return the records of a city by the key of their type, in the order of the keys.

    `mapped` are facilities from a map: of a type that the map has, no synthetic ones are made.
    """
    siting = Siting(divisions, population, roads, rng)
    counties = [
        County(
            code=d.code,
            name=d.name,
            people=d.population or 0,
            area_km2=area_km2(siting.pools[d.code].boundary),
            towns=[t for t in divisions if t.level == "township" and t.code[:6] == d.code[:6]],
        )
        for d in divisions
        if d.code in siting.pools
    ]
    draft = Draft(
        city=next(d for d in divisions if d.level == "city"),
        divisions=divisions,
        counties=counties,
        population=population,
        roads=roads,
        rivers=rivers,
        siting=siting,
        rng=rng,
        now=now,
    )
    add_mapped(draft, mapped)
    steps = (
        *(add_organisations, add_experts, add_medical, add_shelters, add_exposed),
        *(add_supplies, add_traffic, add_lifelines, add_danger, add_water, add_sensing, add_forces),
    )
    for step in steps:
        step(draft)
    return dict(sorted(draft.records.items()))
