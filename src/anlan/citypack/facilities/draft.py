"""What every generator works with: the city, chance, and the records made so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from anlan.citypack.divisions import METRES_PER_DEGREE
from anlan.citypack.facilities.words import mobile, person, plate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.citypack.divisions import Division
    from anlan.citypack.facilities.siting import Siting
    from anlan.citypack.population import Population
    from anlan.citypack.rivers import River
    from anlan.citypack.roads import Roads

__all__ = ["County", "Draft", "per_people"]

TOWN_ENDS = ("街道", "镇", "乡")

NAMESAKES = {"contact", "expert"}
"""Types whose records may have the same name: nothing refers to them by it."""

NOTE = "由城市数据包按随机种子生成，非真实单位"
DENSE_PER_KM2 = 2_500.0
"""A county with more people than this is a city core: in Jinan four of the twelve. [1/km2]"""

OLDEST_DAYS = 400.0
"""Facts are up to so many days old, most of them much younger. [d]"""


@dataclass(frozen=True, slots=True)
class County:
    """A county with a boundary: where facilities are placed."""

    code: str
    name: str
    people: int
    area_km2: float
    towns: Sequence[Division]

    @property
    def is_dense(self) -> bool:
        """Tell whether this is a city core, without slopes, reservoirs and large works."""
        return self.people > DENSE_PER_KM2 * self.area_km2

    @property
    def short(self) -> str:
        """Return the name without its last character: 章丘, 平阴."""
        return self.name[:-1] if len(self.name) > 2 else self.name


@dataclass(slots=True, kw_only=True)
class Draft:
    """The records of one city while they are made.

    `records` has a list of rows for each key of the register; a row's keys are the fields of that record
    type, a reference is the name of the record it means (names are unique within a type).
    Types in `given` came from a map: no synthetic ones are added.
    """

    city: Division
    divisions: Sequence[Division]
    counties: Sequence[County]
    population: Population
    roads: Roads
    rivers: Sequence[River]
    siting: Siting
    rng: np.random.Generator
    now: datetime
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    taken: dict[str, set[str]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    plates: int = 0

    def stem(self, county: County, place: tuple[float, float]) -> str:
        """Return the short name of the nearest street or town, or of the county."""
        town = self.town(county.code, place)
        if town is None:
            return county.short
        return next((town.name[: -len(e)] for e in TOWN_ENDS if town.name.endswith(e)), town.name)

    def plate(self) -> str:
        """Return the next number plate."""
        self.plates += 1
        return plate(self.city.code[:2], self.plates)

    def someone(self, scope: str) -> str:
        """Return a person's name that nobody else in the scope has."""
        taken = self.taken.setdefault(f"people of {scope}", set())
        while (name := person(self.rng)) in taken:
            pass
        taken.add(name)
        return name

    def add(
        self,
        key: str,
        name: str,
        division: str,
        place: tuple[float, float] | None = None,
        **values: Any,
    ) -> dict[str, Any]:
        """Add a synthetic record, under a name that no other record of the type has."""
        row: dict[str, Any] = {
            "name": name if key in NAMESAKES else self._unique(key, name),
            "division": division,
            "source": "synthetic",
            "source_note": NOTE,
            "observed_at": self.age(),
            "synthetic": True,
        }
        if place is not None:
            row |= {"address": self._address(division, place), "location": shapely.Point(place)}
        row |= values
        self.records.setdefault(key, []).append(row)
        return row

    def keeper(self) -> dict[str, str]:
        """Return who answers for a facility."""
        return {"contact_name": person(self.rng), "contact_phone": mobile(self.rng)}

    def age(self) -> str:
        """Return a time in the past: half of all facts are less than a month old."""
        days = min(OLDEST_DAYS, float(self.rng.exponential(45.0)))
        moment = self.now - timedelta(days=days)
        return moment.replace(second=0, microsecond=0).isoformat()

    def number(self, low: float, high: float) -> int:
        """Return a whole number, both ends included."""
        return int(self.rng.integers(int(low), int(high) + 1))

    def pick(self, *choices: str) -> str:
        """Return one of the choices."""
        return choices[int(self.rng.integers(len(choices)))]

    def some(self, choices: Sequence[str], low: int, high: int) -> list[str]:
        """Return several different choices, in their order."""
        count = min(self.number(low, high), len(choices))
        chosen = self.rng.choice(len(choices), count, replace=False)
        return [choices[i] for i in sorted(chosen.tolist())]

    def town(self, county: str, place: tuple[float, float]) -> Division | None:
        """Return the street or town of a county whose centre is nearest, if any is known."""
        towns = next((c.towns for c in self.counties if c.code == county), ())
        gaps = [
            np.hypot((t.centre.x - place[0]) * self.siting.shrink, t.centre.y - place[1])
            * METRES_PER_DEGREE
            for t in towns
            if t.centre is not None
        ]
        known = [t for t in towns if t.centre is not None]
        return known[int(np.argmin(gaps))] if gaps else None

    def _unique(self, key: str, name: str) -> str:
        taken = self.taken.setdefault(key, set())
        found, number = name, 2
        while found in taken:
            found, number = f"{name}（{number}）", number + 1
        taken.add(found)
        return found

    def _address(self, division: str, place: tuple[float, float]) -> str:
        county = next((d.name for d in self.divisions if d.code == f"{division[:6]}000000"), "")
        town = self.town(f"{division[:6]}000000", place)
        return f"{county}{town.name if town else ''}"


def per_people(people: int, each: float, least: int = 1) -> int:
    """Return one facility for so many people, at least `least`."""
    return max(least, round(people / each))
