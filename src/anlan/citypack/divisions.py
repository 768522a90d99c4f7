"""The divisions of a city: codes, names, boundaries, and how many people live there.

Population is the census figure where we have typed it (Shandong, 2020), otherwise an estimate: the
province's census total, shared among its counties by the square root of their area, a district of a
city counting `URBAN_WEIGHT` times. Over Shandong, where the truth is known, the estimate is off by a factor
of 1.3 in the median: good enough to try the platform, not to plan a city. It is marked synthetic.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from anlan.citypack.boundaries import districts_of, everywhere
from anlan.citypack.tables import note_of, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.citypack.boundaries import Area

__all__ = ["Division", "area_km2", "city_divisions", "largest_remainder"]

METRES_PER_DEGREE = 111_195.0
"""Length of one degree of a great circle on the mean sphere, in [m]."""

URBAN_WEIGHT = 1.3
"""How much a district (区) counts against a county in the estimate: fitted to Shandong. [-]"""

CENSUS = "2020年第七次全国人口普查"
ESTIMATE = "按面积估算（全省普查人口分摊），示例数据"


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One division of the pack.

    Parameters
    ----------
    code : str
        Twelve-digit statistical code. A division lies in another if its code starts with the
        other's without its closing zeros.
    name : str
        Chinese name.
    level : str
        `city`, `county` or `township`, as `anlan.core.choices.DivisionLevel`.
    population : int or None
        Residents; None where unknown.
    population_source : str
        Where the figure comes from, in Chinese; empty where there is none.
    boundary : MultiPolygon or None
        WGS 84; None for townships and for development zones without a boundary of their own.
    centre : Point or None
        WGS 84; approximate for townships.
    host : str
        For a development zone: the code of the district in which most of it lies; else empty.
    census_code : str
        Code under which the census counts it, where it differs from `code`; else empty.
    share_0_14, share_65_plus, share_urban : float or None
        Shares of the residents.
    synthetic : bool
        True if the population is an estimate.
    """

    code: str
    name: str
    level: str
    population: int | None = None
    population_source: str = ""
    boundary: shapely.MultiPolygon | None = None
    centre: shapely.Point | None = None
    host: str = ""
    census_code: str = ""
    share_0_14: float | None = None
    share_65_plus: float | None = None
    share_urban: float | None = None
    synthetic: bool = False


def city_divisions(code: str) -> list[Division]:
    """Return city, counties and townships of the prefecture `code` (six digits), in code order."""
    areas = districts_of(code)
    census = {row["code"]: row for row in rows_of("census_2020_shandong")}
    guess = {} if areas[0].code in census else _estimates(areas[0].province_code)
    counties = [_county(area, census.get(area.code), guess.get(area.code)) for area in areas]
    known = {area.code for area in areas}
    counties += [_zone(row) for row in census.values() if row["host"] in known]
    whole = shapely.MultiPolygon(_polygons(shapely.union_all([a.boundary for a in areas])))
    city = Division(
        code=f"{code}000000",
        name=areas[0].city_name,
        level="city",
        population=sum(c.population or 0 for c in counties),
        population_source=counties[0].population_source,
        boundary=whole,
        centre=_middle(whole),
        synthetic=any(c.synthetic for c in counties),
    )
    if len(areas) == 1 and areas[0].code == code:  # a prefecture without counties, such as 东莞市
        return [replace(counties[0], level="city")]
    townships = [_township(row) for row in rows_of("townships") if row["code"][:4] == code[:4]]
    return sorted([city, *counties, *townships], key=lambda division: division.code)


def area_km2(boundary: shapely.MultiPolygon) -> float:
    """Return the area of a WGS 84 geometry on the mean sphere, to about 0.5 %, in [km2]."""
    middle = boundary.centroid.y
    return float(boundary.area * METRES_PER_DEGREE**2 * np.cos(np.radians(middle)) / 1e6)


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Share a whole number by weight, in whole numbers that add up to it exactly.

    Ties go to the earlier entry, so the result is the same on every machine.
    """
    if len(weights) == 0 or not np.all(weights >= 0) or not weights.sum() > 0:
        raise ValueError("weights must be >= 0 with a positive sum")
    exact = weights / weights.sum() * total
    share: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = total - int(share.sum())
    order = np.argsort(-(exact - share), kind="stable")
    share[order[:missing]] += 1
    return share


def _county(area: Area, row: dict[str, str] | None, guess: int | None) -> Division:
    facts = _facts(row) if row else Facts(guess, ESTIMATE, None, None, None)
    return Division(
        code=f"{area.code}000000",
        name=area.name,
        level="county",
        boundary=area.boundary,
        centre=_middle(area.boundary),
        synthetic=row is None,
        census_code=row["census_code"] if row else "",
        population=facts.population,
        population_source=facts.source,
        share_0_14=facts.share_0_14,
        share_65_plus=facts.share_65_plus,
        share_urban=facts.share_urban,
    )


def _zone(row: dict[str, str]) -> Division:
    facts = _facts(row)
    return Division(
        code=f"{row['code']}000000",
        name=row["name"],
        level="county",
        host=f"{row['host']}000000",
        census_code=row["census_code"],
        population=facts.population,
        population_source=facts.source,
        share_0_14=facts.share_0_14,
        share_65_plus=facts.share_65_plus,
        share_urban=facts.share_urban,
    )


def _township(row: dict[str, str]) -> Division:
    centre = shapely.Point(float(row["lon"]), float(row["lat"])) if row["lon"] else None
    return Division(code=row["code"], name=row["name"], level="township", centre=centre)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the census says of one county."""

    population: int | None
    source: str
    share_0_14: float | None
    share_65_plus: float | None
    share_urban: float | None


def _facts(row: dict[str, str]) -> Facts:
    return Facts(
        int(row["population"]),
        CENSUS,
        float(row["share_0_14"]),
        float(row["share_65_plus"]),
        float(row["share_urban"]),
    )


@lru_cache(maxsize=8)
def _estimates(province_code: str) -> dict[str, int]:
    total = {row["code"]: int(row["population"]) for row in rows_of("provinces_2020")}
    if province_code not in total:
        raise ValueError(
            f"没有省级代码 {province_code} 的人口数；来源：{note_of('provinces_2020')}"
        )
    areas = everywhere(province_code)
    weights = np.array(
        [
            np.sqrt(area_km2(area.boundary)) * (URBAN_WEIGHT if area.name.endswith("区") else 1.0)
            for area in areas
        ]
    )
    shares = largest_remainder(weights, total[province_code])
    return {area.code: int(share) for area, share in zip(areas, shares, strict=True)}


def _middle(boundary: shapely.MultiPolygon) -> shapely.Point:
    """Return the centroid, or a point inside where the centroid is not."""
    point = boundary.centroid
    point = point if boundary.contains(point) else boundary.representative_point()
    return shapely.Point(round(point.x, 6), round(point.y, 6))


def _polygons(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(geometry)
    return [shapely.geometry.polygon.orient(part) for part in parts]
